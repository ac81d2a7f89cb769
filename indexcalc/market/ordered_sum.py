"""The one sum that may reach a level: the same bits whatever the storage order."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Floats


def ordered_sum(values: Floats) -> Floats:
    """Sum over axis 0 by one running addition, row 0 first: the only sum that reaches a level.

    ``values`` has members in ascending order of their symbol's bytes on axis 0.  ``np.cumsum`` adds
    in sequence whatever the memory layout; ``np.sum`` may add in pairs and give other last bits.
    """
    if values.shape[0] == 0:
        return np.zeros(values.shape[1:])
    total: Floats = np.cumsum(values, axis=0)[-1]
    return total


def ordered_sums(values: Floats) -> Floats:
    """The ``ordered_sum`` of each row of ``values`` (m, n), whose members lie on axis 1: (m,).

    ``values`` is used up: it is summed in place.
    """
    if values.shape[1] == 0:
        return np.zeros(values.shape[0])
    np.cumsum(values, axis=1, out=values)
    return values[:, -1].copy()
