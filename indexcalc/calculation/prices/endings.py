"""Endings of lines: mergers, tenders and bankruptcies (design section 8).

On the ex-date the line is gone, and what was held left at the last close, or at the price the row
gives, which takes the place of the close of the session before.  A line that still trades on its
ex-date has not ended: it stays, at the price it was given, and the run says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from indexcalc.calculation.prices.corporate_actions import Action
from indexcalc.calculation.prices.lines import LineEvent, Lines, State, Takeover
from indexcalc.market import arrow


def apply(lines: Lines, state: State, by_session: Mapping[int, Sequence[Action]]) -> None:
    """End the lines whose time it is in a block, after its other events."""
    first, n_sessions = lines.block.first, lines.block.shape[1]
    for column in range(n_sessions + 1):
        for action in by_session.get(first + column, ()):
            if column > 0:
                _last_price(lines, state, action, column - 1)
            if column < n_sessions:
                _end(lines, state, action, column)


def takeovers(by_session: Mapping[int, Iterable[Action]]) -> tuple[Takeover, ...]:
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
        for session in sorted(by_session)
        for action in by_session[session]
        if action.ratio > 0 and action.other >= 0
    )


def _last_price(lines: Lines, state: State, action: Action, column: int) -> None:
    close = float(lines.close[action.code, column])
    gone = lines.complete and not lines.block.present[action.code, column]
    if np.isnan(action.last_price) or np.isnan(close) or gone:
        return
    state.ended.setdefault(action.code, close)
    lines.close[action.code, column] = action.last_price


def _end(lines: Lines, state: State, action: Action, column: int) -> None:
    code, session = action.code, lines.block.first + column
    was = state.ended.pop(code, float("nan"))
    last = float(lines.close[code, column - 1]) if column else float(state.close[code])
    if np.isnan(last):
        return
    trades = _trades(lines, code, column)
    if trades[0]:
        # The close before was given the price of the row: it is held from there.
        if not np.isnan(was) and lines.base[code, column] == was:
            lines.base[code, column] = last
        reason = (
            f"the {action.type} ends the line on this session and it still trades; it stays in, and "
            f"counted as {last:g} at the close before"
        )
        lines.events.append(LineEvent(session, code, "unusable", was, last, reason))
        return
    until = int(np.argmax(trades)) if trades.any() else trades.size
    span = slice(column, column + until)
    lines.close[code, span] = np.nan
    lines.base[code, column : column + until + 1] = np.nan
    lines.missing[code, span] = False
    if until == trades.size:
        state.gone.add(code)
    lines.events.append(
        LineEvent(session, code, action.type, last if np.isnan(was) else was, last, _terms(action))
    )


def _trades(lines: Lines, code: int, column: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Does the line trade, session by session from ``column`` on?"""
    trades = lines.traded[code, column:].copy()
    volume = lines.block.columns.get("volume")
    if volume is not None:
        trades &= volume[code, column:] != 0
    return trades


def _terms(action: Action) -> str:
    said = [
        f"{name} {value:g}"
        for name, value in (
            ("ratio", action.ratio),
            ("amount", action.amount),
            ("final price", action.last_price),
        )
        if not np.isnan(value)
    ]
    if action.other_symbol is not None:
        said.insert(0, f"into {action.other_symbol}")
    return ", ".join(said) or "left at its last close"
