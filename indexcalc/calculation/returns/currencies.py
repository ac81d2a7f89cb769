"""Prices in the currency of the index: each session at its own exchange rate.

Design section 8: the close P of a session counts at the rate X of that session, the base price B
at that of the session before.  A rate that is needed and not there is an error that names it.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from msgspec.structs import replace

from indexcalc.arrays import Bools, Codes, Floats
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.market.exchange_rates import distinct, exchange_rates, line_currencies, redenominated
from indexcalc.market.market import Market


class Exchange:
    """The lines of a market seen in one currency.

    ``rates`` (n_currencies, n_days): units of ``currency`` for one of ``currencies[i]`` on each
    observed session of the market, NaN where not known.  ``of_line`` (n_symbols,): positions in
    ``currencies``.  ``missing``: (session, currency) of the rates that were needed and not there.
    """

    def __init__(self, market: Market, currency: str) -> None:
        self.currency = currency
        self._market = market
        self.line_currencies = line_currencies(market, currency)
        self.currencies, self.of_line = distinct(self.line_currencies)
        self.foreign = any(name != currency for name in self.currencies)
        self.days = market.days
        self.table = exchange_rates(market)
        self.rates = np.stack(
            [self.table.on(name, currency, market.days) for name in self.currencies]
            or [np.zeros(market.days.size)]
        )
        self.missing: set[tuple[int, str]] = set()

    @cached_property
    def redenominated(self) -> dict[int, tuple[str, ...]]:
        """The lines whose currency changes over time, with their currencies in order."""
        return redenominated(self._market)

    def now(self, first: int, stop: int, codes: Codes) -> Floats:
        """Rates (n, stop - first) of lines on observed sessions; NaN where not known."""
        rates: Floats = self.rates[self.of_line[codes], first:stop]
        return rates

    def before(self, first: int, stop: int, codes: Codes) -> Floats:
        """Rates (n, stop - first) of the session before each; 1 before the first of all."""
        if first > 0:
            return self.now(first - 1, stop - 1, codes)
        return np.concatenate((np.ones((codes.size, 1)), self.now(0, stop - 1, codes)), axis=1)

    def seen(self, lines: IndexLines) -> IndexLines:
        """The lines with ``close``, ``last`` and ``base`` in the currency of the index.

        Where a rate is not known the figure is meaningless; ``check`` finds those that matter.
        """
        if not self.foreign:
            return lines
        first, stop = lines.first, lines.first + lines.days.size
        now, before = self.now(first, stop, lines.codes), self.before(first, stop, lines.codes)
        now = np.where(np.isnan(now), 1.0, now)
        before = np.where(np.isnan(before), 1.0, before)
        own, rows = lines.moving, lines.rows
        moving = replace(
            own,
            close=own.close * now[rows],
            last=own.last * before[rows],
            base=own.base * before[rows],
        )
        return replace(lines, moving=moving, rates=(now, before))

    def check(self, codes: Codes, held: Bools, first: int, start: int) -> None:
        """Note the rates missing for lines ``codes`` ``held`` (n, n_sessions) from ``first`` on.

        ``start``: the session at whose close the series begins; no rate before it is needed.
        """
        if not self.foreign:
            return
        for row, name in enumerate(self.currencies):
            unknown = np.isnan(self.rates[row])
            if not unknown.any():
                continue
            needed = held[self.of_line[codes] == row].any(axis=0)
            for session in (first + np.flatnonzero(needed)).tolist():
                if unknown[session]:
                    self.missing.add((session, name))
                if session > start and unknown[session - 1]:
                    self.missing.add((session - 1, name))
