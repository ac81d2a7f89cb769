"""What a review trades one way, how many equal names weights are like, and where a limit is passed.

Weights are opening weights: index shares times base price over the value at the start of the session.
"""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Bools, Floats
from indexcalc.market.ordered_sum import ordered_sum

# A weight above its limit by less than this share of it is at it: the last bits of a double.
AT_LIMIT = 1e-12


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


def turnover_a_year(turnover: Floats, n_sessions: int, periods: float) -> Floats:
    """``sum(one-way turnover) / ((n_sessions - 1) / periods)``: (..., n_lists) to (...).

    ``turnover``: of the lists after the first session.  ``periods``: returns a year
    (``periods_a_year``), so that the years are those of the annual return.  NaN for one session.
    """
    years = (n_sessions - 1) / periods
    total: Floats = np.asarray(turnover.sum(axis=-1) / years if years > 0 else np.nan)
    return np.broadcast_to(total, turnover.shape[:-1])


def above_limit(largest: Floats, limits: Floats) -> Bools:
    """Sessions (n, n_sessions) at whose start the ``largest`` weight is above the limit (n,).

    A line is at its limit when a review opens; what lies above it later is drift.
    """
    above: Bools = largest > limits[:, None] * (1.0 + AT_LIMIT)
    return above
