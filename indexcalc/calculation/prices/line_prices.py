"""The prices and share counts of every line, session by session, before any index is asked.

For each line and observed session (design section 8):

- ``close`` P: the close; without a trade the price held at the start, so nothing moves.
- ``base`` B: the last price put through the session's events, or the exchange's own base price.
- ``shares``: listed shares times the factors of actions whose new shares are not listed yet.

One index after another can use the result: nothing here depends on who is a member.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from indexcalc.arrays import Bools, Floats
from indexcalc.calculation.prices.apply_actions import LineEvents
from indexcalc.calculation.prices.lines import Lines, Options, State, before, initial_state
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.market.market import Market
from indexcalc.market.panel import Block, ahead, blocks, carried, strips

COLUMNS = ("close", "base_price", "shares_outstanding", "volume")


class LinePrices:
    """Streams ``Lines`` over the observed sessions of a market, in order."""

    def __init__(self, market: Market, sessions: Sessions, options: Options) -> None:
        self.market = market
        self.events = LineEvents(market, sessions, options)
        self.state = initial_state(len(market.symbols))

    def stream(
        self, first_day: int | None = None, last_day: int | None = None, threads: int = 2
    ) -> Iterator[Lines]:
        """Blocks of line prices for the observed sessions in a range, each once, in order."""
        made = self._advanced(first_day, last_day, threads)
        yield from made if threads <= 1 else ahead(made)

    def _advanced(
        self, first_day: int | None, last_day: int | None, threads: int
    ) -> Iterator[Lines]:
        for block in blocks(self.market, COLUMNS, first_day, last_day, threads):
            yield self.advance(block)

    def advance(self, block: Block) -> Lines:
        """The prices of one block, from the state the sessions before it left."""
        state = self.state
        nothing = np.broadcast_to(np.float64(np.nan), block.shape)
        close_said = block.columns.get("close", nothing)
        volume = block.columns.get("volume")
        if state.gone:
            close_said = self._stay_gone(close_said.copy(), block, volume)
        traded, raw_last = _traded(close_said, volume, state)
        if volume is not None:
            self._untrade(traded, block, volume)
        leaves = self.events.leaves()
        close, base = np.empty(block.shape), np.empty(block.shape)
        missing = np.zeros(block.shape, dtype=np.bool_)
        listed = np.empty(block.shape)
        shares_said = block.columns["shares_outstanding"]
        for part in strips(block.shape[0]):
            _fill_prices(close[part], traded[part], close_said[part], state.close[part])
            line_base, present = base[part], block.present[part]
            line_base[:, 0] = state.close[part]
            line_base[:, 1:] = close[part, :-1]
            if leaves:
                line_base[~state.present[part], 0] = np.nan
                np.copyto(line_base[:, 1:], np.nan, where=~present[:, :-1])
            else:
                np.logical_and(~present, ~np.isnan(line_base), out=missing[part])
            listed[part] = carried(shares_said[part], state.listed[part])
        listed_last = listed[:, -1].copy()
        lines = Lines(
            block,
            close,
            base,
            base,
            listed,
            np.ones(block.shape),
            np.zeros(block.shape, dtype=np.bool_),
            traded,
            missing,
            [],
            leaves,
            symbols=self.market.symbols,
        )
        self.events.apply(lines, state)
        lines.last = before(lines.close, state.close)
        lines.ready = ~np.isnan(lines.base)
        if leaves:
            lines.ready &= block.present
        self.state = State(
            lines.close[:, -1].copy(),
            raw_last,
            listed_last,
            lines.shares[:, -1].copy(),
            block.present[:, -1].copy(),
            int(block.days[-1]),
            state.pending,
            state.gone,
            state.ended,
        )
        return lines

    def _stay_gone(self, close_said: Floats, block: Block, volume: Floats | None) -> Floats:
        """A line that ended has no price until it trades again, whatever is printed for it."""
        for code in sorted(self.state.gone):
            trades = ~np.isnan(close_said[code])
            if volume is not None:
                trades &= volume[code] != 0
            first = int(np.argmax(trades)) if trades.any() else trades.size
            close_said[code, :first] = np.nan
            if first < trades.size:
                self.state.gone.discard(code)
        return close_said

    def _untrade(self, traded: Bools, block: Block, volume: Floats) -> None:
        """A price printed without volume on the session of an action is the exchange's, no trade.

        Over unobserved sessions a line may have traded before, so there the price counts.
        """
        for column in range(block.shape[1]):
            if self.events.passed[block.first + column] == 1:
                for action in self.events.by_session.get(block.first + column, ()):
                    traded[action.code, column] &= volume[action.code, column] != 0


def _traded(close_said: Floats, volume: Floats | None, state: State) -> tuple[Bools, Floats]:
    """(where a price is one of a trade, the last price said of each line).

    A price without volume that repeats the one before it is none.
    """
    traded = np.empty(close_said.shape, dtype=np.bool_)
    raw_last = np.empty(close_said.shape[0])
    for part in strips(close_said.shape[0]):
        said, made = close_said[part], traded[part]
        np.logical_not(np.isnan(said), out=made)
        raw = carried(said, state.raw_close[part])
        raw_last[part] = raw[:, -1]
        if volume is not None:
            idle = volume[part] == 0
            if idle.any():
                made &= ~(idle & (said == before(raw, state.raw_close[part])))
    return traded, raw_last


def _fill_prices(close: Floats, traded: Bools, said: Floats, initial: Floats) -> None:
    """The last traded price of some lines, session by session, into ``close``.

    The first price of a line counts as one even without a trade, and is marked so in ``traded``.
    """
    close[:] = carried(said if traded.all() else np.where(traded, said, np.nan), initial)
    first_price = np.isnan(close) & ~np.isnan(said)
    if first_price.any():
        traded |= first_price
        close[:] = carried(np.where(traded, said, np.nan), initial)
