"""One session price by price: the level an index has right now, and at the close the level it gets.

Index shares and base prices are fixed before the open, so a session is worked out
once with no trade, every line at its base price, and then a trade moves one price: the level is
S over last prices, summed by ``ordered_sum`` over all members, and so has at the close the bits of
the close's level.  Where a trade can move more than a price (a move beyond the daily limit that no
base price explains, a line that ends or has an action), the session is worked out anew with it.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.calculation.compute import take_block
from indexcalc.calculation.levels.index_run import Watch
from indexcalc.calculation.levels.level_and_divisor import step
from indexcalc.calculation.levels.level_block import LevelBlock, LevelState
from indexcalc.calculation.levels.published_levels import published_on
from indexcalc.calculation.plan import IndexJob
from indexcalc.calculation.prices.apply_actions import LineEvents
from indexcalc.calculation.prices.daily_rows import DailyRows
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.prices.line_prices import LineBlock
from indexcalc.diagnostics import UsageError
from indexcalc.live.session import Session, taken
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.methodology import Methodology

if TYPE_CHECKING:
    from indexcalc.live.live import Live


class _Open(Struct):
    """An index during the session: arrays (n,) of the lines it holds, by ascending symbol.

    ``row`` (n_symbols,): a line's place in them, -1 for none; ``rate``: index currency for one unit of
    the line's; ``opening`` R; ``before``: level, divisor and value of the session before.  ``fixed``: the
    level, where the series begins at this close.
    """

    work: IndexJob
    row: Ints
    shares: Floats
    price: Floats
    rate: Floats
    opening: float
    before: tuple[float, float, float]
    fixed: float | None

    def level(self) -> float:
        if self.fixed is not None:
            return self.fixed
        level, divisor, value = self.before
        state = LevelState(
            shares=self.shares[:0],
            held=self.row[:0] >= 0,
            value=value,
            level=level,
            divisor=divisor,
            started=True,
        )
        step(
            state,
            float(ordered_sum(self.shares * self.price)),
            self.opening,
            self.work.run.given,
        )
        return state.level


class _Judged(Struct, frozen=True):
    """Lines whose price is judged (n_symbols,): no base price of the exchange is ``known``; ``base`` is
    theirs, and close over base is between ``low`` and ``high`` unless an event explains it."""

    known: Bools
    base: Floats
    low: float
    high: float

    def beyond(self, code: int, price: float) -> bool:
        base = self.base[code]
        if self.known[code] or np.isnan(base):
            return False
        return not self.low <= price / base <= self.high


class Ticks:
    """A session before its close.  ``date``: its day; ``at``: the time of the last trade, if said.

    Made by ``Live.ticks``.  Advancing the ``Live`` ends it.
    """

    def __init__(self, live: Live, rows: DailyRows) -> None:
        self.live = live
        self.date = date_of(rows.days[0])
        self.at: dt.datetime | dt.time | None = None
        self._rows = rows
        n_symbols = rows.present.shape[1]
        self._close = np.full(n_symbols, np.nan)
        self._volume = np.zeros(n_symbols)
        self._times: dict[int, dt.datetime | dt.time] = {}
        self._frozen = live.captured()
        self._place = live.last + 1
        self._open: dict[str, _Open] = {}
        self._alters: Bools = np.zeros(n_symbols, dtype=np.bool_)
        self._judged: list[_Judged] = []
        self._begins = False
        self._stale = True

    def trade(self, symbol: str, price: float, at: dt.datetime | dt.time | None = None) -> bool:
        """A trade of a line, in its currency.

        ``at``: when; a report older than the line's last is left aside, and the answer is False.
        UsageError (RUN009): the line has no row in the session, or that is no price.
        """
        code = self.live.plan.market.order.get(symbol, -1)
        if code < 0 or not self._rows.present[0, code]:
            raise UsageError.of(
                "RUN009",
                f"{symbol} has no row on {self.date}",
                where=self.live.plan.family.asked[0],
            )
        number: Any = price
        paid = float(number) if isinstance(number, (Real, Decimal)) else np.nan
        if not 0 < paid < float("inf"):
            raise UsageError.of(
                "RUN009", f"{price!r} is no price of {symbol}", where=self.live.plan.family.asked[0]
            )
        if at is not None:
            if self._is_late(code, at):
                return False
            self._times[code] = self.at = at
        price = paid
        self._close[code], self._volume[code] = price, 1.0
        alters = self._begins or self._alters[code]
        if self._stale or alters or any(one.beyond(code, price) for one in self._judged):
            self._stale = True
            return True
        for one in self._open.values():
            row = one.row[code]
            if row >= 0:
                one.price[row] = price * one.rate[row]
        return True

    def _is_late(self, code: int, at: dt.datetime | dt.time) -> bool:
        """Is a report of this time older than the last one of the line?  RUN009: they do not compare."""
        last = self._times.get(code, at)
        try:
            return at < last  # type: ignore[operator]
        except TypeError:
            raise UsageError.of(
                "RUN009",
                f"the time {at!r} is not to be compared with {last!r}, that of the trade before",
                where=self.live.plan.family.asked[0],
                hint="give all as times, or all as datetimes (with a time zone, or all without)",
            ) from None

    def level(self, index: str | None = None) -> float:
        """The level right now, unrounded; ``index``: one of the family, None: the one asked for.

        UsageError (REF001): the family has no such index.
        """
        name = self._name(index)
        if self._stale:
            self._work_out()
        return self._open[name].level()

    def published(self, index: str | None = None) -> Decimal:
        """The level right now as it is printed."""
        return published_on(self._rule(index).published, self.date, self.level(index))

    def session(self) -> Session:
        """The session as it would be if it closed now: every index, every return version."""
        return self._work_out()

    def _name(self, index: str | None) -> str:
        works = self.live.plan.works
        if index is not None and index not in works:
            raise UsageError.of(
                "REF001",
                f"no index {index!r} is advanced here",
                where="index",
                hint=f"those advanced are {', '.join(works)}",
            )
        return self.live.plan.family.asked[0] if index is None else index

    def _rule(self, index: str | None) -> Methodology:
        return self.live.plan.works[self._name(index)].rule

    def _work_out(self) -> Session:
        """The whole session with the trades so far; the indices are put back where they were."""
        live, rows = self.live, self._rows
        if live.last + 1 != self._place:
            raise UsageError.of(
                "RUN009",
                f"the session of {self.date} is over: it was advanced through",
                where=self.live.plan.family.asked[0],
            )
        printed = ~np.isnan(self._close)
        now = replace(
            rows,
            printed=printed[None],
            raw=np.where(printed, self._close, rows.before)[None],
            idle=rows.present & (self._volume == 0),
        )
        works = live.plan.works
        said = {name: list(work.findings.items) for name, work in works.items()}
        before = {name: _before(work) for name, work in works.items()}
        seen: dict[str, tuple[IndexLines, LevelBlock]] = {}
        self._alters[:] = False
        self._judged.clear()
        try:
            for name, work in works.items():
                work.run.watch = _into(seen, name)
            made = {option: lines.advance(now) for option, lines in live.prices.items()}
            take_block(live.plan, made)
            for option, prices in made.items():
                self._judge(live.prices[option].events, prices)
            session = taken(live.plan, works, self._place)
        finally:
            live.put(self._frozen)
            for name, work in works.items():
                work.run.watch = None
                work.findings.items[:] = said[name]
        self._open = {
            name: _opened(works[name], *seen[name], before[name], self._place, self._close.size)
            for name in seen
        }
        self._begins = any(one.fixed is not None for one in self._open.values())
        self._stale = False
        return session

    def _judge(self, events: LineEvents, prices: LineBlock) -> None:
        """Note which lines can move more than a price by a trade, and by what trade."""
        place, alters, worked = self._place, self._alters, prices.worked
        # A line that ends on the next session may have its last close set by the terms.
        ends = events.endings.within(place, place + 2)
        for _, action in (*events.acting.within(place, place + 1), *ends):
            alters[action.code] = True
        for takeover in events.takeovers:
            alters[[takeover.target, takeover.acquirer]] = True
        for event in worked.events:
            alters[event.code] = True
        for code, _ in worked.debuts:
            alters[code] = True
        alters[prices.opened.codes] = True
        for work in self.live.plan.works.values():
            state = work.run.state
            if state is not None and state.handed is not None:
                alters[state.handed.codes()] = True
        known = np.zeros(alters.size, dtype=np.bool_)
        if self._rows.bases is not None and events.passed[place] == 1:
            known = self._rows.present[0].copy()
            known[self._rows.bases.codes[np.isnan(self._rows.bases.values)]] = False
        shares = self._rows.shares
        moved = shares.codes[shares.values != prices.start.listed[shares.codes]]
        alters[moved[~known[moved]]] = True
        low, high = 0.0, float("inf")
        if events.gaps.limit is not None:
            bounds = events.gaps.bounds(place, 1)
            low, high = float(bounds[0][0]), float(bounds[1][0])
        self._judged.append(_Judged(known, prices.base_in_first(), low, high))


def _before(work: IndexJob) -> tuple[float, float, float]:
    state = work.run.state
    assert state is not None
    return (state.level, state.divisor, state.value) if state.started else (np.nan,) * 3


def _into(seen: dict[str, tuple[IndexLines, LevelBlock]], name: str) -> Watch:
    def watch(lines: IndexLines, block: LevelBlock, start: int) -> None:
        seen[name] = (lines, block)

    return watch


def _opened(
    work: IndexJob,
    lines: IndexLines,
    block: LevelBlock,
    before: tuple[float, float, float],
    place: int,
    n_symbols: int,
) -> _Open:
    shares = block.held_shares.at(0)
    inside = shares != 0.0
    codes = block.held.codes[inside]
    row = np.full(n_symbols, -1, dtype=np.int64)
    row[codes] = np.arange(codes.size)
    rate = np.ones(codes.size)
    payouts = work.run.given.payouts
    if payouts is not None and payouts.exchange.foreign:
        rate = payouts.exchange.now(place, place + 1, codes)[:, 0]
    begins = place == work.run.given.begin or np.isnan(before[0])
    return _Open(
        work=work,
        row=row,
        shares=shares[inside],
        price=lines.at("close", 0)[inside],
        rate=rate,
        opening=float(block.opening[0]),
        before=before,
        fixed=float(block.level[0]) if begins else None,
    )
