"""Special dividends in net returns: under ``special: taxed`` B is C - (1 - tax) * d.

The price index takes the whole special dividend off the last price, so what is withheld of it is no
loss there.  The net return counts it: its base price is higher by the tax, put through the events
that follow on the same session.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.calculation.prices.corporate_actions import Action, actions_of
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.prices.withholding import SPECIAL, countries
from indexcalc.market.market import Market


class SpecialDividends:
    """The special dividends of a market, one row (n,) each, in order of session and line.

    ``session``: the observed session they take effect on; ``country`` as known on the ex-date.
    """

    def __init__(self, market: Market) -> None:
        self.market = market
        days = self.market.days
        by_cell: dict[tuple[int, int], list[Action]] = defaultdict(list)
        for action in actions_of(self.market):
            session = int(np.searchsorted(days, action.ex_day))
            if session < days.size and not action.missing():
                by_cell[session, action.code].append(action)
        self._actions = {
            cell: sorted(rows, key=lambda row: (row.ex_day, row.sequence))
            for cell, rows in sorted(by_cell.items())
            if any(row.type == SPECIAL for row in rows)
        }
        rows = [
            (session, action)
            for (session, _), actions in self._actions.items()
            for action in actions
            if action.type == SPECIAL
        ]
        self.session = np.array([session for session, _ in rows], dtype=np.int64)
        self.code = np.array([action.code for _, action in rows], dtype=np.int32)
        self.ex_day = np.array([action.ex_day for _, action in rows], dtype=np.int32)
        self.country = countries(self.market, self.code, self.ex_day)

    def withheld(self, shares_kept: Floats, lines: IndexLines) -> list[tuple[int, int, float]]:
        """(session, code, amount) of ``lines`` per share after the events of the session, in line currency.

        ``shares_kept`` (n,): what is left of one unit paid by each row.
        """
        first, stop = lines.first, lines.first + lines.days.size
        bounds = np.searchsorted(self.session, [first, stop])
        withheld: list[tuple[int, int, float]] = []
        row = int(bounds[0])
        while row < bounds[1]:
            session, code = int(self.session[row]), int(self.code[row])
            line = lines.row(code)
            price = lines.value("last", code, session - first) if line >= 0 else float("nan")
            tax = 0.0
            for action in self._actions[session, code]:
                after = action.ex_price(price)
                if action.type == SPECIAL:
                    tax += (1.0 - float(shares_kept[row])) * action.amount
                    row += 1
                elif action.type == "rights" and after < price:
                    tax /= 1.0 + action.ratio
                else:
                    tax /= action.share_factor
                price = after
            if line >= 0:
                withheld.append((session, code, tax))
        return withheld
