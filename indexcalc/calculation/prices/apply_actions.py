"""Events of lines: prices and share counts put through what happened, cell by cell in time order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import isnan

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, true_cells
from indexcalc.calculation.prices import endings
from indexcalc.calculation.prices.action_day import (
    EventDay,
    ReceivedLine,
    keep,
    tell_unvalued,
    tick,
)
from indexcalc.calculation.prices.corporate_actions import (
    ENDINGS,
    Action,
    BySession,
    actions_among,
)
from indexcalc.calculation.prices.frozen import freeze, sets_anew
from indexcalc.calculation.prices.gaps import Gaps, look_again
from indexcalc.calculation.prices.lines import LineEvent, Lines, Options, State, Takeover
from indexcalc.calculation.prices.pending_shares import (
    LISTING_TOLERANCE,
    PENDING_SESSIONS,
    awaits,
    close_listed,
    count_shares,
    opened,
)
from indexcalc.calculation.prices.rights_by_factor import by_factor, enter_at_close, take_entering
from indexcalc.calculation.prices.withholding import specials_after_tax
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.market.checks.likely_action import SHARE_STEP
from indexcalc.market.exchange_rates import line_currencies
from indexcalc.market.market import Market


class ExchangeWords(Struct, frozen=True):
    """What the exchange says of some lines: its base prices (NaN where unknown), its listed shares."""

    base: Floats
    listed: Floats


class LineEvents:
    """The events of a market's lines, by the observed session they take effect on.

    ``faulty``: action rows that lack a term.  ``endings``: mergers, tenders and bankruptcies; ``acting``:
    all others.
    ``passed``: calendar sessions from one observed session to the next, at places ``calendar``.
    ``only``: as ``actions_among`` has it.
    """

    def __init__(
        self, market: Market, sessions: Sessions, options: Options, only: Bools | None = None
    ) -> None:
        self.market, self.options = market, options
        self.faulty: list[Action] = []
        self.currencies = line_currencies(market, "")
        days, self.handed_out = market.days, set[int]()
        self.calendar = np.searchsorted(sessions.days, days)
        acting: list[tuple[int, Action]] = []
        ending: list[tuple[int, Action]] = []
        agreed: list[tuple[int, Action]] = []
        actions, self.only = actions_among(market, only)
        actions = specials_after_tax(actions, market, options.special_tax)
        # One whose ex-date is not observed takes effect on the next observed session.
        positions = np.searchsorted(days, np.array([action.ex_day for action in actions], np.int32))
        for position, action in zip(positions.tolist(), actions, strict=True):
            if action.missing():
                self.faulty.append(action)
            elif action.type in ENDINGS:
                # A target may leave at its halt, before an ex-date that the data do not reach.
                agreed.append((position, action))
                if position < days.size or self._is_next(action.ex_day, sessions):
                    ending.append((position, action))
            elif position < days.size:
                acting.append((position, action))
                if action.gives_paper and action.other >= 0:
                    self.handed_out.add(action.other)
        self.acting, self.endings = BySession(acting), BySession(ending)
        self.takeovers = endings.takeovers(agreed)
        self._by_acquirer: dict[int, list[Takeover]] = defaultdict(list)
        for takeover in self.takeovers:
            self._by_acquirer[takeover.acquirer].append(takeover)
        self.passed = np.diff(self.calendar, prepend=self.calendar[:1] - 1)
        self.gaps = Gaps(market, self.passed)

    def _is_next(self, ex_day: int, sessions: Sessions) -> bool:
        """Is a day after the data no later than the session that follows them?"""
        following = int(self.calendar[-1]) + 1 if self.calendar.size else sessions.days.size
        return following < sessions.days.size and ex_day <= int(sessions.days[following])

    def leaves(self) -> bool:
        """Does a line without a row leave (or is its last price carried)?"""
        return self.market.complete or self.options.missing_row == "not_listed"

    def apply(self, lines: Lines, state: State, words: ExchangeWords) -> None:
        """Put prices through what happened, cell by cell in time order for each line.

        ``lines``: every line that something may have happened to (``LinePrices`` finds them).
        """
        actions: dict[int, dict[int, list[Action]]] = defaultdict(dict)
        leaves = self.leaves()
        for session, action in self.acting.within(lines.first, lines.first + lines.days.size):
            column = session - lines.first
            if leaves and not lines.present[lines.row(action.code), column]:
                continue  # a line that is not listed has no events
            actions[action.code].setdefault(column, []).append(action)
        cells: dict[int, set[int]] = {code: set(items) for code, items in actions.items()}
        exchange = words.base
        marked = self.gaps.suspects(lines, words.listed, state.listed[lines.codes], exchange)
        # A base that is not a number equals nothing, itself included.
        marked |= (exchange != lines.base) & (exchange == exchange)
        for row, column in zip(*(part.tolist() for part in true_cells(marked)), strict=True):
            cells.setdefault(int(lines.codes[row]), set()).add(column)
        for code in sorted(state.unjudged):
            follows: list[int] = []
            if look_again(follows, lines, lines.row(code), -1, exchange):
                state.unjudged.discard(code)
            if follows:
                cells.setdefault(code, set()).update(follows)
        open_lines = [code for code, items in state.pending.items() if items]
        # What is handed out is worth its own last price, so its line comes first.
        order = sorted(
            set(cells) | set(open_lines), key=lambda code: (code not in self.handed_out, code)
        )
        for code in order:
            waiting = sorted(cells.get(code, ()))
            self._one_line(lines, state, code, waiting, actions.get(code, {}), words)
        take_entering(lines, state)
        endings.apply(lines, state, self.endings)
        stop, last_day = lines.first + lines.days.size, int(lines.days[-1])
        lines.takeovers = tuple(
            one
            for one in self.takeovers
            if one.session >= lines.first and (one.session < stop or one.known_day <= last_day)
        )

    def _one_line(
        self,
        lines: Lines,
        state: State,
        code: int,
        waiting: list[int],
        actions: dict[int, list[Action]],
        words: ExchangeWords,
    ) -> None:
        """Work through the marked sessions of one line; later prices follow from earlier ones.

        Only marked sessions count, and while an action's shares are pending those that may list them.
        """
        row, n_sessions = lines.row(code), lines.days.size
        listed = words.listed[row]
        pending = state.pending.get(code)
        column = 0 if pending else waiting[0]
        while column < n_sessions:
            alone = True  # does nothing but the shares that are pending move the count?
            if pending:
                last = listed[column - 1] if column else state.listed[code]
                counts = (float(last), float(listed[column]))
                session = int(self.calendar[lines.first + column])
                pending = close_listed(pending, lines, code, column, counts, session)
                state.pending[code] = pending
            marked = bool(waiting) and waiting[0] == column
            if marked:
                waiting.pop(0)
                today = actions.get(column, ())
                anew = self.options.frozen_resumption and sets_anew(lines, code, column, today)
                price_before = float(lines.base[row, column])
                day = self._one_cell(lines, state, code, column, today, words, anew=anew)
                pending = state.pending.get(code)
                carried = not lines.traded[row, column]
                if carried and not look_again(waiting, lines, row, column, words.base):
                    state.unjudged.add(code)
                if by_factor(day, self.options.rights):
                    enter_at_close(lines, code, column, day, self.options.rights)
                    alone = False
                if anew:
                    freeze(lines, state, code, column, price_before)
                    alone = False
                alone = alone and len(pending or ()) == 1
            elif pending:
                count_shares(lines, state, code, column, listed)
            if pending:
                # Several pending may list together in the next session; else nothing moves for long.
                later = column + 1
                if alone:
                    calendar = self.calendar[lines.first : lines.first + n_sessions]
                    later = min(
                        [*waiting[:1], awaits(pending, listed, column, lines.days, calendar)]
                    )
                    lines.shares[row, column + 1 : later] = lines.shares[row, column]
                column = later
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
        actions: Sequence[Action],
        words: ExchangeWords,
        anew: bool,
    ) -> EventDay:
        """One session of one line: terms, exchange base, gap; then carry the result forward.

        ``anew``: is its price set anew (``frozen``)?
        """
        session, row = lines.first + column, lines.row(code)
        listed = words.listed[row]
        last = float(lines.base[row, column])  # C: the last price, before today's events
        stated = float(words.base[row, column])
        day = EventDay(last)
        explained = bool(actions) and self._through(
            lines, state, code=code, column=column, actions=actions, day=day, words=words
        )
        base = day.price
        unused = float("nan")
        takes_terms = not self.options.exchange_base or by_factor(day, self.options.rights)
        if explained and takes_terms and not anew and any(item.is_term for item in actions):
            stated, unused = unused, stated  # the terms count
        tell_unvalued(lines, session, code, actions, stated, day)
        if not isnan(stated):
            if day.is_rebased(stated):
                day.forget_paper()
            if actions and not isnan(base) and abs(stated - base) > tick(base):
                reason = f"the exchange's base price {stated:g} is used, the terms give {base:g}"
                lines.events.append(LineEvent(session, code, "base_price", base, stated, reason))
            elif not actions and not isnan(last) and stated != last:
                reason = "base price set by the exchange"
                lines.events.append(LineEvent(session, code, "base_price", last, stated, reason))
            base = stated
        if not isnan(unused) and abs(unused - base) > tick(base):
            reason = f"the terms give {base:g} and count; the exchange's base price is {unused:g}"
            lines.events.append(LineEvent(session, code, "base_price", base, base, reason))
        if isnan(last) and not isnan(base) and not any(a.type == "listing" for a in actions):
            lines.debuts.append((code, column))
        keep(lines, code, column, day)
        lines.base[row, column] = base
        if not lines.traded[row, column] and not isnan(base):
            _carry(lines, row, column, base)
        count_shares(lines, state, code, column, listed)
        counted = lines.shares[row, column - 1] if column else state.counted[code]
        counted *= lines.entering.get(
            (code, column), 1.0 if column else state.entering.get(code, 1.0)
        )
        explained = explained or self._issued(lines, state, code, column, listed)
        self.gaps.check(
            lines,
            code,
            column=column,
            last=last,
            factor=day.factor,
            explained=explained,
            stated=stated,
            counted_before=float(counted),
            limited=not day.handed,
        )
        return day

    def _issued(self, lines: Lines, state: State, code: int, column: int, listed: Floats) -> bool:
        """Are the shares that list in a session those a takeover gave for its target?

        They are also where what is left of the step asks for no explanation of its own: a company may
        place a few shares on the day those of a merger list.
        """
        session = lines.first + column
        before_it = listed[column - 1] if column else state.listed[code]
        for takeover in self._by_acquirer.get(code, ()):
            if 0 <= session - takeover.session <= PENDING_SESSIONS:
                new = float(lines.shares[lines.row(takeover.target), column]) * takeover.ratio
                left = abs(listed[column] - before_it - new)
                if left <= max(LISTING_TOLERANCE * new, SHARE_STEP * before_it):
                    return True
        return False

    def _through(
        self,
        lines: Lines,
        state: State,
        code: int,
        column: int,
        actions: Sequence[Action],
        day: EventDay,
        words: ExchangeWords,
    ) -> bool:
        """Put the price through the actions of a session.  Did any say what moved it?"""
        session = lines.first + column
        listed = words.listed[lines.row(code)]
        listed_before = listed[column - 1] if column else state.listed[code]
        step = listed[column] / listed_before
        explained = False
        for action in self._counting(lines, session, code, actions):
            before_it = day.price
            if action.type == "listing":
                # A first close on a session that was not observed: held from there on.
                if isnan(before_it) and action.ex_day < int(lines.days[column]):
                    day.set(action.price)
                _event(lines, session, code, action, np.nan, day.price)
                continue
            if action.type == "base_price":
                if day.is_rebased(action.price):
                    day.forget_paper()
            elif isnan(before_it):
                continue
            paper = self._paper(lines, state, action, column) if action.gives_paper else None
            m = day.take(action, paper, self.options.rights != "listing")
            if m is None:
                after = action.ex_price(before_it)
                reason = f"{action.type} would leave a price of {after:g}; it is left out"
                lines.events.append(LineEvent(session, code, "unusable", before_it, after, reason))
                continue
            explained = True
            if m != 1.0:
                now = int(self.calendar[session])
                open_ = opened(action, m, step, int(lines.days[column]), now)
                if open_ is not None:
                    state.pending[code].append(open_)
            _event(lines, session, code, action, before_it, day.price)
        return explained

    def _paper(self, lines: Lines, state: State, action: Action, column: int) -> ReceivedLine:
        """What a share of another line, handed out in a session, is worth.

        A line with a price is worth that; else the price of the row, for a spin-off where the rule
        values them.  A spun-off line of the market is held; other paper leaves at its value.
        """
        other, spun = action.other, action.type == "spin_off"
        same_money = other >= 0 and self.currencies[other] == self.currencies[action.code]
        if other < 0 or (not same_money and not spun):
            return ReceivedLine(action.price)
        row = lines.row(other)
        known = lines.close[row, column - 1] if column else state.close[other]
        price = float(known) if not np.isnan(lines.base[row, column]) else float("nan")
        if not spun:
            return ReceivedLine(action.price if action.price > 0 else price)
        if not isnan(price):
            return (
                ReceivedLine(price, price, True, True) if same_money else ReceivedLine(action.price)
            )
        if self.options.spin_off_valued and action.price > 0:
            return ReceivedLine(action.price, action.price, True)
        return ReceivedLine(0.0, 0.0, True)

    def _counting(
        self, lines: Lines, session: int, code: int, actions: Sequence[Action]
    ) -> Sequence[Action]:
        """The actions in the order in which they count.

        A ``base_price`` row is the exchange's word after all terms of its ex-date; where the rule
        takes terms, it counts only where there are none.
        """
        if len(actions) == 1:
            return actions
        terms = [item for item in actions if item.is_term]
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


def _event(
    lines: Lines, session: int, code: int, action: Action, last: float, after: float
) -> None:
    lines.events.append(LineEvent(session, code, action.type, last, after, action.terms))


def _carry(lines: Lines, row: int, column: int, price: float) -> None:
    """No trade: the line is worth its base until it trades again."""
    trades = lines.traded[row, column + 1 :]
    later = int(np.argmax(trades)) if trades.any() else trades.size
    stop = column + 1 + later
    lines.close[row, column:stop] = price
    follow = slice(column + 1, min(stop + 1, lines.base.shape[1]))
    known = ~np.isnan(lines.base[row, follow])
    lines.base[row, follow] = np.where(known, price, np.nan)
