"""On which sessions each line has a row: spells from one pass over the daily rows."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from indexcalc.arrays import Bools, Codes, Days, States
from indexcalc.market import arrow
from indexcalc.market.market import Market
from indexcalc.market.panel import row_groups, session_starts


@dataclass(frozen=True, slots=True)
class Presence:
    """Where a line's rows begin (+1) and stop (-1): ``days`` ascending, with ``codes`` and ``steps``.

    The day of a stop is the first observed session without a row.
    """

    n: int
    days: Days
    codes: Codes
    steps: States

    def listed(self, day: int) -> Bools:
        """Lines (n,) with a row on the last observed session up to a day."""
        upto = int(np.searchsorted(self.days, day, side="right"))
        state = np.bincount(self.codes[:upto], weights=self.steps[:upto], minlength=self.n)
        made: Bools = state > 0
        return made

    def seen(self, day: int) -> Bools:
        """Lines (n,) that have had a row up to a day."""
        made = np.zeros(self.n, dtype=np.bool_)
        made[self.codes[: int(np.searchsorted(self.days, day, side="right"))]] = True
        return made

    def stopped(self, after: int, upto: int) -> Bools:
        """Lines (n,) whose rows stopped on a day of ``after + 1 .. upto``."""
        low, high = np.searchsorted(self.days, (after, upto), side="right")
        made = np.zeros(self.n, dtype=np.bool_)
        made[self.codes[low:high][self.steps[low:high] < 0]] = True
        return made

    @property
    def first_days(self) -> Days:
        """The first session with a row of each line (n,); the largest int32 where there is none."""
        made = np.full(self.n, np.iinfo(np.int32).max, dtype=np.int32)
        # The days ascend: assigned from the last to the first, the first stays.
        made[self.codes[::-1]] = self.days[::-1]
        return made

    @property
    def stops(self) -> tuple[Codes, Days]:
        """(codes, days) of all stops, by day."""
        rows = self.steps < 0
        return self.codes[rows], self.days[rows]


_KNOWN: WeakKeyDictionary[Market, Presence] = WeakKeyDictionary()


def presence(market: Market) -> Presence:
    """The spells of all lines of a market; made once for it."""
    found = _KNOWN.get(market)
    if found is None:
        found = _KNOWN[market] = _made(market)
    return found


def _made(market: Market) -> Presence:
    n = len(market.symbols)
    before: Codes = np.zeros(0, dtype=np.int32)
    days: list[Days] = []
    codes: list[Codes] = []
    steps: list[States] = []
    for group in row_groups(market, (), threads=2):
        rows = arrow.codes_into(group.column("symbol"), market.order)
        group_days = arrow.days(group.column("date"))
        starts = session_starts(group_days)
        for start, stop in zip(starts, np.append(starts, rows.size)[1:], strict=True):
            now = rows[start:stop]
            if now.size == before.size and np.array_equal(now, before):
                continue  # nearly every session
            moved = np.zeros(n, dtype=np.int8)
            moved[now] = 1
            moved[before] -= 1
            code = np.flatnonzero(moved).astype(np.int32)
            days.append(np.full(code.size, group_days[start], dtype=np.int32))
            codes.append(code)
            steps.append(moved[code])
            before = now
    if not days:
        return Presence(n, np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, dtype=np.int8))
    return Presence(n, np.concatenate(days), np.concatenate(codes), np.concatenate(steps))
