"""Whether limits and floors can be met at all, decided on exact shares: ``500 * 1/500`` is one.

Used where weights are capped; what needs no data is in ``methodology.values.exact_shares``, by which
rules are checked as well.  Only names with a value above zero count: the others can take no weight.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.diagnostics import quantity
from indexcalc.methodology.values.exact_shares import percent, reach, smallest_last
from indexcalc.weighting.caps.units import homes

_LARGE = 2**62


class Limits(Struct, frozen=True):
    """Exact limits of units: ``shares[index[i]]`` is that of unit i; ``index`` (m,)."""

    shares: tuple[Fraction, ...]
    index: Ints

    @staticmethod
    def common(share: Fraction, n: int) -> Limits:
        """One limit for all of n units."""
        return Limits((share,), np.zeros(n, dtype=np.int64))

    @property
    def floats(self) -> Floats:
        """The limits as doubles (m,), each rounded once."""
        return np.array([float(share) for share in self.shares])[self.index]

    def total(self, which: Bools) -> Fraction:
        """The sum of the limits of some units, exact."""
        counts = np.bincount(self.index[which], minlength=len(self.shares))
        return reach(self.shares, counts.tolist())


class UnmetBound(Struct, frozen=True):
    """Why bounds cannot be met: what was found, and the smallest limit (largest floor) that can.

    ``level``: the position of the level (finest first) that must give way; -1: the floors.
    ``enough`` is None where no limit of that level would do.
    """

    level: int
    message: str
    enough: Fraction | None


def judge(
    levels: Sequence[tuple[str, Ints, Limits]], live: Bools, floor: Fraction | None = None
) -> UnmetBound | None:
    """The first reason why limits (finest level first) and a floor a line cannot be met, or None.

    ``levels``: for each the word for its units (``security``, ``sector``), codes (n,) of the lines
    and exact limits (m,).  ``live`` (n,): lines with a value above zero; the others stay at zero.
    """
    if floor is not None and (wrong := _floors(levels, live, floor)):
        return wrong
    whole = math.lcm(*(share.denominator for _, _, limits in levels for share in limits.shares))
    kind = np.int64 if whole * live.size < _LARGE else np.object_
    inside: npt.NDArray[Any] | None = None
    before: Ints | None = None
    for depth, (word, codes, limits) in enumerate(levels):
        # In whole parts of one over the common denominator, so that sums are exact.
        parts = np.array([int(share * whole) for share in limits.shares], dtype=kind)
        occupied = np.bincount(codes[live], minlength=limits.index.size) > 0
        capacity = np.where(occupied, parts[limits.index], 0)
        below: npt.NDArray[Any] | None = None
        if inside is not None and before is not None:
            below = np.zeros(occupied.size, dtype=kind)
            np.add.at(below, homes(before, codes), inside)
            capacity = np.minimum(capacity, below)
        total = Fraction(int(sum(capacity.tolist())), whole)
        if total < 1:
            floors = None if below is None else [Fraction(int(x), whole) for x in below[occupied]]
            return _too_small(depth, word, limits, occupied, floors, total)
        inside, before = capacity, codes
    return None


def _too_small(
    depth: int,
    word: str,
    limits: Limits,
    occupied: Bools,
    inside: list[Fraction] | None,
    total: Fraction,
) -> UnmetBound:
    n = int(np.count_nonzero(occupied))
    enough: Fraction | None
    if len(limits.shares) == 1:
        sum_of = f"{percent(limits.shares[0])} x {n} {_many(word, n)}"
        if lower := sum(most < limits.shares[0] for most in inside or ()):
            sum_of += f", {lower} of them held lower by the limits inside them,"
        enough = smallest_common(inside, n)
    else:
        sum_of = f"the limits of {n} {_many(word, n)}"
        counts = np.bincount(limits.index[occupied], minlength=len(limits.shares)).tolist()
        enough = smallest_last(limits.shares, counts) if inside is None else None
    what = "smallest feasible limit" if len(limits.shares) == 1 else "smallest feasible last step"
    least = f"{what} is {percent(enough, up=True)}" if enough is not None else "there are too few"
    message = f"{sum_of} = {percent(total, up=False)} < 100 %; {least}"
    return UnmetBound(depth, message, enough)


def smallest_common(inside: Sequence[Fraction] | None, n: int) -> Fraction:
    """The smallest common limit L of n units with ``sum min(L, inside_u) >= 1``: 1/n if all can take it."""
    if inside is None:
        return Fraction(1, n)
    left, open_units = Fraction(1), n
    for most in sorted(inside):
        if most * open_units >= left:
            return left / open_units
        left, open_units = left - most, open_units - 1
    raise ValueError("the units cannot hold the whole whatever their limit")


def _floors(
    levels: Sequence[tuple[str, Ints, Limits]], live: Bools, floor: Fraction
) -> UnmetBound | None:
    n_live = int(np.count_nonzero(live))
    if floor * n_live > 1:
        most = Fraction(1, n_live)
        return UnmetBound(
            -1,
            f"{percent(floor)} x {quantity(n_live, 'constituent')} = {percent(floor * n_live)} > 100 %; "
            f"largest feasible floor is {percent(most, up=False)}",
            most,
        )
    for word, codes, limits in levels:
        lines = np.bincount(codes[live], minlength=limits.index.size)
        for unit in np.flatnonzero(lines):
            limit = limits.shares[limits.index[unit]]
            if floor * int(lines[unit]) > limit:
                several = f"{percent(floor)} x {lines[unit]} lines of one {word}"
                return UnmetBound(
                    -1,
                    f"the floor {several if lines[unit] > 1 else percent(floor)} is above the limit "
                    f"{percent(limit)} of a {word}",
                    limit / int(lines[unit]),
                )
    return None


def _many(word: str, n: int) -> str:
    if word == "security":
        return "constituents" if n != 1 else "constituent"
    if n == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
