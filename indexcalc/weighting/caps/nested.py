"""Limits within limits: lines in issuers in sectors, one lambda a group, all exact.

The answer is ``w_i = clip(min(lambda, lambda_g) * v_i, floor_i, limit_i)`` with one lambda for the
index and one lambda_g for each group that stands at its limit (methodology-features 8.2).  A group's
lambda_g depends on the group alone: it is where its members come to its limit.  So each level only
lowers the limits of the lines in it, and what remains is one problem with different limits.
Scaling lines and groups in turns ends elsewhere and is not it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.weighting.caps.bounded import fill

FREE = 0
"""The pool of lines that nothing holds."""
BOUND = -1
"""The pool of lines at a bound of their own."""


class Level(Struct, frozen=True):
    """One grouping (n,) and the limit of each of its units (m,); infinite: none."""

    codes: Ints
    limits: Floats


class Nested(Struct, frozen=True):
    """Weights (n,) that sum to one and what holds them.

    ``pool``: lines of one pool keep their ratio: FREE, one pool for each unit at its limit that has
    several lines, BOUND for a line at a bound of its own.  ``held[k]`` (m_k,): the units of level k
    that stand at their limit.  ``scale``: the lambda of the free lines.
    """

    weights: Floats
    scale: float
    pool: Ints
    held: tuple[Bools, ...]


def fill_levels(values: Floats, levels: Sequence[Level], floors: Floats | None = None) -> Nested:
    """Weights (n,) in proportion to ``values`` (n,) within the limits of ``levels``, finest first.

    Every level lies in the next.  What the limits allow together comes to at least one, the floors
    to at most one (and in each unit to at most its limit): ``feasibility`` decides that.
    """
    n = values.size
    lowest = np.zeros(n) if floors is None else floors
    highest = np.full(n, np.inf)
    pool: Ints = np.zeros(n, dtype=np.int64)
    owner: list[tuple[int, int]] = [(-1, -1)]
    for depth, level in enumerate(levels):
        # A line that is its unit alone has the unit's limit; only the others need a lambda_g.
        count = np.bincount(level.codes)
        lower = (count == 1)[level.codes] & (level.limits[level.codes] < highest)
        highest = np.where(lower, level.limits[level.codes], highest)
        pool = np.where(lower, BOUND, pool)
        for unit, lines in _shared(level.codes, count):
            limit = float(level.limits[unit])
            most = ordered_sum(np.where(values[lines] > 0, highest[lines], lowest[lines]))
            if not limit < float(most):
                continue
            inside = fill(values[lines], lowest[lines], highest[lines], limit)
            owner.append((depth, unit))
            # Who is free within the unit moves with it; who is at a bound already stays there.
            moves = ~(inside.at_limit | inside.at_floor)
            highest[lines] = inside.weights
            pool[lines] = np.where(
                moves, len(owner) - 1, np.where(inside.at_floor, BOUND, pool[lines])
            )
    outer = fill(values, lowest, highest)
    weights, at_limit = outer.weights, outer.at_limit
    pool = np.where(at_limit, pool, np.where(outer.at_floor, BOUND, FREE))
    return Nested(weights, outer.scale, pool, _held(weights, levels, pool, owner))


def _shared(codes: Ints, count: Ints) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
    """Each unit of several lines with the positions of its lines, ascending."""
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(count)
    for unit in np.flatnonzero(count > 1):
        yield int(unit), order[ends[unit] - count[unit] : ends[unit]]


def _held(
    weights: Floats, levels: Sequence[Level], pool: Ints, owner: Sequence[tuple[int, int]]
) -> tuple[Bools, ...]:
    """Which units stand at their limit: those with a lambda of their own, and lone lines."""
    in_use = set(np.unique(pool[pool > FREE]).tolist())
    levels_held = []
    for depth, level in enumerate(levels):
        at_limit = np.zeros(level.limits.size, dtype=np.bool_)
        alone = (np.bincount(level.codes) == 1)[level.codes] & (pool == BOUND)
        at_limit[level.codes[alone & (weights == level.limits[level.codes])]] = True
        for number, (at, unit) in enumerate(owner):
            if at == depth and number in in_use:
                at_limit[unit] = True
        levels_held.append(at_limit)
    return tuple(levels_held)
