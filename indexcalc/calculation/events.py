"""Events of lines: prices and share counts put through what happened, cell by cell in time order."""

from __future__ import annotations

import bisect
from collections import defaultdict

import numpy as np
import numpy.typing as npt

from indexcalc.calculation.gaps import Gaps
from indexcalc.calculation.lines import LineEvent, Lines, Options, State, before
from indexcalc.calculation.pending_shares import close_listed, opened
from indexcalc.calculation.terms import SHARE_ACTIONS, Action, actions_of
from indexcalc.market.calendar import Sessions
from indexcalc.market.market import Market
from indexcalc.market.panel import Block

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class LineEvents:
    """The events of a market's lines, by the observed session they take effect on.

    ``faulty``: action rows that lack a term.  ``passed``: calendar sessions from one observed
    session to the next (1: consecutive); ``calendar``: their positions in the calendar.
    """

    def __init__(self, market: Market, sessions: Sessions, options: Options) -> None:
        self.market = market
        self.options = options
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
        self.calendar = np.searchsorted(sessions.days, days)
        self.passed = np.diff(self.calendar, prepend=self.calendar[:1] - 1)
        self.gaps = Gaps(market, self.passed)

    def leaves(self) -> bool:
        """Does a line without a row leave (or is its last price carried)?"""
        return self.market.complete or self.options.missing_row == "not_listed"

    def apply(self, lines: Lines, state: State) -> None:
        """Put prices through the block's events, cell by cell in time order for each line."""
        block = lines.block
        listed = lines.shares.copy()
        listed_before = before(listed, state.listed)
        actions: dict[int, dict[int, list[Action]]] = defaultdict(dict)
        for column in range(block.shape[1]):
            for action in self.by_session.get(block.first + column, ()):
                if self.leaves() and not block.present[action.code, column]:
                    continue  # a line that is not listed has no events
                actions[action.code].setdefault(column, []).append(action)
        cells: dict[int, set[int]] = {code: set(found) for code, found in actions.items()}
        exchange = self._exchange_base(block)
        # A base that is not a number equals nothing, itself included.
        with np.errstate(invalid="ignore"):
            set_anew = (exchange != lines.base) & (exchange == exchange)
        _mark(cells, set_anew)
        _mark(cells, self.gaps.suspects(lines, listed, listed_before, exchange))
        open_lines = [code for code, found in state.pending.items() if found]
        for code in sorted(set(cells) | set(open_lines)):
            waiting = sorted(cells.get(code, ()))
            self._one_line(lines, state, code, waiting, actions.get(code, {}), exchange, listed)

    def _exchange_base(self, block: Block) -> Floats:
        """The exchange's base price where it measures from the last *observed* session."""
        said = block.columns.get("base_price")
        if said is None or not self.options.exchange_base:
            return np.full(block.shape, np.nan)
        consecutive = self.passed[block.first : block.first + block.shape[1]] == 1
        return np.where(consecutive[None, :], said, np.nan)

    def _one_line(
        self,
        lines: Lines,
        state: State,
        code: int,
        waiting: list[int],
        actions: dict[int, list[Action]],
        exchange: Floats,
        listed: Floats,
    ) -> None:
        """Work through the marked sessions of one line; later prices follow from earlier ones.

        While an action's shares are pending every session counts; else only the marked ones.
        """
        n_sessions = lines.block.shape[1]
        column = 0 if state.pending.get(code) else waiting[0]
        while column < n_sessions:
            pending = state.pending.get(code)
            if pending:
                last = listed[code, column - 1] if column else state.listed[code]
                counts = (float(last), float(listed[code, column]))
                session = int(self.calendar[lines.block.first + column])
                left = close_listed(pending, lines, code, column, counts, session)
                state.pending[code] = left
            marked = bool(waiting) and waiting[0] == column
            if marked:
                waiting.pop(0)
                found = actions.get(column, [])
                self._one_cell(lines, state, code, column, found, exchange, listed)
                if not lines.traded[code, column]:
                    _look_again(waiting, lines, code, column, exchange)
            if state.pending.get(code):
                _count_shares(lines, state, code, column, listed)
                column += 1
            elif waiting:
                column = waiting[0]
            else:
                break

    def _one_cell(
        self,
        lines: Lines,
        state: State,
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
        listed_before = listed[code, column - 1] if column else state.listed[code]
        step = listed[code, column] / listed_before
        explained = False
        for action in self._counting(lines, session, code, actions):
            if action.type == "listing":
                # A first close on a session that was not observed: held from there on.
                if np.isnan(last) and action.ex_day < int(block.days[column]):
                    theory = action.price
                    _event(lines, session, code, action, np.nan, theory)
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
                now = int(self.calendar[session])
                open_ = opened(action, m, step, int(block.days[column]), now)
                if open_ is not None:
                    state.pending[code].append(open_)
            _event(lines, session, code, action, before_it, theory)
        base = theory
        said = float(exchange[code, column])
        _unvalued(lines, session, code, actions, said)
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
            _carry(lines, code, column, base)
        _count_shares(lines, state, code, column, listed)
        counted = lines.shares[code, column - 1] if column else state.counted[code]
        self.gaps.check(lines, code, column, last, factor, explained, said, float(counted))

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


def _mark(cells: dict[int, set[int]], where: Bools) -> None:
    for code, column in zip(*np.nonzero(where), strict=True):
        cells.setdefault(int(code), set()).add(int(column))


def _look_again(waiting: list[int], lines: Lines, code: int, column: int, exchange: Floats) -> None:
    """Mark what follows a carried price up to the next trade: it was judged by the old price."""
    for later in range(column + 1, lines.block.shape[1]):
        trades = bool(lines.traded[code, later])
        if later not in waiting and (trades or not np.isnan(exchange[code, later])):
            bisect.insort(waiting, later)
        if trades:
            break


def _count_shares(lines: Lines, state: State, code: int, column: int, listed: Floats) -> None:
    pending = state.pending.get(code)
    count = listed[code, column]
    for item in pending or ():
        count = count * item.factor
    lines.shares[code, column] = count


def _unvalued(lines: Lines, session: int, code: int, actions: list[Action], said: float) -> None:
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


def _event(
    lines: Lines, session: int, code: int, action: Action, last: float, after: float
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


def _carry(lines: Lines, code: int, column: int, price: float) -> None:
    """No trade: the line is worth its base until it trades again."""
    row = lines.traded[code, column + 1 :]
    later = int(np.argmax(row)) if row.any() else row.size
    stop = column + 1 + later
    lines.close[code, column:stop] = price
    follow = slice(column + 1, min(stop + 1, lines.base.shape[1]))
    known = ~np.isnan(lines.base[code, follow])
    lines.base[code, follow] = np.where(known, price, np.nan)


def _tick(price: float) -> float:
    """What the exchange's rounding of a base may move it: half a percent covers KRX's tick table."""
    return max(0.005 * price, 1.0 if price >= 100 else 0.01)
