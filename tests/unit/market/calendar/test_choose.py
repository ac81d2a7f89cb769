"""Which sessions a run counts in, in the order of the sources, and what is then assumed."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pytest

from indexcalc.arrays import Days
from indexcalc.diagnostics import DataError
from indexcalc.market.calendar.choose import (
    choose,
    from_exchange_calendars,
    packaged,
    read_override,
)
from indexcalc.market.calendar.sessions import Sessions, date_of, day_number


def days(*dates: str) -> Days:
    """Day numbers of ISO dates."""
    return np.array([day_number(dt.date.fromisoformat(date)) for date in dates], dtype=np.int32)


WEEK = days("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05")  # 03-02 is closed in Seoul


def test_the_override_comes_first() -> None:
    override = Sessions("mine.txt", "v", days("2026-03-03", "2026-03-04"))
    chosen, assumptions = choose("XKRX", override, days("2026-03-05"), days("2026-03-03"))
    assert chosen.name == "mine.txt"
    assert [date_of(day).isoformat() for day in chosen.days[:2]] == ["2026-03-03", "2026-03-04"]
    assert not any("no session by" in text for text in assumptions)


def test_the_markets_sessions_come_before_the_packaged_table() -> None:
    chosen, _ = choose("XKRX", None, WEEK[::-1], WEEK[1:])
    assert chosen.name == "market"
    assert chosen.is_session(dt.date(2026, 3, 2))  # closed in the packaged table
    assert (chosen.days[:4] == WEEK).all()


def test_the_packaged_table_serves_the_rules_calendar_without_assumption() -> None:
    chosen, assumptions = choose("XKRX", None, None, WEEK[1:])
    assert chosen is packaged("XKRX")
    assert assumptions == []


def test_the_dates_of_daily_are_an_assumption() -> None:
    chosen, assumptions = choose("XTKS", None, None, np.repeat(WEEK[::-1], 2))
    assert chosen.name == "daily"
    assert (chosen.days[:4] == WEEK).all()
    assert "sessions are the dates of `daily`" in assumptions[0]
    assert "XTKS" in assumptions[0]


def test_price_dates_that_are_no_session_are_said() -> None:
    _, assumptions = choose("XKRX", None, None, WEEK)
    assert len(assumptions) == 1
    assert assumptions[0].startswith(
        "outside the sessions of the packaged table of XKRX: 1 of 4 dates"
    )
    assert "2026-03-02" in assumptions[0]


def test_a_market_table_that_ends_is_continued_with_the_packaged_one() -> None:
    chosen, assumptions = choose("XKRX", None, WEEK, WEEK)
    assert not chosen.is_session(dt.date(2026, 6, 3))
    assert chosen.is_session(dt.date(2026, 6, 4))
    assert chosen.date(len(chosen) - 1) > dt.date(2027, 3, 31)
    expected = "sessions after 2026-03-05, the last of market, are those of the packaged table"
    assert [text for text in assumptions if text.startswith(expected)]


def test_without_a_packaged_table_the_future_is_mondays_to_fridays() -> None:
    chosen, assumptions = choose("XTKS", None, None, days("2026-03-05"))
    following = [date_of(day).isoformat() for day in chosen.days[1:4]]
    assert following == ["2026-03-06", "2026-03-09", "2026-03-10"]
    assert "Mondays to Fridays" in assumptions[-1]


def test_past_the_end_of_a_packaged_table_weekdays_follow() -> None:
    chosen, assumptions = choose("XKRX", None, None, days("2036-12-30"))
    # 2036-12-31, a Wednesday, is inside the table's range and closed; weekdays start after its last.
    assert chosen.date(len(chosen) - 1) > dt.date(2037, 12, 31)
    assert "Mondays to Fridays" in assumptions[-1]
    assert any("after 2026-12-31" in text for text in assumptions)


def test_a_source_that_ends_within_reach_of_the_packaged_end_uses_both() -> None:
    chosen, assumptions = choose("XKRX", None, days("2036-06-02"), days("2036-06-02"))
    assert not chosen.is_session(dt.date(2036, 12, 25))
    assert chosen.is_session(dt.date(2037, 1, 5))
    assert "until 2036-12-30, then Mondays to Fridays" in assumptions[-1]


def test_prices_before_the_checked_range_are_an_assumption() -> None:
    _, assumptions = choose("XKRX", None, None, days("1990-01-03"))
    assert len(assumptions) == 1
    assert "before 1995-02-04" in assumptions[0]


def test_the_same_days_have_the_same_version_and_others_another() -> None:
    first, _ = choose("XTKS", None, None, WEEK)
    again, _ = choose("XTKS", None, None, WEEK[::-1])
    other, _ = choose("XTKS", None, None, WEEK[1:])
    assert first.version == again.version != other.version


@pytest.mark.parametrize("market_sessions", [None, days()])
def test_no_session_at_all_is_an_error(market_sessions: Days | None) -> None:
    with pytest.raises(DataError, match="DTE103"):
        choose("XTKS", None, market_sessions, days())


def test_choosing_leaves_the_callers_arrays_writable() -> None:
    given = WEEK.copy()
    choose("XTKS", None, given, given)
    given[0] = 0


def test_an_override_that_corrects_the_packaged_table(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(
        "# an election called at short notice\nclosed 2027-03-03 election\nopen 2027-03-06\n"
        "closed 2027-03-04 mistaken\nopen 2027-03-04 the later line wins\n",
        encoding="utf-8",
    )
    found = read_override(file, "XKRX")
    base = packaged("XKRX")
    assert not found.is_session(dt.date(2027, 3, 3))
    assert found.is_session(dt.date(2027, 3, 4))
    assert found.is_session(dt.date(2027, 3, 6))
    assert len(found) == len(base)
    assert found.version != base.version
    assert str(tmp_path) not in found.name


def test_an_override_that_lists_every_session(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("# two days\n2026-03-04\n\n2026-03-03\n2026-03-04\n", encoding="utf-8")
    found = read_override(file, "XTKS")
    assert [date_of(day).isoformat() for day in found.days] == ["2026-03-03", "2026-03-04"]


def test_every_bad_line_of_an_override_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("2026-03-03\n2026-02-30\nclosed 2026-03-04\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_override(file, "XKRX")
    spans = [found.span for found in caught.value.diagnostics]
    assert [span.line for span in spans if span is not None] == [2, 3]
    assert {found.code for found in caught.value.diagnostics} == {"DTE104"}


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "DTE103"), (b"\xff\xfe\xff", "DTE104"), (None, "DTE104")]
)
def test_an_override_that_holds_nothing(tmp_path: Path, content: bytes | None, code: str) -> None:
    file = tmp_path / "mine.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_override(file, "XKRX")
    assert [found.code for found in caught.value.diagnostics] == [code]


def test_corrections_to_a_calendar_without_a_table(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("closed 2026-03-03 x\n", encoding="utf-8")
    with pytest.raises(DataError, match="DTE102"):
        read_override(file, "XTKS")


def test_a_missing_calendar_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "exchange_calendars", None)
    with pytest.raises(DataError, match="DTE101") as caught:
        from_exchange_calendars("XNYS", dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert "indexcalc[calendars]" in caught.value.diagnostics[0].hint


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of pandas, inside the library
def test_other_exchanges_come_from_the_library() -> None:
    pytest.importorskip("exchange_calendars", reason="needs the extra `calendars`")
    found = from_exchange_calendars("XNYS", dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    closed = [
        day
        for day in (dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(366))
        if day.weekday() < 5 and not found.is_session(day)
    ]
    # The holidays NYSE published for 2024.
    published = "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25"
    assert [f"{day:%m-%d}" for day in closed] == published.split()
    assert found.days.dtype == np.int32
    assert "exchange_calendars" in found.version


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of pandas, inside the library
def test_a_calendar_the_library_does_not_know_or_cover() -> None:
    pytest.importorskip("exchange_calendars", reason="needs the extra `calendars`")
    with pytest.raises(DataError, match="DTE102"):
        from_exchange_calendars("XXXX", dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    with pytest.raises(DataError, match="DTE103"):
        from_exchange_calendars("XKRX", dt.date(1900, 1, 1), dt.date(1900, 12, 31))
    with pytest.raises(DataError, match="DTE103"):
        from_exchange_calendars("XNYS", dt.date(2024, 12, 31), dt.date(2024, 1, 1))
