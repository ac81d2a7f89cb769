"""Sessions of a demo market and the days of its yearly facts, against a calendar on paper."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.market.calendar.choose import packaged
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.demo.clock import Clock, make_clock
from tests.unit.market.demo.lines_of_a_demo import clock


@pytest.fixture(scope="module")
def year() -> Clock:
    """From Thursday 2025-10-30, 365 days before the last, to Friday 2026-10-30."""
    return make_clock(packaged("XKRX"), 1.0)


def test_the_first_and_the_last_session(year: Clock) -> None:
    assert year.sessions.date(0) == dt.date(2025, 10, 30)
    assert year.sessions.date(len(year) - 1) == dt.date(2026, 10, 30)
    assert list(year.years) == [2025, 2026]


def test_months_end_where_the_next_one_has_begun(year: Clock) -> None:
    assert year.month_ends[2025, 10] == 1  # the 30th and the 31st
    assert year.sessions.date(year.month_ends[2025, 12]) == dt.date(2025, 12, 30)
    assert (2026, 10) not in year.month_ends  # another session of October may come


def test_record_days_go_ex_a_session_before_the_end_of_the_month(year: Clock) -> None:
    exes = [(y, m, year.sessions.date(ex)) for y, m, ex in year.record_exes((12, 3))]
    assert exes == [(2025, 12, dt.date(2025, 12, 29)), (2026, 3, dt.date(2026, 3, 30))]
    assert year.record_exes(()) == []


def test_float_is_measured_two_months_before_it_counts(year: Clock) -> None:
    dates = [tuple(map(year.sessions.date, pair)) for pair in year.float_dates()]
    # The second Thursdays are 11 December 2025 and 11 June 2026; December 2026 is not reached.
    assert dates == [
        (dt.date(2025, 10, 31), dt.date(2025, 12, 12)),
        (dt.date(2026, 4, 30), dt.date(2026, 6, 12)),
    ]


def test_a_day_past_the_end_is_the_next_day() -> None:
    three = clock(3)
    assert [three.day(position) - day_number(dt.date(2024, 1, 1)) for position in (0, 2, 3, 9)] == [
        *(0, 2, 3, 3)
    ]
    assert three.float_dates() == []
