"""The prices and share counts of every line, session by session, before any index is asked.

For each line and observed session:

- ``close`` P: the close; without a trade the price held at the start, so nothing moves.
- ``base`` B: the last price put through the session's events, or the exchange's own base price.
- ``shares``: listed shares times the factors of actions whose new shares are not listed yet.

For most lines most of the time nothing happens: P is the last close, B is P of the session before, and
shares are the listed ones.  So a stretch of sessions is worked through in this order, and nothing in it
depends on who is a member of an index:

1. the rows are read from the market's panel (``daily_rows``);
2. the few lines that something may have happened to are found (``lines_with_events``);
3. their prices are put through what happened (``LinePrices.advance``, ``LineEvents.apply``);
4. ``LineBlock.of`` gives lines in full: those of step 3, all others from the rows.  An index asks for few
   of its lines so (``index_lines``).
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Codes, Days, Floats, Ints, position_in, true_cells
from indexcalc.calculation.prices.apply_actions import ExchangeWords, LineEvents
from indexcalc.calculation.prices.daily_rows import ClosesByLine, DailyRows, of_lines
from indexcalc.calculation.prices.lines import (
    NEVER_SEEN,
    PER_LINE,
    Lines,
    Options,
    State,
    before,
    initial_state,
)
from indexcalc.calculation.prices.lines_with_events import touched
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.market.market import Market
from indexcalc.market.panel_cache.cells import Cells


class LineBlock(Struct, frozen=True):
    """All lines over some sessions; ``of`` gives some of them in full.

    ``closes``: the last closes line by line.  ``start`` and ``end``: the lines before and after them.
    ``worked``: the lines that something may have happened to; ``opened``: the base prices that others come
    with, ``away``: others that ended and are gone.  ``traded`` (n_sessions, n_symbols): of all others,
    where the price is one of a trade.  ``moving`` (n_symbols,): the lines that are not quiet
    (``index_lines``).  ``complete``: a line without a row is not listed.  ``asked``: lines given so far.
    """

    rows: DailyRows
    closes: ClosesByLine
    traded: Bools
    start: State
    end: State
    worked: Lines
    opened: Cells
    away: Codes
    moving: Bools
    complete: bool
    symbols: tuple[str, ...]
    asked: list[Lines] = field(default_factory=list)

    @property
    def first(self) -> int:
        """Position of the first session among the market's observed ones."""
        return self.rows.first

    @property
    def days(self) -> Days:
        """The days of the sessions."""
        return self.rows.days

    def of(self, codes: Codes) -> Lines:
        """The prices of lines ``codes`` (ascending), not to be written to: indices share them."""
        for made in self.asked:
            rows, there = _rows_among(made.codes, codes)
            if there.all():
                return made if rows.size == made.codes.size else made.of_rows(rows)
        self.asked.append(self._made(codes))
        return self.asked[-1]

    def _made(self, codes: Codes) -> Lines:
        rows, start = self.rows, self.start
        close = of_lines(rows.raw, codes)
        close[_rows_among(codes, self.away)[0]] = np.nan
        last = before(close, start.close[codes])
        present, traded = of_lines(rows.present, codes), of_lines(self.traded, codes)
        base = last.copy()
        missing = np.zeros(close.shape, dtype=np.bool_)
        if self.complete:
            _forget_unlisted(base, present, start.present[codes])
        else:
            np.logical_and(~present, ~np.isnan(base), out=missing)
        column, opened, value = self.opened_of(codes)
        base[codes.searchsorted(opened), column] = value
        lines = Lines(
            codes=codes,
            first=rows.first,
            days=rows.days,
            present=present,
            close=close,
            last=last,
            base=base,
            shares=rows.shares_of(codes, start.listed[codes]),
            share_factor=np.ones(close.shape),
            ready=~np.isnan(base),
            traded=traded,
            missing=missing,
            traded_before=start.traded[codes],
            shares_before=start.counted[codes],
            complete=self.complete,
            symbols=self.symbols,
            debuts=list(zip(opened.tolist(), column.tolist(), strict=True)),
            takeovers=self.worked.takeovers,
        )
        if self.complete:
            lines.ready &= present
        self._put_worked(lines)
        return lines

    def _put_worked(self, target: Lines) -> None:
        """Take what was worked out for the lines of ``target`` from ``worked``."""
        _, to, of = np.intersect1d(
            target.codes, self.worked.codes, assume_unique=True, return_indices=True
        )
        if not to.size:
            return
        part = self.worked.of_rows(of)
        for name in PER_LINE:
            getattr(target, name)[to] = getattr(part, name)
        target.debuts += part.debuts
        for name in ("events", "rights", "spun", "cash", "spins"):
            setattr(target, name, getattr(part, name))

    def opened_of(self, codes: Codes) -> Cells:
        """Those of the lines ``codes`` (ascending) among ``opened``."""
        cells = self.opened
        inside = _rows_among(codes, cells.codes)[1]
        return Cells(cells.rows[inside], cells.codes[inside], cells.values[inside])

    def shares_in(self, column: int) -> Floats:
        """The share counts (n_symbols,) of one session."""
        shares: Floats = self.start.listed.copy()
        now = self.rows.shares.within(0, column + 1)
        shares[now.codes] = now.values
        shares[self.worked.codes] = self.worked.shares[:, column]
        return shares

    def share_factor_in(self, column: int) -> Floats:
        """New shares for one (n_symbols,) in one session."""
        factors = np.ones(len(self.symbols))
        factors[self.worked.codes] = self.worked.share_factor[:, column]
        return factors

    def base_in_first(self) -> Floats:
        """The base prices (n_symbols,) of the first session."""
        bases: Floats = self.start.close.copy()
        if self.complete:
            bases[~self.start.present] = np.nan
        now = self.opened.within(0, 1)
        bases[now.codes] = now.values
        bases[self.worked.codes] = self.worked.base[:, 0]
        return bases


class LinePrices:
    """The lines of a market under one treatment, moved on block by block in order.

    ``only`` (n_symbols,): the lines whose prices are asked for; those of others are as their rows say.
    """

    def __init__(
        self, market: Market, sessions: Sessions, options: Options, only: Bools | None = None
    ) -> None:
        self.market = market
        self.events = LineEvents(market, sessions, options, only)
        self.state = initial_state(len(market.symbols))

    def advance(self, rows: DailyRows) -> LineBlock:
        """The prices of some sessions, from the state the sessions before them left."""
        start = self.state
        some: Bools = np.logical_or.reduce(rows.present)
        partly = np.flatnonzero(some & ~rows.present.all(axis=0))
        found = touched(rows, self.events, start, partly)
        codes = found.codes
        printed, present = rows.printed_of(codes), of_lines(rows.present, codes)
        idle, listed = of_lines(rows.idle, codes), rows.shares_of(codes, start.listed[codes])
        self._stay_gone(printed, codes, idle)
        raw = carried(printed, start.raw_close[codes])
        traded = ~np.isnan(printed)
        traded &= ~(idle & (printed == before(raw, start.raw_close[codes])))
        self._untrade(traded, codes, idle, rows)
        opening = _opening(start, codes)
        close = _filled(traded, printed, opening)
        base = before(close, opening)
        leaves = self.events.leaves()
        if leaves:
            _forget_unlisted(base, present, start.present[codes])
        worked = Lines(
            codes=codes,
            first=rows.first,
            days=rows.days,
            present=present,
            idle=idle,
            close=close,
            last=close,
            base=base,
            shares=listed.copy(),
            share_factor=np.ones(close.shape),
            ready=present,
            traded=traded,
            missing=np.zeros(close.shape, dtype=np.bool_) if leaves else ~present & ~np.isnan(base),
            traded_before=start.traded[codes],
            shares_before=start.counted[codes],
            complete=leaves,
            symbols=self.market.symbols,
        )
        self.events.apply(worked, start, self._words(rows, codes, listed))
        worked.last = before(close, start.close[codes])
        for code, stood_at in start.frozen.items():
            worked.last[worked.row(code), 0] = stood_at
        worked.ready = ~np.isnan(base) & present if leaves else ~np.isnan(base)
        prints = _traded(rows, start)
        self.state = end = _after(rows, worked, prints[-1].copy(), start, some)
        end.close[found.away] = np.nan
        return LineBlock(
            rows=rows,
            closes=ClosesByLine.blank(rows.raw, start.close),
            traded=prints,
            start=start,
            end=end,
            worked=worked,
            opened=found.opened,
            away=found.away,
            moving=_moving(rows, worked, prints, start),
            complete=leaves,
            symbols=self.market.symbols,
        )

    def _words(self, rows: DailyRows, codes: Codes, listed: Floats) -> ExchangeWords:
        """The exchange's words; its base prices where they measure from the last *observed* session."""
        if rows.bases is None:
            return ExchangeWords(np.broadcast_to(np.float64(np.nan), listed.shape), listed)
        known = rows.bases_of(codes)
        known[:, self.events.passed[rows.first : rows.first + rows.days.size] != 1] = np.nan
        return ExchangeWords(known, listed)

    def _stay_gone(self, printed: Floats, codes: Codes, idle: Bools) -> None:
        """A line that ended has no price until it trades again, whatever is printed for it."""
        if not self.state.gone:
            return
        gone = np.array(sorted(self.state.gone.intersection(codes.tolist())), dtype=np.int32)
        rows = codes.searchsorted(gone)
        again = np.logical_or.accumulate(~np.isnan(printed[rows]) & ~idle[rows], axis=1)
        printed[rows] = np.where(again, printed[rows], np.nan)
        self.state.gone.difference_update(gone[again[:, -1]].tolist())

    def _untrade(self, traded: Bools, codes: Codes, idle: Bools, rows: DailyRows) -> None:
        """A price printed without volume on the session of an action is the exchange's, no trade.

        Over unobserved sessions a line may have traded before, so there the price counts.
        """
        for session, action in self.events.acting.within(rows.first, rows.first + rows.days.size):
            if self.events.passed[session] == 1:
                row, column = position_in(codes, action.code), session - rows.first
                traded[row, column] &= not idle[row, column]


def _rows_among(codes: Codes, some: Codes) -> tuple[Ints, Bools]:
    """The rows among ``codes`` (ascending) of those of ``some`` that are there, and which these are."""
    row = codes.searchsorted(some)
    there = np.append(codes, np.int32(-1))[row] == some
    return row[there], there


def _traded(rows: DailyRows, state: State) -> Bools:
    """Where a price is one of a trade: one without volume that repeats the one before it is none."""
    session, code = true_cells(rows.printed & rows.idle)
    if not session.size:
        return rows.printed
    traded = rows.printed.copy()
    was = np.where(session > 0, rows.raw[session - 1, code], state.raw_close[code])
    traded[session, code] = rows.raw[session, code] != was
    return traded


def _moving(rows: DailyRows, worked: Lines, traded: Bools, start: State) -> Bools:
    """The lines (n_symbols,) to which something happens, or that lack a row, a trade or a price."""
    moving = ~traded.all(axis=0) | ~start.present
    moving |= np.isnan(start.close)
    moving[rows.shares.codes] = True
    moving[worked.codes] = True
    return moving


def _after(rows: DailyRows, worked: Lines, traded: Bools, state: State, some: Bools) -> State:
    """The lines after the last of some sessions; ``traded`` (n_symbols,) in it, before ``worked``.

    ``some`` (n_symbols,): the lines that have a row.
    """
    raw, codes = rows.raw[-1], worked.codes
    listed = state.listed.copy()
    listed[rows.shares.codes] = rows.shares.values
    close, counted = raw.copy(), listed.copy()
    close[codes], counted[codes] = worked.close[:, -1], worked.shares[:, -1]
    for code, first_close in worked.frozen_last.items():
        close[code] = first_close
    traded[codes] = worked.traded[:, -1]
    first_seen, last_seen = state.first_seen.copy(), state.last_seen.copy()
    comes = np.flatnonzero(some & (first_seen == NEVER_SEEN[0]))
    first_seen[comes] = rows.days[rows.present[:, comes].argmax(axis=0)]
    last_seen[some] = rows.days[-1]
    stops = np.flatnonzero(some & ~rows.present[-1])
    last_seen[stops] = rows.days[::-1][rows.present[::-1, stops].argmax(axis=0)]
    return State(
        close=close,
        raw_close=raw.copy(),
        listed=listed,
        counted=counted,
        present=rows.present[-1].copy(),
        traded=traded,
        first_seen=first_seen,
        last_seen=last_seen,
        day=int(rows.days[-1]),
        pending=state.pending,
        gone=state.gone,
        ended=state.ended,
        unjudged=state.unjudged,
        frozen={code: float(worked.close[worked.row(code), -1]) for code in worked.frozen_last},
        entering={code: f for (code, at), f in worked.entering.items() if at == worked.days.size},
    )


def _forget_unlisted(base: Floats, present: Bools, present_before: Bools) -> None:
    """Where a line had no row in the session before, it was not listed and has no base price."""
    base[~present_before, 0] = np.nan
    np.copyto(base[:, 1:], np.nan, where=~present[:, :-1])


def _opening(start: State, codes: Codes) -> Floats:
    """The prices (n,) from which the events of a block are judged: where the price of an ending takes the
    place of the close before, that close, as within a block."""
    opening = start.close[codes]
    for code, close in start.ended.items():
        opening[position_in(codes, code)] = close
    return opening


def _filled(traded: Bools, printed: Floats, initial: Floats) -> Floats:
    """The last traded price (n, n_sessions); the first price of a line counts as one even without a
    trade, and is marked so in ``traded``."""
    new = np.flatnonzero(np.isnan(initial))
    if new.size:
        first_price = ~np.isnan(printed[new])
        first_price &= np.cumsum(first_price, axis=1) == 1
        traded[new] |= first_price
    return carried(np.where(traded, printed, np.nan), initial)


def carried(values: Floats, initial: Floats) -> Floats:
    """Each row's last known value (n, n_sessions) up to and including each session; ``initial`` (n,) before
    the first."""
    filled = values.copy()
    cells = np.flatnonzero(np.isnan(values))
    if not cells.size:
        return filled
    # Holes come in stretches of a line: each is filled with the value before it.
    row, column = np.divmod(cells, values.shape[1])
    begun = np.flatnonzero((np.diff(cells, prepend=-2) != 1) | (column == 0))
    row, column = row[begun], column[begun]
    fill = np.where(column > 0, values[row, column - 1], initial[row])
    filled.ravel()[cells] = np.repeat(fill, np.diff(begun, append=cells.size))
    return filled
