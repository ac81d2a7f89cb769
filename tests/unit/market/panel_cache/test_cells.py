"""Some sessions of a column, stored as cells or as changes, read back bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.arrays import Bools, Floats
from indexcalc.market.panel_cache.cells import (
    BASES,
    BITS,
    CHANGES,
    DENSE,
    Cells,
    LastRow,
    as_bases,
    as_bits,
    as_changes,
    bits,
    cells_at,
    changes_of,
    joined,
    placed,
    read_bits,
    stretches,
)

NAN = np.nan


def listed(cells: Cells) -> list[tuple[int, int, float]]:
    return list(zip(*(part.tolist() for part in cells), strict=True))


def rows(values: list[list[float]]) -> tuple[Floats, Bools]:
    """Values (k, n); NaN where a line has no row."""
    array = np.array(values, dtype=np.float64)
    return array, ~np.isnan(array)


def test_cells_within_some_rows() -> None:
    where = np.array([[True, False], [False, True], [True, True]])
    cells = cells_at(where, np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    assert listed(cells) == [(0, 0, 1.0), (1, 1, 4.0), (2, 0, 5.0), (2, 1, 6.0)]
    assert listed(cells.within(1, 2)) == [(1, 1, 4.0)]
    assert listed(cells.within(2, 2)) == []


def test_changes_are_against_the_row_before_wherever_it_lies() -> None:
    # Line 0 begins on row 0, has no row on 1, says the same on 2 and another value on 3.
    # Line 1 begins on row 2.  Line 2 has no row at all.
    values, present = rows([[7, NAN, NAN], [NAN, NAN, NAN], [7, 5, NAN], [8, 5, NAN]])
    last = LastRow.none(3)
    assert listed(changes_of(values, present, last)) == [(0, 0, 7), (2, 1, 5), (3, 0, 8)]
    assert last.value.tolist()[:2] == [8.0, 5.0]
    assert last.seen.tolist() == [True, True, False]
    # The next sessions go on from there: line 0 says the same again, line 2 begins.
    values, present = rows([[8, NAN, 1], [8, 5, 1], [8, 6, 1]])
    assert listed(changes_of(values, present, last)) == [(0, 2, 1), (2, 1, 6)]
    # And where every line has every row.
    values, present = rows([[8, 6, 1], [8, 6, 2]])
    assert listed(changes_of(values, present, last)) == [(1, 2, 2)]
    assert last.value.tolist() == [8.0, 6.0, 2.0]


def test_values_are_compared_by_their_bits() -> None:
    values, present = rows([[0.0], [-0.0], [-0.0]])
    assert [row for row, *_ in listed(changes_of(values, present, LastRow.none(1)))] == [0, 1]
    assert bits(values)[0] != bits(values)[1]
    # A row without a value is a row all the same: two of them are one statement.
    empty = np.full((3, 1), NAN)
    there = np.ones((3, 1), dtype=np.bool_)
    assert [row for row, *_ in listed(changes_of(empty, there, LastRow.none(1)))] == [0]


def test_what_changes_much_is_stored_whole() -> None:
    still = np.full((100, 4), 3.0)
    wild = np.arange(400.0).reshape(100, 4)
    there = np.ones((100, 4), dtype=np.bool_)
    few, many = (as_changes(values, there, LastRow.none(4)) for values in (still, wild))
    assert (few.kind, many.kind) == (CHANGES, DENSE)
    assert few.size == 4 * 8 + 4 * (4 + 4 + 8)  # what was before, and four cells
    assert many.size == 400 * 8
    ((row, until, held),) = stretches(few, as_bits(there), 0, 100)
    assert (row, until, held.tolist()) == (0, 100, [3.0] * 4)


@pytest.mark.parametrize("seed", range(5))
def test_changes_are_read_back(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.integers(0, 2, (60, 7)).astype(np.float64)
    values[:, 3:] = np.repeat(values[::20, 3:], 20, axis=0)
    values[:, :3] = 1.0
    present = random.random((60, 7)) < 0.8
    last = LastRow.none(7)
    for start in (0, 30):
        chunk = as_changes(values[start : start + 30], present[start : start + 30], last)
        assert chunk.kind == CHANGES
        for first, stop in ((0, 30), (7, 8), (12, 30), (5, 5)):
            parts = stretches(chunk, as_bits(present[start : start + 30]), first, stop)
            made = [held for row, until, held in parts for _ in range(row, until)]
            there = present[start + first : start + stop]
            expected = np.where(there, values[start + first : start + stop], NAN)
            np.testing.assert_array_equal(np.reshape(made, expected.shape), expected)


def test_bases_that_are_not_the_last_close() -> None:
    before = np.array([[NAN, 50.0], [100.0, 51.0], [101.0, 52.0]] + [[1.0, 1.0]] * 20)
    values = before.copy()
    values[0, 0] = 90.0  # a first day: no close before
    values[2, 1] = 26.0
    values[1, 1] = NAN  # said to be unknown
    present = np.ones(values.shape, dtype=np.bool_)
    present[2, 0] = False
    values[2, 0] = 7.0  # no row: nothing
    chunk = as_bases(values, present, before)
    assert chunk.kind == BASES
    told = listed(chunk.cells)
    assert told[0] == (0, 0, 90.0)
    assert told[1][:2] == (1, 1)
    assert np.isnan(told[1][2])
    assert told[2:] == [(2, 1, 26.0)]
    assert as_bases(values, present, before + 1).kind == DENSE


@pytest.mark.parametrize("n", [1, 8, 9])
def test_yes_and_no(n: int) -> None:
    values = np.random.default_rng(n).random((5, n)) < 0.5
    chunk = as_bits(values)
    assert chunk.kind == BITS
    assert chunk.size == 5 * -(-n // 8)
    assert np.array_equal(read_bits(chunk, 1, 4, n), values[1:4])


def test_cells_of_one_stretch_after_the_other() -> None:
    places = np.array([0, 2]), np.array([1, 0])
    parts = [placed(places, first, np.array([1.0, 2.0])) for first in (0, 10)]
    assert listed(joined(parts)) == [(0, 1, 1.0), (2, 0, 2.0), (10, 1, 1.0), (12, 0, 2.0)]
    assert listed(joined([])) == []
