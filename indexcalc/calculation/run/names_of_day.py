"""What lines were called on a day: a renamed company has its old name on its old lists."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Codes
from indexcalc.market.as_of import History
from indexcalc.market.market import Market, line_names


class NamesOfDay:
    """The names of a market's lines by day; where none was known on a day, the last one known."""

    def __init__(self, market: Market) -> None:
        last = line_names(market)
        self._values = sorted({name for name in last if name is not None})
        at = {name: code for code, name in enumerate(self._values)}
        self._last = np.array([-1 if name is None else at[name] for name in last], dtype=np.int32)
        table = market.table("securities")
        self._history = None
        if table is not None and "name" in table.column_names:
            self._history = History(table, "valid_from", market.order)

    def on(self, codes: Codes, days: Codes) -> tuple[Codes, list[str]]:
        """(codes into names, names) of lines (n,) on days (n,); -1 where a line has no name."""
        if self._history is None:
            return self._last[codes], self._values
        codes_of_names, known = self._history.labels("name", codes, days)
        values = sorted({*known, *self._values})
        at = {name: code for code, name in enumerate(values)}
        of_day = np.array([*(at[name] for name in known), -1], dtype=np.int32)[codes_of_names]
        of_last = np.array([*(at[name] for name in self._values), -1], dtype=np.int32)
        return np.where(of_day >= 0, of_day, of_last[self._last[codes]]).astype(np.int32), values
