"""An index without a line, and an index whose review had not been: from the same lists and prices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexcalc.analysis.attribution.parts import SessionParts
from indexcalc.analysis.flows.baskets import Basket
from indexcalc.analysis.flows.holdings import ActionDays, put_through
from indexcalc.analysis.flows.list_turns import rights_of
from indexcalc.arrays import Floats
from indexcalc.market.market import Market
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.methodology import Methodology


def without_line(sessions: Sequence[SessionParts], code: int) -> float:
    """What an index gains over sessions where a line is taken out and the others fill its place.

    Each session the rest has the return ``(r - c) / (1 - w)``: its lists, reviews and prices are the same.
    A session in which it is all there is leaves the level.
    """
    level = 1.0
    for parts in sessions:
        row = np.flatnonzero(parts.codes == code)
        if not row.size:
            level *= 1.0 + parts.total
            continue
        weight, gain = float(parts.weight[row[0]]), float(parts.lines[row[0]])
        if weight < 1.0:
            level *= 1.0 + (parts.total - gain) / (1.0 - weight)
    return level - 1.0


def kept_list_return(
    market: Market, rule: Methodology, old: Basket, period: tuple[int, int], actions: ActionDays
) -> float:
    """The price return of a list held as it is from the close before a session to that of another.

    Shares go through the share actions, cash that is paid is kept as cash; a line without a close on the
    last session counts at its last one before.  ``period``: positions of the two observed sessions.
    NaN where the lines have other rates than 1 (several currencies).
    """
    if (old.rate != 1.0).any() or not old.codes.size:
        return float("nan")
    panel = market.panel
    first, last = period
    end = panel.carried(last, last + 1)[0][old.codes]
    before: Floats = old.units * old.price
    units, cash = old.units.copy(), 0.0
    codes = {int(code): row for row, code in enumerate(old.codes)}
    for session in range(first, last + 1):
        day = int(market.days[session])
        rights = rights_of(rule, day)
        for (at, code), rows in actions.of_session(session):
            row = codes.get(code)
            if row is None or units[row] == 0.0:
                continue
            close = float(panel.carried(at - 1, at)[0][code])
            holding = put_through(rows, close, rights, ())
            cash += units[row] * holding.cash
            units[row] *= holding.factor
    after = np.where(units != 0.0, units * end, 0.0)
    return (float(ordered_sum(after)) + cash) / float(ordered_sum(before)) - 1.0
