"""Rights by a price adjustment factor: the old shares count on the ex-date, the new ones from its close.

On the ex-date the holding is the old shares times the factor, at a base price of the last price over it;
on the next session it is the new count, and what that adds goes through the divisor at the close between.
C is the last price, n the new shares for one at the price s, P the close of the ex-date (MSCI corporate
events methodology, formulas of the price adjustment factor):

===================  ==========================================  ===========================
theoretical_ex       C over (C + n s) / (1 + n)                  the formula to 2010
theoretical_cum      P + n (P - s) over P                        the formula since
===================  ==========================================  ===========================
"""

from __future__ import annotations

from typing import Final

import numpy as np

from indexcalc.calculation.prices.action_day import EventDay
from indexcalc.calculation.prices.lines import LineEvent, Lines, State

BY_FACTOR: Final = ("theoretical_ex", "theoretical_cum")


def by_factor(day: EventDay, how: str) -> bool:
    """Are the rights of a session counted by a factor?  Not where paper of another line goes ex too."""
    return how in BY_FACTOR and day.rights != 1.0 and not day.handed


def price_factor(day: EventDay, how: str, close: float) -> float:
    """The price adjustment factor of the rights of a session; above one.

    That of ``theoretical_ex`` also where the new shares cost more than all shares are worth at the close.
    """
    worth = day.rights * close - (day.rights * day.price - day.price * day.subscribed)
    return day.subscribed if how == "theoretical_ex" or not worth > 0 else worth / close


def enter_at_close(lines: Lines, code: int, column: int, day: EventDay, how: str) -> None:
    """Count the old shares in a session, and let the new ones enter at its close."""
    row = lines.row(code)
    if np.isnan(lines.base[row, column]):
        return  # it was not there before
    factor = price_factor(day, how, float(lines.close[row, column]))
    enters = day.rights / factor
    carried = not lines.traded[row, column]
    lines.base[row, column] = day.price * day.subscribed / factor
    if carried:
        lines.close[row, column] = lines.base[row, column]
    lines.shares[row, column] /= enters
    lines.share_factor[row, column] /= enters
    lines.rights[code, column] = factor
    lines.entering[code, column + 1] = enters


def take_entering(lines: Lines, state: State) -> None:
    """Multiply holdings in the sessions after the ex-dates, of this block and of the one before."""
    for code, enters in state.entering.items():
        lines.entering[code, 0] = enters
    for (code, column), enters in lines.entering.items():
        row = lines.row(code)
        if row < 0 or column >= lines.days.size:
            continue
        lines.share_factor[row, column] *= enters
        lines.rights[code, column] = lines.rights.get((code, column), 1.0) * enters
        price = float(lines.base[row, column])
        reason = f"the new shares of its rights are counted: {enters:.6g} for one"
        event = LineEvent(lines.first + column, code, "rights", price, price, reason)
        lines.events.append(event)
