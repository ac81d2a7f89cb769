"""Limits by rank: ``ladder: [8%, 8%, 7%, 6.5%]``, the last step for all the rest."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from indexcalc.weighting.caps.feasibility import Limits
from indexcalc.weighting.caps.units import Floats


def ladder_limits(weights: Floats, steps: Sequence[Fraction]) -> Limits:
    """The limit of each unit by the rank of its weight (m,), largest first, ties by the order given.

    Ranks are fixed before anything is handed out; as the steps descend, no two names change places.
    """
    order = np.argsort(-weights, kind="stable")
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(order.size)
    return Limits(tuple(steps), np.minimum(rank, len(steps) - 1))
