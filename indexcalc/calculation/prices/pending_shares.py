"""Pending shares: counted from the ex-date of an action until the exchange lists them.

``shares_outstanding`` are listed shares, so from the ex-date the count is listed x m.  m closes on
the action's ``list_date``; without one on the session whose listed count steps by m within a tenth.
Factors multiply, they do not add: other shares may list meanwhile.
"""

from __future__ import annotations

import math

from indexcalc.arrays import Days, Floats, Ints, position_in
from indexcalc.calculation.prices.corporate_actions import Action
from indexcalc.calculation.prices.lines import LineEvent, Lines, Pending, State

LISTING_TOLERANCE = 0.10  # a listed count that steps by m within a tenth lists the pending shares
PENDING_SESSIONS = 60  # pending longer than this is worth a diagnostic


def close_listed(
    pending: list[Pending],
    lines: Lines,
    code: int,
    column: int,
    listed: tuple[float, float],
    calendar_session: int,
) -> list[Pending]:
    """What is still pending after a session; what lists in it, or waits too long, is an event.

    ``listed``: the line's listed shares in the session before and in this one.
    """
    day = int(lines.days[column])
    last, now = listed
    step = now / last
    over = _listed_now(pending, step, day)
    left: list[Pending] = []
    for item in pending:
        if item in over:
            reason = (
                f"list date {item.factor:g} shares for one"
                if item.list_day > 0
                else f"listed shares stepped by {step:.6g}, the {item.factor:g} pending are "
                "taken to be listed (assumption)"
            )
            lines.events.append(
                LineEvent(lines.first + column, code, "shares_listed", last, now, reason)
            )
        else:
            waited = calendar_session - item.since
            if waited > PENDING_SESSIONS and not item.warned:
                item.warned = True
                lines.events.append(
                    LineEvent(
                        lines.first + column,
                        code,
                        "pending",
                        item.factor,
                        float(waited),
                        f"new shares of a {item.factor:g}-for-one action are not listed after "
                        f"{waited} sessions",
                    )
                )
            left.append(item)
    return left


def awaits(pending: list[Pending], listed: Floats, column: int, days: Days, calendar: Ints) -> int:
    """The next session in which more can happen than in ``column``, seen by ``close_listed`` before.

    ``listed``: the line's listed shares in the sessions ``days``, ``calendar`` their calendar positions.
    """
    if column == 0 or listed[column - 1] != listed[column]:
        return column + 1
    others = listed[column:] != listed[column]
    found: list[int] = [days.size, column + int(others.argmax())]
    found += [position_in(days, item.list_day) for item in pending if item.list_day > 0]
    waits = [item.since + PENDING_SESSIONS for item in pending if not item.warned]
    found += [position_in(calendar, session, "right") for session in waits]
    return min(at for at in found if at > column)


def count_shares(lines: Lines, state: State, code: int, column: int, listed: Floats) -> None:
    """Put the count of a session into ``lines``: its listed shares times what is pending."""
    count = listed[column]
    for item in state.pending.get(code) or ():
        count = count * item.factor
    lines.shares[lines.row(code), column] = count


def opened(
    action: Action, factor: float, step: float, day: int, calendar_session: int
) -> Pending | None:
    """The factor an action leaves pending on its ex-date; None where its shares are listed by then."""
    if _lists(step, factor) or 0 < action.list_day <= day:
        return None
    return Pending(action.code, factor, action.list_day, calendar_session)


def _listed_now(pending: list[Pending], step: float, day: int) -> list[Pending]:
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
