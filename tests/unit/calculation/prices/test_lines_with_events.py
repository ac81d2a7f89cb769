"""Which lines something may have happened to: each reason alone, and no other line."""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.calculation.prices import line_prices as pass_of_lines
from indexcalc.calculation.prices.daily_rows import DailyRows, rows_between
from indexcalc.calculation.prices.line_prices import LineBlock, LinePrices
from indexcalc.calculation.prices.lines import Pending
from indexcalc.calculation.prices.lines_with_events import Touched, touched
from indexcalc.market.market import Market
from indexcalc.market.panel_cache.cells import Cells
from tests.unit.calculation.prices.line_blocks import blocks, line_prices
from tests.unit.calculation.small import action, day, line, market

N = 6


def touch(prices: LinePrices, rows: DailyRows) -> Touched:
    return touched(rows, prices.events, prices.state, np.flatnonzero(~rows.present.all(axis=0)))


def found(over: Market, first: int = 2, stop: int = 4, **options: Any) -> str:
    """The symbols of the lines touched in sessions 2 and 3, after those before."""
    prices = line_prices(over, **options)
    prices.advance(rows_between(over, 0, first))
    codes = touch(prices, rows_between(over, first, stop)).codes
    return "".join(over.symbols[code] for code in codes.tolist())


def with_a(a: list[dict[str, Any]], *more: list[dict[str, Any]], **tables: Any) -> Market:
    return market(a, line("B", [50] * N), *more, **tables)


def test_lines_of_which_nothing_is_said_are_left() -> None:
    assert found(with_a(line("A", [100, 101, 102, 103, 104, 105]))) == ""


@pytest.mark.parametrize(
    ("row", "names"),
    [
        (action("A", 3, "split", ratio=2.0), "A"),
        (action("A", 3, "spin_off", ratio=0.5, price=5.0, other_symbol="B"), "AB"),
        (action("A", 4, "split", ratio=2.0), ""),
        # An ending sets the price of the session before it.
        (action("A", 4, "tender", amount=5.0), "A"),
        (action("A", 5, "tender", amount=5.0), ""),
    ],
)
def test_lines_of_actions_and_their_other_lines(row: dict[str, Any], names: str) -> None:
    assert found(with_a(line("A", [100] * N), corporate_actions=[row])) == names


def test_a_line_whose_price_is_not_its_last_close() -> None:
    """A did not trade on session 1 and is held at its base, 90."""
    halted = line("A", [100, None, 100, 100, 100, 100], base={1: 90})
    assert "A" in found(with_a(halted))
    assert found(with_a(line("A", [100] * N)), 1, 2) == ""


def test_a_line_that_waits_for_something() -> None:
    over = with_a(line("A", [100] * N))
    for name in ("pending", "ended", "frozen", "unjudged", "entering"):
        prices = line_prices(over)
        prices.advance(rows_between(over, 0, 2))
        kept = getattr(prices.state, name)
        if name == "pending":
            kept[1] = [Pending(1, 2.0, 99, 0)]
            kept[0] = []
        elif isinstance(kept, set):
            kept.add(1)
        else:
            kept[1] = 1.0
        codes = touch(prices, rows_between(over, 2, 4)).codes
        assert codes.tolist() == [1], name


def test_a_line_that_ended_is_worked_out_once_it_has_a_close_again() -> None:
    tender = [action("A", 1, "tender", amount=5.0)]
    over = with_a(line("A", [100] * N, skip=(1, 2, 3)), corporate_actions=tender)
    prices = line_prices(over)
    prices.advance(rows_between(over, 0, 2))
    (away, back) = (touch(prices, rows_between(over, *part)) for part in ((2, 4), (2, 5)))
    assert (away.codes.tolist(), away.away.tolist()) == ([], [0])
    assert (back.codes.tolist(), back.away.tolist()) == ([0], [])
    block = prices.advance(rows_between(over, 2, 4))
    assert np.isnan(block.of(np.array([0], dtype=np.int32)).close).all()
    assert np.isnan(prices.state.close[0])


def test_a_large_step_of_the_listed_shares() -> None:
    assert found(with_a(line("A", [100] * N, [10, 10, 10, 20, 20, 20]))) == "A"
    assert found(with_a(line("A", [100] * N, [1000, 1000, 1000, 1001, 1001, 1001]))) == ""
    assert found(with_a(line("A", [100] * N, [10, 10, 20, 20, 20, 20])), 3, 5) == ""


def test_a_line_that_comes_where_lines_without_a_row_leave() -> None:
    away = line("A", [100] * N, skip=(2,))
    assert found(with_a(away)) == "A"
    assert found(with_a(line("A", [100] * N, skip=(2,)), complete=False)) == ""


def test_a_base_price_that_is_not_the_close_before() -> None:
    bases = {n: 50.0 for n in range(N)}
    plain = line("B", [50] * N, base=bases)

    def over(base: float | None) -> Market:
        return market(line("A", [100] * N, base={**{n: 100.0 for n in range(N)}, 3: base}), plain)

    assert found(over(100.0)) == ""
    assert found(over(99.0)) == "A"


def test_a_move_beyond_the_limit_where_no_base_price_is_known() -> None:
    facts = {"price_limit": 0.3}
    falls = [100, 100, 100, 69, 69, 69]
    assert found(with_a(line("A", falls), facts=facts)) == "A"
    assert found(with_a(line("A", falls))) == ""
    assert found(with_a(line("A", [100, 100, 100, 71, 71, 71]), facts=facts)) == ""
    first = [100, 100, 69, 69, 69, 69]
    assert found(with_a(line("A", first), facts=facts)) == "A"  # against the close before the block
    said = market(
        line("A", falls, base={n: c for n, c in enumerate([100, 100, 100, 100, 69, 69])}),
        line("B", [50] * N, base={n: 50.0 for n in range(N)}),
        facts=facts,
    )
    assert found(said) == ""


def test_a_line_that_comes_with_a_base_price_and_trades_is_left() -> None:
    """B comes on session 2 at a base price of 50; C too, but it does not trade in it."""
    stated = {n: 100.0 for n in range(N)}
    over = market(
        line("A", [100] * N, base=stated),
        line("B", [60] * 4, start=2, base={2: 50.0, 3: 60.0}),
        line("C", [None, 60, 60, 60], start=2, base={2: 50.0, 3: 50.0, 4: 60.0}),
    )
    assert found(over) == "C"
    first, second = blocks(over, 2, 4)
    codes, column, value = second.opened
    assert (codes.tolist(), column.tolist(), value.tolist()) == ([0], [1], [50.0])
    made = second.of(np.array([0, 1], dtype=np.int32))
    assert (made.base[1].tolist(), made.ready[1].tolist()) == ([50.0, 60.0], [True, True])
    assert made.debuts == [(1, 0)]
    assert second.base_in_first()[:2].tolist() == [100.0, 50.0]
    assert first.opened.codes.tolist() == [0]


ROW = st.tuples(
    st.sampled_from([None, 9.0, 10.0, 10.0, 14.0]),  # close
    st.sampled_from([None, 9.0, 10.0, 10.0, 14.0]),  # base price
    st.sampled_from([0, 1, 1]),  # volume
    st.sampled_from([10, 10, 20]),  # shares
    st.sampled_from([False, False, False, True]),  # no row
)


@given(
    st.lists(st.lists(ROW, min_size=1, max_size=N), min_size=1, max_size=3),
    st.booleans(),
    st.integers(1, N),
    st.sampled_from([(), (3,)]),
    st.sampled_from([None, 2, 3, 4]),
)
def test_a_line_that_is_left_is_as_it_would_be_worked_out(
    histories: list[list[tuple[Any, ...]]],
    complete: bool,
    cut: int,
    unobserved: tuple[int, ...],
    ends: int | None,
) -> None:
    lines = [line("Z", [10.0] * N, base={n: 10.0 for n in range(N)}, skip=unobserved)]
    for number, rows in enumerate(histories):
        start = N - len(rows)
        away = tuple(start + n for n, row in enumerate(rows) if row[4])
        made = line(
            "ABC"[number],
            [row[0] for row in rows],
            [row[3] for row in rows],
            start=start,
            base={start + n: row[1] for n, row in enumerate(rows)},
            volume={start + n: row[2] for n, row in enumerate(rows)},
            skip=(*away, *unobserved),
        )
        if made:
            lines.append(made)
    sessions = [{"date": day(n)} for n in range(N) if n not in unobserved]
    tables: dict[str, Any] = {"sessions": sessions}
    if ends is not None:
        tables["corporate_actions"] = [action("A", ends, "tender", final_price=8.0)]
    over = market(*lines, complete=complete, facts={"price_limit": 0.3}, **tables)
    stops = sorted({min(cut, len(sessions)), min(cut + 2, len(sessions)), len(sessions)})
    some = blocks(over, *stops)
    with mock.patch.object(pass_of_lines, "touched", all_of_them):
        every = blocks(over, *stops)
    codes = np.arange(len(over.symbols), dtype=np.int32)
    for left, worked in zip(some, every, strict=True):
        assert_same(left, worked, codes)


def all_of_them(rows: DailyRows, *_: Any) -> Touched:
    nothing = np.zeros(0, dtype=np.int32)
    every = np.arange(rows.raw.shape[1], dtype=np.int32)
    return Touched(every, Cells(nothing, nothing, np.zeros(0)), nothing)


def assert_same(left: LineBlock, worked: LineBlock, codes: Any) -> None:
    made, oracle = left.of(codes), worked.of(codes)
    for name in ("close", "base", "last", "shares", "share_factor", "ready", "traded", "missing"):
        np.testing.assert_array_equal(getattr(made, name), getattr(oracle, name), err_msg=name)
    assert sorted(made.debuts) == sorted(oracle.debuts)
    assert repr(made.events) == repr(oracle.events)  # a NaN is not itself
    np.testing.assert_array_equal(left.base_in_first(), worked.base_in_first())
    for name in ("close", "raw_close", "counted", "traded", "first_seen", "last_seen", "gone"):
        np.testing.assert_array_equal(getattr(left.end, name), getattr(worked.end, name))
