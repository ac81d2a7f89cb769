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

    def prices(self, panel: Panel) -> HeldPrices:
        """The prices of all sessions; ``panel``: that of the market of the run."""
        close = panel.carried(self.first, self.stop).take(self.codes, axis=1)
        close[self.closes.rows, self.closes.codes] = self.closes.values
        base = np.concatenate((self.base[None], close[:-1]))
        base[self.bases.rows, self.bases.codes] = self.bases.values
        if self.exchange is None:
            return HeldPrices(base, close, (base, close), None)
        before = self.exchange.before(self.first, self.stop, self.codes).T
        now = self.exchange.now(self.first, self.stop, self.codes).T
        return HeldPrices(
            base=base * np.where(np.isnan(before), 1.0, before),
            close=close * np.where(np.isnan(now), 1.0, now),
            quoted=(base, close),
            rates=(before, now),
        )


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
