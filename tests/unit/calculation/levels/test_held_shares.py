"""Index shares kept as their changes are those of the dense array they stand for."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.arrays import Floats
from indexcalc.calculation.levels.held_shares import HeldShares, ShareCells
from indexcalc.calculation.returns.holding import Holding

VALUES = st.sampled_from([0.0, 1.0, 2.0, 3.0])


@st.composite
def dense_and_cells(draw: st.DrawFn) -> tuple[Floats, HeldShares]:
    """Shares (n, n_sessions) whose quiet rows move only on some columns, and their cells, put together
    in one piece or several."""
    n, n_sessions = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    cuts = sorted(draw(st.sets(st.integers(0, n_sessions - 1), min_size=1)))
    rows = np.array(sorted(draw(st.sets(st.integers(0, n - 1)))), dtype=np.int64)
    lines = SimpleNamespace(rows=rows)
    dense, cells = np.zeros((n, n_sessions)), ShareCells(n_sessions)
    before = np.zeros(n)
    for start, stop in zip(cuts, (*cuts[1:], n_sessions), strict=True):
        starts = sorted({start, *draw(st.sets(st.integers(start, stop - 1)))})
        shares = np.array([draw(st.lists(VALUES, min_size=n, max_size=n)) for _ in starts])
        shares[:, rows] = 0.0
        for at, quiet in zip(starts, shares, strict=True):
            dense[:, at:stop] = quiet[:, None]
        for row in rows:
            dense[row, start:stop] = draw(
                st.lists(VALUES, min_size=stop - start, max_size=stop - start)
            )
        part = dense[rows, start:stop]
        cells.add(before, Holding(lines, None, slice(start, stop), np.array(starts), shares, part))
        before = dense[:, stop - 1].copy()
    return dense, cells.shares()


@given(dense_and_cells(), st.data())
def test_cells_say_what_the_dense_array_says(
    both: tuple[Floats, HeldShares], data: st.DataObject
) -> None:
    dense, shares = both
    np.testing.assert_array_equal(shares.dense(), dense)
    np.testing.assert_array_equal(shares.by_session(), dense.T)
    np.testing.assert_array_equal(shares.members(), (dense != 0.0).sum(axis=0))
    n, n_sessions = dense.shape
    again = np.zeros((n_sessions, n))
    for low, high, rows, own in shares.lists():
        assert (own != 0.0).all()
        again[low:high, rows] = own
    np.testing.assert_array_equal(again.T, dense)
    for column in range(n_sessions):
        np.testing.assert_array_equal(shares.at(column), dense[:, column])
    row, column = np.divmod(np.arange(dense.size), n_sessions)
    np.testing.assert_array_equal(shares.cells(row, column), dense[row, column])
    np.testing.assert_array_equal(shares.cells(row, column - 1)[column == 0], 0.0)
    np.testing.assert_array_equal(shares.used(), (dense != 0.0).any(axis=1))
    cut = data.draw(st.integers(shares.first, n_sessions - 1))
    later = dense.copy()
    later[:, :cut] = 0.0
    np.testing.assert_array_equal(shares.from_column(cut).dense(), later)
    some = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1)))), dtype=np.int64)
    np.testing.assert_array_equal(shares.of_rows(some).dense(), dense[some])
