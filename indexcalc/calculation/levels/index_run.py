"""One index through the level pass, block by block: what it is given, where it stands, what it found.

``IndexRun.advance`` does for each block:

1. the lines the block concerns (``_codes``) and their prices (``IndexLines.of``);
2. who of them is held (``Membership.held``), and what events hand to the index (``_received``);
3. index shares and levels (``levels.advance``);
4. event rows, changed lists and what there is to report (``_tell``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from indexcalc.arrays import Codes, Floats, true_cells
from indexcalc.calculation.levels import levels
from indexcalc.calculation.levels.event_log import REMOVED, log_block, log_handed
from indexcalc.calculation.levels.index_terms import IndexTerms
from indexcalc.calculation.levels.level_block import LevelBlock, LevelState
from indexcalc.calculation.levels.list_changes import ListChanges
from indexcalc.calculation.levels.received_shares import ReceivedShares
from indexcalc.calculation.levels.results import IndexResults
from indexcalc.calculation.levels.share_updates import ShareUpdates
from indexcalc.calculation.members.composite import Membership, MembershipBlock
from indexcalc.calculation.members.held import Held
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.prices.line_prices import LineBlock
from indexcalc.calculation.returns.returns import Payments
from indexcalc.methodology.model.returns import Withholding
from indexcalc.methodology.values.dated import Dated

_T = TypeVar("_T", bound=np.generic)

# Line events that are findings when they meet a member.
FAULT_KINDS = frozenset(
    {"gap", "pending", "base_unexplained", "base_impossible", "unvalued", "unusable"}
)

# Sees every block after its levels are made: prices, levels, first column of the run in it.
Watch = Callable[[IndexLines, LevelBlock, int], None]


class IndexRun(Struct):
    """One index while blocks pass by.

    ``given``: its terms and its members; ``state``: where it stands (None: before the first session);
    ``found``: its results.  ``watch``: who else sees its blocks.  ``silent``: no events, lists and findings
    are made of them, levels and what is held alone.  ``members_alone``: nothing but the membership is made,
    for an index that others rest on and nobody asks for.
    """

    given: IndexTerms
    membership: Membership
    share_updates: ShareUpdates | None = None
    state: LevelState | None = None
    found: IndexResults = field(default_factory=IndexResults)
    watch: Watch | None = None
    silent: bool = False
    members_alone: bool = False

    def advance(self, prices: LineBlock, parents: Mapping[str, MembershipBlock]) -> MembershipBlock:
        """Take one block of prices in the currencies of the lines.

        Returns the membership for the children of this index.
        """
        terms, n_symbols, first = self.given, len(prices.symbols), prices.first
        if self.state is None:
            nobody = np.zeros(n_symbols, dtype=np.bool_)
            self.state = LevelState(np.zeros(n_symbols), nobody, updates=self.share_updates)
        state = self.state
        self.found.first_seen, self.found.last_seen = prices.end.first_seen, prices.end.last_seen
        if state.updates is not None:
            state.updates.see(prices)
        local = IndexLines.of(prices, self._codes(state, prices, parents))
        if terms.returns.paying_stock or state.updates is not None:
            local = local.with_moving(np.arange(local.codes.size))
        lines = terms.seen(local)
        members = self.membership.held(lines, parents)
        begin, n_sessions = max(0, terms.first - first), lines.days.size
        if begin >= n_sessions:
            return members
        members.held[:, :begin] = False
        # What was held before the series begins has set the weights; nothing of it is told.
        lead = min(max(0, terms.begin - first), n_sessions) if terms.first < terms.start else 0
        if self.members_alone:
            members.held[:, :lead] = False
            _go_on(state, members, n_symbols)
            return members
        received = self._received(state, local, members)
        if received is not None:
            local = local.with_moving(received.rows(local))
            if received.spun:
                local = received.priced(local)
            lines = terms.seen(local)
        shares_before = state.shares if received is None else received.total(state.shares)
        shares_before, value_before = shares_before[lines.codes], state.value
        payments = self._payments(local, members)
        block = levels.advance(
            lines, _held(members, begin, terms.scheme.shares), payments, terms, state
        )
        if terms.first < terms.start:
            block.first = max(0, terms.start - first)
            members.held[:, :lead] = False
            if lead == n_sessions:
                return members
            if terms.begin >= first:
                shares_before = np.zeros_like(shares_before)
                block.held_shares = block.held_shares.from_column(lead)
                block.held.held[:, :lead] = False
            if block.first >= n_sessions:
                self._faults(lines, members, block)
                _go_on(state, members, n_symbols)
                return members
        if self.silent:
            self.found.keep(local, block, terms)
            _go_on(state, members, n_symbols)
            return members
        lists = ListChanges(
            terms=terms,
            lines=lines,
            local=local,
            members=members,
            block=block,
            state=state,
            shares_before=shares_before,
            value_before=value_before,
        )
        self._tell(state, lists, payments)
        if self.watch is not None:
            self.watch(lines, block, block.first)
        _go_on(state, members, n_symbols)
        return members

    def net(self, tax: Dated[Withholding]) -> list[Floats]:
        """The net return at one of the rates it was made at, block by block."""
        place = self.given.returns.taxes.index(tax)
        return [made[place] for made in self.found.net_return]

    def _codes(
        self, state: LevelState, prices: LineBlock, parents: Mapping[str, MembershipBlock]
    ) -> Codes:
        """The lines the block concerns: those that may be held, were held, or are handed out."""
        wanted = state.held | (state.shares != 0.0)
        wanted[self.membership.codes(prices, parents)] = True
        if state.handed is not None:
            wanted[state.handed.codes()] = True
        for spin in prices.worked.spins:
            if wanted[spin.parent]:
                wanted[spin.child] = True
        if self.given.scheme.any_takeover:
            for one in prices.worked.takeovers:
                if wanted[one.acquirer]:
                    wanted[one.target] = True
        return np.flatnonzero(wanted).astype(np.int32)

    def _received(
        self, state: LevelState, local: IndexLines, members: MembershipBlock
    ) -> ReceivedShares | None:
        """What corporate events hand to the index in a block; None where they never do."""
        scheme = self.given.scheme
        worked = local.block.worked
        if state.handed is None and (worked.spins or worked.takeovers):
            state.handed = ReceivedShares(
                scheme.holding, scheme.shares == "daily", scheme.any_takeover
            )
        if state.handed is not None:
            state.handed.meet(local, members.held, state.held, self.given.first)
        return state.handed

    def _payments(self, local: IndexLines, members: MembershipBlock) -> Payments | None:
        """The dividends of the block; what is not known of them or of exchange rates is noted."""
        payouts, start = self.given.payouts, self.given.begin
        if payouts is None:
            return None
        payouts.exchange.check(local.codes, members.held, local.first, start)
        payouts.check(local.codes, members.held, local.first, start)
        return payouts.block(local)

    def _tell(self, state: LevelState, lists: ListChanges, payments: Payments | None) -> None:
        """Take from a block what the files and the findings of the run say of it."""
        found, terms, lines, block = self.found, self.given, lists.lines, lists.block
        for session, code in {cell for series in state.series for cell in series.refused}:
            reason = "the dividend is no less than the price and cannot be put into the stock"
            found.faults.append((session, code, "unusable", reason))
        for series in state.series:
            series.refused = []
        starts = terms.begin - lines.first if terms.begin >= lines.first else None
        log_block(found.log, lists.local, block, payments, lists.shares_before, starts)
        if block.told:
            log_handed(found.log, lines, block, lines.symbols, starts)
        self._faults(lines, lists.members, block)
        lists.find(found)
        found.keep(lists.local, block, terms)

    def _faults(self, lines: IndexLines, members: MembershipBlock, block: LevelBlock) -> None:
        """What there is to report of members: gaps, lines without price or row."""
        first, found = lines.first, self.found
        events = [event for event in lines.moving.events if event.kind in FAULT_KINDS]
        for event in events:
            if not members.held[lines.row(event.code), event.session - first]:
                continue
            if event.session == self.given.begin and event.kind != "pending":
                continue  # the series begins at this close: what moved it is before its time
            found.faults.append((event.session, event.code, event.kind, event.reason))
        found.unpriced.extend((first + column, code) for column, code in members.blocked)
        for at, line in members.gone:
            reason = "chosen at the review, but no longer listed on its first session"
            found.log.add(REMOVED, first + at, line, np.nan, np.nan, reason)
        row, column = true_cells(block.held.held[lines.rows] & lines.moving.missing)
        found.missing.extend(
            (int(first + when), int(lines.moving.codes[place]))
            for place, when in zip(row, column, strict=True)
        )


def _held(members: MembershipBlock, begin: int, shares: str) -> Held:
    """The members as the levels take them, from column ``begin`` on; ``shares``: as the terms say."""
    factor, nothing = members.factor, np.zeros(members.codes.size)
    resets = [item for item in sorted(members.resets.items()) if item[0] >= begin]
    return Held(
        members.codes,
        members.held.copy(),
        factor,
        tuple(column for column, _ in resets),
        tuple(nothing if opening is None else opening for _, opening in resets),
        frozenset(members.given),
        places=members.places,
        steps_left={
            column: left
            for column, left in members.steps_left.items()
            if left > 1 and column >= begin
        },
        floats=None if shares == "daily" else members.float_factor,
    )


def _go_on(state: LevelState, members: MembershipBlock, n_symbols: int) -> None:
    """Keep what the next block asks of the last session of this one."""

    def last(values: npt.NDArray[_T], other: float) -> npt.NDArray[_T]:
        made = np.full(n_symbols, other, dtype=values.dtype)
        made[members.codes] = values
        return made

    state.held = last(members.held[:, -1], False)
    if members.float_factor is not None:
        state.float_factor = last(members.float_factor.values[-1], 1.0)
    if members.capping is not None:
        state.capping = last(members.capping.values[-1], 1.0)
