"""Trading over several sessions instead of all at once: what it costs against the index."""

from __future__ import annotations

from math import prod

import numpy as np

from indexcalc.analysis.flows.trades import Trades
from indexcalc.analysis.flows.volumes import Traded


def spread_difference(traded: Traded, trades: Trades, day: int, sessions: int) -> float:
    """Money gained (above zero) by trading an n-th of the units at each of n closes, not all at once.

    The first close is that of the session before the effective one, where trading all at once takes
    place; prices are in shares of the effective session, in line currency at the rate of that session.
    A line without a close on a session counts at its last one.  NaN: the data end before the last close.
    """
    if sessions == 1:
        return 0.0
    on = int(np.searchsorted(traded.days, day))
    if on - 1 + sessions > traded.days.size:
        return float("nan")
    total = 0.0
    rows = np.searchsorted(traded.codes, trades.codes)
    for line, row in enumerate(rows.tolist()):
        units, price = float(trades.units[line]), float(trades.price[line])
        if units == 0.0:
            continue
        last, scale, paid = price, 1.0, 0.0
        for session in range(on, on - 1 + sessions):
            if session > on:
                scale *= prod(factor for at, factor in traded.steps[row] if at == session)
            close = float(traded.close[row, session])
            last = close * scale if close == close else last
            paid += last
        mean = (price + paid) / sessions
        total -= units * (mean - price) * float(trades.rate[line])
    return total
