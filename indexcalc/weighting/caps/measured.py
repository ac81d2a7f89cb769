"""Caps judged on means over a window (KRX): capped set by set, factors frozen for the period.

``F_i`` is the mean float market cap of the window.  The capped set C starts empty and takes every name
whose weight in F, with the factors so far, is above k, until there is none; then
``c_i = k / (1 - k |C|) * sum_{j not in C} F_j / F_i`` in C and 1 elsewhere.  The weight on the effective
day is whatever those factors make of that day's prices: the limit is judged on F, not on it.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.weighting.caps.units import DECIMALS


class Window(Struct, frozen=True):
    """What a window found, for each line (n,): ``means`` of float market cap, any scale.

    ``mean_weights``: the means of the daily weights where the rule tests those instead (None: the
    weights of the means are tested); the factors are made from ``means`` either way.
    """

    means: Floats
    mean_weights: Floats | None = None


class MeasuredCap(Struct, frozen=True):
    """Capping factors of units (m,), which are capped, and their weights in the window with them."""

    factors: Floats
    capped: Bools
    window_weights: Floats


def measured_factors(means: Floats, limit: Fraction, tested: Floats | None = None) -> MeasuredCap:
    """Factors (m,) from means (m,) and one common limit; ``tested`` (m,): what is judged in their place.

    Names above zero times the limit come to at least one (``feasibility``).  A weight is above the
    limit where it is after rounding to 12 decimals, as all shares of a rule are compared.
    """
    k = float(limit)
    judged = means if tested is None else tested
    capped = np.zeros(means.shape, dtype=np.bool_)
    while True:
        room = float(1 - limit * int(np.count_nonzero(capped)))
        left = float(ordered_sum(judged[~capped]))
        more = ~capped & (np.round(judged * (room / left), DECIMALS) > k)
        if not more.any():
            break
        capped |= more
    free = float(ordered_sum(means[~capped]))
    with np.errstate(divide="ignore"):
        factors = np.where(capped, k / room * free / np.where(capped, means, 1.0), 1.0)
    weights = means * factors
    return MeasuredCap(factors, capped, weights / float(ordered_sum(weights)))
