"""What an index holds over some sessions, and what that is worth."""

from __future__ import annotations

from collections.abc import Callable

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

    def worth(
        self, quiet_prices: Callable[[Ints, Ints], Floats], columns: Ints, prices: Floats
    ) -> Floats:
        """The value (m,) of what is held in some columns (m,), by ``ordered_sum`` over the lines.

        ``quiet_prices`` of columns and lines gives (lines, m); ``prices`` (b, m): of the moving ones.
        """
        part = self.part[:, columns - self.columns.start]
        used = (self.shares != 0.0).any(axis=0)
        used[self.lines.rows] = (part != 0.0).any(axis=1)
        rows = np.flatnonzero(used)
        values = quiet_prices(columns, rows)
        place = np.searchsorted(rows, self.lines.rows)
        moving = np.flatnonzero(used[self.lines.rows])
        with np.errstate(invalid="ignore"):
            values *= self.shares[:, rows].T[:, self.stretch(columns)]
            values[place[moving]] = np.where(
                part[moving] != 0.0, part[moving] * prices[moving], 0.0
            )
        return ordered_sum(values)

    def _with(self, start: int, column: int) -> Floats:
        shares: Floats = self.shares[start].copy()
        shares[self.lines.rows] = self.part[:, column]
        return shares
