"""What an index holds over some sessions, kept small: closes are read again from the market."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.calculation.levels.held_shares import HeldShares
from indexcalc.calculation.levels.level_block import LevelBlock
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.returns.currencies import Exchange
from indexcalc.market.panel_cache.cells import Cells, bits, cells_at
from indexcalc.market.panel_cache.panel import Panel


class HeldPrices(Struct, frozen=True):
    """Prices of what is held (n_sessions, n): ``base`` and ``close`` in index currency, as they are
    ``quoted``, and the rates both count at (None: all are quoted in it)."""

    base: Floats
    close: Floats
    quoted: tuple[Floats, Floats]
    rates: tuple[Floats, Floats] | None


class HeldBlock(Struct, frozen=True):
    """Lines ``codes`` (n,) from session ``first`` on, ``opening`` R (n_sessions,), index ``shares``.

    In the currencies of the lines: ``base`` (n,) prices of the first session, and cells by session and row:
    ``closes`` that are not the last close printed, ``bases`` that are not the close before.
    """

    first: int
    codes: Codes
    opening: Floats
    shares: HeldShares
    base: Floats
    closes: Cells
    bases: Cells
    exchange: Exchange | None

    @classmethod
    def of(cls, local: IndexLines, block: LevelBlock, exchange: Exchange | None) -> HeldBlock:
        """What is held from column ``block.first`` on; ``local``: prices in line currency."""
        begin = block.first
        shares = block.held_shares.from_column(begin)
        rows = np.flatnonzero(shares.used())
        places = np.searchsorted(rows, local.rows)
        inside = np.flatnonzero(np.append(rows, -1)[places] == local.rows)
        places, moving = places[inside], local.moving
        close, base = moving.close[inside, begin:].T, moving.base[inside, begin:].T
        raw = local.block.rows.raw[begin:, moving.codes[inside]]
        closes = cells_at(_differ(close, raw), close)
        bases = cells_at(_differ(base[1:], close[:-1]), base[1:])
        return cls(
            first=local.first + begin,
            codes=local.codes[rows],
            opening=block.opening[begin:],
            shares=_shifted(shares.of_rows(rows)),
            base=local.at("base", begin)[rows],
            closes=closes._replace(codes=places[closes.codes].astype(np.int32)),
            bases=bases._replace(
                rows=bases.rows + np.int32(1), codes=places[bases.codes].astype(np.int32)
            ),
            exchange=exchange if exchange is not None and exchange.foreign else None,
        )

    @property
    def stop(self) -> int:
        """The session after the last."""
        return self.first + self.opening.size

    def prices(
        self,
        panel: Panel,
        low: int,
        high: int,
        rows: Ints,
        quoted: tuple[Floats, Floats] | None = None,
    ) -> HeldPrices:
        """The prices of the lines ``rows`` in the columns ``low`` up to ``high``.

        ``panel``: that of the market of the run.  ``quoted``: where base and close prices are written to.
        """
        codes, at = self.codes[rows], self.first
        base, close = np.empty((2, high - low, rows.size)) if quoted is None else quoted
        panel.carried(at + low, at + high).take(codes, axis=1, out=close, mode="clip")
        place = np.full(self.codes.size, -1, dtype=np.int32)
        place[rows] = np.arange(rows.size)
        _put(self.closes.within(low, high), place, low, close)
        if low:
            panel.carried(at + low - 1, at + low).take(codes, axis=1, out=base[:1], mode="clip")
            _put(self.closes.within(low - 1, low), place, low - 1, base)
        else:
            base[0] = self.base[rows]
        base[1:] = close[:-1]
        _put(self.bases.within(low, high), place, low, base)
        if self.exchange is None:
            return HeldPrices(base, close, (base, close), None)
        before = self.exchange.before(at + low, at + high, codes).T
        now = self.exchange.now(at + low, at + high, codes).T
        return HeldPrices(
            base=base * np.where(np.isnan(before), 1.0, before),
            close=close * np.where(np.isnan(now), 1.0, now),
            quoted=(base, close),
            rates=(before, now),
        )


def _put(cells: Cells, place: Codes, first: int, into: Floats) -> None:
    """Write cells into rows from ``first`` on, at the ``place`` of their line; -1: nowhere."""
    if cells.codes.size:
        places = place[cells.codes]
        there = np.flatnonzero(places >= 0)
        into[cells.rows[there] - first, places[there]] = cells.values[there]


def _differ(values: Floats, others: Floats) -> Bools:
    """Where the bits are other ones."""
    differ: Bools = bits(np.ascontiguousarray(values)) != bits(np.ascontiguousarray(others))
    return differ


def _shifted(shares: HeldShares) -> HeldShares:
    """The same with its first column as column 0."""
    column: Ints = shares.column - shares.first
    return HeldShares(
        first=0,
        n_sessions=shares.n_sessions - shares.first,
        opening=shares.opening,
        column=column,
        row=shares.row,
        value=shares.value,
    )
