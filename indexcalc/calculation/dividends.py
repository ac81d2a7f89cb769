"""Ordinary cash dividends per share, laid over the sessions of a block."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from indexcalc.market import arrow
from indexcalc.market.market import Market
from indexcalc.market.panel import Block

Floats = npt.NDArray[np.float64]


class OrdinaryDividends:
    """The market's ordinary dividends by observed session.

    An ex-date that is not observed pays on the next observed session.  Amounts are per share held
    before that day's events; several on one day add up.
    """

    def __init__(self, market: Market) -> None:
        self.session = np.zeros(0, dtype=np.int64)
        self.code = np.zeros(0, dtype=np.int64)
        self.amount = np.zeros(0)
        table = market.table("dividends")
        if table is None:
            return
        codes = arrow.codes_into(table.column("symbol"), market.order)
        ordinary = np.array([kind == "ordinary" for kind in arrow.texts(table.column("kind"))])
        session = np.searchsorted(market.days, arrow.days(table.column("ex_date")))
        keep = (codes >= 0) & ordinary & (session < market.days.size)
        if table.num_rows:
            self.session = session[keep].astype(np.int64)
            self.code = codes[keep].astype(np.int64)
            self.amount = arrow.floats(table.column("amount"))[keep]

    def dense(self, block: Block) -> Floats | None:
        """(n_symbols, n_sessions) amounts, 0 where nothing is paid; None when nothing is at all."""
        inside = (self.session >= block.first) & (self.session < block.first + block.shape[1])
        if not inside.any():
            return None
        made = np.zeros(block.shape)
        cells = (self.code[inside], self.session[inside] - block.first)
        np.add.at(made, cells, self.amount[inside])
        return made
