"""Prices of lines: holes take the value before them, and quiet lines are as the dense ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.calculation.prices.daily_rows import stretches
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.prices.line_prices import LinePrices, carried
from indexcalc.calculation.prices.lines import Options
from indexcalc.market.calendar.sessions import Sessions
from tests.unit.calculation.small import action, line, market

NAMES = ("close", "last", "base", "shares", "share_factor")

value = st.sampled_from([np.nan, np.nan, 1.0, 2.0])


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.lists(value, min_size=n, max_size=n), min_size=1, max_size=6)
    ),
    st.data(),
)
def test_holes_have_the_value_before_them(rows: list[list[float]], data: st.DataObject) -> None:
    values = np.array(rows)
    initial = np.array(data.draw(st.lists(value, min_size=len(rows), max_size=len(rows))))
    slow = values.copy()
    for number in range(values.shape[0]):
        last = initial[number]
        for at in range(values.shape[1]):
            last = last if np.isnan(values[number, at]) else values[number, at]
            slow[number, at] = last
    given_values = values.copy()
    np.testing.assert_array_equal(carried(given_values, initial), slow)
    np.testing.assert_array_equal(given_values, values)


def test_a_line_is_the_same_whether_it_is_taken_as_quiet_or_as_moving() -> None:
    over = market(
        line("A", [100.0, 101.0, 99.0, 98.0]),
        line("B", [50.0, 25.0, 26.0, 27.0], [10, 20, 20, 20]),
        line("C", [10.0, None, 11.0, 12.0]),
        corporate_actions=[action("B", 1, "split", ratio=2.0)],
    )
    prices = LinePrices(over, Sessions("XKRX", "given", over.days), Options())
    for rows in stretches(over, 4):
        block = prices.advance(rows)
    codes = np.arange(3, dtype=np.int32)
    # The first block of all has no price before it: every line is a moving one in it.
    assert block.moving.all()
    later = LinePrices(over, Sessions("XKRX", "given", over.days), Options())
    for first in range(4):
        (rows,) = stretches(over, first + 1, first)
        block = later.advance(rows)
        lines, dense = IndexLines.of(block, codes), block.of(codes)
        for name in NAMES:
            np.testing.assert_array_equal(lines.at(name, 0), getattr(dense, name)[:, 0])
        for name in ("present", "ready", "traded"):
            np.testing.assert_array_equal(lines.is_at(name, 0), getattr(dense, name)[:, 0])
        np.testing.assert_array_equal(lines.close, dense.close)
        np.testing.assert_array_equal(lines.base, dense.base)
    assert block.moving.tolist() == [False, False, False]


def test_lines_that_are_asked_for_are_as_they_are_among_all() -> None:
    """A splits, and its child B comes with it; C, which nobody asks for, is left."""
    over = market(
        line("A", [100.0, 100.0, 50.0, 51.0], [10, 10, 20, 20]),
        line("B", [30.0, 30.0], 5, start=2),
        line("C", [70.0, 35.0, 35.0, 36.0], [10, 20, 20, 20]),
        line("D", [10.0, 10.0, 10.0, 10.0], 10),
        corporate_actions=[
            action("A", 2, "split", ratio=2),
            action("A", 2, "spin_off", ratio=1, price=0, other_symbol="B", sequence=2),
            action("C", 1, "split", ratio=2),
        ],
    )
    only = np.array([True, False, False, True])
    sessions = Sessions("XKRX", "", over.days)
    (rows,) = stretches(over, 4)
    every = LinePrices(over, sessions, Options()).advance(rows)
    some = LinePrices(over, sessions, Options(), only).advance(rows)
    assert (every.worked.codes.tolist(), some.worked.codes.tolist()) == ([0, 1, 2], [0, 1])
    codes = np.array([0, 1, 3], dtype=np.int32)
    for name in ("close", "base", "last", "shares", "share_factor"):
        made, full = (getattr(block.of(codes), name) for block in (some, every))
        np.testing.assert_array_equal(made, full)
