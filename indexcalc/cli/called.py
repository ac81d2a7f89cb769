"""How a line stands on screen: its symbol and the name it has in English on a day, where one is known."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from indexcalc.diagnostics import display_width

if TYPE_CHECKING:
    from indexcalc.market.market import Market


class Called:
    """The lines of a market as columns of a screen."""

    def __init__(self, market: Market) -> None:
        from indexcalc.calculation.run.names_of_day import NamesOfDay

        self._names, self._known = NamesOfDay(market, "en"), market.order

    def name(self, symbol: str, day: dt.date) -> str:
        """The name on a day; empty where there is none, and for several symbols in one text."""
        return self._names.of(symbol, day) if symbol in self._known else ""

    def column(self, symbol: str, day: dt.date, width: int) -> str:
        """The symbol, then the name filled up to ``width`` columns: Korean letters are two wide."""
        name = self.name(symbol, day)
        return f"{symbol:<8} {name}{' ' * max(1, width - display_width(name))}"
