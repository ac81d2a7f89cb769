"""The ledger of a child that chooses nothing: what the lists it is made from leave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.market.calendar.sessions import date_of
from indexcalc.review.calendar.timeline import StateTimeline, Timeline
from indexcalc.review.composite.child_decisions import child_decisions
from tests.unit.review.composite.states import SESSIONS, a_rule, states

DAYS = SESSIONS.days
LAST = len(SESSIONS) - 1


def timeline(index: str, *lists: tuple[int, str]) -> Timeline:
    made = Timeline(index)
    for session, names in lists:
        made.record(
            int(DAYS[session]), np.array(["ABC".index(name) for name in names], dtype=np.int32)
        )
    return made


def told(
    of: Sequence[Timeline],
    except_: Sequence[Timeline] = (),
    own: Sequence[tuple[str, int, bool]] = (("A", 0, True), ("B", 0, True), ("C", 0, True)),
    first_seen: tuple[int, ...] = (0, 0, 0),
    last_seen: tuple[int, ...] = (LAST, LAST, LAST),
) -> list[tuple[int, str, str, str, str]]:
    """(session, line, outcome, rule path, detail) of each row, of a run from session 5 to 20."""
    names = ", ".join(one.index for one in of)
    others = f", except: [{', '.join(one.index for one in except_)}]" if except_ else ""
    rows = states(*own)
    table: Any = child_decisions(
        a_rule(f"universe: {{of: [{names}]{others}, where: {{sector: x}}}}\n"),
        rows,
        lists=StateTimeline("child", rows, SESSIONS, 3, of, except_),
        of=of,
        except_=except_,
        symbols=("A", "B", "C"),
        span=(int(DAYS[5]), int(DAYS[20])),
        seen=(DAYS[list(first_seen)], DAYS[list(last_seen)]),
    )
    days = [date_of(int(day)) for day in DAYS]
    return [
        (
            days.index(row["effective_date"]),
            row["symbol"],
            row["outcome"],
            row["rule_path"],
            row["detail"],
        )
        for row in table.to_pylist()
    ]


def test_at_the_start_lines_of_the_lists_and_later_who_came_or_went() -> None:
    parent = timeline("p", (0, "AB"), (8, "BC"), (21, "A"))
    assert told([parent]) == [
        (5, "A", "in", "universe.of", "in p"),
        (5, "B", "in", "universe.of", "in p"),
        (8, "A", "out", "universe.of", "not in p"),
        (8, "C", "in", "universe.of", "in p"),
    ]


def test_of_several_lists_and_without_others() -> None:
    found = told(
        [timeline("p", (0, "A")), timeline("q", (0, "B"))], [timeline("o", (0, "B"), (9, "A"))]
    )
    assert found == [
        (5, "A", "in", "universe.of", "in p or q, not in o"),
        (5, "B", "out", "universe.except", "in o"),
        (9, "A", "out", "universe.except", "in o"),
        (9, "B", "in", "universe.of", "in p or q, not in o"),
    ]


def test_a_line_its_own_test_keeps_out_is_told_with_it() -> None:
    own = [("A", 0, True), ("B", 0, False), ("C", 0, False)]
    assert told([timeline("p", (0, "AB"))], own=own) == [
        (5, "A", "in", "universe.of", "in p"),
        (5, "B", "out", "path 1", "detail 1"),
    ]


def test_a_state_that_changes_is_told_of_a_line_in_the_lists() -> None:
    own = [("A", 0, True), ("A", 8, False), ("B", 0, True), ("C", 0, False), ("C", 9, True)]
    assert told([timeline("p", (0, "AB"), (12, "ABC"))], own=own) == [
        (5, "A", "in", "universe.of", "in p"),
        (5, "B", "in", "universe.of", "in p"),
        (8, "A", "out", "path 1", "detail 1"),
        (12, "C", "in", "universe.of", "in p"),
    ]


def test_a_line_that_has_no_row_yet_or_none_any_more_is_no_news() -> None:
    parent = timeline("p", (0, "ABC"), (8, "B"))
    # B stopped before the start; C begins after its day; A is there.
    found = told([parent], first_seen=(0, 0, 9), last_seen=(LAST, 4, LAST))
    assert [row[:3] for row in found] == [(5, "A", "in"), (8, "A", "out")]


def test_a_day_on_which_the_list_stays_has_no_rows() -> None:
    parent = timeline("p", (0, "A"), (8, "A"))
    assert [row[:2] for row in told([parent])] == [(5, "A")]


def test_a_change_on_the_last_day_of_the_run_is_told() -> None:
    parent = timeline("p", (0, "A"), (20, "AB"))
    assert [row[:3] for row in told([parent])] == [(5, "A", "in"), (20, "B", "in")]
