"""The prices and share counts of every line, session by session, before any index is asked.

For each line and observed session (design section 8):

- ``close`` P: the close; without a trade the price held at the start, so nothing moves.
- ``base`` B: the last price put through the session's events, or the exchange's own base price.
- ``shares``: listed shares times the factors of actions whose new shares are not listed yet.

One index after another can use the result: nothing here depends on who is a member.
"""

from __future__ import annotations

import bisect
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from indexcalc.calculation.terms import SHARE_ACTIONS, Action, actions_of
from indexcalc.market.as_of import Spells
from indexcalc.market.calendar import Sessions
from indexcalc.market.market import Market
from indexcalc.market.panel import Block, blocks

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LISTING_TOLERANCE = 0.10  # a listed count that steps by m within a tenth lists the pending shares
SHARE_STEP = 0.10  # a step of listed shares that asks for an explanation
PENDING_SESSIONS = 60  # pending longer than this is worth a diagnostic
COLUMNS = ("close", "base_price", "shares_outstanding", "volume")


@dataclass(frozen=True, slots=True)
class Options:
    """What of a rule's maintenance reaches the price of a line."""

    exchange_base: bool = True
    rights_at_ex_date: bool = True
    missing_row: str = ""  # "", "carried" or "not_listed"


@dataclass(frozen=True, slots=True)
class LineEvent:
    """Something that moved a line's base price or share count, whoever holds it.

    ``session``: position among the market's observed sessions.  ``kind``: an action type,
    ``base_price`` (the exchange's own), ``gap`` (unexplained), ``shares_listed``.
    """

    session: int
    code: int
    kind: str
    before: float
    after: float
    reason: str


@dataclass(slots=True)
class Lines:
    """One block of line prices; arrays have shape (n_symbols, n_sessions), NaN where unknown.

    ``last``: C, the price of the session before.  ``ready``: the line had a price before the
    session and still is listed in it, so it can be held through the session.  ``share_factor``: m
    of the session's share actions.  ``missing``: no row, the last price is carried.
    ``complete``: a line without a row is not listed.
    """

    block: Block
    close: Floats
    last: Floats
    base: Floats
    shares: Floats
    share_factor: Floats
    ready: Bools
    traded: Bools
    missing: Bools
    events: list[LineEvent]
    complete: bool
    debuts: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Pending:
    code: int
    factor: float
    list_day: int
    since: int  # calendar session
    warned: bool = False


@dataclass(slots=True)
class State:
    """What one block hands to the next, per line (n_symbols,)."""

    close: Floats
    raw_close: Floats
    listed: Floats
    counted: Floats
    present: Bools
    day: int
    pending: dict[int, list[_Pending]] = field(default_factory=lambda: defaultdict(list))


def initial_state(n_symbols: int) -> State:
    """Before the first session: no price, nothing listed."""
    nothing = np.full(n_symbols, np.nan)
    return State(
        nothing.copy(),
        nothing.copy(),
        nothing.copy(),
        nothing.copy(),
        np.zeros(n_symbols, dtype=np.bool_),
        -(1 << 31),
    )


def carried(values: Floats, initial: Floats) -> Floats:
    """Each row's last known value up to and including each session; ``initial`` before the first."""
    made = values.copy()
    holes = np.isnan(values)
    rows = np.flatnonzero(holes.any(axis=1))
    if rows.size:
        position = np.where(holes[rows], -1, np.arange(values.shape[1]))
        np.maximum.accumulate(position, axis=1, out=position)
        part = np.take_along_axis(values[rows], np.maximum(position, 0), axis=1)
        made[rows] = np.where(position >= 0, part, initial[rows, None])
    return made


def before(values: Floats, initial: Floats) -> Floats:
    """Each row's value of the session before."""
    return np.concatenate((initial[:, None], values[:, :-1]), axis=1)


class LinePrices:
    """Streams ``Lines`` over the observed sessions of a market, in order."""

    def __init__(self, market: Market, sessions: Sessions, options: Options) -> None:
        self.market = market
        self.sessions = sessions
        self.options = options
        self.state = initial_state(len(market.symbols))
        limit = market.facts.get("price_limit")
        self.limit = float(limit) if limit is not None else None
        self.by_session: dict[int, list[Action]] = defaultdict(list)
        self.faulty: list[Action] = []
        # An action whose ex-date is not observed takes effect on the next observed session.
        days = market.days
        for action in actions_of(market):
            position = int(np.searchsorted(days, action.ex_day))
            if action.missing():
                self.faulty.append(action)
            elif position < days.size:
                self.by_session[position].append(action)
        # Sessions of the calendar from one observed session to the next (1: consecutive).
        calendar = np.searchsorted(sessions.days, days)
        self.passed = np.diff(calendar, prepend=calendar[:1] - 1)
        self.calendar = calendar
        designations = market.table("designations")
        self.spells = None if designations is None else Spells(designations, market.order)

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
        leaves = self._leaves()
        missing = ~block.present & ~np.isnan(base)
        if leaves:
            base = np.where(present_before, base, np.nan)
            missing = np.zeros_like(missing)
        lines = Lines(
            block,
            close,
            base,
            base,
            self._listed(block),
            np.ones(block.shape),
            np.zeros(block.shape, dtype=np.bool_),
            traded,
            missing,
            [],
            leaves,
        )
        self._apply_events(lines)
        lines.last = before(lines.close, state.close)
        lines.ready = ~np.isnan(lines.base)
        if leaves:
            lines.ready &= block.present
        self.state = State(
            lines.close[:, -1].copy(),
            raw[:, -1].copy(),
            carried(block.columns["shares_outstanding"], state.listed)[:, -1].copy(),
            lines.shares[:, -1].copy(),
            block.present[:, -1].copy(),
            int(block.days[-1]),
            state.pending,
        )
        return lines

    def _untrade(self, traded: Bools, block: Block, volume: Floats) -> None:
        """A price printed without volume on the session of an action is the exchange's, no trade.

        Over unobserved sessions a line may have traded before, so there the price counts.
        """
        for column in range(block.shape[1]):
            if self.passed[block.first + column] == 1:
                for action in self.by_session.get(block.first + column, ()):
                    traded[action.code, column] &= volume[action.code, column] != 0

    def _leaves(self) -> bool:
        """Does a line without a row leave (or is its last price carried)?"""
        return self.market.complete or self.options.missing_row == "not_listed"

    def _listed(self, block: Block) -> Floats:
        return carried(block.columns["shares_outstanding"], self.state.listed)

    # -- events ---------------------------------------------------------------------------------

    def _apply_events(self, lines: Lines) -> None:
        """Put prices through the block's events, cell by cell in time order for each line."""
        block = lines.block
        listed = lines.shares.copy()
        listed_before = before(listed, self.state.listed)
        actions: dict[int, dict[int, list[Action]]] = defaultdict(dict)
        for column in range(block.shape[1]):
            for action in self.by_session.get(block.first + column, ()):
                if self._leaves() and not block.present[action.code, column]:
                    continue  # a line that is not listed has no events
                actions[action.code].setdefault(column, []).append(action)
        cells: dict[int, set[int]] = {code: set(found) for code, found in actions.items()}
        exchange = self._exchange_base(block)
        # A base that is not a number equals nothing, itself included.
        with np.errstate(invalid="ignore"):
            set_anew = (exchange != lines.base) & (exchange == exchange)
        self._mark(cells, set_anew)
        self._mark(cells, self._suspects(lines, listed, listed_before, exchange))
        open_lines = [code for code, found in self.state.pending.items() if found]
        for code in sorted(set(cells) | set(open_lines)):
            self._one_line(
                lines, code, sorted(cells.get(code, ())), actions.get(code, {}), exchange, listed
            )

    @staticmethod
    def _mark(cells: dict[int, set[int]], where: Bools) -> None:
        for code, column in zip(*np.nonzero(where), strict=True):
            cells.setdefault(int(code), set()).add(int(column))

    def _exchange_base(self, block: Block) -> Floats:
        """The exchange's base price where it measures from the last *observed* session."""
        said = block.columns.get("base_price")
        if said is None or not self.options.exchange_base:
            return np.full(block.shape, np.nan)
        consecutive = self.passed[block.first : block.first + block.shape[1]] == 1
        return np.where(consecutive[None, :], said, np.nan)

    def _suspects(
        self, lines: Lines, listed: Floats, listed_before: Floats, exchange: Floats
    ) -> Bools:
        """Cells whose price or share count moved in a way that asks for an event (a superset).

        Where the exchange gives its base there is no gap, whatever moved.
        """
        unknown = np.isnan(exchange)
        suspects = np.zeros(lines.block.shape, dtype=np.bool_)
        row, column = np.nonzero((listed != listed_before) & unknown)
        with np.errstate(invalid="ignore", divide="ignore"):
            step = listed[row, column] / listed_before[row, column]
            ratio = lines.close[row, column] / lines.base[row, column]
            large = (step >= 1 + SHARE_STEP) | (step <= 1 / (1 + SHARE_STEP))
            suspects[row, column] = large & ((ratio - 1) * (step - 1) < 0)
        if self.limit is not None and unknown.any():
            low, high = self._bounds(lines.block)
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = lines.close / lines.base
                suspects |= unknown & ((ratio < low[None, :]) | (ratio > high[None, :]))
        return suspects

    def _bounds(self, block: Block) -> tuple[Floats, Floats]:
        """Lowest and highest close over base that the daily limit allows for the sessions passed."""
        assert self.limit is not None
        passed = self.passed[block.first : block.first + block.shape[1]].astype(np.float64)
        return (1 - self.limit) ** passed * (1 - 1e-9), (1 + self.limit) ** passed * (1 + 1e-9)

    def _one_line(
        self,
        lines: Lines,
        code: int,
        columns: list[int],
        actions: dict[int, list[Action]],
        exchange: Floats,
        listed: Floats,
    ) -> None:
        """Work through the marked sessions of one line; later prices follow from earlier ones.

        While an action's shares are pending every session counts; else only the marked ones.
        """
        n_sessions = lines.block.shape[1]
        waiting = list(columns)
        column = 0 if self.state.pending.get(code) else waiting[0]
        while column < n_sessions:
            self._list_pending(lines, code, column, listed)
            marked = bool(waiting) and waiting[0] == column
            if marked:
                waiting.pop(0)
                self._one_cell(lines, code, column, actions.get(column, []), exchange, listed)
                if not lines.traded[code, column]:
                    self._look_again(waiting, lines, code, column, exchange)
            if self.state.pending.get(code):
                self._count_shares(lines, code, column, listed)
                column += 1
            elif waiting:
                column = waiting[0]
            else:
                break

    @staticmethod
    def _look_again(
        waiting: list[int], lines: Lines, code: int, column: int, exchange: Floats
    ) -> None:
        """Mark what follows a carried price up to the next trade: it was judged by the old price."""
        for later in range(column + 1, lines.block.shape[1]):
            trades = bool(lines.traded[code, later])
            if later not in waiting and (trades or not np.isnan(exchange[code, later])):
                bisect.insort(waiting, later)
            if trades:
                break

    def _list_pending(self, lines: Lines, code: int, column: int, listed: Floats) -> None:
        """Close the pending factors whose new shares are listed in this session."""
        pending = self.state.pending.get(code)
        if not pending:
            return
        block = lines.block
        day = int(block.days[column])
        now = listed[code, column]
        last = listed[code, column - 1] if column else self.state.listed[code]
        step = now / last
        over = _listed_now(pending, step, day)
        left: list[_Pending] = []
        for item in pending:
            if item in over:
                reason = (
                    f"list date {item.factor:g} shares for one"
                    if item.list_day > 0
                    else f"listed shares stepped by {step:.6g}, the {item.factor:g} pending are "
                    "taken to be listed (assumption)"
                )
                lines.events.append(
                    LineEvent(block.first + column, code, "shares_listed", last, now, reason)
                )
            else:
                waited = int(self.calendar[block.first + column]) - item.since
                if waited > PENDING_SESSIONS and not item.warned:
                    item.warned = True
                    lines.events.append(
                        LineEvent(
                            block.first + column,
                            code,
                            "pending",
                            item.factor,
                            float(waited),
                            f"new shares of a {item.factor:g}-for-one action are not listed after "
                            f"{waited} sessions",
                        )
                    )
                left.append(item)
        self.state.pending[code] = left

    def _count_shares(self, lines: Lines, code: int, column: int, listed: Floats) -> None:
        pending = self.state.pending.get(code)
        count = listed[code, column]
        for item in pending or ():
            count = count * item.factor
        lines.shares[code, column] = count

    def _one_cell(
        self,
        lines: Lines,
        code: int,
        column: int,
        actions: list[Action],
        exchange: Floats,
        listed: Floats,
    ) -> None:
        """One session of one line: terms, exchange base, gap; then carry the result forward."""
        block = lines.block
        session = block.first + column
        last = float(lines.base[code, column])  # C: the last price, before today's events
        theory, factor = last, 1.0
        listed_before = listed[code, column - 1] if column else self.state.listed[code]
        step = listed[code, column] / listed_before
        explained = False
        for action in self._counting(lines, session, code, actions):
            if action.type == "listing":
                # A first close on a session that was not observed: held from there on.
                if np.isnan(last) and action.ex_day < int(block.days[column]):
                    theory = action.price
                    self._event(lines, session, code, action, np.nan, theory)
                continue
            if np.isnan(theory) and action.type != "base_price":
                continue
            before_it = theory
            after = action.ex_price(theory)
            if not after > 0:
                reason = f"{action.type} would leave a price of {after:g}; it is left out"
                lines.events.append(LineEvent(session, code, "unusable", theory, after, reason))
                continue
            theory = after
            m = action.share_factor
            if action.type == "rights" and self.options.rights_at_ex_date and theory < before_it:
                m = 1.0 + action.ratio
            explained = True
            factor *= m
            if m != 1.0:
                self._pend(code, action, m, step, session)
            self._event(lines, session, code, action, before_it, theory)
        base = theory
        said = float(exchange[code, column])
        self._unvalued(lines, session, code, actions, said)
        if not np.isnan(said):
            if actions and not np.isnan(theory) and abs(said - theory) > _tick(theory):
                reason = f"the exchange's base price {said:g} is used, the terms give {theory:g}"
                lines.events.append(LineEvent(session, code, "base_price", theory, said, reason))
            elif not actions and not np.isnan(last) and said != last:
                reason = "base price set by the exchange"
                lines.events.append(LineEvent(session, code, "base_price", last, said, reason))
            base = said
        if np.isnan(last) and not np.isnan(base) and not any(a.type == "listing" for a in actions):
            lines.debuts.append((code, column))
        lines.share_factor[code, column] = factor
        lines.base[code, column] = base
        if not lines.traded[code, column] and not np.isnan(base):
            self._carry(lines, code, column, base)
        self._count_shares(lines, code, column, listed)
        self._check_gap(lines, code, column, last, factor, explained, said)

    def _counting(
        self, lines: Lines, session: int, code: int, actions: list[Action]
    ) -> list[Action]:
        """The actions in the order in which they count.

        A ``base_price`` row is the exchange's word after all terms of its ex-date; where the rule
        takes terms, it counts only where there are none.
        """
        terms = [item for item in actions if item.type not in ("base_price", "listing")]
        if self.options.exchange_base or not terms or len(terms) == len(actions):
            return sorted(
                actions, key=lambda item: (item.ex_day, item.type == "base_price", item.sequence)
            )
        for action in actions:
            if action.type == "base_price":
                reason = "the exchange's base price is not used: the rule takes the terms"
                lines.events.append(
                    LineEvent(session, code, "base_price", np.nan, action.price, reason)
                )
        return [item for item in actions if item.type != "base_price"]

    @staticmethod
    def _unvalued(
        lines: Lines, session: int, code: int, actions: list[Action], said: float
    ) -> None:
        """A spin-off (or other paper) that nothing values: the fall of the price is no return."""
        if not np.isnan(said) or any(action.type == "base_price" for action in actions):
            return
        for action in actions:
            paper = action.type == "spin_off" or (
                action.type in SHARE_ACTIONS and action.other_symbol is not None
            )
            if paper and not action.price > 0:
                reason = (
                    f"{action.type} of {action.other_symbol or 'another line'} has no value and "
                    "the exchange no base price: the survivor's fall is counted as return"
                )
                lines.events.append(LineEvent(session, code, "unvalued", np.nan, np.nan, reason))

    def _pend(self, code: int, action: Action, m: float, step: float, session: int) -> None:
        """Count m from the ex-date unless the listed count has stepped by it already."""
        if _lists(step, m):
            return
        day = int(self.market.days[session])
        if action.list_day > 0 and action.list_day <= day:
            return
        self.state.pending[code].append(
            _Pending(code, m, action.list_day, int(self.calendar[session]))
        )

    def _event(
        self, lines: Lines, session: int, code: int, action: Action, last: float, after: float
    ) -> None:
        terms = ", ".join(
            f"{name} {value:g}"
            for name, value in (
                ("ratio", action.ratio),
                ("price", action.price),
                ("amount", action.amount),
            )
            if not np.isnan(value)
        )
        lines.events.append(LineEvent(session, code, action.type, last, after, terms))

    @staticmethod
    def _carry(lines: Lines, code: int, column: int, price: float) -> None:
        """No trade: the line is worth its base until it trades again."""
        row = lines.traded[code, column + 1 :]
        later = int(np.argmax(row)) if row.any() else row.size
        stop = column + 1 + later
        lines.close[code, column:stop] = price
        follow = slice(column + 1, min(stop + 1, lines.base.shape[1]))
        known = ~np.isnan(lines.base[code, follow])
        lines.base[code, follow] = np.where(known, price, np.nan)

    def _check_gap(
        self,
        lines: Lines,
        code: int,
        column: int,
        last: float,
        factor: float,
        explained: bool,
        said: float,
    ) -> None:
        """A move no event explains: the line is held unmoved over the session, and said so.

        A known exchange base explains any move (a warning where no action row says why).  Else a
        gap is a price beyond the daily limit for the sessions passed, or counted shares that step
        by a tenth or more while the price undoes at least half of it.
        """
        base, close = float(lines.base[code, column]), float(lines.close[code, column])
        if np.isnan(base) or np.isnan(last) or not lines.block.present[code, column]:
            return
        counted_before = lines.shares[code, column - 1] if column else self.state.counted[code]
        step = float(lines.shares[code, column] / counted_before / factor)
        session = lines.block.first + column
        if not np.isnan(said):
            if not explained and self._moved(said / last, step):
                reason = "the exchange moved its base price and no action row says why"
                lines.events.append(
                    LineEvent(session, code, "base_unexplained", last, said, reason)
                )
            return
        ratio = close / base
        beyond = False
        if self.limit is not None and not self._exempt(code, int(lines.block.days[column])):
            low, high = self._bounds(lines.block)
            beyond = bool(ratio < low[column] or ratio > high[column])
        if beyond or (not explained and _opposes(ratio, step)):
            reason = (
                f"price moved by {ratio:.6g} and shares by {step:.6g} and no event explains it; "
                "held unmoved over this session"
            )
            lines.events.append(LineEvent(session, code, "gap", base, close, reason))
            lines.base[code, column] = close

    def _exempt(self, code: int, day: int) -> bool:
        """Is the line in its delisting-trade period, where the exchange sets no daily limit?"""
        if self.spells is None:
            return False
        held = self.spells.holds("delisting_trade", np.array([code]), np.array([day]))
        return bool(held[0])

    def _moved(self, ratio: float, step: float) -> bool:
        """Is a move of the exchange's base large enough to ask for an action row?"""
        limit = self.limit if self.limit is not None else 0.30
        return bool(ratio < 1 - limit or ratio > 1 + limit or _opposes(ratio, step))


def _listed_now(pending: list[_Pending], step: float, day: int) -> list[_Pending]:
    """The pending actions whose shares list in a session in which listed shares step by ``step``.

    Those with a list date by their date; of the others the oldest whose factor is the step, or all
    of them where the step is their product.
    """
    over = [item for item in pending if 0 < item.list_day <= day]
    for item in over:
        if _lists(step, item.factor):
            step /= item.factor
    undated = [item for item in pending if item.list_day <= 0]
    alone = [item for item in undated if _lists(step, item.factor)]
    if alone:
        return [*over, alone[0]]
    if len(undated) > 1 and _lists(step, math.prod(item.factor for item in undated)):
        return [*over, *undated]
    return over


def _lists(step: float, factor: float) -> bool:
    """Does a step of the listed count list the new shares of an action?"""
    return abs(step - factor) <= LISTING_TOLERANCE * abs(factor - 1) * (1 + 1e-9)


def _opposes(price_ratio: float, share_step: float) -> bool:
    """Did shares step by a tenth or more, and the price undo at least half of the step?"""
    if not share_step > 0 or abs(np.log(share_step)) < np.log1p(SHARE_STEP):
        return False
    return bool(-np.log(price_ratio) / np.log(share_step) >= 0.5)


def _tick(price: float) -> float:
    """What the exchange's rounding of a base may move it: half a percent covers KRX's tick table."""
    return max(0.005 * price, 1.0 if price >= 100 else 0.01)
