"""Realized volatility of a level series, as risk control asks for it: no look-ahead, mean zero."""

from __future__ import annotations

import math

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.market.ordered_sum import ordered_sum


def windowed(level: Floats, window: int, annual_factor: float) -> Floats:
    """Volatility a year at each session from the last ``window`` log returns; NaN before there are
    so many.  ``level`` (n_sessions,), positive; the result has its shape.

    The root of ``annual_factor`` times the mean square: no mean is taken off.
    """
    volatility = np.full(level.shape, np.nan)
    square = np.log(level[1:] / level[:-1]) ** 2
    if square.size >= window:
        inside = np.lib.stride_tricks.sliding_window_view(square, window)
        volatility[window:] = np.sqrt(annual_factor * ordered_sum(inside.T) / window)
    return volatility


def decayed(level: Floats, decay: float, annual_factor: float, seed: float | None = None) -> Floats:
    """Volatility a year at each session, squares of log returns weighted by powers of ``decay``.

    With a ``seed``, the volatility at the first session, each variance is ``decay`` of the one before and
    the rest of the square of the return.  Without one the weights of the returns there are add up to one
    (so no first value has to be guessed), and an estimate counts once it rests on ``1 / (1 - decay)``
    returns, NaN before.  (n_sessions,).
    """
    volatility = np.full(level.shape, np.nan)
    if seed is not None:
        volatility[0], variance = seed, seed * seed / annual_factor
        for row, value in enumerate((np.log(level[1:] / level[:-1]) ** 2).tolist(), start=1):
            variance = decay * variance + (1.0 - decay) * value
            volatility[row] = math.sqrt(annual_factor * variance)
        return volatility
    least = max(1, math.ceil(1.0 / (1.0 - decay) - 1e-9)) if decay < 1.0 else 1
    total = weight = 0.0
    square = np.log(level[1:] / level[:-1]) ** 2
    for row, value in enumerate(square.tolist(), start=1):
        total = decay * total + value
        weight = decay * weight + 1.0
        if row >= least:
            volatility[row] = math.sqrt(annual_factor * total / weight)
    return volatility
