"""The prices of the lines of one index: quiet lines from the rows, moving ones in full."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from indexcalc.calculation.prices.index_lines import IndexLines
from tests.unit.calculation.prices.line_blocks import blocks
from tests.unit.calculation.small import action, line, market

# In the second block, sessions 2 to 4, only B moves: it splits in two on session 3.
OVER = market(
    line("A", [100, 101, 102, 103, 104], 10),
    line("B", [50, 51, 52, 26, 27], [20, 20, 20, 40, 40]),
    line("C", [7, 7, 8, 9, 10], 30),
    corporate_actions=[action("B", 3, "split", ratio=2.0)],
)


def lines(codes: tuple[int, ...] = (0, 1)) -> IndexLines:
    block = blocks(OVER, 2, 5)[1]
    return IndexLines.of(block, np.array(codes, dtype=np.int32))


def test_only_the_line_that_something_happens_to_is_in_full() -> None:
    found = lines()
    assert (found.rows.tolist(), found.moving.codes.tolist()) == ([1], [1])
    assert (found.first, found.days.size, found.symbols) == (2, 3, ("A", "B", "C"))
    assert (found.row(0), found.row(1), found.row(2)) == (0, 1, -1)


def test_prices_and_counts_of_a_session() -> None:
    found = lines()
    assert found.at("close", 1).tolist() == [103.0, 26.0]
    assert found.at("last", 1).tolist() == [102.0, 52.0]
    assert found.at("base", 1).tolist() == [102.0, 26.0]
    assert found.at("last", 0).tolist() == found.at("base", 0).tolist() == [101.0, 51.0]
    assert found.at("shares", 1).tolist() == [10.0, 40.0]
    assert found.at("share_factor", 1).tolist() == [1.0, 2.0]
    assert found.is_at("traded", 2).tolist() == [True, True]


def test_cells_values_and_series_of_one_line() -> None:
    found = lines()
    row, column = np.array([0, 1, 0, 1]), np.array([0, 1, 2, 2])
    assert found.cells("close", row, column).tolist() == [102.0, 26.0, 104.0, 27.0]
    assert found.cells("base", row, column).tolist() == [101.0, 26.0, 103.0, 26.0]
    assert found.cells("last", row, column).tolist() == [101.0, 52.0, 103.0, 26.0]
    assert (found.value("base", 0, 0), found.value("last", 1, 1)) == (101.0, 52.0)
    assert found.series("shares", 0).tolist() == [10.0] * 3
    assert found.series("shares", 1).tolist() == [20.0, 40.0, 40.0]
    assert found.series("share_factor", 0).tolist() == [1.0] * 3
    assert found.series("traded", 0).tolist() == [True] * 3


def test_all_prices_at_once() -> None:
    found = lines()
    assert found.close.tolist() == [[102, 103, 104], [52, 26, 27]]
    assert found.base.tolist() == [[101, 102, 103], [51, 26, 26]]
    assert found.quiet_prices(np.array([0]), slice(0, 3)).tolist() == [[101.0, 102.0, 103.0, 104.0]]
    assert found.quiet_prices(np.array([0]), slice(1, 2)).tolist() == [[102.0, 103.0]]


def test_more_lines_in_full_say_the_same() -> None:
    found = lines((0, 1, 2))
    more = found.with_moving(np.array([2]))
    assert more.rows.tolist() == [1, 2]
    assert found.with_moving(np.array([1])) is found
    for column in range(3):
        for name in ("close", "last", "base", "shares", "share_factor"):
            assert more.at(name, column).tolist() == found.at(name, column).tolist()  # type: ignore[arg-type]
    assert more.close.tolist() == found.close.tolist()


def test_rates_make_prices_of_quiet_lines_those_of_the_index() -> None:
    """One unit counts 10 in the sessions and 5 before; moving lines are converted already."""
    now, before = np.full((2, 3), 10.0), np.full((2, 3), 5.0)
    found = replace(lines(), rates=(now, before))
    assert found.at("close", 1).tolist() == [1030.0, 26.0]
    assert found.at("last", 1).tolist() == [510.0, 52.0]
    assert found.cells("last", np.array([0, 1]), np.array([0, 1])).tolist() == [505.0, 52.0]
    assert found.quiet_prices(np.array([0]), slice(0, 2)).tolist() == [[505.0, 1020.0, 1030.0]]
    assert found.close[0].tolist() == [1020.0, 1030.0, 1040.0]
    assert found.at("shares", 1).tolist() == [10.0, 40.0]
