"""Weights between bounds: ``w_i = clip(lambda * v_i, floor_i, limit_i)`` with the one lambda that sums.

This is what minimises the relative entropy ``sum w ln(w / v)`` under the bounds, and what every
"cap and hand the excess to the others in proportion" comes to when it is done to the end.  The total
never falls in lambda and is linear between the points where a name meets a bound, so the right
stretch is found among those points and lambda is one division.  Nothing is iterated to a tolerance.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from indexcalc.arrays import Bools, Floats
from indexcalc.market.ordered_sum import ordered_sum

_WHOLE_NUMBERS = 2**52


@dataclass(frozen=True, slots=True)
class Filled:
    """Weights (n,) that sum to the total, the lambda of the free names, and who stands at a bound."""

    weights: Floats
    scale: float
    at_limit: Bools
    at_floor: Bools


def fill_common(values: Floats, limit: Fraction) -> Filled:
    """Weights (n,) that sum to one, none above one common ``limit``, in proportion to ``values``.

    ``values`` >= 0 on any scale; those above zero times ``limit`` come to at least one (decided on
    the exact share by ``feasibility``).  At most ``ceil(1 / limit) - 1`` names can be above it: those
    are partitioned off and sorted, the rest only added.  Names at the limit stay there.
    """
    live = int(np.count_nonzero(values > 0))
    if live * limit == 1:
        at_limit: Bools = values > 0
        return Filled(np.where(at_limit, float(limit), 0.0), np.inf, at_limit, ~at_limit & False)
    most = min(-(-limit.denominator // limit.numerator) - 1, live - 1)
    at_limit = _above_common(values, limit, most)
    room = float(1 - limit * int(np.count_nonzero(at_limit)))
    scale = room / float(ordered_sum(values[~at_limit]))
    weights = np.where(at_limit, float(limit), np.minimum(float(limit), values * scale))
    return Filled(weights, scale, at_limit, np.zeros(values.shape, dtype=np.bool_))


def _above_common(values: Floats, limit: Fraction, most: int) -> Bools:
    """Who is capped when at most ``most`` (< n) names can be."""
    if most == 0:
        return np.zeros(values.shape, dtype=np.bool_)
    n = values.size
    split = np.partition(values, n - most - 1)
    top = np.sort(split[n - most - 1 :])[::-1]
    below = float(ordered_sum(split[: n - most - 1]))
    # rest[k]: what all names but the k largest come to, added from the small end (no cancellation).
    rest = np.cumsum(np.concatenate(([below], top[::-1])))[:0:-1]
    fits = _rooms(limit, most) * top <= float(limit) * rest
    k = int(np.argmax(fits))
    # By value, so that equal names never part.
    return values >= top[k - 1] if k else np.zeros(values.shape, dtype=np.bool_)


def _rooms(limit: Fraction, most: int) -> Floats:
    """``1 - k * limit`` for k = 0 .. ``most``, each rounded once."""
    p, q = limit.numerator, limit.denominator
    if q < _WHOLE_NUMBERS:
        rooms: Floats = (q - p * np.arange(most + 1, dtype=np.int64)) / q
        return rooms
    return np.array([float(1 - k * limit) for k in range(most + 1)])


def fill(values: Floats, floors: Floats, limits: Floats, total: float = 1.0) -> Filled:
    """Weights (n,) that sum to ``total``, each between its floor and its limit.

    ``values`` >= 0, one of them above zero; a name of value zero stays at its floor.  A limit may be
    infinite.  Floors come to at most
    ``total``, the limits of the names above zero to at least it (``feasibility`` decides that; where
    doubles miss it by their last digits, the names end at their bounds).  With the 2n points at once
    a name that meets its limit in passing may still end below it, as the floors of others need.
    """
    live = values > 0
    limits = np.minimum(limits, total)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        meets_limit = np.where(live, limits / values, np.inf)
        leaves_floor = np.where(live, floors / values, np.inf)
    points = np.concatenate((meets_limit[live], leaves_floor[live & (floors > 0)]))
    points = np.sort(points)

    def reached(scale: float) -> float:
        return float(ordered_sum(np.minimum(np.maximum(values * scale, floors), limits)))

    low, high = 0, points.size - 1
    while low < high:
        middle = (low + high) // 2
        if reached(float(points[middle])) >= total:
            high = middle
        else:
            low = middle + 1
    before = float(points[low - 1]) if low else 0.0
    at_limit: Bools = live & (meets_limit <= before)
    at_floor: Bools = ~at_limit & (leaves_floor >= points[low])
    free = ~(at_limit | at_floor)
    pool = float(ordered_sum(values[free]))
    bound = float(ordered_sum(np.where(at_limit, limits, np.where(at_floor, floors, 0.0))))
    scale = (total - bound) / pool if pool > 0 else float(points[low])
    inside = np.minimum(np.maximum(values * scale, floors), limits)
    weights = np.where(at_limit, limits, np.where(at_floor, floors, inside))
    return Filled(weights, scale, at_limit, at_floor)
