"""How much returns vary, alone and against a reference."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.calculation.figures.returns_and_drawdown import annual_return, daily_returns

DDOF = 1


def volatility(levels: Floats, periods: float) -> Floats:
    """``sqrt(periods) * std(r)`` of daily returns r, ddof 1, a share a year; NaN under two returns."""
    return _annual_deviation(daily_returns(levels), periods)


def tracking_error(levels: Floats, reference: Floats, periods: float) -> Floats:
    """``sqrt(periods) * std(r - r_ref)`` of daily returns, ddof 1, a share a year; NaN under two returns.

    ``levels`` (..., n_sessions), ``reference`` (n_sessions,).
    """
    return _annual_deviation(daily_returns(levels) - daily_returns(reference), periods)


def tracking_difference(levels: Floats, reference: Floats, periods: float) -> Floats:
    """The annual return less that of the reference, a share a year."""
    difference: Floats = annual_return(levels, periods) - annual_return(reference, periods)
    return difference


def _annual_deviation(returns: Floats, periods: float) -> Floats:
    if returns.shape[-1] <= DDOF:
        return np.full(returns.shape[:-1], np.nan)
    deviation: Floats = np.std(returns, axis=-1, ddof=DDOF) * np.sqrt(periods)
    return deviation
