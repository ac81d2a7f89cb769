"""Factors that only move on some columns, and the columns that set weights anew."""

from __future__ import annotations

import numpy as np

from indexcalc.calculation.members.held import Held, Steps


def test_factors_in_steps() -> None:
    factors = np.array([[1.0, 1.0, 2.0, 2.0], [3.0, 3.0, 3.0, 4.0]])
    steps = Steps.of(factors)
    assert steps.starts == (0, 2, 3)
    np.testing.assert_array_equal(steps.within(np.array([3, 1]), np.array([1])), [[4.0, 3.0]])
    for column in range(4):
        np.testing.assert_array_equal(steps.at(column), factors[:, column])
    other = Steps((0, 1), (np.array([1.0, 10.0]), np.array([2.0, 5.0])))
    product = steps.times(other)
    assert product.starts == (0, 1, 2, 3)
    np.testing.assert_array_equal(product.at(0), [1.0, 30.0])
    np.testing.assert_array_equal(product.at(3), [4.0, 20.0])


def test_members_without_factors_count_once() -> None:
    held = Held(np.array([2, 5], dtype=np.int32), np.ones((2, 3), dtype=np.bool_), None)
    assert held.factor_at(1).tolist() == [1, 1]
    assert held.factor_in(np.array([0, 2, 1]), np.array([1])).tolist() == [[1, 1, 1]]


def test_factors_and_resets_of_some_columns() -> None:
    """Line 5 has half its shares from column 1 on; weights are set in columns 0 and 2."""
    steps = Steps((0, 1), (np.array([1.0, 1.0]), np.array([1.0, 0.5])))
    held = Held(np.array([2, 5], dtype=np.int32), np.ones((2, 3), dtype=np.bool_), steps, (0, 2))
    assert held.factor_at(0).tolist() == [1, 1]
    assert held.factor_at(2).tolist() == [1, 0.5]
    assert held.factor_in(np.array([0, 2]), np.array([1])).tolist() == [[1, 0.5]]
    assert held.resets_in(np.array([2, 1, 0])).tolist() == [True, False, True]
