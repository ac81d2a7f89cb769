"""The state of line prices, kept and taken up in a market with more lines."""

from __future__ import annotations

import numpy as np

from indexcalc.calculation.compute import line_prices
from indexcalc.calculation.plan import Request, make_plan
from indexcalc.calculation.prices.line_prices import LinePrices
from indexcalc.calculation.prices.lines import NEVER_SEEN, Pending, State
from indexcalc.live import line_state
from indexcalc.live.saved_state import Kept
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

TENTH = 0.1 + 0.2


def prices(*symbols: str) -> LinePrices:
    over = market(*(line(symbol, [100, 101]) for symbol in symbols))
    plan = make_plan(load_family([small.rule(small.CAP)]), over, Request())
    return next(iter(line_prices(plan).values()))


def moved() -> LinePrices:
    """Lines B and D; D has ended, B waits for the new shares of a split."""
    lines = prices("B", "D")
    lines.state = State(
        close=np.array([TENTH, 3.0]),
        raw_close=np.array([1.5, np.nan]),
        listed=np.array([1000.0, 500.0]),
        counted=np.array([2000.0, 500.0]),
        present=np.array([True, False]),
        traded=np.array([True, False]),
        first_seen=np.array([10, 11], dtype=np.int32),
        last_seen=np.array([20, 15], dtype=np.int32),
        day=20,
        pending={0: [Pending(0, TENTH, 25, 3, True)]},
        gone={1},
        ended={1: TENTH},
        frozen={0: 2.5},
        unjudged={0},
        entering={0: 1.25},
    )
    return lines


def test_what_was_kept_is_found_by_symbol_and_a_new_line_is_not_listed() -> None:
    kept = Kept(("B", "D"))
    line_state.keep(moved(), kept.part("lines", ("B", "D")))
    lines, symbols = prices("A", "B", "D"), ("A", "B", "D")
    line_state.take_up(lines, kept.part("lines", symbols))
    state = lines.state
    np.testing.assert_array_equal(state.close, [np.nan, TENTH, 3.0])
    np.testing.assert_array_equal(state.raw_close, [np.nan, 1.5, np.nan])
    np.testing.assert_array_equal(state.listed, [np.nan, 1000.0, 500.0])
    np.testing.assert_array_equal(state.counted, [np.nan, 2000.0, 500.0])
    assert state.present.tolist() == [False, True, False]
    assert state.traded.tolist() == [False, True, False]
    assert state.first_seen.tolist() == [NEVER_SEEN[0], 10, 11]
    assert state.last_seen.tolist() == [NEVER_SEEN[1], 20, 15]
    assert (state.day, state.gone, state.unjudged) == (20, {2}, {1})
    assert (state.ended, state.frozen, state.entering) == ({2: TENTH}, {1: 2.5}, {1: 1.25})
    ((code, (item,)),) = state.pending.items()
    assert (code, item.code, item.factor, item.list_day) == (1, 1, TENTH, 25)
    assert (item.since, item.warned) == (3, True)


def test_what_is_kept_does_not_move_with_the_lines() -> None:
    lines, kept = moved(), Kept(("B", "D"))
    line_state.keep(lines, kept.part("lines", ("B", "D")))
    lines.state.close[0] = 9.0
    again = prices("B", "D")
    line_state.take_up(again, kept.part("lines", ("B", "D")))
    assert again.state.close[0] == TENTH
    assert again.state.pending[1] == []  # a line without any waits for nothing
