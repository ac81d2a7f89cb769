"""Returns of a level, a year and in all, its drawdown, and each line's part of the return."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Days, Floats

SESSIONS_A_YEAR = 252
DAYS_A_YEAR = 365.25
# Steps a year from which data are daily, and the days under which a holiday moves that count.
FEWEST_DAILY = 230
SHORT = 92


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
