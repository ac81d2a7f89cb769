"""The figures an index is read by: each defined here once, on paper in docs/figures.md.

Annual figures count ``periods`` a year (``periods_a_year``): 252 on daily data.  Weights are opening
weights: index shares times base price over the index's value at the start of the session.
"""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Bools, Days, Floats
from indexcalc.market.ordered_sum import ordered_sum

SESSIONS_A_YEAR = 252
DAYS_A_YEAR = 365.25
# Steps a year from which data are daily, and the days under which a holiday moves that count.
FEWEST_DAILY = 230
SHORT = 92
DDOF = 1
# A weight above its limit by less than this share of it is at it: the last bits of a double.
AT_LIMIT = 1e-12


def daily_returns(levels: Floats) -> Floats:
    """``level_t / level_{t-1} - 1``: (..., n_sessions) to (..., n_sessions - 1)."""
    returns: Floats = levels[..., 1:] / levels[..., :-1] - 1.0
    return returns


def total_return(levels: Floats) -> Floats:
    """``level_last / level_first - 1``, a share: (..., n_sessions) to (...)."""
    growth: Floats = levels[..., -1] / levels[..., 0] - 1.0
    return growth


def annual_return(levels: Floats, periods: float) -> Floats:
    """``(level_last / level_first) ** (periods / (n_sessions - 1)) - 1``, a share a year.

    NaN for one session, and where a few sessions' growth goes beyond any number in a year.
    """
    n = levels.shape[-1] - 1
    growth = levels[..., -1] / levels[..., 0]
    if not n:
        return np.full(growth.shape, np.nan)
    with np.errstate(over="ignore"):
        yearly = growth ** (periods / n) - 1.0
    annual: Floats = np.where(np.isfinite(yearly), yearly, np.nan)
    return annual


def drawdown(levels: Floats) -> Floats:
    """``level / highest so far - 1``, a share below zero: (..., n_sessions)."""
    fall: Floats = levels / np.maximum.accumulate(levels, axis=-1) - 1.0
    return fall


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


def effective_number(squares: Floats) -> Floats:
    """``1 / sum(w ** 2)`` over lines, from that sum of squared opening weights; 0 where nothing is held."""
    number: Floats = np.where(squares > 0, 1.0 / np.where(squares > 0, squares, 1.0), 0.0)
    return number


def one_way_turnover(drifted: Floats, opening: Floats) -> Floats:
    """``sum(|w_new - w_drifted|) / 2`` over lines (axis 0).

    ``drifted``: weights at the close before; ``opening``: those from the next open on.
    """
    turnover: Floats = 0.5 * np.asarray(ordered_sum(np.abs(opening - drifted)))
    return turnover


def above_limit(largest: Floats, limits: Floats) -> Bools:
    """Sessions (n, n_sessions) at whose start the ``largest`` weight is above the limit (n,).

    A line is at its limit when a review opens; what lies above it later is drift.
    """
    above: Bools = largest > limits[:, None] * (1.0 + AT_LIMIT)
    return above


def contributions(gain: Floats, growth: Floats) -> Floats:
    """``sum_t q_t (P_t - B_t) / R_t * level_{t-1} / level_first``: each line's part of the total return.

    The parts of all lines add up to the total return.  ``gain`` (n, n_sessions): q (P - B) of each line;
    ``growth`` (n_variants, n_sessions): level_{t-1} / (R_t level_first); gives (n, n_variants).
    """
    # einsum without `optimize` adds in sequence, whatever the threads.
    points: Floats = np.einsum("it,vt->iv", gain, growth)
    return points


def periods_a_year(days: Days) -> float:
    """Returns a year of levels on ``days`` (n,), ascending: 252 on daily data, 12 on monthly.

    Steps over the calendar days between first and last.  Exchanges have 240 to 262 sessions a year:
    from 230 on it is the convention of 252; so it is for a stretch of under a quarter with levels on
    two days that follow each other, where a holiday would move the count.
    """
    if days.size < 2:
        return float(SESSIONS_A_YEAR)
    gaps = np.diff(days.astype(np.int64))
    span = int(gaps.sum())
    a_year = gaps.size / span * DAYS_A_YEAR
    daily = a_year > FEWEST_DAILY or (span < SHORT and int(gaps.min()) == 1)
    return float(SESSIONS_A_YEAR) if daily else float(a_year)


def _annual_deviation(returns: Floats, periods: float) -> Floats:
    if returns.shape[-1] <= DDOF:
        return np.full(returns.shape[:-1], np.nan)
    deviation: Floats = np.std(returns, axis=-1, ddof=DDOF) * np.sqrt(periods)
    return deviation
