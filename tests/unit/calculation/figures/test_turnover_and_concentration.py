"""Turnover, effective number and limits by hand."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.calculation.figures.turnover_and_concentration import (
    above_limit,
    effective_number,
    one_way_turnover,
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
