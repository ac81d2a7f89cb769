"""Positions among sessions: before the first, between two, after the last."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.arrays import NULL_DAY
from indexcalc.market.calendar.sessions import Sessions, date_of, date_text, day_number, days_later

FRIDAY, MONDAY = dt.date(2024, 1, 5), dt.date(2024, 1, 8)
SESSIONS = Sessions("X", "1", np.array([day_number(FRIDAY), day_number(MONDAY)], dtype=np.int32))


def test_days_and_dates() -> None:
    assert day_number(dt.date(1970, 1, 2)) == 1
    assert date_of(day_number(MONDAY)) == MONDAY
    assert date_text(day_number(MONDAY)) == "2024-01-08"
    assert date_text(NULL_DAY) == "always"


def test_a_day_between_two_sessions() -> None:
    saturday = dt.date(2024, 1, 6)
    assert SESSIONS.at_or_before(saturday) == 0
    assert SESSIONS.at_or_after(saturday) == 1
    assert not SESSIONS.is_session(saturday)
    assert SESSIONS.is_session(MONDAY)


def test_days_outside() -> None:
    assert SESSIONS.at_or_before(dt.date(2024, 1, 4)) == -1
    assert SESSIONS.at_or_after(dt.date(2024, 1, 9)) == len(SESSIONS) == 2
    with pytest.raises(IndexError):
        SESSIONS.date(2)
    with pytest.raises(IndexError):
        SESSIONS.date(-1)


def test_days_that_are_no_sessions_in_their_order() -> None:
    thursday, saturday = day_number(FRIDAY) - 1, day_number(FRIDAY) + 1
    tuesday = day_number(MONDAY) + 1
    days = np.array([tuesday, day_number(MONDAY), thursday, saturday], dtype=np.int32)
    assert SESSIONS.strange(days).tolist() == [tuesday, thursday, saturday]
    assert Sessions("none", "1", days[:0]).strange(days).tolist() == days.tolist()


def test_no_date_is_later_than_the_last_there_is() -> None:
    assert days_later(FRIDAY, 3) == MONDAY
    assert days_later(dt.date(9999, 12, 31), 1) == days_later(FRIDAY, 10**9) == dt.date.max
