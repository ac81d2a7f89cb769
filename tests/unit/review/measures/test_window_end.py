"""Where windows of a forecast end, by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.methodology.values.values import Duration
from indexcalc.review.measures.window_end import data_end, known_end
from tests.unit.calculation.small import day, line, market

DAYS = Sessions("x", "", np.arange(day_number(day(0)), day_number(day(90)), dtype=np.int32))
MONTHS, SESSIONS = (
    Duration(2, "calendar months", "2 calendar months"),
    Duration(20, "sessions", "20 sessions"),
)


def test_a_window_that_ends_with_the_data_or_before_is_as_said() -> None:
    for over in (MONTHS, SESSIONS):
        assert known_end(over, DAYS, day(50), day(60)) == day(50)
        assert known_end(over, DAYS, day(50), day(50)) == day(50)


def test_a_window_that_has_begun_goes_on_and_one_of_sessions_moves() -> None:
    """Two months to 21 February begin with January: on 10 January they have begun."""
    assert known_end(MONTHS, DAYS, day(50), day(8)) == day(50)
    assert known_end(SESSIONS, DAYS, day(50), day(40)) == day(40)


def test_a_window_that_has_not_begun_is_the_one_to_the_data() -> None:
    """Two months to 31 March begin with February."""
    assert known_end(MONTHS, DAYS, dt.date(2024, 3, 31), dt.date(2024, 1, 31)) == day(29)
    assert known_end(MONTHS, DAYS, dt.date(2024, 3, 31), dt.date(2024, 2, 1)) == dt.date(
        2024, 3, 31
    )


@pytest.mark.parametrize(("to", "end"), [(1, 9), (2, 9), (3, 2), (9, 2), (10, 9)])
def test_a_last_session_without_a_price_is_one_to_come(to: int, end: int) -> None:
    """Data to session 2, and session 9 on which nothing has traded: only windows that would end between
    the two ask for what is not there."""
    over = market(line("A", [1, 1, 1]), line("A", [None], start=9))
    assert data_end(over, day(to)) == day(end)


def test_a_last_session_with_any_price_is_the_end_of_the_data() -> None:
    over = market(line("A", [1, 1, 1]), line("B", [5], start=9), line("A", [None], start=9))
    assert data_end(over, day(8)) == day(9)
    assert data_end(market(line("A", [1])), day(5)) == day(0)
