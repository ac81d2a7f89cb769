"""Float factors rounded up to 1 %, to the nearest 5 %, down; or banded.

A factor within 1e-9 of a step of the rounding is on it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.methodology.model.float_rules import Band, RoundTo

_ON_A_STEP = 1e-9
DECIMALS = 12
"""Factors and stakes are compared after rounding to so many decimals."""


def rounded(factor: Floats, to: RoundTo) -> Floats:
    """Factors on the steps of a rounding, at most 1; each the double nearest to its exact step."""
    steps = factor / float(to.step)
    near = np.rint(steps)
    on = np.abs(steps - near) < _ON_A_STEP
    if to.direction == "up":
        whole = np.where(on, near, np.ceil(steps))
    elif to.direction == "down":
        whole = np.where(on, near, np.floor(steps))
    else:
        whole = np.floor(steps + 0.5 + _ON_A_STEP)
    return np.minimum(whole * to.step.numerator / to.step.denominator, 1.0)


def banded(factor: Floats, bands: Sequence[Band]) -> Floats:
    """Factors by band: a factor up to (and with) a band's end takes what the band gives."""
    ends = np.array([float(band.up_to) for band in bands])
    band_of = np.searchsorted(ends + _ON_A_STEP, factor, side="left")
    gives = np.array([np.nan if band.gives is None else float(band.gives) for band in bands])
    band_value = gives[np.minimum(band_of, len(bands) - 1)]
    return np.where(np.isnan(factor) | np.isnan(band_value), factor, band_value)
