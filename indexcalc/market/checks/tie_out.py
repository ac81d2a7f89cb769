"""Official market values against the exact sum of close times shares over every line of a market."""

from __future__ import annotations

import itertools
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Codes, Floats
from indexcalc.market import arrow
from indexcalc.market.as_of import History
from indexcalc.market.market import Market

# Sums of products below this are exact in int64, with room to spare.
_INT64_SAFE = 2.0**62


class TieOut(Struct):
    """Sums to compare: (market, day) -> official figure, and the sum so far (exact)."""

    official: dict[tuple[str, int], int] = field(default_factory=dict)
    sums: dict[tuple[str, int], Decimal] = field(default_factory=dict)
    other_indices: list[str] = field(default_factory=list)

    def compared(self) -> dict[str, list[tuple[int, int, Decimal]]]:
        """Market -> (day, official, sum) of the days with both, ascending."""
        rows: dict[str, list[tuple[int, int, Decimal]]] = {}
        for (market, day), value in sorted(self.official.items()):
            if (market, day) in self.sums:
                rows.setdefault(market, []).append((day, value, self.sums[market, day]))
        return rows


class Summer:
    """Adds up blocks of daily rows for the markets that `published` has figures of.

    The data decide which index is a market: one whose name is a market in `securities`.
    """

    def __init__(self, market: Market) -> None:
        self.result = TieOut()
        self._history: History | None = None
        self._days: Codes = np.zeros(0, dtype=np.int32)
        published, securities = market.table("published"), market.table("securities")
        if published is None or "market_cap" not in published.column_names:
            return
        names: set[str] = set()
        if securities is not None and "market" in securities.column_names:
            names = set(arrow.coded(securities.column("market"))[1])
            self._history = History(securities, "valid_from", market.order)
        observed = set(market.days.tolist())
        others: set[str] = set()
        figures = arrow.integers(published.column("market_cap"))
        for index, day, value in zip(
            arrow.texts(published.column("index")),
            arrow.days(published.column("date")).tolist(),
            figures.tolist(),
            strict=True,
        ):
            if value == arrow.NULL_INT or day not in observed:
                continue
            if index in names:
                self.result.official[str(index), day] = value
            else:
                others.add(str(index))
        self.result.other_indices = sorted(others)
        self._days = np.array(sorted({day for _, day in self.result.official}), dtype=np.int32)

    def add(
        self,
        codes: Codes,
        days: Codes,
        close: Any,
        shares: Any,
    ) -> None:
        """Add rows: symbol codes (by ``market.order``), days, Arrow columns close and shares."""
        if self._history is None or not self._days.size:
            return
        wanted = np.isin(days, self._days)
        if not wanted.any():
            return
        rows = np.flatnonzero(wanted)
        labels, names = self._history.labels("market", codes[rows], days[rows])
        prices, counts = arrow.floats(close)[rows], arrow.floats(shares)[rows]
        known = ~np.isnan(prices) & ~np.isnan(counts) & (labels >= 0)
        rows, labels, prices, counts = rows[known], labels[known], prices[known], counts[known]
        if not rows.size:
            return
        order = np.lexsort((labels, days[rows]))
        rows, labels, prices, counts = rows[order], labels[order], prices[order], counts[order]
        row_days = days[rows]
        new = (row_days[1:] != row_days[:-1]) | (labels[1:] != labels[:-1])
        bounds = [0, *(np.flatnonzero(new) + 1).tolist(), rows.size]
        for start, stop in itertools.pairwise(bounds):
            key = (names[labels[start]], int(row_days[start]))
            if key in self.result.official:
                before = self.result.sums.get(key, Decimal(0))
                total = exact_sum(prices[start:stop], counts[start:stop])
                with localcontext() as context:
                    context.prec = 60
                    self.result.sums[key] = before + total


def exact_sum(prices: Floats, counts: Floats) -> Decimal:
    """Sum of price times count without rounding; a float counts as the decimal it prints as.

    Both shape (n,), finite.  Whole numbers are multiplied and added in integers.
    """
    whole = (np.floor(prices) == prices) & (np.floor(counts) == counts)
    whole &= (np.abs(prices) < 2.0**53) & (np.abs(counts) < 2.0**53)
    with localcontext() as context:
        context.prec = 60
        total = Decimal(0)
        if float(np.abs(prices[whole] * counts[whole]).sum()) < _INT64_SAFE:
            products = prices[whole].astype(np.int64) * counts[whole].astype(np.int64)
            total += int(products.sum())
        else:
            total += sum(
                int(price) * int(count)
                for price, count in zip(prices[whole].tolist(), counts[whole].tolist(), strict=True)
            )
        for price, count in zip(prices[~whole].tolist(), counts[~whole].tolist(), strict=True):
            total += Decimal(repr(price)) * Decimal(repr(count))
    return total
