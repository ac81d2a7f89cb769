"""A set brought to what it may weigh, its names between ``least`` and ``each``, and the others beneath.

1. The set is scaled to ``together``, the others to the rest.
2. Names of the set above ``each`` go to it; those of the set below it take what is released.
3. Names of the set below ``least`` go to it; the others of the set give in proportion.
4. Nobody outside stays above the limit there; the others outside take what is released.

What is released is shared in proportion or in equal parts (``excess``), again and again until nobody is
above a limit (KRX Semiconductor Top 15, 5.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexcalc.arrays import Bools, Floats
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.weighting.caps.bounded import fill
from indexcalc.weighting.caps.sets import SetRule
from indexcalc.weighting.caps.units import DECIMALS


@dataclass(frozen=True, slots=True)
class SharedOut:
    """What units (m,) weigh then; ``reason``: why it cannot be ('' where it can).

    ``limits``: the bound each was tested by; ``held``: those a bound moved; ``free``: those outside that
    keep their ratio.
    """

    weights: Floats
    limits: Floats
    held: Bools
    free: Bools
    reason: str = ""


def share_out(weights: Floats, members: Bools, rule: SetRule, ceiling: Floats) -> SharedOut:
    """Bring ``members`` (m,) of ``weights`` (m,), which sum to one, to ``rule.together`` together.

    ``ceiling`` (m,): what earlier caps allow each unit at most.
    """
    live = weights > 0
    inside, outside = members & live, ~members & live
    together = float(rule.together)
    limits, made = ceiling.copy(), np.zeros(weights.shape)
    if rule.each is not None:
        limits[inside] = np.minimum(ceiling[inside], float(rule.each))
    nobody = np.zeros(weights.shape, dtype=np.bool_)
    if not _room(limits[inside], together):
        return SharedOut(weights, limits, nobody, nobody, "the limits inside the set come to less")
    whole = float(ordered_sum(weights[inside]))
    made[inside], held_inside = _spread(
        weights[inside] * (together / whole), limits[inside], rule.equal_excess
    )
    held = nobody.copy()
    held[inside] = held_inside
    if rule.least is not None:
        low = inside & (np.round(made, DECIMALS) < float(rule.least))
        floors = np.full(int(inside.sum()), float(rule.least))
        made[inside] = fill(made[inside], floors, limits[inside], together).weights
        limits[low], held = float(rule.least), held | low
    limits[outside] = np.minimum(ceiling[outside], _most_outside(made[inside], rule))
    if not _room(limits[outside], 1.0 - together):
        return SharedOut(weights, limits, nobody, nobody, "the others find no room for the rest")
    rest = float(ordered_sum(weights[outside]))
    aims = weights[outside] * ((1.0 - together) / rest)
    made[outside], held[outside] = _spread(aims, limits[outside], rule.equal_excess)
    free = outside & ~held
    if rule.equal_excess and held[outside].any():
        free = nobody
    return SharedOut(made, limits, held, free)


def _room(limits: Floats, total: float) -> bool:
    return float(np.round(ordered_sum(limits), DECIMALS)) >= float(np.round(total, DECIMALS))


def _most_outside(inside: Floats, rule: SetRule) -> float:
    """What a unit outside the set may weigh: never more than lets it into the set."""
    smallest = float(inside.min())
    most = smallest if rule.above is None else float(rule.above)
    if rule.others is not None:
        most = float(rule.others)
        if rule.not_above_smallest:
            most = min(most, smallest)
    return most


def _spread(values: Floats, limits: Floats, equal: bool) -> tuple[Floats, Bools]:
    """``values`` (n,) with the same sum and none above its limit, and who stands at one.

    The limits come to at least the sum of the values.
    """
    held: Bools = np.round(values, DECIMALS) > limits
    if not held.any():
        return values, held
    total = float(ordered_sum(values))
    if not equal:
        filled = fill(values, np.zeros(values.size), limits, total)
        return filled.weights, filled.at_limit
    while not held.all():
        released = total - float(ordered_sum(np.where(held, limits, values)))
        raised = values + released / int(np.count_nonzero(~held))
        more = ~held & (np.round(raised, DECIMALS) > limits)
        if not more.any():
            return np.where(held, limits, raised), held
        held = held | more
    return limits.copy(), held
