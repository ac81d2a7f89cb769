"""A base date between two reviews: the members are those of the review in force, drifted since."""

from __future__ import annotations

import pytest

from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

RULE = """index: test
currency: KRW
calendar: XKRX
base: {date: 2024-02-05, level: 1000}
universe: {where: {symbol: {not_in: []}}}
review: {months: [2], effective: first session of month, cutoff: 1 session before effective}
selection: {steps: [{select: {market_cap: {rank: 2}}}]}
weighting: {scheme: equal}
"""
# Session 30 is 2024-02-01, the review; 34 the base date.
A = [100.0] * 32 + [200.0] * 3 + [220.0]
B = [100.0] * 36
C = [50.0] * 31 + [900.0] * 5


def test_the_index_starts_on_its_base_date_with_the_members_in_force() -> None:
    """A and B in equal money on 2024-02-01; A has doubled by the base date: 220 + 100 over 300."""
    run = small.run(RULE, market(line("A", A), line("B", B), line("C", C)))
    assert run.levels.column("date").to_pylist() == [small.day(34), small.day(35)]
    assert small.levels(run) == pytest.approx([1000, 1000 * 320 / 300], rel=1e-13)
    assert set(small.held(run)[30 if 30 in small.held(run) else 34]) == {"A", "B"}


def test_where_its_cut_off_is_before_the_data_the_reason_is_told() -> None:
    """The data begin on the day of the review, so that nobody knows who is in on the base date."""
    later = RULE.replace("months: [2]", "months: [2, 3]")
    n = 31
    run = small.run(
        later,
        market(line("A", [100.0] * n, start=30), line("B", [100.0] * n, start=30), n_sessions=61),
    )
    assert run.levels.column("date").to_pylist()[0] == small.day(59)
    (note,) = [text for text in run.manifest["assumptions"] if "base level" in str(text)]
    assert "no members are known on the base date 2024-02-05" in str(note)
