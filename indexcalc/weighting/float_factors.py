"""Float factors: read from a table or made from holdings, then put through a rule's steps.

Readings chosen where the reference leaves room:

- Without ``source`` a line has its factor from ``float_factors`` where that knows one, else from
  ``holdings``.
- A row with a null ``known_at`` is known on its effective date, so that a factor effective on the day
  of a review is not known at its pricing; ``unknown_yet`` finds such rows, which deserve a word.
- A holder's latest row counts; ``min`` asks of each holder's own stake.  A line without any row of
  ``holdings`` has no float factor, and one with more excluded than listed shares neither.
- Steps work on exact multiples: a factor within 1e-9 of a step of the rounding is on it.
- ``keep_if_change_below`` compares what the steps before it made with the factor last published;
  a change of exactly that many points is taken (``keep_if_change_at_most``: it is not).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from indexcalc.arrays import Bools, Codes, Days, Floats
from indexcalc.market import arrow
from indexcalc.market.as_of import known_days
from indexcalc.market.market import Market
from indexcalc.methodology.model.universe_and_measures import Band, FloatStep, RoundTo
from indexcalc.methodology.values.values import Points, Share, Special

_ON_A_STEP = 1e-9
_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class Excluded:
    """A kind of holder whose shares are no float; ``min``: only stakes from this share up."""

    kind: str
    min: float = 0.0


@dataclass(frozen=True, slots=True)
class Stepped:
    """Float factors after a rule's steps, arrays (n,), NaN where not known.

    ``candidate``: what the steps made before a change too small was left out; ``kept``: it was.
    """

    factor: Floats
    candidate: Floats
    kept: Bools


class FloatTable:
    """Lookups into ``float_factors`` by the day a factor is in force and the day it was known."""

    def __init__(self, market: Market) -> None:
        table = market.table("float_factors")
        self.n = len(market.symbols)
        if table is None:
            self.codes: Codes = np.zeros(0, dtype=np.int32)
            self.days: Days = np.zeros(0, dtype=np.int32)
            self.known: Days = np.zeros(0, dtype=np.int32)
            self.dated: Bools = np.zeros(0, dtype=np.bool_)
            self.factors: Floats = np.zeros(0)
            return
        codes = arrow.codes_into(table.column("symbol"), market.order)
        days = arrow.days(table.column("effective_date"))
        # In the order in which a line's rows hold, so that a lookup only filters.
        keep = np.lexsort((days, codes))[int(np.count_nonzero(codes < 0)) :]
        self.codes = codes[keep]
        self.days = days[keep]
        self.known = known_days(table)[keep]
        self.dated = self.known != arrow.NULL_DAY
        self.known = np.where(self.dated, self.known, self.days).astype(np.int32)
        self.factors = arrow.floats(table.column("float_factor"))[keep]

    @property
    def late(self) -> bool:
        """Does a factor become known after the day from which it holds?"""
        return bool((self.known > self.days).any())

    @property
    def change_days(self) -> Days:
        """The days on which a factor comes to count, ascending."""
        made: Days = np.unique(np.maximum(self.days, self.known))
        return made

    def days_counting(self, lines: Bools) -> Days:
        """The days, ascending, on which rows of some lines (n,) come to count as known on the day."""
        made: Days = np.sort(np.maximum(self.days, self.known)[lines[self.codes]])
        return made

    def unknown_yet(self, day: int, known_by: int) -> Codes:
        """Lines with a factor of ``known_by`` < effective date <= ``day`` that says no ``known_at``."""
        late = (self.days <= day) & (self.days > known_by) & ~self.dated
        made: Codes = np.unique(self.codes[late])
        return made

    def at(self, day: int, known_by: int) -> Floats:
        """Factors (n,) in force on ``day`` as known on ``known_by``; NaN where none is."""
        made = np.full(self.n, np.nan)
        rows = np.flatnonzero((self.days <= day) & (self.known <= known_by))
        # Of several rows of a line the last assignment stands: the latest day.
        made[self.codes[rows]] = self.factors[rows]
        return made


class Holdings:
    """Float factors from who holds how many shares."""

    def __init__(self, market: Market) -> None:
        table = market.table("holdings")
        self.n = len(market.symbols)
        self.there = table is not None
        if table is None:
            return
        codes = arrow.codes_into(table.column("symbol"), market.order)
        days = arrow.days(table.column("date"))
        kinds, self.kinds = arrow.sorted_codes(table.column("holder_kind"))
        holders, _ = arrow.sorted_codes(table.column("holder"))
        # By line, kind and holder in the order of the days, so that a lookup only filters.
        keep = np.lexsort((days, holders, kinds, codes))[int(np.count_nonzero(codes < 0)) :]
        self.codes = codes[keep]
        self.days = days[keep]
        known = known_days(table)[keep]
        self.known = np.where(known == arrow.NULL_DAY, self.days, known).astype(np.int32)
        self.shares = arrow.floats(table.column("shares"))[keep]
        self.kind = kinds[keep].astype(np.int64)
        self.holder = holders[keep].astype(np.int64)

    def days_counting(self, lines: Bools) -> Days:
        """The days, ascending, on which rows of some lines (n,) come to count as known on the day."""
        made: Days = np.sort(np.maximum(self.days, self.known)[lines[self.codes]])
        return made

    def at(
        self, day: int, known_by: int, outstanding: Floats, excluded: Sequence[Excluded]
    ) -> Floats:
        """1 - excluded shares / ``outstanding`` (n,) on ``day``; NaN where it cannot be said."""
        if not self.there:
            return np.full(self.n, np.nan)
        order = np.flatnonzero((self.days <= day) & (self.known <= known_by))
        same = np.zeros(order.size, dtype=np.bool_)
        if order.size:
            same[:-1] = (
                (self.codes[order[1:]] == self.codes[order[:-1]])
                & (self.kind[order[1:]] == self.kind[order[:-1]])
                & (self.holder[order[1:]] == self.holder[order[:-1]])
            )
        latest = order[~same]
        some = np.zeros(self.n, dtype=np.bool_)
        some[self.codes[latest]] = True
        taken = np.zeros(self.n)
        for item in excluded:
            if item.kind not in self.kinds:
                continue
            of_kind = latest[self.kind[latest] == self.kinds.index(item.kind)]
            stake = self.shares[of_kind] / outstanding[self.codes[of_kind]]
            counts = of_kind[np.round(stake, _DECIMALS) >= item.min]
            np.add.at(taken, self.codes[counts], self.shares[counts])
        with np.errstate(invalid="ignore", divide="ignore"):
            made = np.round(1.0 - taken / outstanding, _DECIMALS)
        found: Floats = np.where(some & (made >= 0.0) & np.isfinite(made), made, np.nan)
        return found


def stepped(
    raw: Floats,
    published: Floats,
    steps: Sequence[FloatStep],
    effective_date: dt.date,
    month: int | None = None,
) -> Stepped:
    """``raw`` factors (n,) put through the steps in force, in the order written.

    ``published``: the factors last published, NaN where a line had none.
    """
    factor = raw.copy()
    candidate = raw.copy()
    kept = np.zeros(raw.shape, dtype=np.bool_)
    for step in steps:
        if not step.in_force(effective_date, month):
            continue
        value: Any = getattr(step, step.verb).at(effective_date)
        if isinstance(value, Special):
            continue
        if isinstance(value, RoundTo):
            factor = rounded(factor, value)
        elif isinstance(value, tuple):
            factor = banded(factor, value)
        elif isinstance(value, Points):
            candidate = factor
            change = np.round(np.abs(factor - published), _DECIMALS)
            line = float(value.exact / 100)
            small = change <= line if step.verb == "keep_if_change_at_most" else change < line
            kept |= small & (change > 0)
            factor = np.where(small, published, factor)
            continue
        elif isinstance(value, Share):
            factor = np.round(1.0 - float(value.exact) * (1.0 - factor), _DECIMALS)
        candidate = np.where(kept, candidate, factor)
    return Stepped(factor, np.where(kept, candidate, factor), kept)


def rounded(factor: Floats, to: RoundTo) -> Floats:
    """Factors on the steps of a rounding, at most 1; each the double nearest to its exact step."""
    steps = factor / float(to.step)
    near = np.rint(steps)
    on = np.abs(steps - near) < _ON_A_STEP
    if to.direction == "up":
        whole = np.where(on, near, np.ceil(steps))
    elif to.direction == "down":
        whole = np.where(on, near, np.floor(steps))
    else:
        whole = np.floor(steps + 0.5 + _ON_A_STEP)
    made = whole * to.step.numerator / to.step.denominator
    result: Floats = np.minimum(made, 1.0)
    return result


def banded(factor: Floats, bands: Sequence[Band]) -> Floats:
    """Factors by band: a factor up to (and with) a band's end takes what the band gives."""
    ends = np.array([float(band.up_to) for band in bands])
    place = np.searchsorted(ends + _ON_A_STEP, factor, side="left")
    gives = np.array([np.nan if band.gives is None else float(band.gives) for band in bands])
    given = gives[np.minimum(place, len(bands) - 1)]
    made: Floats = np.where(np.isnan(factor) | np.isnan(given), factor, given)
    return made


def step_dates(steps: Sequence[FloatStep]) -> tuple[dt.date, ...]:
    """The dates on which a step's dated value changes: each is an update of the factors."""
    found: set[dt.date] = set()
    for step in steps:
        dated = getattr(step, step.verb)
        found.update(dated.dates)
        found.update(date for date in (step.from_, step.until) if date is not None)
    return tuple(sorted(found))
