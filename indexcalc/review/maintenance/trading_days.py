"""On which sessions a line trades, for counts that wait for its trades.

A line trades on a session that lies in none of its ``halted`` spells and on which it has a row with a
volume (a traded value, where there is no volume) other than zero.  A session the data do not observe,
or that lies after them, counts as one on which it trades.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.market.market import Market
from indexcalc.market.panel_cache.segment import IDLE
from indexcalc.review.data.line_facts import HALTED, Fact, position


def trading_days(market: Market, sessions: Sessions, told: Sequence[Fact]) -> TradingDays:
    """The trading sessions of the lines of a market, of which ``told`` is all that tables tell; what
    is read of them is kept for all rules."""
    key = ("trading days", sessions.days.tobytes())
    return market.memo(key, lambda: TradingDays(market, sessions, told))


class TradingDays(Struct):
    """The trading sessions of some lines of a market; ``spells``: the designations of all lines."""

    market: Market
    sessions: Sessions
    spells: Sequence[Fact]
    _traded: dict[int, Bools] = field(default_factory=dict)
    _halted: dict[int, list[Fact]] = field(default_factory=dict)
    _row: dict[int, int] = field(default_factory=dict)
    _after: dict[tuple[int, int, int, int | None], int] = field(default_factory=dict)

    def read(self, codes: Collection[int]) -> None:
        """Read the rows of lines in one pass; only those can be asked for."""
        wanted = np.zeros(len(self.market.symbols), dtype=np.bool_)
        wanted[[code for code in codes if code not in self._traded]] = True
        if not wanted.any():
            return
        for spell in self.spells:
            if spell.kind == HALTED and wanted[spell.code]:
                self._halted.setdefault(spell.code, []).append(spell)
        panel = self.market.panel
        # Without a volume the traded value says whether a line trades.
        value = panel.has("traded_value") and not panel.has("volume")
        panel.need(["traded_value"] if value else [IDLE])
        lines = np.flatnonzero(wanted)
        trading = np.empty((lines.size, panel.size), dtype=np.bool_)
        for rows in panel.chunks():
            span = rows.start, rows.stop
            idle = panel.column("traded_value", *span) == 0 if value else panel.idle(*span)
            trading[:, rows] = (panel.present(*span)[:, lines] & ~idle[:, lines]).T
        # In this order: another thread may ask of a line as soon as it is there.
        self._row = self._row or {day: row for row, day in enumerate(panel.days.tolist())}
        self._traded.update(zip(lines.tolist(), trading, strict=True))

    def trades(self, code: int, at: int) -> bool:
        """Does a line trade on the session at a position?"""
        day = int(self.sessions.days[at])
        if any(spell.known <= day < spell.until for spell in self._halted.get(code, ())):
            return False
        row = self._row.get(day)
        return row is None or bool(self._traded[code][row])

    def after(self, code: int, first: int, n: int, at_most: int | None = None) -> int:
        """The position after ``n`` sessions from ``first`` on on which a line trades.

        A halt is waited for over ``at_most`` sessions from the session after ``first`` (None:
        without end); ``len(sessions)`` where the calendar does not reach it.
        """
        asked = (code, first, n, at_most)
        if asked in self._after:
            return self._after[asked]
        stop = len(self.sessions)
        if at_most is not None:
            stop = min(stop, first + at_most + 1)
        at, left = first, n
        while left and at < stop:
            left -= self.trades(code, at)
            at += 1
        self._after[asked] = at
        return at

    def first_trade(self, code: int, day: int) -> int | None:
        """The position of the first observed session from a day on on which a line trades."""
        panel = self.market.panel
        traded, halts = self._traded[code], self._halted.get(code, ())
        for row in range(panel.row(day), panel.size):
            on = int(panel.days[row])
            if traded[row] and not any(s.known <= on < s.until for s in halts):
                return position(self.sessions, on)
        return None

    def halted_before(self, code: int, at: int) -> int:
        """The position of the first session of the halt a line is in at a position; the one after,
        where it trades there."""
        while at >= 0 and not self.trades(code, at):
            at -= 1
        return at + 1
