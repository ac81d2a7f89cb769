"""One index through the level pass: takes blocks of line prices, keeps what its files need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.calculation.levels import levels
from indexcalc.calculation.levels.event_log import (
    ADDED,
    CAPPING,
    FLOAT,
    REMOVED,
    EventLog,
    log_block,
    log_handed,
)
from indexcalc.calculation.levels.levels import LevelBlock, LevelState, Scheme
from indexcalc.calculation.levels.received_shares import ReceivedShares
from indexcalc.calculation.levels.share_updates import ShareUpdates
from indexcalc.calculation.members.composite import Membership, MembershipBlock
from indexcalc.calculation.members.held import Held
from indexcalc.calculation.prices.lines import Lines
from indexcalc.calculation.returns.returns import Payouts, ReturnTerms
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.returns import Withholding
from indexcalc.methodology.values.dated import Dated

# Line events that are findings when they meet a member.
FAULT_KINDS = frozenset({"gap", "pending", "base_unexplained", "unvalued", "unusable"})

# Sees every block after its levels are made: prices, levels, first column of the run in it.
Watch = Callable[[Lines, LevelBlock, int], None]


@dataclass(frozen=True, slots=True)
class Change:
    """The whole list on a session at which members or weights changed.

    Arrays (n,) for ``codes`` ascending; weights are opening weights of the session.  ``capped``: how
    many of them some cap holds.
    """

    session: int
    kind: str
    codes: Codes
    shares: Floats
    float_factor: Floats
    capping: Floats
    inclusion: Floats
    index_shares: Floats
    price: Floats
    weight: Floats
    added: Bools
    removed: Codes
    turnover: float
    capped: int = 0
    quote: Floats | None = None
    rate: Floats | None = None
    """Prices as quoted and what one unit of their currency is worth (None: all are in one)."""


@dataclass(slots=True)
class IndexRun:
    """State and results of one index while blocks pass by."""

    index: str
    membership: Membership
    scheme: Scheme
    base_level: float
    start: int
    last_session: int
    keep_weights: bool = False
    payouts: Payouts | None = None
    base_divisor: float | None = None
    divisor_decimals: int | None = None
    watch: Watch | None = None
    lead: int | None = None
    share_updates: ShareUpdates | None = None
    """The session from which weights are followed, where that is before the start."""
    state: LevelState | None = None
    traded: Bools | None = None
    held_before: Bools | None = None
    factor_before: Floats | None = None
    capping_before: Floats | None = None
    first_seen: Codes = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    last_seen: Codes = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    log: EventLog = field(default_factory=EventLog)
    sessions: list[int] = field(default_factory=list)
    level: list[Floats] = field(default_factory=list)
    total_return: list[Floats] = field(default_factory=list)
    net_return: list[Floats] = field(default_factory=list)
    paid: list[Floats] = field(default_factory=list)
    divisor: list[Floats] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    members: list[Ints] = field(default_factory=list)
    divisor_before: dict[int, float] = field(default_factory=dict)
    divisor_after: dict[int, float] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    weights: list[tuple[int, Codes, Floats, Floats, Floats, Floats]] = field(default_factory=list)
    quotes: list[tuple[Floats, Floats, Floats, Floats]] = field(default_factory=list)
    """Base prices and closes in line currency with the rates they count at, beside ``weights``."""
    local: Lines | None = None
    faults: list[tuple[int, int, str, str]] = field(default_factory=list)
    unpriced: list[tuple[int, int]] = field(default_factory=list)
    missing: list[tuple[int, int]] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)

    def advance(self, local: Lines, parents: Mapping[str, MembershipBlock]) -> MembershipBlock:
        """Take one block of prices in the currencies of the lines.

        Returns the membership for the children of this index.
        """
        self.local = local
        lines = local if self.payouts is None else self.payouts.exchange.seen(local)
        dense = self.membership.dense(lines, parents)
        n_symbols, n_sessions = lines.block.shape
        first = lines.block.first
        if self.state is None:
            self.state = LevelState(np.zeros(n_symbols), updates=self.share_updates)
            self.first_seen = np.full(n_symbols, np.iinfo(np.int32).max, dtype=np.int32)
            self.last_seen = np.full(n_symbols, np.iinfo(np.int32).min, dtype=np.int32)
            self.traded = np.ones(n_symbols, dtype=np.bool_)
            self.held_before = np.zeros(n_symbols, dtype=np.bool_)
        self._see(lines)
        if self.state.updates is not None:
            self.state.updates.see(lines)
        lead = self.start if self.lead is None else self.lead
        start = max(0, lead - first)
        if start >= n_sessions:
            return dense
        dense.held[:, :start] = False
        codes = np.flatnonzero(dense.held.any(axis=1)).astype(np.int32)
        handed = self._handed(local, dense, lead)
        if handed is not None and handed.spun:
            codes = np.union1d(codes, handed.codes())
            local = self.local = handed.priced(local)
            lines = local if self.payouts is None else self.payouts.exchange.seen(local)
        factor = dense.factor
        held = Held(
            codes,
            dense.held[codes],
            np.ones((codes.size, n_sessions)) if factor is None else factor[codes],
            tuple(sorted(column for column in dense.resets if column >= start)),
            tuple(
                np.zeros(codes.size) if opening is None else opening[codes]
                for column, opening in sorted(dense.resets.items())
                if column >= start
            ),
            frozenset(dense.given),
        )
        shares_before = self.state.shares if handed is None else handed.total(self.state.shares)
        value_before = self.state.value
        if self.payouts is not None:
            self.payouts.exchange.check(dense.held, first, self.start)
            self.payouts.check(dense.held, first, self.start)
        payments = None if self.payouts is None else self.payouts.block(local)
        block = levels.advance(
            lines,
            held,
            payments,
            self.scheme,
            self.state,
            self.base_level,
            start,
            ReturnTerms() if self.payouts is None else self.payouts.terms,
            self.base_divisor,
            self.divisor_decimals,
            self.start - first if lead < self.start else None,
        )
        if lead < self.start:
            start = block.first = max(0, self.start - first)
            if start >= n_sessions:
                dense.held[:] = False
                return dense
            # What was held before the start has set the weights; nothing of it is told.
            dense.held[:, :start] = False
            if self.start >= first:
                shares_before = np.zeros_like(shares_before)
                block.shares[:, :start] = 0.0
                block.held.held[:, :start] = False
        assert self.traded is not None
        series = (self.state.gross, *self.state.net)
        for session, code in {cell for one in series for cell in one.refused}:
            reason = "the dividend is no less than the price and cannot be put into the stock"
            self.faults.append((session, code, "unusable", reason))
        for one in series:
            one.refused = []
        starts = self.start - first if self.start >= first else None
        log_block(self.log, local, block, payments, shares_before, self.traded, starts)
        if block.told:
            log_handed(self.log, lines, block, lines.symbols, starts)
        self._faults(lines, dense, block)
        self._changes(lines, dense, block, shares_before, value_before)
        self._keep(lines, block, start)
        if self.watch is not None:
            self.watch(lines, block, start)
        self.traded = lines.traded[:, -1].copy()
        self.held_before = dense.held[:, -1].copy()
        if dense.float_factor is not None:
            self.factor_before = dense.float_factor[:, -1].copy()
        if dense.capping is not None:
            self.capping_before = dense.capping[:, -1].copy()
        return dense

    def _handed(self, local: Lines, dense: MembershipBlock, after: int) -> ReceivedShares | None:
        """What corporate events hand to the index in a block; None where they never do."""
        assert self.state is not None
        assert self.held_before is not None
        if self.state.handed is None and (local.spins or local.takeovers):
            self.state.handed = ReceivedShares(self.scheme.holding, self.scheme.shares == "daily")
        if self.state.handed is not None:
            self.state.handed.meet(local, dense.held, self.held_before, after)
        return self.state.handed

    def net(self, tax: Dated[Withholding]) -> list[Floats]:
        """The net return at one of the rates it was made at, block by block."""
        assert self.payouts is not None
        place = self.payouts.terms.taxes.index(tax)
        return [made[place] for made in self.net_return]

    def _see(self, lines: Lines) -> None:
        """Note the first and last day each line had a row."""
        present, days = lines.block.present, lines.block.days
        seen = present.any(axis=1)
        first = days[np.argmax(present, axis=1)]
        last = days[present.shape[1] - 1 - np.argmax(present[:, ::-1], axis=1)]
        self.first_seen = np.where(seen, np.minimum(self.first_seen, first), self.first_seen)
        self.last_seen = np.where(seen, np.maximum(self.last_seen, last), self.last_seen)

    def _keep(self, lines: Lines, block: LevelBlock, start: int) -> None:
        first, n_sessions = lines.block.first, lines.block.shape[1]
        columns = slice(start, n_sessions)
        self.sessions.extend(range(first + start, first + n_sessions))
        self.level.append(block.level[columns])
        self.total_return.append(block.total_return[columns])
        self.net_return.append(block.net_return[:, columns])
        self.paid.append(block.paid[columns])
        self.divisor.append(block.divisor[columns])
        self.value.append(block.value[columns])
        self.members.append(block.members[columns])
        for column in range(start, n_sessions):
            self.divisor_before[first + column] = float(block.divisor_before[column])
            self.divisor_after[first + column] = float(block.divisor[column])
        if self.keep_weights:
            codes = block.held.codes
            self.weights.append(
                (
                    first + start,
                    codes,
                    block.shares[:, columns],
                    lines.base[codes, columns],
                    lines.close[codes, columns],
                    block.opening[columns],
                )
            )
            self._quote(codes, first + start, first + n_sessions)

    def _quote(self, codes: Codes, first: int, stop: int) -> None:
        """Keep what members of some sessions cost in their own currency."""
        if self.payouts is None or not self.payouts.exchange.foreign:
            return
        assert self.local is not None
        exchange, columns = self.payouts.exchange, slice(first - self.local.block.first, None)
        self.quotes.append(
            (
                self.local.base[codes, columns],
                self.local.close[codes, columns],
                exchange.before(first, stop)[codes],
                exchange.now(first, stop)[codes],
            )
        )

    def _quoted(
        self, codes: Codes, session: int, starts: bool
    ) -> tuple[Floats | None, Floats | None]:
        """Prices (n,) of a list as quoted, and the exchange rates they count at."""
        if self.payouts is None or not self.payouts.exchange.foreign:
            return None, None
        assert self.local is not None
        column, exchange = session - self.local.block.first, self.payouts.exchange
        if starts:
            return self.local.close[codes, column], exchange.now(session, session + 1)[codes, 0]
        return self.local.base[codes, column], exchange.before(session, session + 1)[codes, 0]

    def _faults(self, lines: Lines, dense: MembershipBlock, block: LevelBlock) -> None:
        """What the run has to say about its members: gaps, lines without price or row."""
        first = lines.block.first
        codes = block.held.codes
        for event in lines.events:
            if not dense.held[event.code, event.session - first]:
                continue
            if event.session == self.start and event.kind != "pending":
                continue  # the series begins at this close: what moved it is before its time
            if event.kind in FAULT_KINDS:
                self.faults.append((event.session, event.code, event.kind, event.reason))
        self.unpriced.extend((first + column, code) for column, code in dense.blocked)
        for at, line in dense.gone:
            reason = "chosen at the review, but no longer listed on its first session"
            self.log.add(REMOVED, first + at, line, np.nan, np.nan, reason)
        row, column = np.nonzero(block.held.held & lines.missing[codes])
        self.missing.extend(
            (int(first + when), int(codes[place])) for place, when in zip(row, column, strict=True)
        )
        self.empty.extend(int(first + when) for when in np.flatnonzero(block.empty))

    def _changes(
        self,
        lines: Lines,
        dense: MembershipBlock,
        block: LevelBlock,
        shares_before: Floats,
        value_before: float,
    ) -> None:
        """The lists of sessions at which members changed or weights were set."""
        first = lines.block.first
        codes = block.held.codes
        assert self.held_before is not None
        was = np.concatenate((self.held_before[:, None], dense.held[:, :-1]), axis=1)
        differs = (was != dense.held).any(axis=0)
        marked = {int(c) for c in np.flatnonzero(differs) if c >= block.first}
        marked |= {column for column in dense.kinds if column >= block.first}
        if self.start >= first:
            marked.add(self.start - first)
        for column in sorted(marked):
            before = shares_before
            if column:
                before = np.zeros_like(shares_before)
                before[codes] = block.shares[:, column - 1]
            value = value_before if column == 0 else float(block.value[column - 1])
            self._one_change(lines, dense, block, column, before, value, was[:, column])

    def _one_change(
        self,
        lines: Lines,
        dense: MembershipBlock,
        block: LevelBlock,
        column: int,
        before: Floats,
        value: float,
        was: Bools,
    ) -> None:
        session = lines.block.first + column
        starts = session == self.start
        inside = block.held.held[:, column]
        codes = block.held.codes[inside]
        price = (lines.close if starts else lines.base)[codes, column]
        index_shares = block.shares[inside, column]
        value_now = np.where(index_shares != 0.0, index_shares * price, 0.0)
        total = float(ordered_sum(value_now))
        weight = value_now / total if total > 0 else np.zeros_like(value_now)
        added = ~was[codes] if not starts else np.ones(codes.size, dtype=np.bool_)
        removed = np.flatnonzero(was & ~dense.held[:, column]).astype(np.int32)
        turnover = 0.0
        if not starts and value > 0:
            moved_weight = np.where(before != 0.0, before * lines.last[:, column], 0.0) / value
            moved_weight[codes] -= weight
            turnover = 0.5 * float(ordered_sum(np.abs(moved_weight)))
        kind = dense.kinds.get(column, "")
        there = lines.block.present[:, column]
        if not kind:
            gone = "deletion" if bool((~there[removed]).any()) else "transfer"
            kind = "regular" if starts else "listing" if bool(added.any()) else gone
        factor = dense.float_factor
        float_factor = np.ones(codes.size) if factor is None else factor[codes, column]
        inclusion = (
            np.ones(codes.size) if dense.inclusion is None else dense.inclusion[codes, column]
        )
        capping = np.ones(codes.size) if dense.capping is None else dense.capping[codes, column]
        set_at = max((at for at in dense.capped if at <= column), default=None)
        capped = 0 if set_at is None else int(np.count_nonzero(dense.capped[set_at][codes]))
        change = Change(
            session,
            kind,
            codes,
            lines.shares[codes, column],
            float_factor,
            capping,
            inclusion,
            index_shares,
            price,
            weight,
            added,
            removed,
            turnover,
            capped,
            *self._quoted(codes, session, starts),
        )
        if not starts:
            self._log_change(lines, dense, change, column)
        self.changes.append(change)

    def _log_change(
        self, lines: Lines, dense: MembershipBlock, change: Change, column: int
    ) -> None:
        """Event rows of a changed list: who came, who left and why, whose float factor moved."""
        session, codes, added = change.session, change.codes, change.added
        why = dense.why.get(column, {})
        for place in np.flatnonzero(added):
            reason = why.get(int(codes[place]), f"{change.kind}: opening weight")
            self.log.add(
                ADDED, session, int(codes[place]), np.nan, float(change.weight[place]), reason
            )
        reviewed = column in dense.kinds
        assert self.local is not None
        for code in change.removed:
            if int(code) in why:
                reason = why[int(code)]
            elif not lines.block.present[code, column]:
                reason = "no longer listed: left at its last price"
            elif reviewed:
                reason = f"{change.kind}: left at the close of the session before"
            else:
                reason = "no longer eligible: left at the close of the session before"
            self.log.add(REMOVED, session, code, self.local.last[code, column], np.nan, reason)
        for kind, panel, before, now, what in (
            (FLOAT, dense.float_factor, self.factor_before, change.float_factor, "float"),
            (CAPPING, dense.capping, self.capping_before, change.capping, "capping"),
        ):
            if panel is None or (column == 0 and before is None):
                continue
            last_factor = panel[codes, column - 1] if before is None or column else before[codes]
            moved = ~added & (last_factor != now)
            self.log.add(
                kind,
                np.full(int(moved.sum()), session),
                codes[moved],
                last_factor[moved],
                now[moved],
                f"{what} factor taken anew at the review",
            )
