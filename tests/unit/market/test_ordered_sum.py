"""The sum of a level: one addition after the other, whatever the memory layout."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.market.ordered_sum import ordered_sum


@pytest.mark.parametrize("n_columns", [1, 2, 3, 8, 250])
def test_it_adds_in_order_in_any_layout(n_columns: int) -> None:
    rng = np.random.default_rng(7)
    values = rng.lognormal(10.0, 8.0, (3000, n_columns))
    expected = []
    for column in range(n_columns):
        total = 0.0
        for value in values[:, column].tolist():
            total += value
        expected.append(total)
    for layout in (values, np.asfortranarray(values), values[:, ::-1][:, ::-1]):
        assert ordered_sum(layout).tolist() == expected
    assert ordered_sum(values[:, 0]) == expected[0]


def test_nothing_sums_to_zero() -> None:
    assert ordered_sum(np.zeros((0, 2))).tolist() == [0.0, 0.0]
