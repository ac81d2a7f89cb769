"""Who is in an index over some sessions, with what factors."""

from __future__ import annotations

from dataclasses import dataclass

from indexcalc.arrays import Bools, Codes, Floats


@dataclass(frozen=True, slots=True)
class Held:
    """Who is in the index in one block, with what factors.

    ``codes`` (n,) ascending: the lines of the block of prices, held at some time or not.
    ``held`` and ``factor`` (n, n_sessions); ``factor``: float x capping x inclusion (price-weighted:
    price factor x capping x inclusion), 1 where the scheme uses none.  ``resets``: columns at which
    weights are set anew.
    ``weights``: for value-neutral schemes, the opening weights (n,) of each reset; in the columns of
    ``given``, index shares.
    """

    codes: Codes
    held: Bools
    factor: Floats
    resets: tuple[int, ...] = ()
    weights: tuple[Floats, ...] = ()
    given: frozenset[int] = frozenset()
