"""Means of daily weights over a window, for measured caps that test those (``mean_of_weights``)."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Codes, Floats
from indexcalc.market.market import Market
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.market.panel import blocks, carried


def mean_weights(market: Market, codes: Codes, scale: Floats, span: tuple[int, int]) -> Floats:
    """The mean weight (n,) of each of ``codes`` over the observed sessions of ``span``, both in.

    The weight of a session is close x listed shares x ``scale`` (n,) over the sum of all ``codes``
    with a row on it; a row without a close has the last one.  Only sessions on which the line has a
    row enter its mean; NaN where there is none.
    """
    total = np.zeros(codes.size)
    count = np.zeros(codes.size, dtype=np.int64)
    first_day, last_day = span
    last = np.full(codes.size, np.nan)
    for block in blocks(market, ("close", "shares_outstanding"), None, last_day):
        close = carried(block.columns["close"][codes], last)
        last = close[:, -1]
        if int(block.days[-1]) < first_day:
            continue
        shares = block.columns["shares_outstanding"][codes]
        cap = np.where(block.present[codes], close * shares, np.nan) * scale[:, None]
        inside = (block.days >= first_day) & (block.days <= last_day)
        for column in np.flatnonzero(inside):
            known = ~np.isnan(cap[:, column])
            values = np.where(known, cap[:, column], 0.0)
            whole = float(ordered_sum(values))
            if whole > 0:
                total += values / whole
                count += known
    with np.errstate(invalid="ignore", divide="ignore"):
        made: Floats = np.where(count > 0, total / count, np.nan)
    return made
