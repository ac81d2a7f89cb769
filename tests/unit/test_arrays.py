"""Cells of a mask, and places among ascending values."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.arrays import position_in, true_cells


def test_cells_come_row_by_row() -> None:
    mask = np.array([[False, True, True], [True, False, False]])
    rows, columns = true_cells(mask)
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 0)]
    rows, columns = true_cells(mask.T)
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 1), (1, 0), (2, 0)]


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (2, 2)])
def test_a_mask_without_true_cells(shape: tuple[int, int]) -> None:
    rows, columns = true_cells(np.zeros(shape, dtype=np.bool_))
    assert (rows.size, columns.size) == (0, 0)


@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_the_position_of_a_value_among_ascending_ones(kind: type) -> None:
    values = np.array([3, 5, 5, 9], dtype=kind)
    assert [position_in(values, value) for value in (2, 3, 5, 9, 10)] == [0, 0, 1, 3, 4]
    assert [position_in(values, value, "right") for value in (2, 3, 5, 9, 10)] == [0, 1, 3, 4, 4]
