"""The first session after a halt of a line whose price is set anew: frozen, where the rule says so.

A capital reduction, the company that stays after a demerger, a base price set by an evaluation: on
the first session the line stands with its price and shares of before the halt; from the next session
on it has its new shares, and the change of its value at the first close goes through the divisor.
Where that session is not observed (weekly data) a ``base_price`` row gives the first close: the line is
booked at it on the next observed session, from which the new shares count.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexcalc.calculation.prices.corporate_actions import Action
from indexcalc.calculation.prices.lines import Lines, State

SET_ANEW = frozenset({"capital_reduction", "spin_off", "base_price"})


def sets_anew(lines: Lines, code: int, column: int, actions: Sequence[Action]) -> bool:
    """Is a session the first on which a line trades at a price set anew?"""
    anew = [action.ex_day for action in actions if action.type in SET_ANEW]
    return bool(anew) and lines.days[column] in anew and bool(lines.traded[lines.row(code), column])


def freeze(lines: Lines, state: State, code: int, column: int, stood_at: float) -> None:
    """Let a line stand in a session as before its halt; its first close is the base of the next.

    ``stood_at``: its price before the halt.
    """
    row = lines.row(code)
    counted = lines.shares[row, column - 1] if column else state.counted[code]
    if np.isnan(stood_at) or np.isnan(counted):
        return  # it was not there before
    first_close = float(lines.close[row, column])
    lines.base[row, column] = lines.close[row, column] = stood_at
    lines.shares[row, column] = counted
    lines.share_factor[row, column] = 1.0
    for amounts in (lines.rights, lines.spun, lines.cash):
        amounts.pop((code, column), None)
    session = lines.first + column
    lines.spins = [spin for spin in lines.spins if (spin.parent, spin.session) != (code, session)]
    if column + 1 == lines.close.shape[1]:
        lines.frozen_last[code] = first_close
    elif not np.isnan(lines.base[row, column + 1]):
        lines.base[row, column + 1] = first_close
