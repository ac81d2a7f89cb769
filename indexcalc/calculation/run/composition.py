"""``composition.parquet``: every member of every session, what licensees load, made year by year."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Codes, Days, Floats, Ints
from indexcalc.calculation.levels.held_block import HeldBlock
from indexcalc.calculation.run.finite_numbers import refuse_not_finite
from indexcalc.market import arrow
from indexcalc.market.market import Market

_Columns = list[npt.NDArray[Any]]

_NUMBERS = ("base_price", "close", "index_shares", "weight", "divisor", "fx_before", "fx_rate")
_MAY_BE_NULL = frozenset({"weight", "divisor"})


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
                shares = block.shares.at(column)
                held = np.flatnonzero(shares)
                prices = block.prices(market.panel, column, column + 1, held)
                (price,) = prices.close if session == self.start else prices.base
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
            columns = self._columns((block,), market)
            years = columns[0].astype("datetime64[D]").astype("datetime64[Y]")
            bounds = 1 + np.flatnonzero(years[1:] != years[:-1])
            for first, stop in zip((0, *bounds), (*bounds, years.size), strict=True):
                if first == stop:
                    continue
                if year is not None and years[first] != year:
                    yield self._table(_joined(waiting), market)
                    waiting = []
                year = years[first]
                waiting.append([column[first:stop] for column in columns])
        yield self._table(_joined(waiting) if waiting else self._columns((), market), market)

    def table(self, market: Market) -> Any:
        """All years in one table."""
        return self._table(self._columns(self.blocks, market), market)

    def columns(self, market: Market) -> HeldColumns:
        """All years as arrays."""
        day, code, base, close, index_shares, weight, _, *rates = self._columns(self.blocks, market)
        return HeldColumns(
            days=day,
            codes=code,
            base_price=base,
            close=close,
            index_shares=index_shares,
            weight=weight,
            rates=(rates[0], rates[1]) if rates else None,
        )

    def _columns(self, blocks: Sequence[HeldBlock], market: Market) -> _Columns:
        """Day, code, base price, close, index shares, weight and divisor (and rates) of the rows of blocks.

        Each is allocated once and written block by block: a long array lies in pages that cost little.
        """
        members = [block.shares.members() for block in blocks]
        bounds = np.cumsum([0, *(int(held.sum()) for held in members)]).tolist()
        foreign = any(block.exchange is not None for block in self.blocks)
        kinds = [np.int32] * 2 + [np.float64] * (7 if foreign else 5)
        columns: _Columns = [np.empty(bounds[-1], dtype=kind) for kind in kinds]
        for block, held, rows in zip(blocks, members, itertools.pairwise(bounds), strict=True):
            self._write(block, held, market, [column[slice(*rows)] for column in columns])
        return columns

    def _write(self, block: HeldBlock, members: Ints, market: Market, columns: _Columns) -> None:
        """Write the rows of a block; ``members`` (n_sessions,): how many a session has."""
        at = 0
        for low, high, rows, shares in block.shares.lists():
            cells = slice(at, at + shares.size)
            parts = [column[cells].reshape(shares.shape) for column in columns]
            _, code, base, close, index_shares, weight, _, *rates = parts
            prices = block.prices(market.panel, low, high, rows, (base, close))
            start = self.start - block.first - low
            if 0 <= start < high - low:
                base[start], prices.base[start] = close[start], prices.close[start]
                if prices.rates is not None:
                    prices.rates[0][start] = prices.rates[1][start]
            for own, rate in zip(rates, prices.rates or (), strict=True):
                own[:] = rate
            code[:], index_shares[:] = block.codes[rows], shares
            np.multiply(shares, prices.base, out=weight)
            at = cells.stop
        day, *_, weight, divisor = columns[:7]
        # An index that is worth nothing has no weights.
        weight /= np.repeat(np.where(block.opening == 0.0, np.nan, block.opening), members)
        day[:] = np.repeat(market.days[block.first : block.stop], members)
        following = np.append(self.divisor, np.nan)[block.first - self.blocks[0].first + 1 :]
        divisor[:] = np.repeat(following[: members.size], members)

    def _table(self, columns: _Columns, market: Market) -> Any:
        day, code, *numbers = columns
        table = {"date": arrow.from_days(day), "symbol": arrow.from_codes(code, market.symbols)}
        for name, values in zip(_NUMBERS, numbers, strict=False):
            table[name] = arrow.from_floats(values, nan_is_null=name in _MAY_BE_NULL)
        made = arrow.table(table)
        if not all(_sound(*column) for column in zip(_NUMBERS, numbers, strict=False)):
            refuse_not_finite(self.index, composition=made)
        return made


def _sound(name: str, values: Floats) -> bool:
    """Are the numbers of a column finite, but for those that become null?"""
    if np.isfinite(np.add.reduce(values)):
        return True  # a sum shows at once that none of them is anything else
    return not (np.isinf(values) if name in _MAY_BE_NULL else ~np.isfinite(values)).any()


def _joined(parts: Sequence[_Columns]) -> _Columns:
    """The rows of some columns one below the other."""
    return (
        parts[0] if len(parts) == 1 else [np.concatenate(part) for part in zip(*parts, strict=True)]
    )
