"""Cells of a mask."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.arrays import true_cells


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
