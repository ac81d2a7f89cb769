"""Make a packaged session table from exchange_calendars and the corrections kept beside it.

    python tools/make_sessions.py XKRX --first 1980-01-01 --last 2036-12-31 \\
        --verified 1995-01-03 2026-12-31

Maintenance only (extra ``calendars``): nothing of it runs when an index is computed.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import exchange_calendars
import pandas as pd
from exchange_calendars.exchange_calendar import HolidayCalendar

from indexcalc.market.calendar.packaged import SATURDAY, read_corrections, table_text

SESSIONS = (
    Path(__file__).resolve().parent.parent / "indexcalc" / "market" / "calendar" / "session_tables"
)


def library_sessions(name: str, first: dt.date, last: dt.date) -> set[dt.date]:
    """The library's sessions, with the Saturdays it declares but (4.13.2) leaves out."""
    calendar = exchange_calendars.get_calendar(name, start=str(first), end=str(last))
    found = {day.date() for day in calendar.sessions}
    closed = set(pd.DatetimeIndex(calendar.adhoc_holidays).date)
    if calendar.regular_holidays is not None:
        assert isinstance(calendar.regular_holidays, HolidayCalendar)
        closed |= set(calendar.regular_holidays.holidays(str(first), str(last)).date)
    for begin, end, mask in calendar.special_weekmasks:
        if mask[SATURDAY] != "1":
            continue
        start = max(first, begin.date()) if begin is not None else first
        stop = min(last, end.date()) if end is not None else last
        day = start + dt.timedelta(days=(SATURDAY - start.weekday()) % 7)
        while day <= stop:
            if day not in closed:
                found.add(day)
            day += dt.timedelta(days=7)
    return found


def main() -> None:
    """Write ``SESSIONS/NAME.txt``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name")
    parser.add_argument("--first", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--last", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--verified", type=dt.date.fromisoformat, nargs=2, required=True)
    given = parser.parse_args()
    sessions = library_sessions(given.name, given.first, given.last)
    corrections_file = SESSIONS / f"{given.name}.corrections.txt"
    if corrections_file.exists():
        text = corrections_file.read_text(encoding="utf-8")
        for correction in read_corrections(text, corrections_file.name):
            (sessions.add if correction.is_open else sessions.discard)(correction.date)
    made = (
        f"Made by tools/make_sessions.py from exchange_calendars {exchange_calendars.__version__}"
        f" and {corrections_file.name}."
    )
    verified = (given.verified[0], given.verified[1])
    text = table_text(given.name, sessions, given.first, given.last, verified, made)
    (SESSIONS / f"{given.name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
