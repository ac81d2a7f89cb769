"""What lines were called on a day, in a language: a renamed company has its old name on its old lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.arrays import Codes
from indexcalc.market import arrow
from indexcalc.market.as_of import History
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market, line_names

COLUMNS = {None: ("name",), "ko": ("name",), "en": ("name_en", "name")}
"""The columns of ``securities`` asked for a name, best first; tables have the market's own (None)."""


class NamesOfDay:
    """The names of a market's lines by day; where none was known on a day, the last one known.

    In English a line without an English name on a day has the market's own.
    """

    def __init__(self, market: Market, language: str | None = None) -> None:
        table = market.table("securities")
        self._order, self._columns = market.order, list[str]()
        values: set[str] = set()
        if table is not None:
            self._history = History(table, "valid_from", market.order)
            self._columns = [name for name in COLUMNS[language] if name in table.column_names]
            values.update(
                *(arrow.sorted_codes(table.column(column))[1] for column in self._columns)
            )
        self._values = sorted(values)
        self._at = {name: code for code, name in enumerate(self._values)}
        self._last = np.full(len(market.symbols), -1, dtype=np.int32)
        for column in reversed(self._columns):
            for code, name in enumerate(line_names(market, column)):
                if name is not None:
                    self._last[code] = self._at[name]

    def on(self, codes: Codes, days: npt.NDArray[Any]) -> tuple[Codes, list[str]]:
        """(codes into names, names) of lines (n,) on days (n,) or one; -1 where a line has no name."""
        found = np.full(codes.shape, -1, dtype=np.int32)
        for column in self._columns:
            codes_of_names, known = self._history.labels(column, codes, days)
            at = np.array([*(self._at[name] for name in known), -1], dtype=np.int32)
            found = np.where(found >= 0, found, at[codes_of_names])
        return np.where(found >= 0, found, self._last[codes]).astype(np.int32), self._values

    def texts(self, codes: Codes, days: npt.NDArray[Any] | int) -> list[str | None]:
        """The names of lines (n,) on days (n,), or on one day; None where a line has none."""
        found, values = self.on(codes, np.asarray(days, dtype=np.int32))
        return [values[code] if code >= 0 else None for code in found.tolist()]

    def all_on(self, day: int) -> list[str | None]:
        """The name of each line of ``market.symbols`` on a day; None where there is none."""
        return self.texts(np.arange(self._last.size, dtype=np.int32), day)

    def of(self, symbol: str, day: dt.date) -> str:
        """The name of one line on a day; empty where there is none."""
        codes = np.array([self._order[symbol]], dtype=np.int32)
        return self.texts(codes, day_number(day))[0] or ""
