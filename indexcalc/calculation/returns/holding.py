"""What an index holds over some sessions, and what that is worth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Floats, Ints
from indexcalc.calculation.members.held import Held
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.market.ordered_sum import ordered_sums


class Holding(Struct, frozen=True):
    """What an index holds over the sessions between two changes of its list.

    ``shares`` (n,): index shares of quiet lines, 0 for the moving ones; ``part`` (b, n_columns): those of
    the moving lines, ``lines.rows``.
    """

    lines: IndexLines
    held: Held
    columns: slice
    shares: Floats
    part: Floats

    @property
    def opening(self) -> Floats:
        """Index shares (n,) of the first column."""
        return self._with(self.part[:, 0])

    @property
    def closing(self) -> Floats:
        """Index shares (n,) of the last column."""
        return self._with(self.part[:, -1])

    def still(self, values: Floats) -> Floats:
        """Values (n,) with 0 for the moving lines."""
        quiet: Floats = values.copy()
        quiet[self.lines.rows] = 0.0
        return quiet

    def worth(self, quiet_prices: Callable[[Ints], Floats], part: Floats, prices: Floats) -> Floats:
        """The value (m,) of what is held in m columns, by ``ordered_sum`` over the lines.

        ``quiet_prices`` of some lines gives (m, lines); ``part`` and ``prices`` (b, m) of the moving ones.
        """
        used = self.shares != 0.0
        used[self.lines.rows] = (part != 0.0).any(axis=1)
        rows = np.flatnonzero(used)
        values = quiet_prices(rows)
        place = np.searchsorted(rows, self.lines.rows)
        moving = np.flatnonzero(used[self.lines.rows])
        with np.errstate(invalid="ignore"):
            values *= self.shares[rows]
            values[:, place[moving]] = np.where(
                part[moving] != 0.0, part[moving] * prices[moving], 0.0
            ).T
        return ordered_sums(values)

    def _with(self, part: Floats) -> Floats:
        shares: Floats = self.shares.copy()
        shares[self.lines.rows] = part
        return shares
