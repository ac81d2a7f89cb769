"""What is read off a level series: drawdown, returns of calendar years and months, rolling volatility."""

from __future__ import annotations

import datetime as dt

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Days, Floats
from indexcalc.calculation.figures.returns_and_drawdown import daily_returns, drawdown
from indexcalc.market.calendar import packaged
from indexcalc.market.calendar.packaged import session_after
from indexcalc.market.calendar.sessions import date_of

WINDOW = 60
_GAP_DAYS = 20


class Period(Struct, frozen=True):
    """A calendar year or month: its return; ``whole``: the data hold all of it."""

    year: int
    month: int
    gain: float
    whole: bool


class Drawdown(Struct, frozen=True):
    """The deepest fall: ``depth`` (a share below zero), days of the peak, the trough, and of the
    recovery (None: not yet)."""

    depth: float
    peak: int
    trough: int
    recovered: int | None


def deepest(days: Days, level: Floats) -> Drawdown:
    """The deepest drawdown of a series."""
    below = drawdown(level)
    trough = int(np.argmin(below))
    peak = int(np.argmax(level[: trough + 1]))
    later = np.flatnonzero(level[trough:] >= level[peak])
    recovered = int(days[trough + later[0]]) if later.size and trough else None
    return Drawdown(float(below[trough]), int(days[peak]), int(days[trough]), recovered)


def years(days: Days, level: Floats, calendar: str = "") -> list[Period]:
    """The return of each calendar year: close of its last session over that of the year before.

    The first year runs from the base and is not ``whole``; the last is where the session of ``calendar``
    after it is one of the next year.
    """
    return _periods(days, level, calendar, by_month=False)


def months(days: Days, level: Floats, calendar: str = "") -> list[Period]:
    """The return of each calendar month, as ``years``."""
    return _periods(days, level, calendar, by_month=True)


def _periods(days: Days, level: Floats, calendar: str, *, by_month: bool) -> list[Period]:
    dates = [date_of(int(day)) for day in days]
    keys = [_period(day, by_month) for day in dates]
    ended = bool(dates) and _period(session_after(calendar, dates[-1]), by_month) != keys[-1]
    last = [at for at in range(len(keys)) if at + 1 == len(keys) or keys[at + 1] != keys[at]]
    periods = []
    before = 0
    for number, at in enumerate(last):
        year, month = keys[at]
        whole = number > 0 and (ended or number < len(last) - 1)
        periods.append(Period(year, month, float(level[at] / level[before] - 1.0), whole))
        before = at
    return periods


def _period(day: dt.date, by_month: bool) -> tuple[int, int]:
    return day.year, day.month if by_month else 0


def rolling_volatility(level: Floats, periods: float, window: int = WINDOW) -> Floats:
    """``sqrt(periods) * std`` of the last ``window`` daily returns (ddof 1), NaN before: (n,)."""
    result = np.full(level.size, np.nan)
    returns = daily_returns(level)
    if returns.size < window:
        return result
    views = np.lib.stride_tricks.sliding_window_view(returns, window)
    result[window:] = np.std(views, axis=1, ddof=1) * np.sqrt(periods)
    return result


def decimated(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """The points that a picture ``columns`` wide needs: first, lowest, highest and last of each."""
    known = np.isfinite(y)
    x, y = x[known], y[known]
    if x.size <= 4 * columns:
        return x, y
    edges = np.linspace(x[0], x[-1], columns + 1)
    bucket = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, columns - 1)
    first = np.flatnonzero(np.diff(bucket, prepend=-1))
    last = np.append(first[1:], x.size) - 1
    # Sorted by column and then by height, each column begins with its lowest point, or its highest.
    lowest, highest = np.lexsort((y, bucket))[first], np.lexsort((-y, bucket))[first]
    chosen = np.unique(np.concatenate([first, lowest, highest, last]))
    return x[chosen], y[chosen]


def sessions_of(calendar: str, first: int, last: int) -> int | None:
    """How many sessions a shipped calendar has from a day to a day; None: there is no such calendar, or
    it does not reach as far."""
    if calendar not in packaged.names():
        return None
    sessions = packaged.packaged(calendar).days
    if first < sessions[0] or last > sessions[-1]:
        return None
    start, stop = np.searchsorted(sessions, first), np.searchsorted(sessions, last, side="right")
    return int(stop - start)


def unobserved(days: Days, calendar: str) -> list[tuple[int, int]]:
    """Stretches (from a day, to a day) between which sessions of a calendar have no row, joined where
    they touch.  Without a shipped table of that name: more than twenty days between two rows."""
    if calendar in packaged.names():
        sessions = packaged.packaged(calendar).days
        place = np.searchsorted(sessions, days)
        missing = np.diff(place) > 1
    else:
        missing = np.diff(days) > _GAP_DAYS
    found: list[tuple[int, int]] = []
    for at in np.flatnonzero(missing).tolist():
        start, stop = int(days[at]), int(days[at + 1])
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return found
