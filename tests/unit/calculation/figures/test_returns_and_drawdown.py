"""Returns, a year of them, and each line's part, by hand on short series."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.arrays import Days
from indexcalc.calculation.figures.returns_and_drawdown import (
    annual_return,
    contributions,
    daily_returns,
    periods_a_year,
    total_return,
)

# Returns: +10 %, -50 %, +100 %.
LEVELS = np.array([100.0, 110.0, 55.0, 110.0])
# Returns: +10 %, 0 %, 0 %.
FLAT = np.array([200.0, 220.0, 220.0, 220.0])


def test_returns_and_annual_return() -> None:
    assert daily_returns(LEVELS) == pytest.approx([0.1, -0.5, 1.0])
    assert total_return(LEVELS) == pytest.approx(0.1)
    # Three returns of six a year: 1.1 twice over.
    assert annual_return(LEVELS, 6.0) == pytest.approx(1.1**2 - 1)


def test_contributions_are_the_total_return() -> None:
    # Two lines, one share each, levels 100 -> 120 -> 150 with no index share ever changed.
    close = np.array([[60.0, 70.0, 90.0], [40.0, 50.0, 60.0]])
    gain = np.diff(close, axis=1)
    level = close.sum(axis=0)
    growth = (level[:-1] / level[:-1] / level[0])[None, :]
    parts = contributions(gain, growth)
    assert parts[:, 0] == pytest.approx([0.3, 0.2])


def _days(first: str, *steps: int) -> Days:
    start = np.datetime64(first).astype(int)
    return np.asarray(start + np.concatenate(([0], np.cumsum(steps))), dtype=np.int32)


def test_returns_a_year_are_those_of_the_data() -> None:
    weekdays = _days("2024-01-01", *([1, 1, 1, 1, 3] * 52))
    assert periods_a_year(weekdays) == 252.0
    assert periods_a_year(weekdays[:1]) == 252.0
    # A week of two sessions on either side of long holidays is daily data all the same.
    assert periods_a_year(_days("2024-02-07", 1, 5, 1)) == 252.0
    assert periods_a_year(weekdays[::5]) == pytest.approx(365.25 / 7)


def test_monthly_levels_give_a_return_from_the_days_between_first_and_last() -> None:
    """Two years of month ends, 100 to 98.11: 0.9811 ** (365.25 / 730) - 1, by hand -0.950 %."""
    starts = np.arange("2018-02", "2020-03", dtype="datetime64[M]").astype("datetime64[D]")
    days = (starts.astype(np.int64) - 1).astype(np.int32)
    periods = periods_a_year(days)
    assert periods == pytest.approx(12, abs=0.05)
    levels = np.linspace(100.0, 98.11, days.size)
    assert float(annual_return(levels, periods)) == pytest.approx(-0.00950, abs=5e-6)
