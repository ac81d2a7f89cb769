"""The lists of sessions at which members changed or weights were set, and who came and who left."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats
from indexcalc.calculation.figures.turnover_and_concentration import one_way_turnover
from indexcalc.calculation.levels.event_log import ADDED, CAPPING, FLOAT, REMOVED
from indexcalc.calculation.levels.index_terms import IndexTerms
from indexcalc.calculation.levels.level_block import LevelBlock, LevelState
from indexcalc.calculation.levels.results import Change, IndexResults
from indexcalc.calculation.members.composite import MembershipBlock
from indexcalc.calculation.members.held import Steps
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.market.ordered_sum import ordered_sum


class ListChanges(Struct, frozen=True):
    """The lists of one block of an index.

    ``local``: prices in the currencies of the lines; ``state``: the index after the block, with the
    members of the session before it; ``value_before`` and ``shares_before`` (n,): S and index shares then.
    """

    terms: IndexTerms
    lines: IndexLines
    local: IndexLines
    members: MembershipBlock
    block: LevelBlock
    state: LevelState
    shares_before: Floats
    value_before: float

    def find(self, found: IndexResults) -> None:
        """Add every changed list of the block and its event rows to ``found``."""
        members, block, lines = self.members, self.block, self.lines
        before = self.state.held[lines.codes]
        held, first = members.held, block.first
        moves = 1 + np.flatnonzero((held[:, 1:] != held[:, :-1]).any(axis=0))
        marked = {column for column in moves.tolist() if column >= first}
        if first == 0 and bool((before != held[:, 0]).any()):
            marked.add(0)
        marked |= {column for column in members.kinds if column >= block.first}
        # The list in force opens what is told; on its first session ever all of it is new.
        opens: int | None = self.terms.start - lines.first
        if self.terms.start < lines.first or (
            opens in marked and self.terms.begin < self.terms.start
        ):
            opens = None
        for column in sorted(marked if opens is None else marked | {opens}):
            was = held[:, column - 1] if column else before
            change = self._change(column, was, column == opens)
            if column != opens:
                self._log(change, column, found)
            found.changes.append(change)

    def _change(self, column: int, was: Bools, opens: bool) -> Change:
        """The list of one session; ``was`` (n,): the members of the session before; ``opens``: the first
        list that is told."""
        lines, members, block = self.lines, self.members, self.block
        session = lines.first + column
        starts = session == self.terms.begin
        inside = block.held.held[:, column]
        price = lines.at("close" if starts else "base", column)[inside]
        index_shares = block.held_shares.at(column)[inside]
        value_now = np.where(index_shares != 0.0, index_shares * price, 0.0)
        total = float(ordered_sum(value_now))
        weight = value_now / total if total > 0 else np.zeros_like(value_now)
        left = was & ~members.held[:, column] & (not opens)
        set_at = max((at for at in members.capped if at <= column), default=None)
        codes = lines.codes[inside]
        quote, rate = self._quoted(inside, session, starts)
        ones = np.ones(codes.size)

        def factor(steps: Steps | None) -> Floats:
            return ones if steps is None else steps.at(column)[inside]

        return Change(
            session=session,
            kind=self._kind(column, left, bool((~was[inside]).any()), opens),
            codes=codes,
            shares=lines.at("shares", column)[inside],
            float_factor=factor(members.float_factor),
            capping=factor(members.capping),
            inclusion=factor(members.inclusion),
            index_shares=index_shares,
            price=price,
            weight=weight,
            added=ones > 0 if opens else ~was[inside],
            removed=lines.codes[left],
            turnover=0.0 if opens else self._turnover(column, inside, weight),
            capped=0 if set_at is None else int(np.count_nonzero(members.capped[set_at][codes])),
            quote=quote,
            rate=rate,
        )

    def _kind(self, column: int, left: Bools, comes: bool, opens: bool) -> str:
        """Why the list is another: a review says it, else who came or left."""
        if self.members.kinds.get(column):
            return self.members.kinds[column]
        if opens:
            return "regular"
        if comes:
            return "listing"
        return "transfer" if bool(self.lines.is_at("present", column)[left].all()) else "deletion"

    def _turnover(self, column: int, inside: Bools, weight: Floats) -> float:
        """One-way turnover from the weights at the close before to the new ones."""
        before = self.block.held_shares.at(column - 1) if column else self.shares_before
        value = float(self.block.value[column - 1]) if column else self.value_before
        if not value > 0:
            return 0.0
        drifted = np.where(before != 0.0, before * self.lines.at("last", column), 0.0) / value
        opening = np.zeros(drifted.size)
        opening[inside] = weight
        return float(one_way_turnover(drifted, opening))

    def _quoted(
        self, rows: Bools, session: int, starts: bool
    ) -> tuple[Floats | None, Floats | None]:
        """Prices (n,) of a list as quoted, and the exchange rates they count at."""
        if self.terms.payouts is None or not self.terms.payouts.exchange.foreign:
            return None, None
        exchange, column = self.terms.payouts.exchange, session - self.local.first
        rates = exchange.now if starts else exchange.before
        quote = self.local.at("close" if starts else "base", column)[rows]
        return quote, rates(session, session + 1, self.local.codes[rows])[:, 0]

    def _log(self, change: Change, column: int, found: IndexResults) -> None:
        """Event rows of a changed list: who came, who left and why, whose float factor moved."""
        lines, members = self.lines, self.members
        session, codes, added = change.session, change.codes, change.added
        why = members.why.get(column, {})
        told = np.isin(codes, np.array(sorted(why), dtype=np.int32))
        new = added & ~told
        reason = f"{change.kind}: opening weight"
        found.log.add(ADDED, session, codes[new], np.nan, change.weight[new], reason)
        for place in np.flatnonzero(added & told).tolist():
            code, weight = int(codes[place]), change.weight[place]
            found.log.add(ADDED, session, code, np.nan, weight, why[code])
        present, last_price = lines.is_at("present", column), self.local.at("last", column)
        rows = np.searchsorted(lines.codes, change.removed)
        for code, row in zip(change.removed.tolist(), rows.tolist(), strict=True):
            if code in why:
                reason = why[code]
            elif not present[row]:
                reason = "no longer listed: left at its last price"
            elif column in members.kinds:
                reason = f"{change.kind}: left at the close of the session before"
            else:
                reason = "no longer eligible: left at the close of the session before"
            found.log.add(REMOVED, session, code, last_price[row], np.nan, reason)
        state = self.state
        for kind, values, before, now, what in (
            (FLOAT, members.float_factor, state.float_factor, change.float_factor, "float"),
            (CAPPING, members.capping, state.capping, change.capping, "capping"),
        ):
            if values is None or (column == 0 and before is None):
                continue
            rows = np.searchsorted(lines.codes, codes)
            last = values.at(column - 1)[rows] if column or before is None else before[codes]
            moved = ~added & (last != now)
            found.log.add(
                kind,
                session,
                codes[moved],
                last[moved],
                now[moved],
                f"{what} factor taken anew at the review",
            )
