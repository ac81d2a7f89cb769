"""Sessions: the ordered trading days everything else counts in.

Days are ``int32`` days since 1970-01-01 inside arrays and ``datetime.date`` at the edges.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from msgspec import Struct

from indexcalc.arrays import NULL_DAY, Days, position_in

_EPOCH = dt.date(1970, 1, 1).toordinal()


def day_number(date: dt.date) -> int:
    """Days since 1970-01-01."""
    return date.toordinal() - _EPOCH


def date_of(day: int) -> dt.date:
    """The date of a day number."""
    return dt.date.fromordinal(int(day) + _EPOCH)


def days_later(date: dt.date, days: int) -> dt.date:
    """A date so many days later; the last there is (9999-12-31) where that lies beyond it."""
    return dt.date.fromordinal(min(date.toordinal() + days, dt.date.max.toordinal()))


def date_text(day: int) -> str:
    """A day number as ``2026-03-06`` (``always`` for the null day)."""
    return "always" if day == NULL_DAY else date_of(day).isoformat()


class Sessions(Struct, frozen=True):
    """Trading days in ascending order, with the name and version of their source.

    ``days`` has shape (n_sessions,), int32 days since 1970-01-01, strictly ascending.
    """

    name: str
    version: str
    days: Days

    def __len__(self) -> int:
        return int(self.days.size)

    def date(self, index: int) -> dt.date:
        """The session at a position; IndexError outside 0 .. len-1."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        return date_of(self.days[index])

    def at_or_before(self, date: dt.date) -> int:
        """Position of the last session on or before ``date``; -1 when there is none."""
        return position_in(self.days, day_number(date), "right") - 1

    def at_or_after(self, date: dt.date) -> int:
        """Position of the first session on or after ``date``; len(self) when there is none."""
        return position_in(self.days, day_number(date))

    def is_session(self, date: dt.date) -> bool:
        """Is ``date`` a trading day?"""
        index = self.at_or_before(date)
        return index >= 0 and self.date(index) == date

    def strange(self, days: Days) -> Days:
        """Those of ``days`` (n,), in their order, that are no trading days."""
        if not len(self):
            return days
        nearest = np.minimum(self.days.searchsorted(days), len(self) - 1)
        outside: Days = days[self.days[nearest] != days]
        return outside
