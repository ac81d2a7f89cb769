"""What a date phrase means in a calendar, by hand."""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np
import pytest

from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.methodology.dates.weekdays_and_anchors import (
    Context,
    days_in,
    months_before,
    nth_weekday,
    resolve,
)
from indexcalc.methodology.values.date_phrases import LAST, NthWeekday, parse_phrase

D = dt.date
FIRST = D(2024, 1, 1)
DAYS = [FIRST + dt.timedelta(days=n) for n in range(366)]
# Weekdays of 2024 but for the holiday of Thursday 2024-06-06.
SESSIONS = Sessions(
    "small",
    "0",
    np.array(
        [day_number(day) for day in DAYS if day.weekday() < 5 and day != D(2024, 6, 6)],
        dtype=np.int32,
    ),
)


@pytest.mark.parametrize(
    ("n", "weekday", "day"),
    [
        (1, 5, D(2024, 6, 1)),
        (2, 3, D(2024, 6, 13)),
        (5, 5, D(2024, 6, 29)),
        (5, 3, None),
        (LAST, 4, D(2024, 6, 28)),
        (LAST, 6, D(2024, 6, 30)),
    ],
)
def test_weekdays_of_a_month(n: int, weekday: int, day: dt.date | None) -> None:
    """June 2024 begins on a Saturday."""
    assert nth_weekday((2024, 6), NthWeekday(n, weekday)) == day


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("2nd thursday", D(2024, 6, 13)),
        ("1st thursday", D(2024, 6, 5)),  # a holiday: the session before
        ("session after 2nd thursday", D(2024, 6, 14)),
        ("2 sessions before 2nd thursday", D(2024, 6, 11)),
        ("last friday", D(2024, 6, 28)),
        ("first session of month", D(2024, 6, 3)),
        ("last session of month", D(2024, 6, 28)),
        ("last session 1 month before", D(2024, 5, 31)),
        ("5th thursday", None),
    ],
)
def test_what_a_phrase_means_in_june(phrase: str, day: dt.date | None) -> None:
    assert resolve(parse_phrase(phrase), Context(SESSIONS, {}, (2024, 6))) == day


def test_a_day_of_the_schedule_itself() -> None:
    context = Context(SESSIONS, {}, (2024, 6), days={"effective": D(2024, 6, 14)})
    assert resolve(parse_phrase("1 session before effective"), context) == D(2024, 6, 13)


def test_the_last_session_of_a_month_the_calendar_does_not_end_is_not_known() -> None:
    """The calendar ends on Wednesday 2024-06-12: there may be more sessions in June."""
    cut = [day for day in SESSIONS.days.tolist() if day <= day_number(D(2024, 6, 12))]
    short = Sessions("small", "0", np.array(cut, dtype=np.int32))
    assert resolve(parse_phrase("last session of month"), Context(short, {}, (2024, 6))) is None
    assert resolve(parse_phrase("2nd thursday"), Context(short, {}, (2024, 6))) is None


def test_months_are_counted_over_years() -> None:
    assert months_before((2024, 1), 1) == (2023, 12)
    assert months_before((2024, 12), -1) == (2025, 1)
    assert months_before((2024, 3), 15) == (2022, 12)


def test_the_days_of_every_month_are_those_of_the_standard_library() -> None:
    months = [(year, month) for year in (1900, 2000, *range(2019, 2029)) for month in range(1, 13)]
    for year, month in months:
        assert days_in(year, month) == calendar.monthrange(year, month)[1], (year, month)
