"""On which sessions each line has a row: spells, from the panel."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Codes, Days, Ints, States, position_in
from indexcalc.market.holidays import own_sessions
from indexcalc.market.market import Market

_KEPT_BYTES = 16_000_000
"""How much of who is listed is kept for whoever asks again."""


class Presence(Struct, frozen=True):
    """Where a line's rows begin (+1) and stop (-1): ``days`` ascending, with ``codes`` and ``steps``.

    The day of a stop is the first observed session without a row.
    """

    n: int
    days: Days
    codes: Codes
    steps: States
    _listed: dict[int, Bools] = field(default_factory=dict)

    def listed(self, day: int) -> Bools:
        """Lines (n,) with a row on the last observed session up to a day, not to be written to."""
        upto = position_in(self.days, day, "right")
        listed = self._listed.get(upto)
        if listed is None:
            state = np.bincount(self.codes[:upto], weights=self.steps[:upto], minlength=self.n)
            listed = state > 0
            if len(self._listed) * self.n < _KEPT_BYTES:
                self._listed[upto] = listed
        return listed

    def seen(self, day: int) -> Bools:
        """Lines (n,) that have had a row up to a day."""
        seen = np.zeros(self.n, dtype=np.bool_)
        seen[self.codes[: position_in(self.days, day, "right")]] = True
        return seen

    def came(self, day: int) -> Days:
        """The day, up to ``day``, on which each line's rows last began (n,); 0 where they never did."""
        upto = position_in(self.days, day, "right")
        begins = self.steps[:upto] > 0
        came = np.zeros(self.n, dtype=np.int32)
        # The days ascend: the last one stays.
        came[self.codes[:upto][begins]] = self.days[:upto][begins]
        return came

    def stopped(self, after: int, upto: int) -> Bools:
        """Lines (n,) whose rows stopped on a day of ``after + 1 .. upto``."""
        low, high = position_in(self.days, after, "right"), position_in(self.days, upto, "right")
        stopped = np.zeros(self.n, dtype=np.bool_)
        stopped[self.codes[low:high][self.steps[low:high] < 0]] = True
        return stopped

    @property
    def first_days(self) -> Days:
        """The first session with a row of each line (n,); the largest int32 where there is none."""
        first = np.full(self.n, np.iinfo(np.int32).max, dtype=np.int32)
        # The days ascend: assigned from the last to the first, the first stays.
        first[self.codes[::-1]] = self.days[::-1]
        return first

    @property
    def stops(self) -> tuple[Codes, Days]:
        """(codes, days) of all stops, by day."""
        rows = self.steps < 0
        return self.codes[rows], self.days[rows]


def presence(market: Market) -> Presence:
    """The spells of all lines of a market; made once for it."""

    def made() -> Presence:
        rows, codes, there = market.panel.presence()
        steps = np.where(there > 0, 1, -1).astype(np.int8)
        own = own_sessions(market, "")
        if own is not None and own.holidays:
            open_rows = own.at_home(rows.astype(np.int64), codes, 1)
            return Presence(
                market.panel.n, *_without_holidays(open_rows, codes, steps, market.days)
            )
        return Presence(market.panel.n, market.panel.days[rows], codes, steps)

    return market.memo("presence", made)


def _without_holidays(rows: Ints, codes: Codes, steps: Any, days: Days) -> tuple[Days, Codes, Any]:
    """Changes without those of lines that were away on holidays of their own alone."""
    order = np.lexsort((codes, rows))
    rows, codes, steps = rows[order], codes[order], steps[order]
    inside = rows < days.size  # away on a holiday that still lasts is not away
    rows, codes, steps = rows[inside], codes[inside], steps[inside]
    fresh = np.ones(rows.size, dtype=np.bool_)
    fresh[1:] = (rows[1:] != rows[:-1]) | (codes[1:] != codes[:-1])
    total = np.add.reduceat(steps, np.flatnonzero(fresh), dtype=np.int8) if rows.size else steps
    kept = total != 0
    return days[rows[fresh][kept]], codes[fresh][kept], total[kept]
