"""Weight factors given from outside (table ``weight_factors``), for ``scheme: given``."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.market import arrow
from indexcalc.market.market import Market


class GivenFactors:
    """The factors of one index: each effective date has a full list, in force until the next."""

    def __init__(self, index: str, market: Market) -> None:
        self._n = len(market.symbols)
        self._lists: dict[int, Floats] = {}
        table = market.table("weight_factors")
        if table is None:
            return
        of_index = np.array(
            [name == index for name in arrow.texts(table.column("index"))], dtype=bool
        )
        codes = arrow.codes_into(table.column("symbol"), market.order)
        days = arrow.days(table.column("effective_date"))
        factors = arrow.floats(table.column("weight_factor"))
        for day in np.unique(days[of_index]):
            rows = of_index & (days == day) & (codes >= 0)
            factors_of_list = np.full(self._n, np.nan)
            factors_of_list[codes[rows]] = factors[rows]
            self._lists[int(day)] = factors_of_list

    @property
    def days(self) -> tuple[int, ...]:
        """The effective days, ascending."""
        return tuple(sorted(self._lists))

    def on(self, day: int) -> Floats:
        """Index shares (n_symbols,) of the list in force on a day; NaN where none is given."""
        known = [at for at in self._lists if at <= day]
        return self._lists[max(known)] if known else np.full(self._n, np.nan)
