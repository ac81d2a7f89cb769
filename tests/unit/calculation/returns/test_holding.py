"""What an index holds in some columns, and what that is worth, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np

from indexcalc.arrays import Floats, Ints
from indexcalc.calculation.returns.holding import Holding

NAN = float("nan")


class Lines:
    """Lines 0 to 3, of which 1 is followed column by column; those that are quiet stand at 1, 2, 3, 4 in
    column 1 and double each session."""

    rows = np.array([1])

    def __init__(self, close: Sequence[float], base: Sequence[float]) -> None:
        self.moving = SimpleNamespace(close=np.array([close]), base=np.array([base]))

    def quiet_prices(self, rows: Ints, columns: slice) -> Floats:
        return (rows + 1.0)[:, None] * 2.0 ** np.arange(columns.start - 2, columns.stop - 1)


def holding(close: Sequence[float] = (0.0,) * 6, base: Sequence[float] = (0.0,) * 6) -> Holding:
    """Columns 2 to 5; the quiet lines have other shares from column 4 on."""
    return Holding(
        lines=Lines(close, base),  # type: ignore[arg-type]
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


def test_the_worth_at_the_closes_and_at_the_base_prices_of_some_columns() -> None:
    """Quiet prices 1 and 3 before, then 2, 6; 4, 12; 8, 24 and 32 of line 3; 16 and 64."""
    close, base = [NAN, NAN, 100.0, 200.0, 300.0, 0.0], [NAN, NAN, 100.0, 100.0, 100.0, NAN]
    value, opening = holding(close, base).worth(np.array([2, 3, 4, 5]))
    assert value.tolist() == [20 + 30 + 100.0, 40 + 60 + 400.0, 80 + 7 * 32 + 900.0, 160 + 7 * 64.0]
    # The close before counts with the shares that the column begins with: those of line 3 from column 4.
    assert opening.tolist() == [
        10 + 15 + 100.0,
        20 + 30 + 200.0,
        40 + 7 * 16 + 300.0,
        80 + 7 * 32.0,
    ]
    for columns in ([], [3], [4], [2, 5]):
        again, some = holding(close, base).worth(np.array(columns, dtype=np.int64))
        assert again.tolist() == value.tolist()
        assert some.tolist() == [opening[column - 2] for column in columns]


def test_a_line_that_is_not_held_counts_nothing_whatever_its_price() -> None:
    value, opening = holding([2.0] * 5 + [NAN], [2.0] * 5 + [NAN]).worth(np.array([5]))
    assert value[-1] == 160 + 7 * 64.0
    assert opening.tolist() == [80 + 7 * 32.0]
