"""What part of an index its members have in one currency, at the close of a session."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from indexcalc.calculation.levels.index_run import IndexRun
from indexcalc.market.exchange_rates import line_currencies
from indexcalc.market.market import Market
from indexcalc.market.ordered_sum import ordered_sum


@dataclass(slots=True)
class Parts:
    """Parts of an index that was run with its weights kept; ``home``: its currency."""

    run: IndexRun
    market: Market
    home: str
    _lines: npt.NDArray[np.str_] = field(init=False)

    def __post_init__(self) -> None:
        self._lines = np.array(line_currencies(self.market, self.home), dtype=np.str_)

    def part(self, currency: str, at: int) -> float:
        """The part of the value at the close of the run's session ``at`` (0: its first) that is in
        lines quoted in ``currency``."""
        session = self.run.found.sessions[at]
        for block in self.run.found.held:
            if block.first <= session < block.stop:
                column = session - block.first
                shares = block.shares.at(column)
                every = np.arange(shares.size)
                (close,) = block.prices(self.market.panel, column, column + 1, every).close
                value = np.where(shares != 0.0, shares * close, 0.0)
                inside = np.where(self._lines[block.codes] == currency, value, 0.0)
                total = float(ordered_sum(value))
                return float(ordered_sum(inside)) / total if total > 0.0 else 0.0
        raise IndexError(at)
