"""Endings of lines: mergers, tenders and bankruptcies.

On the ex-date the line is gone, and what was held left at the last close, or at the price the row
gives, which takes the place of the close of the session before.  A line that still trades on its
ex-date has not ended: it stays, at the price it was given, and the run says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

import numpy as np

from indexcalc.arrays import Bools
from indexcalc.calculation.prices.corporate_actions import Action, BySession
from indexcalc.calculation.prices.lines import LineEvent, Lines, State, Takeover
from indexcalc.market import arrow


def apply(lines: Lines, state: State, ending: BySession) -> None:
    """End the lines whose time it is in a block, after its other events."""
    first, n_sessions = lines.first, lines.days.size
    for session, action in ending.within(first, first + n_sessions + 1):
        column = session - first
        if column > 0:
            _last_price(lines, state, action, column - 1)
        if column < n_sessions:
            _end(lines, state, action, column)


def takeovers(agreed: Iterable[tuple[int, Action]]) -> tuple[Takeover, ...]:
    """Those that hand out shares of another line of the market."""
    return tuple(
        Takeover(
            action.code,
            action.other,
            action.ratio,
            session,
            action.ex_day if action.known_day == arrow.NULL_DAY else action.known_day,
            action.list_day,
        )
        for session, action in sorted(agreed, key=itemgetter(0))
        if action.ratio > 0 and action.other >= 0
    )


def _last_price(lines: Lines, state: State, action: Action, column: int) -> None:
    row = lines.row(action.code)
    close = float(lines.close[row, column])
    gone = lines.complete and not lines.present[row, column]
    if np.isnan(action.last_price) or np.isnan(close) or gone:
        return
    state.ended.setdefault(action.code, close)
    lines.close[row, column] = action.last_price


def _end(lines: Lines, state: State, action: Action, column: int) -> None:
    code, session = action.code, lines.first + column
    row = lines.row(code)
    was = state.ended.pop(code, float("nan"))
    last = float(lines.close[row, column - 1]) if column else float(state.close[code])
    if np.isnan(last):
        return
    trades = _trades(lines, row, column)
    if trades[0]:
        # The close before was given the price of the row: it is held from there.
        if not np.isnan(was) and lines.base[row, column] == was:
            lines.base[row, column] = last
        reason = (
            f"the {action.type} ends the line on this session and it still trades; it stays in, and "
            f"counted as {last:g} at the close before"
        )
        lines.events.append(LineEvent(session, code, "unusable", was, last, reason))
        return
    until = int(np.argmax(trades)) if trades.any() else trades.size
    span = slice(column, column + until)
    lines.close[row, span] = np.nan
    lines.base[row, column : column + until + 1] = np.nan
    lines.missing[row, span] = False
    if until == trades.size:
        state.gone.add(code)
    lines.events.append(
        LineEvent(session, code, action.type, last if np.isnan(was) else was, last, _terms(action))
    )


def _trades(lines: Lines, row: int, column: int) -> Bools:
    """Does the line trade, session by session from ``column`` on?"""
    return np.asarray(lines.traded[row, column:] & ~lines.idle[row, column:], dtype=np.bool_)


def _terms(action: Action) -> str:
    terms = [
        f"{name} {value:g}"
        for name, value in (
            ("ratio", action.ratio),
            ("amount", action.amount),
            ("final price", action.last_price),
        )
        if not np.isnan(value)
    ]
    if action.other_symbol is not None:
        terms.insert(0, f"into {action.other_symbol}")
    return ", ".join(terms) or "left at its last close"
