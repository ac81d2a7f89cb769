"""Share changes by a threshold: at once, after some sessions, and on days of their own.

A has 1,000 shares at 100 to begin with and B 1,000; nothing else moves, so index shares are all
there is to see.  Figures by hand.
"""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.diagnostics import DataError
from tests.unit.calculation import small
from tests.unit.calculation.small import action, line, market


def held(said: str, counts: list[int], skip: list[int] | None = None, **tables: Any) -> list[float]:
    """Index shares of A from session 1 on, where the index starts."""
    n = len(counts)
    splits = {
        (row["ex_date"] - small.FIRST).days: row["ratio"]
        for row in tables.get("corporate_actions", [])
    }
    closes, price = [], 100.0
    for session in range(n):
        price /= splits.get(session, 1.0)
        closes.append(price)
    text = small.GIVEN + f"weighting: {{scheme: market_cap}}\nmaintenance: {{shares: {said}}}\n"
    over = market(
        line("A", closes, counts, skip=skip or []),
        line("B", [100.0] * n, skip=skip or []),
        n_sessions=n,
        memberships=small.given("A", "B"),
        **tables,
    )
    run = small.run(text, over)
    for block in (1, 3):
        assert small.in_blocks(text, over, block).composition.equals(run.composition)
    # No action explains the shares; a session that is left out has no row.
    assert {found.code for found in run.diagnostics} <= {"DAT051", "DAT037"}
    assert small.levels(run) == pytest.approx([1000.0] * len(small.levels(run)), rel=1e-12)
    return [shares["A"] for shares in small.held(run).values()]


def test_at_once() -> None:
    """4.9 % is not enough, 5 % of what was taken is; then 1,102 is 4.95 % of 1,050, and 1,103 is 5.05."""
    counts = [1000, 1000, 1049, 1050, 1102, 1103]
    assert held("{threshold: 5%}", counts) == [1000, 1000, 1050, 1050, 1103]


def test_some_sessions_later() -> None:
    """Reached on session 3, taken on 5, with what is counted then; a new wait begins on 6."""
    counts = [1000, 1000, 1049, 1050, 1060, 1070, 1200, 1200, 1200]
    made = held("{threshold: 5%, after: 2 sessions}", counts)
    assert made == [1000, 1000, 1000, 1000, 1070, 1070, 1070, 1200]


def test_a_change_that_goes_away_while_it_waits_is_still_taken_as_it_is_then() -> None:
    counts = [1000, 1000, 1100, 1010, 1010, 1010]
    assert held("{threshold: 5%, after: 2 sessions}", counts) == [1000, 1000, 1000, 1010, 1010]


def test_sessions_count_by_the_calendar() -> None:
    """Two sessions after session 2 is session 4, which is not observed: it is taken on 5."""
    counts = [1000, 1000, 1100, 1100, 1100, 1100, 1100]
    made = held("{threshold: 5%, after: 2 sessions}", counts, skip=[4])
    assert made == [1000, 1000, 1000, 1100, 1100]


def test_a_split_while_a_change_waits() -> None:
    """Ten per cent more on session 2, two for one on 3, taken on 4."""
    counts = [1000, 1000, 1100, 2200, 2200, 2200]
    splits = [action("A", 3, "split", ratio=2)]
    made = held("{threshold: 5%, after: 2 sessions}", counts, corporate_actions=splits)
    assert made == [1000, 1000, 2000, 2200, 2200]


FEBRUARY = "updated: {months: [2], effective: first session of month}"  # 2024-02-01, session 30


def test_on_days_of_their_own() -> None:
    counts = [1000] * 10 + [1100] * 20 + [1120] * 5 + [2000] * 5
    made = held(f"{{threshold: 5%, {FEBRUARY}}}", counts)
    assert made == [1000] * 29 + [1120] * 10
    assert held(f"{{threshold: 13%, {FEBRUARY}}}", counts) == [1000] * 39


def test_on_days_of_their_own_by_the_count_at_the_cut_off() -> None:
    """The cut-off is session 25: 1,100 then, 1,300 since; the split in between scales both."""
    updated = FEBRUARY[:-1] + ", cutoff: 5 sessions before effective}"
    counts = [1000] * 10 + [1100] * 16 + [1300] * 14
    assert held(f"{{threshold: 5%, {updated}}}", counts) == [1000] * 29 + [1100] * 10
    halves = [action("A", 28, "split", ratio=2)]
    counts = [1000] * 10 + [1100] * 16 + [1300] * 2 + [2600] * 12
    made = held(f"{{threshold: 5%, {updated}}}", counts, corporate_actions=halves)
    assert made == [1000] * 27 + [2000] * 2 + [2200] * 10


def test_by_the_count_at_a_cut_off_before_the_index_begins() -> None:
    updated = "updated: {months: [1], effective: 2nd friday, cutoff: first session of month}"
    counts = [1100] + [1000] * 15  # 2024-01-12 is session 10; the first session of the month is 0
    assert held(f"{{threshold: 5%, {updated}}}", counts) == [1000] * 9 + [1100] * 6


def test_what_is_not_computed_is_refused() -> None:
    with pytest.raises(DataError) as refused:
        held(f"{{threshold: 5%, after: 2 sessions, {FEBRUARY}}}", [1000] * 4)
    assert [(item.code, item.where) for item in refused.value.diagnostics] == [
        ("CAL008", "maintenance.shares.updated")
    ]
