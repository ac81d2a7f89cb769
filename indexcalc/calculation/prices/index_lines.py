"""The prices of the lines of one index over some sessions: dense only for those that something happens to.

A line is *quiet* where every session has a row and a trade, its count stays and no event touches it: then
its base price is the last close, and its index shares stay as they are.  All others are ``moving``.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.arrays import Bools, Codes, Days, Floats, Ints, position_in
from indexcalc.calculation.prices.line_prices import LineBlock
from indexcalc.calculation.prices.lines import Lines

PriceName = Literal["close", "last", "base"]
CountName = Literal["shares", "share_factor"]
StateName = Literal["present", "ready", "traded"]


class IndexLines(Struct, frozen=True):
    """Lines ``codes`` (n,), ascending, over the sessions of ``block``.

    ``rows`` (b,): the positions of the ``moving`` lines among them.  ``rates``: what one unit of a line's
    currency is worth in that of the index, in each session and in the one before, (n, n_sessions) each;
    None: prices are in the currencies of the lines.
    """

    codes: Codes
    block: LineBlock
    rows: Ints
    moving: Lines
    rates: tuple[Floats, Floats] | None = None

    @classmethod
    def of(cls, block: LineBlock, codes: Codes) -> IndexLines:
        """The lines ``codes`` (ascending) of a block, in their own currencies."""
        rows = np.flatnonzero(block.moving[codes])
        return cls(codes, block, rows, block.of(codes[rows]))

    @property
    def first(self) -> int:
        """Position of the first session among the market's observed ones."""
        return self.block.first

    @property
    def days(self) -> Days:
        """The days of the sessions."""
        return self.block.days

    @property
    def symbols(self) -> tuple[str, ...]:
        """All lines of the market."""
        return self.block.symbols

    def row(self, code: int) -> int:
        """The row of a line; -1 where it is not among them."""
        row = position_in(self.codes, code)
        return row if row < self.codes.size and self.codes[row] == code else -1

    def with_moving(self, rows: Ints) -> IndexLines:
        """The same with more moving lines: those in ``rows`` too."""
        every = np.union1d(self.rows, rows)
        if every.size == self.rows.size:
            return self
        return replace(self, rows=every, moving=self.block.of(self.codes[every]))

    def at(self, name: PriceName | CountName, column: int | Ints) -> Floats:
        """A price or a count (n,) in one session, or (k, n) in some."""
        values = self._quiet_at(name, column)
        values[..., self.rows] = getattr(self.moving, name)[:, column].T
        return values

    def is_at(self, name: StateName, column: int | Ints) -> Bools:
        """A state (n,) in one session, or (k, n) in some; quiet lines are present, ready and traded."""
        values = np.ones((*np.shape(column), self.codes.size), dtype=np.bool_)
        values[..., self.rows] = getattr(self.moving, name)[:, column].T
        return values

    def cells(self, name: PriceName, row: Ints, column: Ints) -> Floats:
        """A price of single cells (m,)."""
        raw, codes = self.block.rows.raw, self.codes[row]
        if name == "close":
            prices = raw[column, codes]
        else:
            before = raw[np.maximum(column - 1, 0), codes]
            prices = np.where(column > 0, before, self.block.start.close[codes])
        if self.rates is not None:
            prices = prices * self.rates[0 if name == "close" else 1][row, column]
        place = np.full(self.codes.size, -1)
        place[self.rows] = np.arange(self.rows.size)
        moves = np.flatnonzero(place[row] >= 0)
        prices[moves] = getattr(self.moving, name)[place[row[moves]], column[moves]]
        return prices

    def value(self, name: PriceName, code: int, column: int) -> float:
        """A price of one line in one session."""
        row = self.moving.row(code)
        if row >= 0:
            return float(getattr(self.moving, name)[row, column])
        return float(self._quiet_at(name, column)[self.row(code)])

    def series(self, name: CountName | StateName, code: int) -> npt.NDArray[Any]:
        """A count or a state (n_sessions,) of one line."""
        row = self.moving.row(code)
        if row >= 0:
            values: npt.NDArray[Any] = getattr(self.moving, name)[row]
            return values
        if name == "shares":
            return np.full(self.days.size, self.block.start.listed[code])
        return np.ones(self.days.size, dtype=np.float64 if name == "share_factor" else np.bool_)

    def quiet_prices(self, rows: Ints, columns: slice) -> Floats:
        """The closes (rows.size, 1 + m) of quiet lines in some columns (m,), from that before the first on;
        those of moving lines are not to be read."""
        closes, of_rows = self.block.closes.of(self.codes[rows])
        prices: Floats = closes[of_rows, columns.start : columns.stop + 1]
        if self.rates is not None:
            now, before = self.rates
            prices[:, 1:] *= now[rows, columns]
            prices[:, 0] *= before[rows, columns.start]
        return prices

    @property
    def close(self) -> Floats:
        """The closes (n, n_sessions) of all lines, made when asked for."""
        closes = self._every()[:, 1:]
        closes[self.rows] = self.moving.close
        return closes

    @property
    def base(self) -> Floats:
        """The base prices (n, n_sessions) of all lines, made when asked for."""
        bases = self._every()[:, :-1]
        bases[self.rows] = self.moving.base
        return bases

    def _every(self) -> Floats:
        return self.quiet_prices(np.arange(self.codes.size), slice(0, self.days.size))

    def _quiet_at(self, name: PriceName | CountName, column: int | Ints) -> Floats:
        start, raw, at = self.block.start, self.block.rows.raw, np.asarray(column)[..., None]
        if name in ("shares", "share_factor"):
            counts = np.ones((*np.shape(column), self.codes.size))
            return counts * start.listed[self.codes] if name == "shares" else counts
        if name == "close":
            prices = raw[at, self.codes]
        else:
            prices = np.where(at > 0, raw[at - 1, self.codes], start.close[self.codes])
        if self.rates is not None:
            prices = prices * self.rates[0 if name == "close" else 1][:, column].T
        return np.asarray(prices, dtype=np.float64)
