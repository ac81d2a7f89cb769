"""The ledger of a composite: every line once at the start, then each change of its state."""

from __future__ import annotations

from typing import Any

from indexcalc.review.composite.decisions import decisions
from tests.unit.review.composite.states import SESSIONS, a_market, states

DAYS = SESSIONS.days
LAST = len(SESSIONS) - 1


def ledger(
    *said: tuple[str, int, bool],
    start: int = 5,
    last: int = LAST,
    first_seen: tuple[int, ...] = (0, 0, 0),
    last_seen: tuple[int, ...] = (LAST, LAST, LAST),
) -> list[dict[str, Any]]:
    table: Any = decisions(
        states(*said),
        a_market(),
        SESSIONS,
        start_day=int(DAYS[start]),
        last_day=int(DAYS[last]),
        first_seen=DAYS[list(first_seen)],
        last_seen=DAYS[list(last_seen)],
    )
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def told(rows: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    """(session, line, outcome) of each row."""
    days = [SESSIONS.date(at) for at in range(len(SESSIONS))]
    return [(days.index(row["effective_date"]), row["symbol"], row["outcome"]) for row in rows]


def test_at_the_start_each_line_has_its_last_state_and_later_its_changes() -> None:
    rows = ledger(
        ("A", 0, False), ("A", 3, True), ("A", 9, True), ("A", 12, False),
        ("B", 0, True), ("B", 5, False), ("B", 12, True),
        ("C", 0, True),
    )  # fmt: skip
    assert told(rows) == [
        (5, "A", "in"),
        (5, "B", "out"),
        (5, "C", "in"),
        (12, "A", "out"),
        (12, "B", "in"),
    ]
    first = rows[0]
    assert (first["rule_path"], first["rule_line"], first["detail"]) == ("path 1", 2, "detail 1")
    assert (first["observed"], first["threshold"], first["step"]) == (1.0, 11.0, "membership")
    assert {row["code"] for row in rows} == {None}


def test_changes_are_told_after_the_start_up_to_the_last_day() -> None:
    said = [("A", 0, True), ("A", 6, False), ("A", 20, True), ("A", 21, False)]
    assert told(ledger(*said, last=20)) == [(5, "A", "in"), (6, "A", "out"), (20, "A", "in")]
    assert told(ledger(*said, start=6, last=20))[0] == (6, "A", "out")


def test_a_line_that_is_not_there_at_the_start_has_no_row_then() -> None:
    said = [("A", 0, True), ("B", 0, True), ("C", 0, True)]
    rows = ledger(*said, first_seen=(0, 6, 5), last_seen=(4, LAST, LAST))
    assert told(rows) == [(5, "C", "in")]


def test_a_line_first_seen_later_is_told_of_when_it_becomes_eligible() -> None:
    # Its first state is no change of a state that was told.
    assert told(ledger(("A", 8, True), first_seen=(8, 0, 0))) == [(8, "A", "in")]
    assert told(ledger(("A", 8, False), first_seen=(8, 0, 0))) == []
    assert told(ledger(("A", 8, False), ("A", 9, True), first_seen=(8, 0, 0))) == [(9, "A", "in")]
    assert told(ledger(("A", 8, True), first_seen=(9, 0, 0))) == []  # before it is there


def test_what_changes_long_after_its_last_row_is_not_told() -> None:
    assert int(DAYS[27] - DAYS[6]) == 31
    still = ledger(("A", 0, True), ("A", 27, False), last_seen=(6, 0, 0))
    assert told(still) == [(5, "A", "in"), (27, "A", "out")]
    assert told(ledger(("A", 0, True), ("A", 28, False), last_seen=(6, 0, 0))) == [(5, "A", "in")]
