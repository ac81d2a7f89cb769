"""What an index holds over some sessions, and what that is worth."""

from __future__ import annotations

import itertools

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.calculation.members.held import Held
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.market.ordered_sum import ordered_sum


class Holding(Struct, frozen=True):
    """What an index holds in some columns.

    ``shares`` (k, n): index shares of quiet lines from each of the columns ``starts`` (k,) on, 0 for the
    moving ones; ``part`` (b, n_columns): those of the moving lines, ``lines.rows``.
    """

    lines: IndexLines
    held: Held
    columns: slice
    starts: Ints
    shares: Floats
    part: Floats

    @property
    def opening(self) -> Floats:
        """Index shares (n,) of the first column."""
        return self._with(0, 0)

    @property
    def closing(self) -> Floats:
        """Index shares (n,) of the last column."""
        return self._with(-1, -1)

    def stretch(self, columns: Ints) -> Ints:
        """Which of ``starts`` is in force in each of some columns."""
        return np.searchsorted(self.starts, columns, side="right") - 1

    def changes(self, before: Floats) -> Bools:
        """Where quiet lines have other shares than before (k, n); ``before`` (n,): than the first."""
        quiet = before.copy()
        quiet[self.lines.rows] = 0.0
        changed: Bools = self.shares != np.concatenate((quiet[None], self.shares[:-1]))
        return changed

    def worth(self, moved: Ints) -> tuple[Floats, Floats]:
        """What is held is worth, by ``ordered_sum`` over the lines: at the close of every column, and at
        the base prices of the columns ``moved`` (m,)."""
        lines, start, early = self.lines, self.columns.start, moved - self.columns.start
        used = (self.shares != 0.0).any(axis=0)
        used[lines.rows] = (self.part != 0.0).any(axis=1)
        rows, inside = np.flatnonzero(used), np.flatnonzero(used[lines.rows])
        place, part = np.searchsorted(rows, lines.rows[inside]), self.part[inside]
        shares, starts = self.shares[:, rows, None], self.starts[1:]
        with np.errstate(invalid="ignore"):
            values = lines.quiet_prices(rows, self.columns)
            # The close before a column counts with the shares of that column.
            renewed = values[:, starts - start] * shares[1:, :, 0].T
            bounds = (0, *(1 + starts - start).tolist(), values.shape[1])
            for own, columns in zip(shares, itertools.pairwise(bounds), strict=True):
                values[:, slice(*columns)] *= own
            opening = values.take(early, axis=1)  # line by line, as sums are made
            at = np.searchsorted(moved, starts)
            there = np.append(moved, -1)[at] == starts
            opening[:, at[there]] = renewed[:, there]
            close, base = lines.moving.close[inside, self.columns], lines.moving.base[inside]
            values[place, 1:] = np.where(part != 0.0, part * close, 0.0)
            part = part.take(early, axis=1)
            opening[place] = np.where(part != 0.0, part * base[:, moved], 0.0)
        return ordered_sum(values)[1:], ordered_sum(opening)

    def _with(self, start: int, column: int) -> Floats:
        shares: Floats = self.shares[start].copy()
        shares[self.lines.rows] = self.part[:, column]
        return shares
