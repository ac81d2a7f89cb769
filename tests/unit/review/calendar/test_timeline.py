"""Members over time: lists in force from a day, and states of lines, with the lists they rest on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from indexcalc.arrays import Codes
from indexcalc.review.calendar.timeline import MemberLists, StateTimeline, Timeline
from indexcalc.review.data.line_states import StateRows
from indexcalc.review.data.texts import Texts
from tests.unit.review.small_reviews import weekdays

SESSIONS = weekdays("2020-01-02", "2020-01-15")  # ten of them
FIRST = int(SESSIONS.days[0])


def codes(*numbers: int) -> Codes:
    return np.array(numbers, dtype=np.int32)


def test_a_list_holds_from_its_day_until_the_next() -> None:
    made = Timeline("x")
    assert made.members(5).size == 0
    assert (made.since(5), made.kind_at(5)) == (5, "")
    made.record(10, codes(1, 2))
    made.record(20, codes(2, 3), "fast_entry")
    assert [made.members(day).tolist() for day in (9, 10, 19, 20, 99)] == [
        [], [1, 2], [1, 2], [2, 3], [2, 3],
    ]  # fmt: skip
    assert [made.since(day) for day in (9, 10, 19, 25)] == [9, 10, 10, 20]
    assert [made.kind_at(day) for day in (9, 10, 11, 20)] == ["", "regular", "", "fast_entry"]
    assert made.change_days.tolist() == [10, 20]


def test_a_list_of_the_same_day_replaces_and_one_of_the_past_is_refused() -> None:
    made = Timeline("x")
    made.record(10, codes(1))
    made.record(10, codes(2), "committee")
    assert (made.members(10).tolist(), made.kind_at(10)) == ([2], "committee")
    assert made.change_days.tolist() == [10]
    with pytest.raises(ValueError, match="x: a list of day 9 after one of 10"):
        made.record(9, codes(3))


def states(*said: tuple[int, int, bool]) -> StateRows:
    """Rows of (line, session, eligible), by line, then session."""
    n = len(said)
    return StateRows(
        codes=codes(*(row[0] for row in said)),
        session=np.array([row[1] for row in said], dtype=np.int64),
        eligible=np.array([row[2] for row in said], dtype=np.bool_),
        path=np.zeros(n, dtype=np.int64),
        observed=np.zeros(n),
        threshold=np.zeros(n),
        detail=np.zeros(n, dtype=np.int64),
        words=Texts(),
    )


def composite(
    *said: tuple[int, int, bool],
    of: Sequence[MemberLists] = (),
    except_: Sequence[MemberLists] = (),
) -> StateTimeline:
    return StateTimeline("c", states(*said), SESSIONS, 3, of, except_)


COMING_AND_GOING = [(0, 0, True), (0, 3, False), (0, 6, True), (1, 2, True), (2, 4, False)]


def at(session: int) -> int:
    return int(SESSIONS.days[session])


def test_the_last_state_up_to_a_day_counts() -> None:
    made = composite(*COMING_AND_GOING)
    found = [made.members(at(session)).tolist() for session in (0, 2, 3, 5, 6)]
    assert found == [[0], [0, 1], [1], [1], [0, 1]]
    assert made.members(FIRST - 1).tolist() == []
    assert not made.has_parents


def test_changes_are_those_of_the_state_by_day() -> None:
    made = composite(*COMING_AND_GOING)
    who, days, joined = made.changes()
    # Line 2 was never in, so nothing changes when it is found out.
    assert list(zip(who.tolist(), days.tolist(), joined.tolist(), strict=True)) == [
        (0, at(0), True),
        (1, at(2), True),
        (0, at(3), False),
        (0, at(6), True),
    ]
    assert made.change_days.tolist() == [at(session) for session in (0, 2, 3, 4, 6)]


def test_the_last_row_of_a_day_stands() -> None:
    made = composite((0, 1, True), (0, 3, True), (0, 3, False), (1, 3, True))
    assert made.members(at(3)).tolist() == [1]
    who, days, joined = made.changes()
    assert list(zip(who.tolist(), days.tolist(), joined.tolist(), strict=True)) == [
        (0, at(1), True),
        (0, at(3), False),
        (1, at(3), True),
    ]
    nobody = composite()
    assert nobody.changes()[0].size == 0
    assert nobody.members(at(3)).size == 0


def test_a_composite_of_lists_is_in_one_of_them_and_in_none_of_the_others() -> None:
    first, second, other = Timeline("a"), Timeline("b"), Timeline("o")
    first.record(at(0), codes(0))
    second.record(at(5), codes(1, 2))
    other.record(at(8), codes(1))
    everybody = [(line, 0, True) for line in range(3)]
    made = composite(*everybody, of=[first, second], except_=[other])
    found = [made.members(at(session)).tolist() for session in (0, 5, 8)]
    assert found == [[0], [0, 1, 2], [0, 2]]
    assert made.change_days.tolist() == [at(0), at(5), at(8)]
    assert made.has_parents


def test_a_state_after_the_calendar_is_on_its_last_session() -> None:
    made = composite((0, len(SESSIONS) + 3, True))
    assert made.members(at(9)).tolist() == [0]
    assert made.members(at(8)).tolist() == []
