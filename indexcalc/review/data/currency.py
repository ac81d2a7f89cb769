"""Amounts of lines in different currencies, brought into one by the rate of each session."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from indexcalc.arrays import Bools, Codes, Days, Floats
from indexcalc.diagnostics import DataError, quantity
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.exchange_rates import distinct, exchange_rates
from indexcalc.market.market import Market

_SHOWN = 3


class Rates:
    """Spot rates of a market and the currency of each line.

    A rate holds for its own day and no other: where one is needed and not there, ``DataError``
    (CAL013) names it.
    """

    def __init__(self, market: Market, line_currencies: Sequence[str], home: str) -> None:
        self.market = market
        self.home = home
        self.currencies, self.of_line = distinct(line_currencies)
        self._table = exchange_rates(market)

    def key(self, currency: str) -> Hashable:
        """What amounts in a currency ('': the home currency) depend on besides the market."""
        wanted = currency or self.home
        same = all(name == wanted for name in self.currencies)
        return "" if same else (wanted, self.currencies, self.of_line.tobytes())

    def converted(self, values: Floats, days: Days, currency: str, needed: Bools) -> Floats:
        """``values`` (n_sessions, n_symbols), observed sessions ``days``, in ``currency``.

        ``currency`` '': the home currency.  NaN where a rate is not known; DataError when that is
        on a ``needed`` session (n_sessions,) and a value stands there.
        """
        wanted = currency or self.home
        if all(name == wanted for name in self.currencies):
            return values
        factors = np.stack([self._table.on(name, wanted, days) for name in self.currencies], axis=1)
        converted: Floats = values * factors[:, self.of_line]
        lost = np.isnan(converted) & ~np.isnan(values) & needed[:, None]
        for row, name in enumerate(self.currencies):
            hit = lost[:, self.of_line == row].any(axis=1)
            if hit.any():
                self._say(name, wanted, days[hit])
        return converted

    def on_days(self, values: Floats, codes: Codes, days: Days) -> Floats:
        """``values`` (n,) of lines ``codes``, one day a row, in the home currency.

        A day that is no observed session counts at the rate of the last one before it.
        """
        if all(name == self.home for name in self.currencies) or not self.market.days.size:
            return values
        rows = np.searchsorted(self.market.days, days, side="right") - 1
        at = self.market.days[np.maximum(rows, 0)]
        converted = values.copy()
        for number, name in enumerate(self.currencies):
            here = (self.of_line[codes] == number) & ~np.isnan(values)
            rate = self._table.on(name, self.home, at[here])
            if np.isnan(rate).any():
                self._say(name, self.home, np.unique(at[here][np.isnan(rate)]))
            converted[here] = values[here] * rate
        return converted

    def _say(self, source: str, target: str, days: Days) -> None:
        """DataError (CAL013) for the rates from ``source`` to ``target`` missing on ``days``."""
        shown = ", ".join(date_of(int(day)).isoformat() for day in days[:_SHOWN])
        more = f" and {quantity(days.size - _SHOWN, 'more session')}" if days.size > _SHOWN else ""
        raise DataError.of(
            "CAL013",
            f"`fx` has no rate from {source} to {target} on {shown}{more}",
            where="fx",
            path=self.market.place,
        )
