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
import numpy.typing as npt

from indexcalc.calculation.events import LineEvents
from indexcalc.calculation.lines import Lines, Options, State, before, initial_state
from indexcalc.market.calendar import Sessions
from indexcalc.market.market import Market
from indexcalc.market.panel import Block, blocks, carried

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

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
        for block in blocks(self.market, COLUMNS, first_day, last_day, threads):
            yield self.advance(block)

    def advance(self, block: Block) -> Lines:
        """The prices of one block, from the state the sessions before it left."""
        state = self.state
        close_said = block.columns.get("close", np.full(block.shape, np.nan))
        unsaid = np.full(block.shape, np.nan)
        volume = block.columns.get("volume", unsaid)
        if state.gone:
            close_said = self._stay_gone(close_said.copy(), block, volume)
        raw = carried(close_said, state.raw_close)
        raw_before = before(raw, state.raw_close)
        traded = ~np.isnan(close_said) & ~((volume == 0) & (close_said == raw_before))
        self._untrade(traded, block, volume)
        close = carried(np.where(traded, close_said, np.nan), state.close)
        # The first price of a line counts as one even without a trade.
        first_price = np.isnan(close) & ~np.isnan(close_said)
        if first_price.any():
            traded |= first_price & ~np.isnan(close_said)
            close = carried(np.where(traded, close_said, np.nan), state.close)
        base = before(close, state.close)
        present_before = np.concatenate((state.present[:, None], block.present[:, :-1]), axis=1)
        leaves = self.events.leaves()
        missing = ~block.present & ~np.isnan(base)
        if leaves:
            base = np.where(present_before, base, np.nan)
            missing = np.zeros_like(missing)
        listed = carried(block.columns["shares_outstanding"], state.listed)
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
            raw[:, -1].copy(),
            listed_last,
            lines.shares[:, -1].copy(),
            block.present[:, -1].copy(),
            int(block.days[-1]),
            state.pending,
            state.gone,
            state.ended,
        )
        return lines

    def _stay_gone(self, close_said: Floats, block: Block, volume: Floats) -> Floats:
        """A line that ended has no price until it trades again, whatever is printed for it."""
        for code in sorted(self.state.gone):
            trades = ~np.isnan(close_said[code]) & (volume[code] != 0)
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
