"""The chain of a block: by hand, and against the same sessions taken one at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indexcalc.arrays import Floats
from indexcalc.calculation.levels.held_shares import ShareCells
from indexcalc.calculation.levels.index_terms import IndexTerms, Scheme
from indexcalc.calculation.levels.level_and_divisor import chain, step
from indexcalc.calculation.levels.level_block import LevelBlock, LevelState
from indexcalc.calculation.members.held import Held
from indexcalc.calculation.returns.returns import Flow, ReturnState
from indexcalc.diagnostics import DataError


def block_of(value: list[float], opening: list[float], paid: list[float]) -> LevelBlock:
    """A block of one line that is held throughout, with its sums made."""
    size = len(value)
    held = Held(np.array([0], np.int32), np.ones((1, size), np.bool_), None, (), (), frozenset())
    block = LevelBlock.blank(held, 0, 1)
    block.held_shares = ShareCells(size).shares()
    block.value[:], block.opening[:], block.paid[:] = value, opening, paid
    return block


def terms(decimals: int | None = None) -> IndexTerms:
    return IndexTerms(
        index="test",
        scheme=Scheme(),
        base_level=100.0,
        begin=0,
        start=0,
        last_session=9,
        divisor_decimals=decimals,
    )


def chained(
    block: LevelBlock, cuts: list[int], decimals: int | None = None, rebase: int | None = None
) -> LevelState:
    """The block taken in the parts that ``cuts`` begin."""
    state = LevelState(np.zeros(1), np.zeros(1, np.bool_), net=[ReturnState()])
    for start, stop in zip(cuts, [*cuts[1:], block.value.size], strict=True):
        columns = slice(start, stop)
        flow = Flow(block.value[columns], block.opening[columns], block.paid[columns])
        half = Flow(flow.value, flow.opening, flow.paid / 2)
        flows = [(state.gross, flow), (state.net[0], half)]
        chain(columns, flows, rebase, terms(decimals), state, block)
    return state


def test_the_level_is_that_before_times_s_over_r_and_the_divisor_takes_the_rest() -> None:
    # Starts at 50 (divisor 0.5).  Then 55/50.  Then 20 more are put in at the start: R 75, S 60.
    block = block_of([50, 55, 60], [0, 50, 75], [0, 0, 0])
    state = chained(block, [0])
    assert block.level.tolist() == pytest.approx([100, 110, 110 * 60 / 75])
    assert block.divisor.tolist() == pytest.approx([0.5, 0.5, 0.5 * 75 / 55])
    assert block.divisor_before.tolist() == pytest.approx([0.5, 0.5, 0.5])
    assert (state.level, state.value) == (block.level[-1], 60.0)
    assert block.value[2] / block.divisor[2] == pytest.approx(block.level[2])


def test_what_is_paid_is_put_in_at_the_close_all_of_it_or_what_is_left_of_it() -> None:
    block = block_of([50, 54], [0, 50], [0, 2])
    chained(block, [0])
    assert block.total_return.tolist() == pytest.approx([100, 112])
    assert block.net_return[0].tolist() == pytest.approx([100, 110])


def test_with_nothing_held_the_level_stays_and_goes_on_from_there() -> None:
    # After the second session nothing is held for one; then 30 are bought at the level there is.
    block = block_of([50, 55, 0, 33], [0, 50, 0, 30], [0, 0, 0, 0])
    chained(block, [0])
    assert block.empty.tolist() == [False, False, True, False]
    assert block.level.tolist() == pytest.approx([100, 110, 110, 121])
    assert block.divisor[3] == pytest.approx(30 / 110)


def test_the_series_begins_again_at_a_rebase() -> None:
    block = block_of([50, 60, 80, 88], [0, 50, 60, 80], [0, 0, 0, 0])
    chained(block, [0], rebase=2)
    assert block.level[2:].tolist() == pytest.approx([100, 110])
    assert block.total_return[2:].tolist() == pytest.approx([100, 110])
    assert block.opening[2] == 80


def test_a_rounded_divisor_makes_the_level() -> None:
    # 10 / 100 = 0.1; at the second session 0.1 * 14 / 11 = 0.12727 -> 0.13.
    block = block_of([10, 11, 13], [0, 10, 14], [0, 0, 0])
    chained(block, [0], decimals=2)
    assert block.divisor.tolist() == [0.1, 0.1, 0.13]
    assert block.level.tolist() == pytest.approx([100, 110, 100])


def test_a_divisor_that_rounds_to_zero_is_refused() -> None:
    # 0.4 / 100 = 0.004: at the start; 0.01 * 3 / 11 = 0.0027: later.
    for value, opening in (([0.4], [0]), ([1, 11, 3], [0, 1, 3])):
        with pytest.raises(DataError) as caught:
            chained(block_of(value, opening, [0.0] * len(value)), [0], decimals=2)
        assert caught.value.diagnostics[0].code == "CAL031"


amounts = st.sampled_from([0.0, 0.0, 1.0, 7.0, 33.1, 1e-3, 987654.321])
sessions = st.lists(st.tuples(amounts, amounts, amounts), min_size=2, max_size=12)


def one_by_one(rows: list[tuple[float, float, float]], decimals: int | None) -> Floats:
    """Level and divisor by ``step`` alone, the start apart."""
    block = block_of(*map(list, zip(*rows, strict=True)))
    state = chained(block, list(range(len(rows))), decimals)
    again = LevelState(np.zeros(1), np.zeros(1, np.bool_))
    made = []
    for place, (value, opening, _) in enumerate(rows):
        if place == 0:
            first = block_of([value], [opening], [0.0])
            again = chained(first, [0], decimals)
        else:
            step(again, value, opening, terms(decimals))
        made.append((again.level, again.divisor))
    assert state.level == again.level
    return np.array(made).T


@given(sessions, st.data(), st.sampled_from([None, 3]))
def test_sessions_taken_together_have_the_bits_of_sessions_taken_alone(
    rows: list[tuple[float, float, float]], data: st.DataObject, decimals: int | None
) -> None:
    rows[0] = (max(rows[0][0], 1.0), *rows[0][1:])
    cuts = sorted({0, *data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=3))})
    together = block_of(*map(list, zip(*rows, strict=True)))
    alone = block_of(*map(list, zip(*rows, strict=True)))
    try:
        chained(together, cuts, decimals)
    except DataError:
        assume(False)  # the divisor rounds to zero
    chained(alone, list(range(len(rows))), decimals)
    for name in ("level", "divisor", "divisor_before", "total_return", "net_return", "empty"):
        assert getattr(together, name).tobytes() == getattr(alone, name).tobytes(), name
    level, divisor = one_by_one(rows, decimals)
    assert together.level.tobytes() == level.tobytes()
    assert together.divisor.tobytes() == divisor.tobytes()
