"""What must hold after every path to capped weights, and the limits a rule says at the end.

A complaint of ``verify_filled`` is a defect of the program, not of the rule: it says what the path
broke and by how much.  The checks of a rule are judged apart from the path that led there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.weighting.caps.nested import BOUND, Level, Nested
from indexcalc.weighting.caps.units import sums

TOLERANCE = 1e-12


def verify_filled(
    before: Floats,
    outcome: Nested,
    levels: Sequence[Level],
    floors: Floats | None = None,
) -> list[str]:
    """Complaints about weights (n,) made from ``before`` (n,): the sum, limits, floors, bounds, ratios."""
    weights = outcome.weights
    complaints = verify_sum(weights)
    bounds = np.zeros(weights.shape, dtype=np.bool_)
    for depth, level in enumerate(levels):
        above = sums(weights, level.codes) - level.limits
        over = float(above.max(initial=0.0))
        if over > TOLERANCE:
            complaints.append(f"a limit of level {depth} is broken by {over:.3g}")
        apart = np.abs(above)
        off = float(apart[outcome.held[depth]].max(initial=0.0))
        if off > TOLERANCE:
            complaints.append(f"a unit held by level {depth} is {off:.3g} off its limit")
        bounds |= (apart <= TOLERANCE)[level.codes]
    at_bound = outcome.pool == BOUND
    live = before > 0
    if floors is not None:
        under = float(np.max((floors - weights)[live], initial=0.0))
        if under > TOLERANCE:
            complaints.append(f"a floor is broken by {under:.3g}")
        bounds |= np.abs(weights - floors) <= TOLERANCE
    if (at_bound & live & ~bounds).any():
        complaints.append("a name stands at no limit and keeps no ratio")
    moving = ~at_bound & live
    parted = spread(before[moving], weights[moving], outcome.pool[moving])
    if parted > TOLERANCE:
        complaints.append(f"names that nothing holds part by {parted:.3g}")
    return complaints


def verify_sum(weights: Floats) -> list[str]:
    """A complaint where weights do not sum to one."""
    off = abs(math.fsum(weights.tolist()) - 1.0)
    return [f"the weights sum to one only within {off:.3g}"] if off > TOLERANCE else []


def spread(
    before: Floats, weights: Floats, pool: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> float:
    """The largest relative difference of ``weights / before`` within a pool."""
    if before.size == 0:
        return 0.0
    ratio = weights / before
    lowest = np.full(int(pool.max()) + 1, np.inf)
    highest = np.zeros(lowest.size)
    np.minimum.at(lowest, pool, ratio)
    np.maximum.at(highest, pool, ratio)
    some = highest > 0
    return float(np.max(highest[some] / lowest[some] - 1.0, initial=0.0))


def over_limit(units: Floats, limit: Fraction) -> float:
    """By how much the heaviest unit (m,) is above a limit; zero within 1e-12."""
    over = float(np.max(units, initial=0.0)) - float(limit)
    return over if over > TOLERANCE else 0.0


def over_together(
    units: Floats, members: np.ndarray[tuple[int], np.dtype[np.bool_]], limit: Fraction
) -> float:
    """By how much a set of units is above what it may weigh together; zero within 1e-12."""
    over = math.fsum(units[members].tolist()) - float(limit)
    return over if over > TOLERANCE else 0.0
