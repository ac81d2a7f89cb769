"""The months of a currency hedge: when contracts begin and end, and what is left of them on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexcalc.market.calendar import Sessions, date_of, day_number
from indexcalc.methodology.check import reaching
from indexcalc.methodology.dated import Dated
from indexcalc.methodology.dates import monthly_dates
from indexcalc.methodology.model import Methodology
from indexcalc.methodology.phrases import DatePhrase

_MARGIN = dt.timedelta(days=70)
Days = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Contract:
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
) -> list[Contract]:
    """The contracts of the series from session ``first`` of ``observed`` on, in order.

    A roll on a session without levels takes place on the last one before.  The last contract ends
    after the data: on the next roll of the calendar, continued on weekdays where it ends.
    """
    begin, last = date_of(int(observed[first])), date_of(int(observed[-1]))
    sessions, _ = reaching(sessions, last + _MARGIN)
    days = monthly_dates(roll, rule, sessions, begin - _MARGIN, last + _MARGIN)
    found: list[int] = []
    for date in days:
        day = day_number(date)
        if day <= observed[-1]:
            place = int(np.searchsorted(observed, day, side="right")) - 1
            if place >= 0 and day >= observed[0]:
                day = int(observed[place])
        if not found or day > found[-1]:
            found.append(day)
    start = int(observed[first])
    before = [day for day in found if day <= start]
    after = [day for day in found if day > start]
    opened = before[-1] if before else start
    made: list[Contract] = []
    for end in after:
        made.append(Contract(opened, start, end))
        opened = start = end
        if end > observed[-1]:
            break
    return made
