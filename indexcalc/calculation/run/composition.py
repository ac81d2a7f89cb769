"""``composition.parquet``: every member of every session, what licensees load, made year by year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from msgspec import Struct

from indexcalc.arrays import Codes, Days, Floats, Ints
from indexcalc.calculation.levels.held_block import HeldBlock
from indexcalc.calculation.run.finite_numbers import refuse_not_finite
from indexcalc.market import arrow
from indexcalc.market.market import Market

_Columns = list[npt.NDArray[Any]]


class HeldColumns(Struct, frozen=True):
    """The rows of ``composition.parquet`` as arrays (n,), by session and code; ``rates``: ``fx_before`` and
    ``fx_rate``, None where all lines are quoted in the currency of the index."""

    days: Days
    codes: Codes
    base_price: Floats
    close: Floats
    index_shares: Floats
    weight: Floats
    rates: tuple[Floats, Floats] | None

    @property
    def starts(self) -> Ints:
        """Where the rows of each session on which something is held begin (n_sessions,)."""
        return np.flatnonzero(np.append(True, self.days[1:] != self.days[:-1])[: self.days.size])


class Holdings(Struct, frozen=True):
    """What a run holds on each session, block by block.

    ``start``: the session whose prices are its closes.  ``divisor`` (n_sessions,): from the first session
    of the first block on.
    """

    index: str
    start: int
    blocks: tuple[HeldBlock, ...]
    divisor: Floats

    def on(self, session: int, market: Market) -> tuple[Codes, Floats] | None:
        """The members (n,) of a session and their opening weights; None: it is not one of the run."""
        for block in self.blocks:
            if block.first <= session < block.stop:
                column = session - block.first
                shares, prices = block.shares.at(column), block.prices(market.panel)
                held = shares != 0.0
                price = (prices.close if session == self.start else prices.base)[column, held]
                return block.codes[held], shares[held] * price / block.opening[column]
        return None

    def years(self, market: Market) -> Iterator[Any]:
        """The table year by year, so that no more than one of them is in memory.

        ``divisor`` is that of the next session; null on the last one, whose successor is not known.
        Prices are as quoted; with members in other currencies ``fx_before`` is the rate the base price
        counts at and ``fx_rate`` that of the close.  DataError (CAL030): a number is none.
        """
        waiting: list[_Columns] = []
        year = None
        for block in self.blocks:
            columns = self._columns(block, market)
            years = columns[0].astype("datetime64[D]").astype("datetime64[Y]")
            bounds = 1 + np.flatnonzero(years[1:] != years[:-1])
            for first, stop in zip((0, *bounds), (*bounds, years.size), strict=True):
                if first == stop:
                    continue
                if year is not None and years[first] != year:
                    yield self._table(waiting, market)
                    waiting = []
                year = years[first]
                waiting.append([column[first:stop] for column in columns])
        yield self._table(waiting, market)

    def table(self, market: Market) -> Any:
        """All years in one table, of a chunk a block: nothing is copied to put them together."""
        parts = [self._table([self._columns(block, market)], market) for block in self.blocks]
        return pa.concat_tables(parts or [self._table([], market)])

    def columns(self, market: Market) -> HeldColumns:
        """All years as arrays."""
        parts = [self._columns(block, market) for block in self.blocks]
        foreign = any(block.exchange is not None for block in self.blocks)

        def joined(place: int, dtype: npt.DTypeLike = np.float64) -> npt.NDArray[Any]:
            return np.concatenate([np.zeros(0, dtype=dtype), *(part[place] for part in parts)])

        return HeldColumns(
            days=joined(0, np.int32),
            codes=joined(1, np.int32),
            base_price=joined(2),
            close=joined(3),
            index_shares=joined(4),
            weight=joined(5),
            rates=(joined(7), joined(8)) if foreign else None,
        )

    def _columns(self, block: HeldBlock, market: Market) -> _Columns:
        """Day, code, base price, close, index shares, weight and divisor (and rates) of a block's rows."""
        shares, prices = np.ascontiguousarray(block.shares.dense().T), block.prices(market.panel)
        cells = np.flatnonzero(shares)
        column, row = np.divmod(cells, block.codes.size)

        def held(values: Floats) -> Floats:
            return values.ravel().take(cells)

        session = block.first + column
        starts = session == self.start
        index_shares, close = held(shares), held(prices.quoted[1])
        base, price = held(prices.quoted[0]), held(prices.base)
        if starts.any():
            base, price = np.where(starts, close, base), np.where(starts, held(prices.close), price)
        following = np.append(self.divisor, np.nan)[session - self.blocks[0].first + 1]
        # An index that is worth nothing has no weights.
        opening = np.where(block.opening == 0.0, np.nan, block.opening)[column]
        weight = index_shares * price / opening
        columns = [
            market.days[session], block.codes[row], base, close, index_shares, weight, following
        ]  # fmt: skip
        if prices.rates is not None:
            before, now = (held(rates) for rates in prices.rates)
            columns += [np.where(starts, now, before), now]
        return columns

    def _table(self, parts: list[_Columns], market: Market) -> Any:
        foreign = any(block.exchange is not None for block in self.blocks)
        columns = [
            parts[0][at]
            if len(parts) == 1
            else np.concatenate([np.zeros(0), *(part[at] for part in parts)])
            for at in range(9 if foreign else 7)
        ]
        table = {
            "date": arrow.from_days(columns[0]),
            "symbol": arrow.from_codes(columns[1], market.symbols),
            "base_price": arrow.from_floats(columns[2]),
            "close": arrow.from_floats(columns[3]),
            "index_shares": arrow.from_floats(columns[4]),
            "weight": arrow.from_floats(columns[5], nan_is_null=True),
            "divisor": arrow.from_floats(columns[6], nan_is_null=True),
        }
        if foreign:
            table["fx_before"] = arrow.from_floats(columns[7])
            table["fx_rate"] = arrow.from_floats(columns[8])
        made = arrow.table(table)
        refuse_not_finite(self.index, composition=made)
        return made
