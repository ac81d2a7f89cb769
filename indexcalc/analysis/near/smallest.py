"""The smallest of many changes that flips something, found by halving."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

MOST = 0.5
"""A change of more than a half is not near."""
PRECISION = 1.0 / 200.0
"""A change is found to this share of itself, so that one smaller by as much does not flip."""
_LEAST = 1e-6

Flips = Callable[[float], bool]


class Smallest(Struct, frozen=True):
    """``enough`` flips, ``short`` (0: no change) does not; both relative and with their sign."""

    enough: float
    short: float


def smallest(flips: Flips, most: float = MOST, guess: float | None = None) -> Smallest | None:
    """The smallest change from 0 up to ``most`` that flips, by halving between one that does and one that
    does not; None: ``most`` does not.  ``guess``: where it may lie, asked around first.

    Where what flips at a change flips back at a larger one, another smaller one may exist.
    """
    low, high = 0.0, None
    if guess is not None and 0.0 < guess < most:
        above = min(guess * (1.0 + PRECISION / 2.0), most)
        if flips(above):
            high, below = above, above / (1.0 + PRECISION)
            if flips(below):
                high = below
            else:
                low = below
        else:
            low = above
    if high is None:
        if not flips(most):
            return None
        high = most
    while high - low > max(PRECISION * high, _LEAST):
        middle = (low + high) / 2.0
        if flips(middle):
            high = middle
        else:
            low = middle
    return Smallest(high, low)


def nearer(
    flips: Flips, first: float, most: tuple[float, float], guess: float | None = None
) -> Smallest | None:
    """The smallest change up or down that flips.

    ``first``: the sign that is tried first; ``most``: how far up and down; ``guess``: its size, in the
    first direction.
    """
    best: Smallest | None = None
    for sign in (first, -first):
        bound = most[0] if sign > 0 else most[1]
        if best is not None:
            bound = min(bound, abs(best.short))
        if bound <= _LEAST:
            continue
        found = smallest(
            lambda size, sign=sign: flips(sign * size),  # type: ignore[misc]
            bound,
            guess if sign == first else None,
        )
        if found is not None:
            best = Smallest(sign * found.enough, sign * found.short)
    return best
