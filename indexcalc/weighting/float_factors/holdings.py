"""Float factors made from the table ``holdings``: one less the shares of excluded holders.

A holder's latest row counts; ``min`` asks of each holder's own stake.  A line without any row has no
float factor, and neither has one with more excluded than listed shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexcalc.arrays import Bools, Days, Floats
from indexcalc.market import arrow
from indexcalc.market.as_of import known_days
from indexcalc.market.market import Market
from indexcalc.weighting.float_factors.rounding import DECIMALS


@dataclass(frozen=True, slots=True)
class Excluded:
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

    def days_counting(self, lines: Bools) -> Days:
        """The days, ascending, on which rows of some lines (n,) come to count as known on the day."""
        return np.sort(np.maximum(self.days, self.known)[lines[self.codes]])

    def at(
        self, day: int, known_by: int, outstanding: Floats, excluded: Sequence[Excluded]
    ) -> Floats:
        """1 - excluded shares / ``outstanding`` (n,) on ``day``; NaN where it is not known."""
        if not self.given:
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
            counts = of_kind[np.round(stake, DECIMALS) >= item.min]
            np.add.at(taken, self.codes[counts], self.shares[counts])
        with np.errstate(invalid="ignore", divide="ignore"):
            factor = np.round(1.0 - taken / outstanding, DECIMALS)
        return np.where(some & (factor >= 0.0) & np.isfinite(factor), factor, np.nan)
