"""An index without a line, and an index whose review had not been: from the same lists and prices."""

from __future__ import annotations

from collections.abc import Container, Sequence

import numpy as np

from indexcalc.analysis.attribution.parts import SessionParts
from indexcalc.analysis.flows.baskets import Basket
from indexcalc.analysis.flows.holdings import ActionDays, Holding, ended, put_through
from indexcalc.analysis.flows.list_turns import rights_of
from indexcalc.arrays import Floats
from indexcalc.calculation.prices.corporate_actions import ENDINGS, Action
from indexcalc.market.exchange_rates import line_currencies
from indexcalc.market.market import Market
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.market.panel_cache.panel import Panel
from indexcalc.market.panel_cache.segment import CLOSE
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

    Shares go through the share actions; shares of another line that are handed out, of a spun-off company
    or an acquirer, are held where that has a close by the last session; cash that is paid is kept as cash.
    A line that ends leaves at its final price, and one without a close counts at its last one before.
    ``period``: positions of the two observed sessions.  NaN where the lines have other rates than 1
    (several currencies).
    """
    if (old.rate != 1.0).any() or not old.codes.size:
        return float("nan")
    panel = market.panel
    first, last = period
    end = panel.carried(last, last + 1)[0].copy()
    priced = set(np.flatnonzero(np.isfinite(end)).tolist())
    units = np.zeros(end.size)
    units[old.codes] = old.units
    cash = 0.0
    for session in range(first, last + 1):
        rights = rights_of(rule, int(market.days[session]))
        received: list[tuple[int, float]] = []
        for (_, code), rows in actions.of_session(session):
            if units[code] == 0.0:
                continue
            close = float(panel.carried(session - 1, session)[0][code])
            holding = _ended(panel, rows, session, close, priced)
            if holding is None:
                holding = put_through(rows, close, rights, priced)
            cash += units[code] * holding.cash
            received += [(other, units[code] * ratio) for other, ratio in holding.received]
            units[code] *= holding.factor
        for other, shares in received:
            if line_currencies(market, rule.currency)[other] != rule.currency:
                return float("nan")
            units[other] += shares
    # The price that an ending gives takes the place of the close before.
    for (_, code), rows in actions.of_session(last + 1):
        if units[code] != 0.0 and (ending := _ending(panel, rows, last + 1)):
            end[code] = _last_price(ending, float(end[code]))
    before: Floats = old.units * old.price
    after = np.where(units != 0.0, units * end, 0.0)
    return (float(ordered_sum(after)) + cash) / float(ordered_sum(before)) - 1.0


def _ending(panel: Panel, rows: Sequence[Action], session: int) -> Action | None:
    """The action that ends a line in a session; None where it still trades, or nothing does."""
    ending = next((row for row in rows if row.type in ENDINGS), None)
    if ending is None or np.isfinite(panel.column(CLOSE, session, session + 1)[0][ending.code]):
        return None
    return ending


def _last_price(ending: Action, close: float) -> float:
    return close if np.isnan(ending.last_price) else ending.last_price


def _ended(
    panel: Panel, rows: Sequence[Action], session: int, close: float, held: Container[int]
) -> Holding | None:
    """What a share of a line becomes that ends in a session; None where it does not."""
    ending = _ending(panel, rows, session)
    if ending is None:
        return None
    last = _last_price(ending, close)
    return ended([ending], last, held) or Holding(factor=0.0, cash=last)
