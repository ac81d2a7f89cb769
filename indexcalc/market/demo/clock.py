"""The sessions of a demo market and the days on which its yearly facts fall."""

from __future__ import annotations

import datetime as dt

import numpy as np
from msgspec import Struct

from indexcalc.market.calendar.sessions import Sessions, date_of, day_number

LAST_DAY = dt.date(2026, 10, 30)


class Clock(Struct, frozen=True):
    """Sessions 0 .. n-1 of the market, and positions (into them) of the days facts depend on."""

    sessions: Sessions
    month_ends: dict[tuple[int, int], int]  # (year, month) -> position of its last session

    def __len__(self) -> int:
        return len(self.sessions)

    @property
    def years(self) -> range:
        """Calendar years the market touches."""
        return range(self.sessions.date(0).year, self.sessions.date(len(self) - 1).year + 1)

    def day(self, position: int) -> int:
        """Day number of a session; past the end, the day after the last one."""
        days = self.sessions.days
        return int(days[position]) if position < len(days) else int(days[-1]) + 1

    def record_exes(self, months: tuple[int, ...]) -> list[tuple[int, int, int]]:
        """(year, month, ex-date position) of record days at the ends of ``months``.

        Settlement takes two sessions, so the ex-date is the session before the month's last one.
        """
        return [
            (year, month, end - 1)
            for (year, month), end in self.month_ends.items()
            if month in months and end >= 1
        ]

    def float_dates(self) -> list[tuple[int, int]]:
        """(measured, effective) positions of the float reviews: the last sessions of April and
        October, in force from the session after the second Thursday of June and December."""
        dates = []
        for year in self.years:
            for month in (6, 12):
                first = dt.date(year, month, 1)
                thursday = first + dt.timedelta(days=(3 - first.weekday()) % 7 + 7)
                effective = self.sessions.at_or_before(thursday) + 1
                measured = self.month_ends.get((year, month - 2))
                if measured is not None and measured < effective < len(self):
                    dates.append((measured, effective))
        return dates


def make_clock(sessions: Sessions, n_years: float) -> Clock:
    """The part of ``sessions`` in the ``n_years`` up to ``LAST_DAY``."""
    stop = sessions.at_or_before(LAST_DAY) + 1
    start_day = day_number(LAST_DAY) - round(n_years * 365.25)
    start = sessions.at_or_after(date_of(start_day))
    days = sessions.days[start:stop]
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    # The last month may go on after the market ends, so its end is not known.
    lasts = np.flatnonzero(months[1:] != months[:-1])
    month_ends = {
        (1970 + int(months[last]) // 12, 1 + int(months[last]) % 12): int(last) for last in lasts
    }
    return Clock(Sessions(sessions.name, sessions.version, days), month_ends)
