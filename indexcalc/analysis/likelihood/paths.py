"""Sessions that may come: blocks of past ones, all lines together, so that what moves together stays so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from indexcalc.arrays import Floats, Ints
from indexcalc.market.market import Market
from indexcalc.review.measures.series import Sessions

BLOCK = 10
"""Sessions that stay together."""
PAST = 500
"""Sessions drawn from: about two years."""


@dataclass(frozen=True)
class Paths:
    """What is drawn from: the last sessions of ``known``, and the ``template`` of those to come."""

    known: Market
    template: Sessions

    def draw(self, generator: np.random.Generator) -> Sessions:
        """The sessions to come, once: moves and traded values are those of the blocks drawn."""
        days = self._drawn(generator)
        close = np.cumprod(self._returns[days], axis=0) * self._last
        said = self.template.present & ~np.isnan(close)
        columns = dict(self.template.columns)
        for name, past in self._traded.items():
            if name in columns:
                columns[name] = np.where(self.template.present, past[days], np.nan)
        idle = columns["volume"] == 0.0 if "volume" in columns else self.template.idle
        return replace(self.template, columns=columns, close=close, said=said, idle=idle)

    def _drawn(self, generator: np.random.Generator) -> Ints:
        """Which past session each of the coming ones is like, (k,)."""
        coming, past = self.template.days.size, self._returns.shape[0]
        block = min(BLOCK, past)
        starts = generator.integers(0, past - block + 1, size=-(-coming // block))
        drawn: Ints = (starts[:, None] + np.arange(block)).ravel()[:coming]
        return drawn

    @property
    def _rows(self) -> tuple[int, int]:
        size = self.known.panel.size
        return max(size - PAST, 1), size

    @cached_property
    def _last(self) -> Floats:
        size = self.known.panel.size
        last: Floats = self.known.panel.carried(size - 1, size)[0]
        return last

    @cached_property
    def _returns(self) -> Floats:
        """Past changes of price (k, n), as factors.

        A session's is the close over the exchange's base price, or over the close before put through the
        change of listed shares where they show a split.  A line without one has the median of all lines.
        """
        panel = self.known.panel
        first, stop = self._rows
        closes = panel.carried(first - 1, stop)
        shares = panel.column("shares_outstanding", first - 1, stop)
        base = np.full(closes[1:].shape, np.nan)
        if panel.has("base_price"):
            base = panel.column("base_price", first, stop)
        with np.errstate(invalid="ignore", divide="ignore"):
            step = shares[1:] / shares[:-1]
            plain = closes[1:] / closes[:-1]
            # A price that moves against the shares by half or more is a split, not a loss.
            split = (np.abs(np.log(step)) > 0.2) & (np.abs(np.log(step * plain)) < 0.4)
            moves = np.where(split, plain * step, plain)
            moves = np.where(base > 0, closes[1:] / base, moves)
        moves = np.where(panel.present(first, stop) & np.isfinite(moves), moves, np.nan)
        median = np.ones(moves.shape[0])
        known = ~np.isnan(moves).all(axis=1)
        median[known] = np.nanmedian(moves[known], axis=1)
        return np.where(np.isnan(moves), median[:, None], moves)

    @cached_property
    def _traded(self) -> dict[str, Floats]:
        """What was traded (k, n) by column; a line without a row that session has its own mean."""
        panel = self.known.panel
        first, stop = self._rows
        present = panel.present(first, stop)
        traded: dict[str, Floats] = {}
        for name in ("traded_value", "volume"):
            if panel.has(name):
                values = panel.column(name, first, stop)
                rows = present & ~np.isnan(values)
                counts = np.maximum(rows.sum(axis=0), 1)
                mean = np.where(rows, values, 0.0).sum(axis=0) / counts
                traded[name] = np.where(rows, values, mean)
        return traded
