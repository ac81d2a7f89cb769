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
        self._index_spells()

    def days_counting(self, lines: Bools) -> Days:
        """The days, ascending, on which rows of some lines (n,) come to count as known on the day."""
        codes, days = self._counting
        return days[lines[codes]]

    def at(
        self,
        day: int,
        known_by: int,
        outstanding: Floats,
        excluded: Sequence[Excluded],
        lines: Bools | None = None,
    ) -> Floats:
        """1 - excluded shares / ``outstanding`` (n,) on ``day``; NaN where it is not known.

        ``lines`` (n,): those asked for, where not all are; NaN for the others.
        """
        if not self.given:
            return np.full(self.n, np.nan)
        latest = self._latest(day, known_by, lines)
        some = np.zeros(self.n, dtype=np.bool_)
        some[self.codes[latest]] = True
        kind = self.kind[latest]
        asked = [item for item in excluded if item.kind in self.kinds]
        parts = [latest[kind == self.kinds.index(item.kind)] for item in asked]
        # Added in the order of ``excluded``, and of the holders within a kind.
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *parts])
        least = np.repeat([item.min for item in asked], [part.size for part in parts])
        stake = self.shares[rows] / outstanding[self.codes[rows]]
        rows = rows[np.round(stake, DECIMALS) >= least]
        taken = np.bincount(self.codes[rows], weights=self.shares[rows], minlength=self.n)
        with np.errstate(invalid="ignore", divide="ignore"):
            factor = np.round(1.0 - taken / outstanding, DECIMALS)
        return np.where(some & (factor >= 0.0) & np.isfinite(factor), factor, np.nan)

    def _latest(self, day: int, known_by: int, lines: Bools | None) -> Ints:
        """The rows that are the latest of their holders on ``day``, of those known on ``known_by``."""
        every = np.arange(self.codes.size) if lines is None else np.flatnonzero(lines[self.codes])
        if day == known_by:
            return every[(self._counts_from[every] <= day) & (day < self._until[every])]
        rows = every[(self.days[every] <= day) & (self.known[every] <= known_by)]
        last = np.ones(rows.size, dtype=np.bool_)
        last[:-1] = self._holders[rows[1:]] != self._holders[rows[:-1]]
        return rows[last]

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
        self._counts_from, self._until = counts_from, until
        order = np.argsort(counts_from)
        self._counting = self.codes[order], counts_from[order].astype(np.int32)
