"""Where a window ends that should end after the data, as that of a forecast does."""

from __future__ import annotations

import datetime as dt

import numpy as np

from indexcalc.market.calendar.sessions import Sessions, date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.dates.schedules import window
from indexcalc.methodology.values.values import Duration


def known_end(over: Duration, sessions: Sessions, to: dt.date, last: dt.date) -> dt.date:
    """The day a window that should end with ``to`` ends with, where data end with ``last``.

    A forecast's cut-off may lie past the data.  A window of so many sessions, and one that has not
    begun, is the one that ends with the data; of another the part up to there is measured.
    """
    if to <= last:
        return to
    first, stop = window(over, sessions, to)
    begun = first < stop and sessions.date(first) <= last
    return to if begun and over.unit != "sessions" else last


def data_end(market: Market, to: dt.date) -> dt.date:
    """The last session of a market; the one before where a window to ``to`` would end between the two and
    nothing has traded yet on the last: it is a session to come, not one the window could be measured up to.
    """
    days = market.days
    if days.size < 2 or not int(days[-2]) < day_number(to) <= int(days[-1]):
        return date_of(days[-1])
    return date_of(days[-1 if market.memo("traded last", lambda: _traded_last(market)) else -2])


def _traded_last(market: Market) -> bool:
    panel = market.panel
    panel.need(("close",))
    return bool((~np.isnan(panel.column("close", panel.size - 1, panel.size))).any())
