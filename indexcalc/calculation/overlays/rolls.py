"""The months of a currency hedge: when contracts begin and end, and what is left of them on a day."""

from __future__ import annotations

import datetime as dt

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Days
from indexcalc.market.calendar.packaged import sessions_of, weekdays_between
from indexcalc.market.calendar.sessions import Sessions, date_of, day_number
from indexcalc.methodology.check.check import reaching
from indexcalc.methodology.dates.schedules import monthly_dates
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.date_phrases import DatePhrase
from indexcalc.methodology.values.dated import Dated
from indexcalc.notes import note

_MARGIN = dt.timedelta(days=70)


class Contract(Struct, frozen=True):
    """One forward: from the close of ``start`` to that of ``end`` (day numbers); ``opened``: the
    roll it belongs to, before ``start`` where the series begins between two rolls."""

    opened: int
    start: int
    end: int

    def left(self, day: int) -> float:
        """The part of the contract's calendar days still to come on ``day``: 1 at its roll, 0 at
        its end."""
        return (self.end - day) / (self.end - self.opened)


def contracts(
    rule: Methodology, roll: Dated[DatePhrase], sessions: Sessions, observed: Days, first: int
) -> tuple[list[Contract], list[str]]:
    """The contracts of the series from session ``first`` of ``observed`` on, in order, and what was
    taken for granted of the calendar.

    A roll on a session without levels takes place on the last one before.  The last contract ends
    after the data, on the next roll of the calendar; the first belongs to the last roll up to the
    first session, before the data too.  Where the calendar does not reach, weekdays are sessions.
    """
    begin, last = date_of(int(observed[first])), date_of(int(observed[-1]))
    sessions, after_end = reaching(sessions, last + _MARGIN)
    sessions, before_start = _reaching_back(sessions, begin - _MARGIN)
    notes = [said for said in (before_start, after_end) if said]
    days = monthly_dates(roll, rule, sessions, begin - _MARGIN, last + _MARGIN)
    expiries: list[int] = []
    for date in days:
        day = day_number(date)
        if day <= observed[-1]:
            row = int(np.searchsorted(observed, day, side="right")) - 1
            if row >= 0 and day >= observed[0]:
                day = int(observed[row])
        if not expiries or day > expiries[-1]:
            expiries.append(day)
    start = int(observed[first])
    before = [day for day in expiries if day <= start]
    after = [day for day in expiries if day > start]
    opened = before[-1] if before else start
    chain: list[Contract] = []
    for end in after:
        chain.append(Contract(opened, start, end))
        opened = start = end
        if end > observed[-1]:
            break
    return chain, notes


def _reaching_back(sessions: Sessions, to: dt.date) -> tuple[Sessions, str]:
    """Sessions that reach back to a day: Mondays to Fridays before their first."""
    first = int(sessions.days[0])
    if first <= day_number(to):
        return sessions, ""
    more = weekdays_between(day_number(to), first - 1)
    joined = sessions_of(sessions.name, np.concatenate([more, sessions.days]))
    return joined, note("weekdays_before", day=date_of(first))


def year_fraction(convention: str, start: dt.date, end: dt.date) -> tuple[int, int]:
    """(days, days of a year) from ``start`` to ``end`` under ``ACT/365``, ``ACT/360`` or ``30/360``.

    ``30/360`` is the bond basis: a start on the 31st is the 30th, and so is an end on the 31st if
    the start is the 30th or 31st.
    """
    if convention == "30/360":
        first = min(start.day, 30)
        last = 30 if end.day == 31 and first == 30 else end.day
        months = 12 * (end.year - start.year) + end.month - start.month
        return 30 * months + last - first, 360
    return (end - start).days, 365 if convention == "ACT/365" else 360


def accrued(rate: float, convention: str, start: dt.date, end: dt.date) -> float:
    """Simple interest on one unit at a yearly ``rate`` over the days from ``start`` to ``end``."""
    days, year = year_fraction(convention, start, end)
    return rate * days / year
