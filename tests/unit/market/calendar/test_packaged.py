"""The packaged session tables, against dates known from elsewhere."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.diagnostics import DataError
from indexcalc.market.calendar import packaged as session_tables
from indexcalc.market.calendar.packaged import (
    names,
    packaged,
    packaged_table,
    read_corrections,
    session_after,
    table_text,
)
from indexcalc.market.calendar.sessions import date_of


def closed_weekdays(year: int) -> list[str]:
    """MM-DD of the weekdays of a year that are no session by the packaged table."""
    sessions = packaged("XKRX")
    days = (dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(366))
    return [
        f"{day:%m-%d}"
        for day in days
        if day.year == year and day.weekday() < 5 and not sessions.is_session(day)
    ]


def test_closed_weekdays_of_2019_are_those_the_exchange_announced() -> None:
    announced = (
        "01-01 02-04 02-05 02-06 03-01 05-01 05-06 06-06 08-15 09-12 09-13 10-03 10-09 12-25 12-31"
    )
    assert closed_weekdays(2019) == announced.split()


def test_closed_weekdays_of_2026_hold_the_election_and_constitution_day() -> None:
    by_hand = (
        "01-01 02-16 02-17 02-18 03-02 05-01 05-05 05-25 06-03 07-17 08-17 09-24 09-25 10-05 10-09"
        " 12-25 12-31"
    )
    assert closed_weekdays(2026) == by_hand.split()


@pytest.mark.parametrize(
    "last",
    ["2017-12-28", "2019-12-30", "2020-12-30", "2024-12-30", "2025-12-30"],
)
def test_last_session_of_the_year(last: str) -> None:
    date = dt.date.fromisoformat(last)
    sessions = packaged("XKRX")
    assert sessions.date(sessions.at_or_before(dt.date(date.year, 12, 31))) == date


def test_saturdays_were_sessions_until_the_five_day_week() -> None:
    sessions = packaged("XKRX")
    assert sessions.is_session(dt.date(1998, 12, 5))
    assert not sessions.is_session(dt.date(1998, 12, 12))
    assert not sessions.is_session(dt.date(1998, 10, 3))  # National Foundation Day, a Saturday
    later = [date_of(day) for day in sessions.days if date_of(day) > dt.date(1998, 12, 5)]
    assert {day.weekday() for day in later} == {0, 1, 2, 3, 4}


def test_base_dates_of_the_korean_indices_are_sessions() -> None:
    sessions = packaged("XKRX")
    assert sessions.is_session(dt.date(1980, 1, 4))  # KOSPI
    assert sessions.is_session(dt.date(1990, 1, 3))  # KOSPI 200
    assert sessions.is_session(dt.date(1996, 7, 1))  # KOSDAQ
    assert sessions.date(0) == dt.date(1980, 1, 4)


def test_days_are_ascending_and_cannot_be_changed() -> None:
    days = packaged("XKRX").days
    assert (days[1:] > days[:-1]).all()
    assert days.dtype.name == "int32"
    with pytest.raises(ValueError, match="read-only"):
        days[0] = 0


def test_every_correction_is_in_the_table_with_its_reason_and_source() -> None:
    file = Path(session_tables.__file__).parent / "session_tables" / "XKRX.corrections.txt"
    corrections = read_corrections(file.read_text(encoding="utf-8"), file.name)
    assert len(corrections) > 20
    sessions = packaged("XKRX")
    for correction in corrections:
        assert sessions.is_session(correction.date) is correction.is_open, correction
        reason, _, source = correction.reason.partition(" | ")
        assert reason
        assert source


def test_verified_range_ends_where_only_expectations_follow() -> None:
    table = packaged_table("XKRX")
    assert table.verified_from == dt.date(1995, 2, 4)
    assert table.verified_until == dt.date(2026, 12, 31)
    assert names() == ("XKRX",)


def test_unknown_table_names_those_there_are() -> None:
    with pytest.raises(DataError, match=r"DTE102.*'XXXX'.*XKRX") as caught:
        packaged("XXXX")
    assert caught.value.diagnostics[0].hint


def test_reading_a_table_imports_neither_pandas_nor_pyarrow() -> None:
    code = (
        "import sys; from indexcalc.market.calendar.choose import packaged; assert len(packaged('XKRX'));"
        "print([name for name in ('pandas', 'pyarrow', 'exchange_calendars') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr


@given(
    st.sets(st.dates(dt.date(1997, 1, 1), dt.date(1999, 12, 31)), min_size=1, max_size=300),
    st.booleans(),
)
def test_a_table_read_back_is_the_table_written(days: set[dt.date], saturdays: bool) -> None:
    if not saturdays:
        days = {day for day in days if day.weekday() != 5} or {dt.date(1998, 1, 1)}
    first, last = dt.date(1997, 1, 1), dt.date(1999, 12, 31)
    text = table_text("XTST", days, first, last, (first, last), "Made by a test.")
    table = session_tables._read_table(text)
    assert [date_of(day) for day in table.sessions.days] == sorted(days)
    assert table.sessions.name == "XTST"


def test_a_written_table_says_only_what_differs_from_the_ordinary_week() -> None:
    # 2024-01-01 is a Monday: that week without its Tuesday, and with a session on the Sunday.
    days = {dt.date(2024, 1, day) for day in (1, 3, 4, 5, 7)}
    first, last = dt.date(2024, 1, 1), dt.date(2024, 1, 7)
    text = table_text("XTST", days, first, last, (first, last), "Made by a test.")
    assert text.splitlines()[-1] == "2024 0102 +0107"


def test_every_bad_correction_line_is_reported_with_its_place() -> None:
    text = "# comment\nclosed 2026-06-03 election\nshut 2026-06-04\n\n  open 2026-13-01 x\nopen\n"
    with pytest.raises(DataError) as caught:
        read_corrections(text, "mine.txt")
    places = [(found.code, found.span) for found in caught.value.diagnostics]
    assert [(code, span.line, span.column) for code, span in places if span is not None] == [
        ("DTE104", 3, 1),
        ("DTE104", 5, 3),
        ("DTE104", 6, 1),
    ]


def test_the_session_after_a_day() -> None:
    """31 December is never a session of KRX; without a table Mondays to Fridays follow."""
    assert session_after("XKRX", dt.date(2025, 12, 30)) == dt.date(2026, 1, 2)
    assert session_after("XKRX", dt.date(2025, 12, 29)) == dt.date(2025, 12, 30)
    assert session_after("", dt.date(2025, 12, 30)) == dt.date(2025, 12, 31)
    assert session_after("", dt.date(2025, 12, 26)) == dt.date(2025, 12, 29)
