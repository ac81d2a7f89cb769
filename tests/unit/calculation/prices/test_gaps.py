"""Which moves ask for an event: beyond the daily limit, or of shares that the price undoes."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.arrays import Floats
from indexcalc.calculation.prices.gaps import Gaps, large_steps, look_again
from tests.unit.calculation.prices.price_lines import price_lines
from tests.unit.calculation.small import line, market

LIMIT = {"price_limit": 0.3}


def gaps(passed: list[int], limited: bool = True) -> Gaps:
    over = market(line("A", [1.0]), facts=LIMIT if limited else None)
    return Gaps(over, np.array(passed))


def test_bounds_widen_with_the_sessions_passed() -> None:
    """30 % a session: 0.7 to 1.3 over one, 0.49 to 1.69 over two."""
    low, high = gaps([1, 2]).bounds(0, 2)
    assert low == pytest.approx([0.7, 0.49], rel=1e-8)
    assert high == pytest.approx([1.3, 1.69], rel=1e-8)
    # A close exactly at the limit is within it.
    assert low[0] < 0.7
    assert high[0] > 1.3


def test_a_step_of_a_tenth_is_large_either_way() -> None:
    step = np.array([1.0, 1.09, 1.1, 1 / 1.1, 0.92, np.nan])
    assert large_steps(step).tolist() == [False, False, True, True, False, False]


@pytest.mark.parametrize(
    ("close", "listed", "limited", "exchange", "suspect"),
    [
        (131.0, 10.0, True, None, True),
        (129.0, 10.0, True, None, False),
        (131.0, 10.0, False, None, False),
        (80.0, 12.0, False, None, True),  # a fifth more shares, and the price falls
        (120.0, 12.0, False, None, False),  # a fifth more shares, and the price rises
        (131.0, 10.0, True, np.array([[100.0]]), False),
        (131.0, 10.0, True, np.array([[np.nan]]), True),
    ],
)
def test_suspects(
    close: float, listed: float, limited: bool, exchange: Floats | None, suspect: bool
) -> None:
    lines = price_lines([[close]], base=[[100.0]])
    found = gaps([1], limited).suspects(lines, np.array([[listed]]), np.array([10.0]), exchange)
    assert found.tolist() == [[suspect]]


def test_a_gap_holds_the_line_unmoved() -> None:
    """150 after 100 under a limit of 30 %: told as a gap, and the base price is the close."""
    lines = price_lines([[150.0]], base=[[100.0]])
    gaps([1]).check(lines, 0, 0, 100.0, 1.0, False, np.nan, 10.0)
    (event,) = lines.events
    assert (event.kind, event.before, event.after) == ("gap", 100.0, 150.0)
    assert lines.base.tolist() == [[150.0]]


def test_a_base_price_of_the_exchange_explains_the_move() -> None:
    """Without an action row the move of the base itself, 50 after 100, is told; the line moves on."""
    for explained, kinds in ((False, ["base_unexplained"]), (True, [])):
        lines = price_lines([[51.0]], base=[[50.0]])
        gaps([1]).check(lines, 0, 0, 100.0, 1.0, explained, 50.0, 10.0)
        assert [event.kind for event in lines.events] == kinds
        assert lines.base.tolist() == [[50.0]]


def test_what_follows_a_carried_price_is_judged_again_up_to_the_next_trade() -> None:
    """No trade in column 1, a stated base in 2, a trade in 3: 2 and 3 are added, 4 is not."""
    lines = price_lines([[1.0] * 5], traded=[[True, False, False, True, True]])
    exchange = np.array([[np.nan, np.nan, 1.0, np.nan, 1.0]])
    waiting = [0, 3]
    assert look_again(waiting, lines, 0, 0, exchange)
    assert waiting == [0, 2, 3]
    lines = price_lines([[1.0] * 3], traded=[[True, False, False]])
    assert not look_again(waiting, lines, 0, 0, np.full((1, 3), np.nan))
