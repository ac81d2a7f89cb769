"""One stage of limits: single, by issuer, by any label, ladders, all that are nested at once.

Limits that cannot be met are reported with the smallest that can, or, where the rule excuses it, met as far
as it can: ``equal`` gives the units of the cap equal weights, ``relax`` raises its limits to the
smallest that can be met (the last step of a ladder).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.arrays import Floats, Ints
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.bounded import fill_common
from indexcalc.weighting.caps.feasibility import Limits, UnmetBound, judge
from indexcalc.weighting.caps.nested import BOUND, FREE, Level, Nested, fill_levels


class Bounds(Struct, frozen=True, eq=False):
    """The limits a cap asks of the units of one grouping.

    ``path``: the cap's in the rule; ``key``: the key of the cap that says them.
    """

    path: str
    per: str
    codes: Ints
    limits: Limits
    key: str = "limit"

    @property
    def level(self) -> Level:
        """The same as doubles."""
        return Level(self.codes, self.limits.floats)


class MetLimits(Struct, frozen=True):
    """Weights within limits and how they came about.

    ``bounds``: the limits as met, finest first (raised ones where relaxed); ``excused``: what could
    not be met.  ``equal``: the weights are equal weights, no limit holds.  ``floors`` (n,), of the
    ``floor`` as met (lowered where relaxed).
    """

    filled: Nested
    bounds: tuple[Bounds, ...]
    excused: tuple[tuple[Bounds | None, UnmetBound], ...] = ()
    equal: bool = False
    floors: Floats | None = None
    floor: Fraction | None = None


class Infeasible(Exception):
    """Limits that cannot be met and are not excused; ``bounds`` is the cap's, None: the floor."""

    def __init__(self, bounds: Bounds | None, wrong: UnmetBound) -> None:
        self.bounds = bounds
        self.wrong = wrong
        super().__init__(wrong.message)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.bounds, self.wrong), self.__dict__


def nested_bounds(earlier: Sequence[Bounds], now: Sequence[Bounds]) -> list[Bounds]:
    """All limits finest first; earlier ones whose grouping crosses another are left to the verifier.

    ``now`` must be nested in each other.
    """
    nested = list(now)
    for bounds in reversed(earlier):
        if units.chain([bound.codes for bound in (*nested, bounds)]) is not None:
            nested.append(bounds)
    order = units.chain([bound.codes for bound in nested]) or []
    return [nested[position] for position in order]


def limit_weights(
    values: Floats,
    bounds: Sequence[Bounds],
    floor: Fraction | None = None,
    on_infeasible: str = "error",
) -> MetLimits:
    """Weights (n,) in proportion to ``values`` (n,) within nested limits (finest first) and a floor.

    Raises Infeasible where ``on_infeasible`` is ``error``.
    """
    live = values > 0
    bounds_met = list(bounds)
    excused: list[tuple[Bounds | None, UnmetBound]] = []
    while wrong := judge(
        [(bound.per, bound.codes, bound.limits) for bound in bounds_met], live, floor
    ):
        culprit = bounds_met[wrong.level] if wrong.level >= 0 else None
        if on_infeasible == "error":
            raise Infeasible(culprit, wrong)
        excused.append((culprit, wrong))
        if on_infeasible == "relax" and wrong.enough is not None:
            if culprit is None:
                floor = wrong.enough
                continue
            bounds_met[wrong.level] = replace(culprit, limits=_raised(culprit.limits, wrong.enough))
            continue
        codes = units.each_line(values.size) if culprit is None else culprit.codes
        return MetLimits(_equal(values, codes), tuple(bounds_met), tuple(excused), equal=True)
    floors = None if floor is None else np.where(live, float(floor), 0.0)
    filled = _filled(values, bounds_met, floors)
    return MetLimits(filled, tuple(bounds_met), tuple(excused), floors=floors, floor=floor)


def _raised(limits: Limits, enough: Fraction) -> Limits:
    return Limits((*limits.shares[:-1], enough), limits.index)


def _filled(values: Floats, bounds: Sequence[Bounds], floors: Floats | None) -> Nested:
    if len(bounds) == 1 and floors is None and len(bounds[0].limits.shares) == 1:
        return _common(values, bounds[0].codes, bounds[0].limits.shares[0])
    return fill_levels(values, [bound.level for bound in bounds], floors)


def _common(values: Floats, codes: Ints, limit: Fraction) -> Nested:
    """One common limit on one grouping: closed form on the units, lines in proportion."""
    alone = units.n_units(codes) == values.size
    whole = values if alone else units.sums(values, codes)
    # A grouping of lone lines may number them in another order than they stand.
    filled = fill_common(values if alone else whole, limit)
    if alone:
        pool: Ints = np.where(filled.at_limit, BOUND, FREE)
        capped = np.zeros(values.size, dtype=np.bool_)
        capped[codes] = filled.at_limit
        return Nested(filled.weights, filled.scale, pool, (capped,))
    at_limit = filled.at_limit[codes]
    part = np.where(values > 0, values / np.where(whole > 0, whole, 1.0)[codes], 0.0)
    free = 0.0 if np.isinf(filled.scale) else values * filled.scale
    weights = np.where(at_limit, float(limit) * part, free)
    return Nested(weights, filled.scale, np.where(at_limit, codes + 1, FREE), (filled.at_limit,))


def _equal(values: Floats, codes: Ints) -> Nested:
    """Equal weights for the units with a value, lines within a unit in proportion."""
    whole = units.sums(values, codes)
    each = 1.0 / int(np.count_nonzero(whole > 0))
    part = np.where(values > 0, values / np.where(whole > 0, whole, 1.0)[codes], 0.0)
    at_limit = (np.zeros(whole.size, dtype=np.bool_),)
    return Nested(each * part, np.inf, codes + 1, at_limit)


def ladder_limits(weights: Floats, steps: Sequence[Fraction]) -> Limits:
    """The limit of each unit by the rank of its weight (m,), largest first, ties by the order given.

    Ranks are fixed before anything is handed out; as the steps descend, no two names change places.
    """
    order = np.argsort(-weights, kind="stable")
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(order.size)
    return Limits(tuple(steps), np.minimum(rank, len(steps) - 1))
