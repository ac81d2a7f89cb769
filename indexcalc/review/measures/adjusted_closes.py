"""Closes of a window made comparable: put through the actions that fell between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from indexcalc.arrays import Days, Floats
from indexcalc.market import arrow
from indexcalc.market.as_of import known_days
from indexcalc.market.market import Market

_SHARE_ACTIONS = ("split", "consolidation", "bonus", "stock_dividend", "capital_reduction")


def adjustments(market: Market) -> Callable[[Floats, Days], Floats]:
    """A function that adjusts closes (n_sessions, n_symbols) of ``days`` to the last of them.

    Closes before an ex-date are divided by the shares after for one before (m), and for a rights
    issue brought to the theoretical ex-rights price.  Only actions known on the last day count.
    """
    table = market.table("corporate_actions")
    if table is None:
        return lambda closes, days: closes
    codes = arrow.codes_into(table.column("symbol"), market.order)
    ex_days = arrow.days(table.column("ex_date"))
    known = np.maximum(known_days(table), np.iinfo(np.int32).min)
    kinds = arrow.texts(table.column("type"))
    ratio = _numbers(table, "ratio")
    price = _numbers(table, "price")
    foreign = (
        arrow.texts(table.column("other_symbol"))
        if "other_symbol" in table.column_names
        else [None] * table.num_rows
    )

    def adjusted(closes: Floats, days: Days) -> Floats:
        result = closes.copy()
        if days.size == 0:
            return result
        inside = (ex_days > days[0]) & (ex_days <= days[-1]) & (known <= days[-1]) & (codes >= 0)
        for row in np.flatnonzero(inside):
            code, session = int(codes[row]), int(np.searchsorted(days, ex_days[row], side="left"))
            before = result[:session, code]
            if kinds[row] in _SHARE_ACTIONS and not foreign[row] and not np.isnan(ratio[row]):
                before /= ratio[row]
            elif kinds[row] == "rights" and not np.isnan(ratio[row] + price[row]):
                last = before[~np.isnan(before)]
                if last.size and price[row] < last[-1]:
                    whole = last[-1] + ratio[row] * price[row]
                    before *= whole / ((1 + ratio[row]) * last[-1])
        return result

    return adjusted


def _numbers(table: Any, name: str) -> Floats:
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    return arrow.floats(table.column(name))
