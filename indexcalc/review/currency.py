"""Amounts of lines in different currencies, brought into one by the day's known rate."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.market import arrow
from indexcalc.market.market import Market

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.int32]


class Rates:
    """Spot rates of a market and the currency of each line (text, '' where not known).

    A line of unknown currency is taken to be quoted in ``home``.
    """

    def __init__(self, market: Market, line_currencies: list[str], home: str) -> None:
        self.market = market
        self.home = home
        self.currencies = sorted({currency or home for currency in line_currencies})
        place = {currency: number for number, currency in enumerate(self.currencies)}
        self.of_line = np.array([place[c or home] for c in line_currencies], dtype=np.int64)
        self._table: Any = market.table("fx")

    def converted(self, values: Floats, days: Days, currency: str) -> Floats:
        """``values`` (n_symbols, n_sessions) in ``currency``; NaN where a rate is not known."""
        wanted = currency or self.home
        if not self.currencies or self.currencies == [wanted]:
            return values
        factors = np.array([self.rate(source, wanted, days) for source in self.currencies])
        made: Floats = values * factors[self.of_line]
        return made

    def rate(self, source: str, target: str, days: Days) -> Floats:
        """Units of ``target`` for one of ``source`` on each day: the last rate up to it; NaN: none.

        Where only the other direction is given its inverse is taken.
        """
        if source == target:
            return np.ones(days.shape)
        direct = self._quoted(source, target, days)
        with np.errstate(divide="ignore"):
            inverse = 1.0 / self._quoted(target, source, days)
        found: Floats = np.where(np.isnan(direct), inverse, direct)
        return found

    def _quoted(self, source: str, target: str, days: Days) -> Floats:
        if self._table is None:
            return np.full(days.shape, np.nan)
        table = self._table
        rows = np.array(
            [
                a == source and b == target and (tenor or "spot") == "spot"
                for a, b, tenor in zip(
                    arrow.texts(table.column("from_currency")),
                    arrow.texts(table.column("to_currency")),
                    arrow.texts(table.column("tenor")),
                    strict=True,
                )
            ],
            dtype=np.bool_,
        )
        dates = arrow.days(table.column("date"))[rows]
        rate = arrow.floats(table.column("rate"))[rows]
        order = np.argsort(dates, kind="stable")
        position = np.searchsorted(dates[order], days, side="right")
        found: Floats = np.concatenate(([np.nan], rate[order]))[position]
        return found
