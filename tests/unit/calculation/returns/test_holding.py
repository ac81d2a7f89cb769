"""What an index holds in some columns, and what that is worth, by hand."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Floats, Ints
from indexcalc.calculation.returns.holding import Holding

NAN = float("nan")


class Moving:
    """Lines 0 to 3, of which 1 is followed column by column."""

    rows = np.array([1])


def holding() -> Holding:
    """Columns 2 to 5; the quiet lines have other shares from column 4 on."""
    return Holding(
        lines=Moving(),  # type: ignore[arg-type]
        held=None,  # type: ignore[arg-type]
        columns=slice(2, 6),
        starts=np.array([2, 4]),
        shares=np.array([[10.0, 0.0, 5.0, 0.0], [10.0, 0.0, 0.0, 7.0]]),
        part=np.array([[1.0, 2.0, 3.0, 0.0]]),
    )


def test_the_first_and_the_last_column() -> None:
    assert holding().opening.tolist() == [10.0, 1.0, 5.0, 0.0]
    assert holding().closing.tolist() == [10.0, 0.0, 0.0, 7.0]
    assert holding().shares[:, 1].tolist() == [0.0, 0.0]  # what is made is a copy


def test_the_stretch_in_force() -> None:
    assert holding().stretch(np.array([2, 3, 4, 5])).tolist() == [0, 0, 1, 1]


def test_quiet_lines_that_have_other_shares_than_before() -> None:
    before = np.array([10.0, 99.0, 4.0, 0.0])  # the moving line is no concern of it
    assert holding().changes(before).tolist() == [
        [False, False, True, False],
        [False, False, True, True],
    ]


def test_the_worth_of_some_columns() -> None:
    """Prices 1, 2, 3, 4 of the quiet lines and 100 of the moving one: 10 + 15 + 200, 10 + 28 + 300."""

    def quiet(columns: Ints, rows: Ints) -> Floats:
        return np.repeat((rows + 1.0)[:, None], columns.size, axis=1)

    moving = np.array([[100.0, 100.0]])
    found = holding().worth(quiet, np.array([3, 4]), moving)
    assert found.tolist() == [225.0, 338.0]


def test_a_line_that_is_not_held_counts_nothing_whatever_its_price() -> None:
    def quiet(columns: Ints, rows: Ints) -> Floats:
        return np.ones((rows.size, columns.size))

    found = holding().worth(quiet, np.array([4, 5]), np.array([[2.0, NAN]]))
    assert found.tolist() == [10 + 7 + 6.0, 17.0]
