"""Axes: ticks at round numbers, or at the first days of years or months."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec import Struct

from indexcalc.arrays import Floats
from indexcalc.market.calendar.sessions import date_of, day_number

_Numbers = TypeVar("_Numbers", float, Floats)
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_YEARS = (1, 2, 5, 10, 20, 50)
_MONTHS = (1, 3, 6)
_DAYS_A_MONTH = 30.44
_LETTER = 8.0
_GAP = 6.0


class Scale(Struct, frozen=True):
    """From values in ``low`` .. ``high`` to pixels in ``start`` .. ``stop``; ``ticks``: value and text."""

    low: float
    high: float
    start: float
    stop: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, value: _Numbers) -> _Numbers:
        """The pixel of a value, or of each of many."""
        span = self.high - self.low
        return self.start + (value - self.low) / span * (self.stop - self.start)


def numbers(
    values: Sequence[float], start: float, stop: float, n: int = 5, *, zero: bool = False
) -> Scale:
    """A scale over all ``values``, ending on round numbers; ``zero``: from zero."""
    low, high = min(values), max(values)
    low = min(low, 0.0) if zero else low
    if high - low < 1e-12 * max(abs(high), 1.0):
        low, high = low - 0.5 * max(abs(low), 1e-6), high + 0.5 * max(abs(high), 1e-6)
    raw = (high - low) / n
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * part for part in _STEPS if size * part >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    decimals = max(0, -math.floor(math.log10(step)) + (step / size == 2.5))
    # Adding zero makes a negative zero a plain one.
    ticks = [
        (multiple * step, f"{multiple * step + 0.0:,.{decimals}f}")
        for multiple in range(first, last + 1)
    ]
    return Scale(first * step, last * step, start, stop, tuple(ticks))


def margin(labels: Iterable[str], least: float) -> float:
    """Units of width left of a plot for the ``labels`` of its ticks, ``least`` where these are short."""
    return max(least, _GAP + _LETTER * max(map(len, labels), default=0))


def dates(days: Sequence[int], start: float, stop: float, n: int = 10) -> Scale:
    """A scale over days (since 1970-01-01), with ticks on first days of years, or of months."""
    low, high = int(days[0]), int(days[-1])
    high = max(high, low + 1)
    first, last = date_of(low), date_of(high)
    years = last.year - first.year
    ticks: list[tuple[float, str]] = []
    if years >= 2:
        step = next((step for step in _YEARS if years / step <= n), _YEARS[-1])
        for year in range(first.year, last.year + 1):
            day = day_number(dt.date(year, 1, 1))
            if year % step == 0 and low <= day <= high:
                ticks.append((float(day), str(year)))
    else:
        months = (high - low) / _DAYS_A_MONTH
        by = next((step for step in _MONTHS if months / step <= n), _MONTHS[-1])
        for number in range(first.year * 12, last.year * 12 + 12):
            day = day_number(dt.date(number // 12, number % 12 + 1, 1))
            if number % 12 % by == 0 and low <= day <= high:
                ticks.append((float(day), f"{number // 12}-{number % 12 + 1:02d}"))
    if not ticks:
        ticks = [(float(low), first.isoformat()), (float(high), last.isoformat())]
    return Scale(low, high, start, stop, tuple(ticks))
