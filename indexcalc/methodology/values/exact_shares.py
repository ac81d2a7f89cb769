"""How far limits reach, on exact shares: the one judgement of rules without data and of weights."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

_FEW_DECIMALS = 4


def percent(share: Fraction, *, up: bool | None = None) -> str:
    """``0.5 %``; beyond four decimals rounded to nearest, or as ``up`` says."""
    scaled = share * 100 * 10**_FEW_DECIMALS
    whole = int(-(-scaled // 1) if up else scaled // 1 if up is False else round(scaled))
    sign, parts = "-" if whole < 0 else "", divmod(abs(whole), 10**_FEW_DECIMALS)
    return f"{sign}{parts[0]}.{parts[1]:0{_FEW_DECIMALS}d}".rstrip("0").rstrip(".") + " %"


def steps_held(steps: int, names: int) -> list[int]:
    """How many of ``names`` each step of a ladder holds: one each, the last all that are left."""
    return [1 if step < names else 0 for step in range(steps - 1)] + [max(0, names - steps + 1)]


def reach(limits: Sequence[Fraction], counts: Sequence[int]) -> Fraction:
    """The most that names can have together when ``counts[i]`` of them have ``limits[i]``."""
    pairs = zip(limits, counts, strict=True)
    return sum((limit * int(count) for limit, count in pairs), Fraction(0))


def smallest_last(limits: Sequence[Fraction], counts: Sequence[int]) -> Fraction | None:
    """The smallest last step of a ladder that lets its limits come to one; None where none does.

    A last step above the step before it would be no ladder.
    """
    above = reach(limits[:-1], counts[:-1])
    if not counts[-1] or above >= 1:
        return None
    needed = (1 - above) / int(counts[-1])
    return needed if len(limits) == 1 or needed <= limits[-2] else None


def fewest(steps: Sequence[tuple[Fraction, Fraction]], rest: Fraction) -> int:
    """The fewest names that can meet conditional limits: each step is (limit, most together).

    5/10/40 is ``fewest([(1/10, 2/5)], 1/20)`` = 16: four at 10 %, twelve at 5 %.
    """
    left, names = Fraction(1), 0
    for limit, together in steps:
        n = int(together / limit)
        names += n
        left -= n * limit
    return names + int(-(-left // rest))
