"""Capping a second way: slow, obvious, in exact fractions or by minimising what is to be minimised.

Nothing here is shared with the package: rounds of redistribution, trees walked by recursion, an
interior-point minimiser of relative entropy, and the mistakes that other projects were found with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from indexcalc.arrays import Floats


def in_rounds(values: Sequence[Fraction], limits: Sequence[Fraction]) -> list[Fraction]:
    """Cap, hand the excess to the others in proportion, repeat; capped names stay capped. Exact."""
    capped: set[int] = set()
    while True:
        pool = sum((v for i, v in enumerate(values) if i not in capped), Fraction(0))
        room = 1 - sum((limits[i] for i in capped), Fraction(0))
        weights = [
            limits[i] if i in capped else (v / pool * room if pool else Fraction(0))
            for i, v in enumerate(values)
        ]
        over = {i for i, w in enumerate(weights) if i not in capped and w > limits[i]}
        if not over:
            return weights
        capped |= over


def between(
    values: Sequence[Fraction], floors: Sequence[Fraction], limits: Sequence[Fraction]
) -> list[Fraction]:
    """Floors and limits: every stretch between two points is tried until one holds. Exact."""
    points = sorted(
        {limit / v for limit, v in zip(limits, values, strict=True)}
        | {floor / v for floor, v in zip(floors, values, strict=True)}
        | {Fraction(0)}
    )
    for low, high in zip(points, [*points[1:], points[-1] + 1], strict=True):
        middle = (low + high) / 2
        free = [i for i, v in enumerate(values) if floors[i] < middle * v < limits[i]]
        rest = sum(
            (limits[i] if middle * v >= limits[i] else floors[i])
            for i, v in enumerate(values)
            if i not in free
        )
        pool = sum((values[i] for i in free), Fraction(0))
        if pool == 0:
            if rest == 1:
                return [min(max(middle * v, floors[i]), limits[i]) for i, v in enumerate(values)]
            continue
        scale = (1 - rest) / pool
        if low <= scale <= high:
            return [min(max(scale * v, floors[i]), limits[i]) for i, v in enumerate(values)]
    raise AssertionError("no stretch holds")


class Tree:
    """A group with a limit: of leaves (value, limit) or of groups."""

    def __init__(
        self, limit: Fraction, inside: Sequence[Tree | tuple[int, float, Fraction]]
    ) -> None:
        self.limit = limit
        self.inside = list(inside)
        self._own: float | None = None

    @property
    def capacity(self) -> Fraction:
        """What it can hold at most, exact."""
        parts = [one.capacity if isinstance(one, Tree) else one[2] for one in self.inside]
        return min(self.limit, sum(parts, Fraction(0)))

    def natural(self, scale: float) -> dict[int, float]:
        """Weights of its leaves at a lambda, itself and all within it held to their limits."""
        made = self._inside_at(scale)
        if sum(made.values()) <= float(self.limit):
            return made
        # Too heavy: its own lambda is the one at which its members come to its limit.
        if self._own is None:
            self._own = bisected(self._inside_at, float(self.limit))
        return self._inside_at(self._own)

    def _inside_at(self, scale: float) -> dict[int, float]:
        made: dict[int, float] = {}
        for one in self.inside:
            if isinstance(one, Tree):
                made |= one.natural(scale)
            else:
                leaf, value, limit = one
                made[leaf] = min(float(limit), scale * value)
        return made


def bisected(weights_at: Callable[[float], dict[int, float]], total: float) -> float:
    """The largest lambda, to the last digit, at which weights come to no more than ``total``."""
    low, high = 0.0, 1.0
    while sum(weights_at(high).values()) < total and high < 1e40:
        high *= 2
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return low
        if sum(weights_at(middle).values()) > total:
            high = middle
        else:
            low = middle


def nested(tree: Tree) -> list[float]:
    """Weights of the leaves of a whole (limit one), by bisection all the way down."""
    made = tree.natural(bisected(tree.natural, 1.0))
    return [made[leaf] for leaf in sorted(made)]


def least_entropy(
    values: Floats, sides: Floats, bounds: Floats, start: Floats, sharpness: float = 1e10
) -> Floats:
    """Minimise ``sum w ln(w / v)`` over ``sum w = 1``, ``sides @ w <= bounds`` by Newton steps.

    ``values`` (n,) sum to one; ``start`` (n,) is strictly inside.  A barrier is made ten times as
    sharp at a time; the result is within ``len(bounds) / sharpness`` of the least value.
    """
    weights, n, t = start.copy(), values.size, 10.0
    while t <= sharpness:
        for _ in range(60):
            slack = bounds - sides @ weights
            slope = t * (np.log(weights / values) + 1) + sides.T @ (1 / slack) - 0.0
            bend = np.diag(t / weights) + sides.T @ np.diag(1 / slack**2) @ sides
            kkt = np.block([[bend, np.ones((n, 1))], [np.ones((1, n)), np.zeros((1, 1))]])
            step = np.linalg.solve(kkt, np.concatenate((-slope, [1 - weights.sum()])))[:n]
            size = 1.0
            while (weights + size * step <= 0).any() or (
                sides @ (weights + size * step) >= bounds
            ).any():
                size /= 2
            weights = weights + size * step
            if float(np.abs(step).max()) < 1e-13:
                break
        t *= 10
    return weights


def rejoining(values: Floats, limit: float, rounds: int = 10) -> Floats:
    """WRONG, as found in two projects: names at the cap take a share of the excess again."""
    weights = values / values.sum()
    for _ in range(rounds):
        over = weights > limit
        if not over.any():
            break
        excess = float((weights[over] - limit).sum())
        weights = np.where(over, limit, weights)
        free = weights <= limit  # those just capped are among them
        weights = weights + np.where(free, excess * weights / weights[free].sum(), 0.0)
    return weights


def lines_alone(values: Floats, issuers: npt.NDArray[np.int64], limit: float) -> Floats:
    """WRONG, as found in one project: a limit on issuers is taken and held line by line only."""
    del issuers
    exact = in_rounds([Fraction(v) for v in values], [Fraction(limit)] * values.size)
    return np.array([float(w) for w in exact])


def in_turns(values: Floats, groups: npt.NDArray[np.int64], line: float, group: float) -> Floats:
    """WRONG for nested limits: lines and groups scaled in turns; ends feasible and elsewhere."""
    weights = values / values.sum()
    for _ in range(2000):
        weights = _scaled(weights, np.arange(values.size), line)
        weights = _scaled(weights, groups, group)
    return weights


def _scaled(weights: Floats, groups: npt.NDArray[np.int64], limit: float) -> Floats:
    whole = np.bincount(groups, weights=weights)
    over = whole > limit
    room = 1 - limit * int(over.sum())
    new = np.where(over, limit, whole * room / whole[~over].sum())
    return weights * (new / whole)[groups]
