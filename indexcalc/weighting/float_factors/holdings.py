"""Float factors made from the table ``holdings``: one less the shares of excluded holders.

A holder's latest row counts; ``min`` asks of each holder's own stake.  A line without any row has no
float factor, and neither has one with more excluded than listed shares.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Days, Floats, Ints
from indexcalc.market import arrow
from indexcalc.market.as_of import known_days
from indexcalc.market.market import Market
from indexcalc.weighting.float_factors.rounding import DECIMALS


class Excluded(Struct, frozen=True):
    """A kind of holder whose shares are no float; ``min``: only stakes from this share up."""

    kind: str
    min: float = 0.0


class Holdings:
    """Float factors from who holds how many shares."""

    def __init__(self, market: Market) -> None:
        table = market.table("holdings")
        self.n = len(market.symbols)
        self.given = table is not None
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
        self._at = int(np.iinfo(np.int32).min)
        self._excluded: dict[tuple[Excluded, ...], tuple[Ints, Floats]] = {}
        self._index_spells()

    def days_counting(self, lines: Bools) -> Days:
        """The days, ascending, on which rows of some lines (n,) come to count as known on the day."""
        return np.sort(np.maximum(self.days, self.known)[lines[self.codes]])

    def at(
        self, day: int, known_by: int, outstanding: Floats, excluded: Sequence[Excluded]
    ) -> Floats:
        """1 - excluded shares / ``outstanding`` (n,) on ``day``; NaN where it is not known."""
        if not self.given:
            return np.full(self.n, np.nan)
        latest = self._latest(day, known_by)
        some = np.zeros(self.n, dtype=np.bool_)
        some[self.codes[np.flatnonzero(latest)]] = True
        rows, least = self._of_kinds(tuple(excluded))
        held = np.flatnonzero(latest[rows])
        rows, least = rows[held], least[held]
        stake = self.shares[rows] / outstanding[self.codes[rows]]
        rows = rows[np.flatnonzero(np.round(stake, DECIMALS) >= least)]
        # Added in the order of ``excluded``, and of the holders within a kind.
        taken = np.bincount(self.codes[rows], weights=self.shares[rows], minlength=self.n)
        with np.errstate(invalid="ignore", divide="ignore"):
            factor = np.round(1.0 - taken / outstanding, DECIMALS)
        return np.where(some & (factor >= 0.0) & np.isfinite(factor), factor, np.nan)

    def _of_kinds(self, excluded: tuple[Excluded, ...]) -> tuple[Ints, Floats]:
        """(the rows of excluded kinds, the smallest stake of each that is excluded), kind after kind."""
        made = self._excluded.get(excluded)
        if made is None:
            asked = [item for item in excluded if item.kind in self.kinds]
            parts = [np.flatnonzero(self.kind == self.kinds.index(item.kind)) for item in asked]
            least = [item.min for item in asked]
            rows = np.concatenate([np.zeros(0, dtype=np.int64), *parts])
            made = rows, np.repeat(np.array(least), [part.size for part in parts])
            self._excluded[excluded] = made
        return made

    def _latest(self, day: int, known_by: int) -> Bools:
        """Which row is the latest of its holder on ``day``, of those known on ``known_by``."""
        if day == known_by:
            return self._latest_on(day)
        order = np.flatnonzero((self.days <= day) & (self.known <= known_by))
        same = np.zeros(order.size, dtype=np.bool_)
        if order.size:
            same[:-1] = self._holders[order[1:]] == self._holders[order[:-1]]
        latest = np.zeros(self.codes.size, dtype=np.bool_)
        latest[order[~same]] = True
        return latest

    def _latest_on(self, day: int) -> Bools:
        """The latest rows on a day, as known on it.  From one day to the next few rows come and go."""
        low, high = min(self._at, day), max(self._at, day)
        came = self._coming[slice(*np.searchsorted(self._coming_days, (low, high), side="right"))]
        went = self._going[slice(*np.searchsorted(self._going_days, (low, high), side="right"))]
        if day < self._at:  # back in time: who went comes again
            came, went = went, came
        # A row that comes and goes in between is not in force, whichever way the days went.
        self._in_force[came] = True
        self._in_force[went] = False
        self._at = day
        return self._in_force

    def _index_spells(self) -> None:
        """Between which days each row is the latest of its holder: until a later one counts."""
        holders = np.stack((self.codes, self.kind, self.holder))
        first = np.ones(self.codes.size, dtype=np.bool_)
        first[1:] = (holders[:, 1:] != holders[:, :-1]).any(axis=0)
        self._holders = np.cumsum(first)
        counts_from = np.maximum(self.days, self.known).astype(np.int64)
        # The earliest day on which a later row of the holder counts, from the last row backwards.
        span = np.int64(1) << 33
        above = counts_from + self._holders * span
        earliest = np.minimum.accumulate(above[::-1])[::-1]
        until = np.full(counts_from.size, np.iinfo(np.int64).max)
        until[:-1] = np.where(first[1:], until[:-1], earliest[1:] - self._holders[1:] * span)
        self._counts_from = counts_from
        ever = np.flatnonzero(counts_from < until)
        self._coming = ever[np.argsort(counts_from[ever], kind="stable")]
        self._coming_days = counts_from[self._coming]
        self._going = ever[np.argsort(until[ever], kind="stable")]
        self._going_days = until[self._going]
        self._in_force = np.zeros(counts_from.size, dtype=np.bool_)
