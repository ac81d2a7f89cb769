"""Turnover, effective number and limits by hand."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.calculation.figures.turnover_and_concentration import (
    above_limit,
    effective_number,
    one_way_turnover,
    turnover_a_year,
)


def test_effective_number_turnover_and_limits() -> None:
    assert effective_number(np.array([0.25, 0.0])) == pytest.approx([4.0, 0.0])
    drifted, opening = np.array([[0.6], [0.4], [0.0]]), np.array([[0.3], [0.4], [0.3]])
    assert one_way_turnover(drifted, opening) == pytest.approx([0.3])
    largest = np.array([[0.3, 0.3 * (1 + 1e-14), 0.3001], [0.9, 0.9, 0.9]])
    assert above_limit(largest, np.array([0.3, np.inf])).tolist() == [
        [False, False, True],
        [False, False, False],
    ]


def test_turnover_a_year_counts_the_years_of_the_annual_return() -> None:
    """Lists of 10, 5 and 6 % over 505 sessions, two years of 252 steps: 10.5 % a year."""
    lists = np.array([0.10, 0.05, 0.06])
    assert float(turnover_a_year(lists, 505, 252.0)) == pytest.approx(0.105, abs=1e-15)
    many = turnover_a_year(np.stack([lists, 2 * lists]), 505, 252.0)
    assert many == pytest.approx([0.105, 0.21], abs=1e-15)
    assert np.isnan(turnover_a_year(lists, 1, 252.0))
