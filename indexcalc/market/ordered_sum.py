"""The one sum that may reach a level: the same bits whatever the storage order."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Floats


def ordered_sum(values: Floats) -> Floats:
    """Sum over axis 0 by one running addition, row 0 first: the only sum that reaches a level.

    ``values`` has members in ascending order of their symbol's bytes on axis 0.  NumPy adds whole rows one
    after the other where they lie in order; along the memory it would add in pairs, which gives other last
    bits, so single numbers are added by ``np.cumsum``.
    """
    if values.shape[0] == 0:
        return np.zeros(values.shape[1:])
    if values[0].size < 2:
        total: Floats = np.cumsum(values, axis=0)[-1]
    else:
        total = np.add.reduce(np.ascontiguousarray(values), axis=0)
    return total
