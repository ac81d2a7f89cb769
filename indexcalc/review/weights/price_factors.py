"""Price factors of a price-weighted index: a column that scales each price, day by day.

``weighting: {scheme: price, price_factor: {column: NAME}}`` (Nikkei's price adjustment factor).  The
column is one of ``securities`` (a value from a date on) or of ``daily``; its last known value holds.
Where a rule names none the factor of every line is 1.
"""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Days, Floats, position_in
from indexcalc.market.as_of import History
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import value_on


class PriceFactors:
    """The price factors of one rule for all lines; read when first asked for."""

    def __init__(self, rule: Methodology, market: Market) -> None:
        self.rule, self.market = rule, market
        self._days: Days | None = None
        self._panel: list[Floats] = []
        self._history: History | None = None

    def _column(self, day: int) -> str:
        factor = value_on(self.rule.weighting.price_factor, date_of(day))
        return "" if factor is None else factor.column

    def on(self, day: int) -> Floats | None:
        """Factors (n_symbols,) in force on a day; NaN where not known; None: all are 1."""
        name = self._column(day)
        if not name:
            return None
        n = len(self.market.symbols)
        if name in self.market.columns("securities"):
            if self._history is None:
                table = self.market.table("securities")
                self._history = History(table, "valid_from", self.market.order)
            everyone = np.arange(n, dtype=np.int32)
            return self._history.numbers(name, everyone, np.full(n, day, dtype=np.int32))
        if name not in self.market.columns("daily"):
            return np.full(n, np.nan)
        if self._days is None:
            self._scan(name)
        assert self._days is not None
        row = position_in(self._days, day, "right") - 1
        return self._panel[row] if row >= 0 else np.full(n, np.nan)

    def steps(self, days: Days) -> tuple[list[int], list[Floats]] | None:
        """Places among ``days`` from which factors (n_symbols,) are other ones; None: all are 1."""
        if self.rule.weighting.price_factor is None:
            return None
        starts: list[int] = []
        values: list[Floats] = []
        for place, day in enumerate(days):
            factors = self.on(int(day))
            now = np.ones(len(self.market.symbols)) if factors is None else factors
            if not values or not np.array_equal(now, values[-1], equal_nan=True):
                starts.append(place)
                values.append(now)
        return starts, values

    def _scan(self, name: str) -> None:
        """The days on which some factor of a column of ``daily`` changes."""
        panel = self.market.panel
        last = np.full(panel.n, np.nan)
        days: list[int] = []
        cells = panel.changes(name)
        stated = ~np.isnan(cells.values)
        rows, codes, values = (part[stated] for part in cells)
        for row, begin in zip(*np.unique(rows, return_index=True), strict=True):
            end = int(np.searchsorted(rows, row, side="right"))
            new = last.copy()
            new[codes[begin:end]] = values[begin:end]
            if not np.array_equal(new, last, equal_nan=True):
                days.append(int(panel.days[row]))
                self._panel.append(new)
                last = new
        self._days = np.array(days, dtype=np.int32)
