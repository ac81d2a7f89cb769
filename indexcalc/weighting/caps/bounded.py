"""Weights between bounds: ``w_i = clip(lambda * v_i, floor_i, limit_i)`` with the one lambda that sums.

This is what minimises the relative entropy ``sum w ln(w / v)`` under the bounds, and what every
"cap and hand the excess to the others in proportion" comes to when it is done to the end.  The total
never falls in lambda and is linear between the points where a name meets a bound, so the right
stretch is found among those points and lambda is one division.  Nothing is iterated to a tolerance.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.market.ordered_sum import ordered_sum

_WHOLE_NUMBERS = 2**52


class Filled(Struct, frozen=True):
    """Weights (n,) that sum to the total, the lambda of the free names, and who stands at a bound."""

    weights: Floats
    scale: float
    at_limit: Bools
    at_floor: Bools


class CommonLimits(Struct, frozen=True):
    """Common limits (n_limits,), each met alone, in the forms that arithmetic on all at once needs.

    ``share``: as doubles; ``most``: how many names can be above one; ``full``: how many fill the whole, the
    last of them perhaps in part.
    """

    exact: tuple[Fraction, ...]
    share: Floats
    most: Ints
    full: Ints
    _small: bool
    _above: Ints
    _below: Ints

    @classmethod
    def of(cls, limits: Iterable[Fraction]) -> CommonLimits:
        """The limits as given, exact."""
        exact = tuple(limits)
        most = [-(-limit.denominator // limit.numerator) - 1 for limit in exact]
        full = [limit.denominator // limit.numerator for limit in exact]
        small = all(limit.denominator < _WHOLE_NUMBERS for limit in exact)
        parts = [(item.numerator, item.denominator) if small else (0, 1) for item in exact]
        above, below = np.array(parts, dtype=np.int64).reshape(-1, 2).T
        return cls(
            exact=exact,
            share=np.array([float(limit) for limit in exact]),
            most=np.array([min(n, _WHOLE_NUMBERS) for n in most], dtype=np.int64),
            full=np.array([min(n, _WHOLE_NUMBERS) for n in full], dtype=np.int64),
            _small=small,
            _above=above,
            _below=below,
        )

    def met_by(self, live: int) -> Bools:
        """Which limits (n_limits,) leave ``live`` names room to spare: ``live * limit > 1``."""
        return live > self.full

    def take(self, rows: Ints) -> CommonLimits:
        """The limits at ``rows``."""
        return CommonLimits(
            exact=tuple(self.exact[row] for row in rows.tolist()),
            share=self.share[rows],
            most=self.most[rows],
            full=self.full[rows],
            _small=self._small,
            _above=self._above[rows],
            _below=self._below[rows],
        )

    def rooms(self, counts: Ints) -> Floats:
        """``1 - count * limit`` (n_limits,), rounded once, for counts that leave it above zero."""
        if self._small:
            rooms: Floats = (self._below - self._above * counts) / self._below
            return rooms
        pairs = zip(self.exact, counts.tolist(), strict=True)
        return np.array([float(1 - count * limit) for limit, count in pairs])


class CommonFill(Struct, frozen=True):
    """Common limits (n_limits,) met by the same values.

    ``count`` names, those of ``least`` and more, stand at the limit, the others in proportion, ``scale``
    times their value.  ``whole``: what the weights sum to, added another way than ``scale`` was.
    """

    count: Ints
    least: Floats
    scale: Floats
    whole: Floats


def common_fills(values: Floats, limits: CommonLimits) -> CommonFill:
    """Each limit met alone by ``values`` (n,), all from one sort.

    Every limit leaves room to spare (``met_by``).  With ``rest[k]`` what all but the k largest come to, the
    name k is above a limit with k before it at the limit where ``(1 - k * limit) * value[k] > limit *
    rest[k]``; once a name is not, none after it is, so the count is found by halving.  What the names below
    the limit come to is added in their own order, once a count.
    """
    top = np.sort(values)[::-1]
    # From the small end, so that nothing is taken from a sum.
    rest = np.append(np.cumsum(top[::-1])[::-1], 0.0)
    live = int(np.count_nonzero(values > 0))
    low = np.zeros(limits.share.size, dtype=np.int64)
    high = np.minimum(limits.most, live - 1)
    for _ in range(int(high.max(initial=0)).bit_length()):
        middle = (low + high) // 2
        fits = limits.rooms(middle) * top[middle] <= limits.share * rest[middle]
        low = np.where(fits, low, np.minimum(middle + 1, high))
        high = np.where(fits, middle, high)
    # By value, so that equal names never part.
    least = np.where(low > 0, top[np.maximum(low, 1) - 1], np.inf)
    count = np.where(low > 0, np.searchsorted(-top, -least, side="right"), 0)
    below = {edge: float(ordered_sum(values[values < edge])) for edge in set(least.tolist())}
    others = np.array([below[edge] for edge in least.tolist()])
    room = limits.rooms(count)
    scale = room / others
    return CommonFill(count, least, scale, count * limits.share + rest[count] * scale)


def fill_common(values: Floats, limit: Fraction) -> Filled:
    """Weights (n,) that sum to one, none above one common ``limit``, in proportion to ``values``.

    ``values`` >= 0 on any scale; those above zero times ``limit`` come to at least one (decided on
    the exact share by ``feasibility``).  Names at the limit stay there.
    """
    live = int(np.count_nonzero(values > 0))
    if live * limit == 1:
        at_limit: Bools = values > 0
        return Filled(np.where(at_limit, float(limit), 0.0), np.inf, at_limit, ~at_limit & False)
    met = common_fills(values, CommonLimits.of([limit]))
    at_limit, scale = values >= met.least[0], float(met.scale[0])
    weights = np.where(at_limit, float(limit), np.minimum(float(limit), values * scale))
    return Filled(weights, scale, at_limit, np.zeros(values.shape, dtype=np.bool_))


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
