"""Caps judged on means over a window (KRX): capped set by set, factors frozen for the period.

``F_i`` is the mean float market cap of the window.  The capped set C starts empty and takes every name
whose weight in F, with the factors so far, is above k, until there is none; then
``c_i = k / (1 - k |C|) * sum_{j not in C} F_j / F_i`` in C and 1 elsewhere.  The weight on the effective
day is whatever those factors make of that day's prices: the limit is judged on F, not on it.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.weighting.caps.bounded import CommonLimits
from indexcalc.weighting.caps.units import DECIMALS, sums


class Window(Struct, frozen=True):
    """What a window found, for each line (n,): ``means`` of float market cap, any scale.

    ``mean_weights``: the means of the daily weights where the rule tests those instead (None: the
    weights of the means are tested); the factors are made from ``means`` either way.
    """

    means: Floats
    mean_weights: Floats | None = None

    @property
    def known(self) -> Floats:
        """The means (n,), zero where there is none."""
        return np.where(np.isfinite(self.means), self.means, 0.0)

    def of_units(self, codes: Ints) -> tuple[Floats, Floats | None]:
        """(means, mean weights or None) of the unit of each line, (m,) each."""
        tested = self.mean_weights
        tested = None if tested is None else sums(np.nan_to_num(tested), codes)
        return sums(self.known, codes), tested


class MeasuredCaps(Struct, frozen=True):
    """Capping factors of units (m, n_limits), which are capped, and what they weigh in the window then."""

    factors: Floats
    capped: Bools
    window_weights: Floats


@np.errstate(divide="ignore")
def measured_factors(
    means: Floats, limits: CommonLimits, tested: Floats | None = None
) -> MeasuredCaps:
    """Factors (m, n_limits) from means (m,), each limit alone; ``tested`` (m,): judged in their place.

    Names above zero times a limit come to at least one (``feasibility``).  A weight is above the limit
    where it is after rounding to 12 decimals, as all shares of a rule are compared.
    """
    made, share = means[:, None], limits.share
    judged = made if tested is None else tested[:, None]
    capped = np.zeros((means.size, share.size), dtype=np.bool_)
    while True:
        room = limits.rooms(np.count_nonzero(capped, axis=0))
        left = ordered_sum(np.where(capped, 0.0, judged))
        more = ~capped & (np.round(judged * (room / left), DECIMALS) > share)
        if not more.any():
            break
        capped |= more
    free = ordered_sum(np.where(capped, 0.0, made))
    factors = np.where(capped, share / room * free / np.where(capped, made, 1.0), 1.0)
    weights = made * factors
    return MeasuredCaps(factors, capped, weights / ordered_sum(weights))
