"""Deviations by hand, on series short enough to work out on paper."""

from __future__ import annotations

import math

import numpy as np
import pytest

from indexcalc.calculation.figures.returns_and_drawdown import annual_return, total_return
from indexcalc.calculation.figures.volatility_and_tracking_error import (
    tracking_difference,
    tracking_error,
    volatility,
)

# Returns: +10 %, -50 %, +100 %.
LEVELS = np.array([100.0, 110.0, 55.0, 110.0])
# Returns: +10 %, 0 %, 0 %.
FLAT = np.array([200.0, 220.0, 220.0, 220.0])


def test_deviations_have_one_degree_of_freedom_less() -> None:
    # Mean 0.2; deviations -0.1, -0.7, 0.8; squares 0.01 + 0.49 + 0.64 = 1.14; over 2; times 4 a year.
    assert volatility(LEVELS, 4.0) == pytest.approx(math.sqrt(1.14 / 2 * 4))
    # Differences 0, -0.5, 1: mean 1/6; squares 1/36 + 16/36 + 25/36 = 42/36; over 2.
    assert tracking_error(LEVELS, FLAT, 1.0) == pytest.approx(math.sqrt(42 / 36 / 2))
    assert tracking_difference(LEVELS, FLAT, 3.0) == pytest.approx(0.0)


def test_too_short_a_series_has_no_deviation() -> None:
    assert math.isnan(volatility(LEVELS[:2], 252.0))
    assert math.isnan(annual_return(LEVELS[:1], 252.0))


def test_rows_are_series() -> None:
    both = np.stack((LEVELS, FLAT))
    assert total_return(both) == pytest.approx([0.1, 0.1])
    assert volatility(both, 4.0)[0] == pytest.approx(float(volatility(LEVELS, 4.0)))
