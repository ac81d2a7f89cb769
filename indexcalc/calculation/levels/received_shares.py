"""What corporate events hand to an index as shares: spun-off lines, and an acquirer's new shares.

Design section 8.  A spun-off line is held with u children per share of its parent from the ex-date,
at zero or at its value until its first trade, and sold at the close of that: it is no member, and
where it becomes one it goes on.  A takeover in shares, where the acquirer is a member: a cap-weighted
index counts what the acquirer issues from the session the target leaves, as it will once they list;
one whose weights are set swaps what it holds; a price-weighted one has a share of each as before.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.calculation.members.held import Held
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.prices.lines import Spin, Takeover
from indexcalc.calculation.prices.pending_shares import LISTING_TOLERANCE, PENDING_SESSIONS
from indexcalc.market.ordered_sum import ordered_sum

HoldingKind = Literal["cap", "neutral", "drifting", "price"]

NEVER = int(np.iinfo(np.int64).max)


class SpunLine(Struct):
    """A spun-off line an index holds from session ``opened`` to before session ``sold``."""

    child: int
    parent: int
    ratio: float
    value: float
    priced: bool
    opened: int
    sold: int = NEVER
    shares: float = 0.0


class NewShares(Struct):
    """Shares of an acquirer an index has for a target, until they list in session ``listed``.

    ``count``: how many the company issues, put through its share actions since.  ``shares``: index
    shares.
    """

    takeover: Takeover
    since: int
    count: float
    listed: int = NEVER
    shares: float = 0.0


class ShareTransfer(Struct, frozen=True):
    """Something handed over, for the events: ``opened`` and ``sold`` (``parent``: put into it;
    ``kept``: a member now) of a spun-off line, ``received``, ``listed`` and ``resumed`` (the target
    trades again) of new shares.  ``giver``: the parent, or the target.  ``shares``: index shares, of the
    line they are put into."""

    kind: Literal["opened", "sold", "parent", "kept", "received", "listed", "resumed"]
    session: int
    code: int
    giver: int
    shares: float


class ReceivedShares(Struct):
    """What an index was handed, from session to session.

    ``holding``: what a session's events do to a holding under its scheme.  ``daily``: listed shares
    count at once, so new ones count until they are listed.  ``any_target``: those issued for a line that
    is no member count too, while it is halted for good.
    """

    holding: HoldingKind
    daily: bool
    any_target: bool = False
    spun: list[SpunLine] = field(default_factory=list)
    stock: list[NewShares] = field(default_factory=list)
    told: list[ShareTransfer] = field(default_factory=list)

    @property
    def counts_at_once(self) -> bool:
        """Does the index count listed shares as they change?"""
        return self.daily and self.holding == "cap"

    def meet(self, local: IndexLines, held: Bools, held_before: Bools, after: int) -> None:
        """Take up what lines hand out to what is ``held`` (n, n_sessions).

        ``held_before`` (n_symbols,): in the session before.  ``after``: the session at whose close the
        index begins; nothing is handed to it before.
        """
        first = local.first
        for spin in local.block.worked.spins:
            row = local.row(spin.parent)
            if spin.session > after and row >= 0 and held[row, spin.session - first]:
                self.spun.append(self._opened(spin))
        for item in self.spun:
            if item.sold == NEVER:
                begin = max(item.opened - first, 0)
                trades = local.series("traded", item.child)[begin:]
                if trades.any():
                    item.sold = first + begin + int(np.argmax(trades)) + 1
        if (local.block.worked.takeovers or self.stock) and self.holding != "price":
            self._take_over(local, held, held_before, after)

    def cuts(self, lines: IndexLines, marks: set[int]) -> set[int]:
        """Columns of a block in which something is handed over or goes, and ``marks`` in between.

        None where listed shares count at once: what is handed over changes nothing that comes after.
        """
        if self.counts_at_once:
            return set()
        first, n_sessions = lines.first, lines.days.size
        spans = [(item.opened - first, item.sold - first) for item in self.spun]
        spans += [(item.since - first, item.listed - first) for item in self.stock]
        ends = {column for span in spans for column in span if 0 <= column < n_sessions}
        return ends | {at for at in marks if any(begin < at < end for begin, end in spans)}

    def codes(self) -> Codes:
        """The lines that are held without being members, ascending."""
        return np.array(sorted({item.child for item in self.spun}), dtype=np.int32)

    def rows(self, lines: IndexLines) -> Ints:
        """The rows of the lines that are held or may be handed something."""
        codes = {item.child for item in self.spun} | {new.takeover.acquirer for new in self.stock}
        rows = (lines.row(code) for code in sorted(codes))
        return np.array([row for row in rows if row >= 0], dtype=np.int64)

    def priced(self, local: IndexLines) -> IndexLines:
        """The block with spun-off lines at what they are held at until they trade."""
        first, n_sessions, lines = local.first, local.days.size, local.moving
        close, last, base = lines.close.copy(), lines.last.copy(), lines.base.copy()
        for item in self.spun:
            if item.priced:
                continue
            row, begin = lines.row(item.child), max(item.opened - first, 0)
            traded = min(item.sold - 1 - first, n_sessions)
            close[row, begin : max(traded, 0)] = item.value
            base[row, begin : max(traded + 1, 0)] = item.value
            last[row, begin : max(traded + 1, 0)] = item.value
        return replace(local, moving=replace(lines, close=close, last=last, base=base))

    def value_at_last(self, lines: IndexLines, column: int) -> float:
        """What the spun-off lines are worth at the start of a column, in index currency."""
        values = [item.shares * lines.value("last", item.child, column) for item in self.spun]
        return float(sum(value for value in values if value == value))

    def scale_to(self, members: Floats, value: float, lines: IndexLines, column: int) -> None:
        """Let spun-off lines be the part of the whole they were where an amount sets what members hold.

        ``members`` (n,): their index shares from the column on; ``value``: of the index before it.
        """
        beside = self.value_at_last(lines, column)
        if 0.0 < beside < value:
            base = lines.at("base", column)
            own = float(ordered_sum(np.where(members != 0.0, members * base, 0.0)))
            for item in self.spun:
                item.shares *= own / (value - beside)

    def settle(
        self,
        lines: IndexLines,
        held: Bools,
        column: int,
        before: Floats,
        reset: bool,
        factor: Floats,
    ) -> None:
        """What goes in a column, put into the index shares ``before`` it (n_symbols,) in place, of an index
        that does not count listed shares at once.

        ``held`` (n_symbols,): the members of the column; ``factor`` (n_symbols,): index shares of one
        share of each in a cap-weighted index.
        """
        session = lines.first + column
        for item in [item for item in self.spun if item.sold == session]:
            self.spun.remove(item)
            last = lines.value("last", item.child, column)
            is_there = lines.row(item.parent) >= 0
            own = lines.value("last", item.parent, column) if is_there else np.nan
            neutral = self.holding in ("neutral", "drifting") and not reset
            kind: Literal["sold", "parent", "kept"] = "kept" if held[item.child] else "sold"
            into = item.shares
            if neutral and held[item.child]:
                before[item.child] += item.shares
            elif neutral and held[item.parent] and own > 0:
                kind, into = "parent", item.shares * last / own
                before[item.parent] += into
            self.told.append(ShareTransfer(kind, session, item.child, item.parent, into))
        joins = bool((held & (before == 0.0)).any())
        for new in [new for new in self.stock if new.since == session]:
            self.stock.remove(new)
            # A cap-weighted index counts what the acquirer issues; another swaps what it holds.
            new.shares = before[new.takeover.target] * new.takeover.ratio
            if self.holding == "cap":
                new.shares = new.count * float(factor[new.takeover.acquirer])
            # Where another joins at the leaver's weight, the shares received are sold for it.
            if not reset and not (self.holding != "cap" and joins):
                before[new.takeover.acquirer] += new.shares
                self._tell_stock("received", session, new)

    def hold(self, lines: IndexLines, held: Held, columns: slice, part: Floats) -> None:
        """Add what is held beside the moving members' own shares ``part`` (b, n_columns), in place."""
        stop = lines.first + columns.stop
        for new in [new for new in self.stock if new.since < stop]:
            self._count(new, lines, held, columns, part)
        for item in [item for item in self.spun if item.opened < stop]:
            self._hold_spun(item, lines, held, columns, part)

    def _count(
        self, new: NewShares, lines: IndexLines, held: Held, columns: slice, part: Floats
    ) -> None:
        """Count new shares in some columns, until they list or their acquirer is not held.

        It may be held again: they do not come back with it.
        """
        first, stop = lines.first, columns.stop
        begin, end = max(new.since - first, columns.start), min(new.listed - first, stop)
        fresh, row = new.since == first + begin, lines.row(new.takeover.acquirer)
        inside = held.held[row, begin:end] if row >= 0 else np.zeros(end - begin, dtype=np.bool_)
        n_held = inside.size if inside.all() else int(np.argmin(inside))
        if fresh:
            per_share = float(held.factor_at(begin)[row]) if row >= 0 else 0.0
            new.shares = new.count * per_share
            self._tell_stock("received", new.since, new)
        if n_held:
            span = slice(begin, begin + n_held)
            factor = held.factor_in(np.arange(span.start, span.stop), np.array([row]))[0]
            path = _path(lines, new.takeover.acquirer, span, new.count, fresh)
            at = slice(begin - columns.start, begin - columns.start + n_held)
            part[lines.moving.row(new.takeover.acquirer), at] += path * factor
            new.count, new.shares = float(path[-1]), float(path[-1] * factor[-1])
        if n_held < inside.size:
            self.stock.remove(new)
        elif new.listed < first + stop:
            self.stock.remove(new)
            resumed = new.listed == _trades_again(new, lines)
            self._tell_stock("resumed" if resumed else "listed", new.listed, new)

    def _hold_spun(
        self, item: SpunLine, lines: IndexLines, held: Held, columns: slice, part: Floats
    ) -> None:
        """Hold a spun-off line in some columns, until it is sold."""
        first, start = lines.first, columns.start
        begin, end = max(item.opened - first, start), min(item.sold - first, columns.stop)
        fresh = item.opened == first + begin
        if fresh:
            row = lines.moving.row(item.parent)
            own = 0.0 if row < 0 else float(part[row, begin - start])
            item.shares = own * item.ratio
            told = ShareTransfer("opened", item.opened, item.child, item.parent, item.shares)
            self.told.append(told)
        if item.shares == 0.0:
            self.spun.remove(item)
            return
        if begin < end:
            path = _path(lines, item.child, slice(begin, end), item.shares, fresh)
            part[lines.moving.row(item.child), begin - start : end - start] += path
            item.shares = float(path[-1])
        if item.sold < first + columns.stop:
            self.spun.remove(item)
            row = lines.row(item.child)
            kept = row >= 0 and held.held[row, item.sold - first]
            kind: Literal["kept", "sold"] = "kept" if kept else "sold"
            told = ShareTransfer(kind, item.sold, item.child, item.parent, item.shares)
            self.told.append(told)

    def _tell_stock(
        self, kind: Literal["received", "listed", "resumed"], session: int, new: NewShares
    ) -> None:
        one = new.takeover
        self.told.append(ShareTransfer(kind, session, one.acquirer, one.target, new.shares))

    def taken(self) -> tuple[ShareTransfer, ...]:
        """What was handed over since it was asked last."""
        told, self.told = tuple(self.told), []
        return told

    def total(self, shares: Floats) -> Floats:
        """Index shares (n_symbols,) of the members with what is held beside them."""
        made = shares.copy()
        for item in self.spun:
            made[item.child] += item.shares
        for new in self.stock:
            made[new.takeover.acquirer] += new.shares
        return made

    def _opened(self, spin: Spin) -> SpunLine:
        later = {
            "cap": spin.cap,
            "neutral": spin.neutral,
            "drifting": spin.drifting,
            "price": spin.price,
        }[self.holding]
        ratio = spin.ratio / later
        return SpunLine(spin.child, spin.parent, ratio, spin.value, spin.priced, spin.session)

    def _take_over(self, local: IndexLines, held: Bools, held_before: Bools, after: int) -> None:
        first = local.first
        for new in [new for new in self.stock if new.listed == NEVER]:
            new.listed = _trades_again(new, local)
        for one in local.block.worked.takeovers:
            target, acquirer = local.row(one.target), local.row(one.acquirer)
            if target < 0 or acquirer < 0:
                continue
            was = np.concatenate((held_before[[one.target]], held[target, :-1]))
            ends = _ends(one, local) & held[acquirer] & ~held[target]
            for column in np.flatnonzero(was & ends).tolist():
                if first + column > after:
                    self._receive(one, local, column)
            if self.any_target and self.counts_at_once:
                self._from_halt(one, local, np.flatnonzero(ends & ~was))
        for new in [new for new in self.stock if new.listed == NEVER]:
            begin = max(new.since - first, 0)
            new.listed = self._listed(new, local, begin)
        self.stock = [
            new for new in self.stock if not (self.counts_at_once and new.listed <= new.since)
        ]

    def _from_halt(self, one: Takeover, local: IndexLines, columns: Ints) -> None:
        """Begin to count the new shares of a takeover whose target is no member in the first of some
        columns, and anew after each session before its end on which the target trades."""
        for column in columns.tolist():
            counted = [new for new in self.stock if new.takeover == one]
            if not counted or counted[-1].listed <= local.first + column:
                self._receive(one, local, column)
                self.stock[-1].listed = _trades_again(self.stock[-1], local)

    def _receive(self, one: Takeover, local: IndexLines, column: int) -> None:
        counted = float(local.series("shares", one.target)[column])
        self.stock.append(NewShares(one, local.first + column, counted * one.ratio))

    def _listed(self, new: NewShares, local: IndexLines, begin: int) -> int:
        """The session in which the acquirer's new shares list, as far as the block shows it."""
        first, one = local.first, new.takeover
        before = local.block.start.counted[one.acquirer]
        step = np.diff(local.series("shares", one.acquirer), prepend=before)[begin:]
        lists = np.abs(step - new.count) <= LISTING_TOLERANCE * new.count
        if one.list_day > 0:
            lists = local.days[begin:] >= one.list_day
        given_up = first + begin + np.arange(step.size) > one.session + PENDING_SESSIONS
        found = np.flatnonzero(lists | given_up)
        return first + begin + int(found[0]) if found.size else NEVER


def _ends(one: Takeover, local: IndexLines) -> Bools:
    """Does the target leave for the takeover (n_sessions,): on its ex-date, or halted for one that is
    known?"""
    session = local.first + np.arange(local.days.size)
    known = local.days >= one.known_day
    halted: Bools = ~local.series("traded", one.target)
    ends = (session == one.session) | ((session < one.session) & known & halted)
    return np.asarray(ends, dtype=np.bool_)


def _trades_again(new: NewShares, local: IndexLines) -> int:
    """The session of a block before its end in which the target of a takeover trades again, so that it
    was no halt (a day without a trade, a halt on the news of the merger); NEVER: in none."""
    first = local.first
    stop = min(new.takeover.session - first, local.days.size)
    begin = max(new.since - first, 0)
    again = np.flatnonzero(local.series("traded", new.takeover.target)[begin : max(stop, begin)])
    return first + begin + int(again[0]) if again.size else NEVER


def _path(lines: IndexLines, code: int, columns: slice, shares: float, fresh: bool) -> Floats:
    """A holding through the share actions of some sessions; ``fresh``: those of the first are in it."""
    factor = lines.series("share_factor", code)[columns].copy()
    if fresh:
        factor[0] = 1.0
    # One session after the other, so that it is the same however the sessions are cut.
    return np.cumprod(np.concatenate(([shares], factor)))[1:].astype(np.float64)
