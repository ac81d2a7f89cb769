"""Levels as published: rounded to the decimals and in the direction that ``published`` gives each day.

A level is rounded from its shortest decimal text, which is what a person reads of the double: 2.675
at two decimals is 2.68, although the double lies below it.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from typing import Any, Final

import numpy as np
import pyarrow as pa

from indexcalc.arrays import Days, Floats, Ints
from indexcalc.diagnostics import DataError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.model.returns import Published
from indexcalc.methodology.values.dated import breakpoints

DECIMALS: Final = 2
ROUNDING: Final = "half_up"
_DIRECTIONS: Final = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
}
_LARGEST = 2.0**62
# A level and its decimal text are half a last bit apart at most, and so are their products with a power
# of ten: four times that.
_APART = 2.0**-50
# decimal128 holds 38 digits, of which twelve may be decimals.
LARGEST = 1e26


def published(level: float, decimals: int, rounding: str = ROUNDING) -> Decimal:
    """One level as printed; ``half_up`` rounds a half away from zero, ``down`` towards zero.

    DataError (CAL030): it is not finite, or has more digits than a published level can have.
    """
    if not math.isfinite(level) or abs(level) >= LARGEST:
        message = f"a value of {level!r} cannot be rounded and published; it must be below 1e26"
        hint = "look at the base level, and run `indexcalc market check`"
        raise DataError.of("CAL030", message, hint=hint)
    unit = Decimal(1).scaleb(-decimals)
    with localcontext(prec=60):
        return Decimal(repr(float(level))).quantize(unit, _DIRECTIONS[rounding])


def published_on(keys: Published, date: dt.date, level: float) -> Decimal:
    """One level as printed on a date."""
    return published(level, keys.decimals.get(date, DECIMALS), keys.rounding.get(date, ROUNDING))


def published_column(keys: Published, days: Days, levels: Floats) -> Any:
    """Levels (n,) of days (n,), or of several series (n_series, n) one after the other, as an Arrow
    decimal column.

    Each level is rounded as the rule says on its day; the column has the most decimals of any of
    these days.
    """
    series = np.atleast_2d(levels)
    spans = _spans(keys, days)
    scale = max((decimals for _, decimals, _ in spans), default=DECIMALS)
    reach = _LARGEST / 10.0**scale
    if not series.size or (series.min() > -reach and series.max() < reach):
        parts = (_units_of(level, spans, scale) for level in series)
        return arrow.from_decimals(parts, series.size, scale)
    texts = [[""] * days.size for _ in series]
    for made_texts, level in zip(texts, series, strict=True):
        for rows, decimals, rounding in spans:
            for row in rows.tolist():
                made_texts[row] = format(published(float(level[row]), decimals, rounding), "f")
    flat = (text for made_texts in texts for text in made_texts)
    return arrow.from_texts(flat).cast(pa.decimal128(38, scale))


def _spans(keys: Published, days: Days) -> list[tuple[Ints, int, str]]:
    """The rows between two changes of ``published``, with the decimals and the rounding of their days."""
    changes = breakpoints([keys.decimals, keys.rounding])
    span = np.searchsorted([day_number(date) for date in changes], days, side="right")
    starts = (dt.date.min, *changes)
    return [
        (
            np.flatnonzero(span == number),
            keys.decimals.get(starts[number], DECIMALS),
            keys.rounding.get(starts[number], ROUNDING),
        )
        for number in np.unique(span).tolist()
    ]


def _units_of(level: Floats, spans: list[tuple[Ints, int, str]], scale: int) -> Ints:
    """One series (n,) as published, in units of the decimal ``scale``."""
    made = np.zeros(level.size, dtype=np.int64)
    for rows, decimals, rounding in spans:
        made[rows] = _units(level[rows], decimals, rounding) * 10 ** (scale - decimals)
    return made


def _units(levels: Floats, decimals: int, rounding: str) -> Ints:
    """Levels (n,) as published, in units of the last decimal.

    Doubles decide where a level is clearly on one side; near a step its decimal text does.
    """
    scaled = levels * 10.0**decimals
    part = scaled - np.floor(scaled)
    near = np.abs(scaled) * _APART
    if rounding == "down":
        units = np.trunc(scaled).astype(np.int64)
        unsure = (part <= near) | (part >= 1.0 - near)
    else:
        units = (np.floor(scaled) + (part >= 0.5)).astype(np.int64)
        unsure = np.abs(part - 0.5) <= near
    for row in np.flatnonzero(unsure):
        units[row] = int(published(float(levels[row]), decimals, rounding).scaleb(decimals))
    return units
