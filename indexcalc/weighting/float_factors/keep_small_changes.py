"""The published float factor stays where the new one differs from it by fewer than some points.

What is compared is what the steps before made with the factor last published.  A change of exactly so
many points is taken by ``keep_if_change_below`` and is not by ``keep_if_change_at_most``.
"""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Bools, Floats
from indexcalc.methodology.values.values import Points
from indexcalc.weighting.float_factors.rounding import DECIMALS


def too_small(factor: Floats, published: Floats, points: Points, *, or_equal: bool) -> Bools:
    """Where (n,) ``factor`` differs too little from ``published``, both (n,); false where NaN."""
    change = np.round(np.abs(factor - published), DECIMALS)
    line = float(points.exact / 100)
    return change <= line if or_equal else change < line
