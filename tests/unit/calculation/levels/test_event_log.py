"""Event rows of an index: how they are kept and sorted, and what members meet, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.calculation.levels.event_log import EventLog
from tests.unit.calculation import small
from tests.unit.calculation.small import action, dividend, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"
NAN = float("nan")


def test_rows_are_sorted_by_day_symbol_and_kind_with_the_divisors_of_the_day() -> None:
    log = EventLog()
    log.add("removed", 2, [1, 0], [5.0, 6.0], NAN, "left")
    log.add("added", [1, 2], [1, 1], NAN, [0.5, 0.25], "came")
    log.add("split", 2, [], 1.0, 1.0, "nobody")
    rows = log.table(
        np.array([100, 101, 102], dtype=np.int32), ("A", "B"), {1: 2.0, 2: 3.0}, {2: 4.0}
    ).to_pylist()
    assert [(row["symbol"], row["event"]) for row in rows] == [
        ("B", "added"), ("A", "removed"), ("B", "added"), ("B", "removed"),
    ]  # fmt: skip
    first, second = rows[:2]
    assert (first["before"], first["after"], first["reason"]) == (None, 0.5, "came")
    assert (first["divisor_before"], first["divisor_after"]) == (2.0, None)
    assert (second["before"], second["after"], second["divisor_after"]) == (6.0, None, 4.0)


def test_a_row_of_the_whole_index_has_no_symbol_and_a_log_may_be_empty() -> None:
    log = EventLog()
    assert log.table(np.zeros(0, dtype=np.int32), (), {}, {}).num_rows == 0
    log.add("floor", 0, -1, 1.0, 2.0, "held")
    (row,) = log.table(np.array([7], dtype=np.int32), (), {}, {}).to_pylist()
    assert row["symbol"] is None


def met(text: str, over: Any, **said: Any) -> list[tuple[Any, ...]]:
    """(session, symbol, event, before, after) of what is no change of the list."""
    found = small.events(small.run(text, over, **said))
    return [row for row in found if row[2] not in ("added", "removed")]


def test_only_members_meet_what_happens_to_their_lines() -> None:
    over = market(
        line("A", [100, 100, 50, 50], [10, 10, 20, 20]),
        line("C", [30, 30, 15, 15]),
        memberships=given("A"),
        corporate_actions=[
            action("A", 2, "split", ratio=2.0),
            action("C", 2, "split", ratio=2.0),
        ],
    )
    assert met(CAP, over) == [(2, "A", "split", 100.0, 50.0)]


def test_events_of_the_session_at_whose_close_the_series_begins_are_not_its_own() -> None:
    over = market(
        line("A", [100, 50, 25], [10, 20, 40]),
        memberships=given("A"),
        corporate_actions=[action("A", 1, "split", ratio=2.0), action("A", 2, "split", ratio=2.0)],
        dividends=[dividend("A", 1, 1.0)],
    )
    assert met(CAP, over, returns=["tr"]) == [(2, "A", "split", 50.0, 25.0)]


def test_shares_that_change_by_themselves_and_prices_that_are_carried() -> None:
    """10 listed shares become 12 on session 2; no trade on sessions 3 and 4."""
    over = market(
        line("A", [100, 100, 101, None, None, 103], [10, 10, 12, 12, 12, 12], volume={3: 0, 4: 0}),
        memberships=given("A"),
    )
    assert met(CAP, over) == [
        (2, "A", "shares", 10.0, 12.0),
        (3, "A", "carried", 101.0, 101.0),
    ]


def test_dividends_of_members_are_told() -> None:
    over = market(
        line("A", [100, 100, 99, 98], 10),
        line("C", [30] * 4),
        memberships=given("A"),
        dividends=[dividend("A", 3, 2.0), dividend("C", 3, 1.0)],
    )
    assert met(CAP, over, returns=["tr"]) == [(3, "A", "dividend", 99.0, 2.0)]
    assert met(CAP, market(line("A", [100] * 4), memberships=given("A"))) == []


def test_a_spun_off_line_comes_and_goes_with_its_reasons() -> None:
    """Half a share of D at 20 for one of A: 5 of them are worth 100 of 1000; D trades on session 3."""
    over = market(
        line("A", [100, 100, 90, 91, 92], 10),
        line("D", [22, 23], start=3),
        memberships=given("A"),
        corporate_actions=[action("A", 2, "spin_off", ratio=0.5, price=20.0, other_symbol="D")],
    )
    run = small.run(CAP + "maintenance: {spin_off: valued}\n", over)
    rows = [row for row in run.events.to_pylist() if row["symbol"] == "D"]
    assert [(row["event"], row["before"], row["after"]) for row in rows] == [
        ("added", None, pytest.approx(0.1, rel=1e-12)),
        ("removed", 22.0, None),
    ]
    assert rows[0]["reason"] == "spun off from A: held until its first trade"
    assert rows[1]["reason"].startswith("spun off from A: sold")


def test_what_was_handed_over_before_the_first_day_asked_for_is_not_told() -> None:
    over = market(
        line("A", [100, 100, 90, 91, 92], 10),
        line("D", [22, 23], start=3),
        memberships=given("A"),
        corporate_actions=[action("A", 2, "spin_off", ratio=0.5, price=20.0, other_symbol="D")],
    )
    found = small.events(small.run(CAP, over, start=small.day(3)))
    assert [row[:3] for row in found if row[1] == "D"] == [(4, "D", "removed")]


def test_new_shares_of_an_acquirer_are_received_and_then_listed() -> None:
    """0.4 of A for each of 20 of B: 8 more of A, listed on session 3."""
    over = market(
        line("A", [100] * 5, [10, 10, 10, 18, 18]),
        line("B", [50, 50], 20),
        memberships=given("A", "B"),
        corporate_actions=[action("B", 2, "merger", ratio=0.4, other_symbol="A")],
    )
    found = [row for row in small.events(small.run(CAP, over)) if row[1] == "A" and row[0] > 1]
    assert [row for row in found if row[2] == "shares_received"] == [
        (2, "A", "shares_received", None, 8.0),
        (3, "A", "shares_received", 8.0, None),
    ]
