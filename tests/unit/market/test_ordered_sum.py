"""The sum of a level: one addition after the other, whatever the memory layout."""

from __future__ import annotations

import numpy as np

from indexcalc.market.ordered_sum import ordered_sum


def test_it_adds_in_order_in_any_layout() -> None:
    rng = np.random.default_rng(7)
    values = rng.lognormal(10.0, 8.0, (3000, 3))
    expected = []
    for column in range(3):
        total = 0.0
        for value in values[:, column].tolist():
            total += value
        expected.append(total)
    for layout in (values, np.asfortranarray(values), values[:, ::-1][:, ::-1]):
        assert ordered_sum(layout).tolist() == expected


def test_nothing_sums_to_zero() -> None:
    assert ordered_sum(np.zeros((0, 2))).tolist() == [0.0, 0.0]
