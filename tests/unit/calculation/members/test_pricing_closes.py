"""Closes of pricing sessions, put through what happens until the weights take effect, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.calculation.members.pricing_closes import PricingCloses
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.market.market import Market
from tests.unit.calculation.prices.line_blocks import blocks
from tests.unit.calculation.small import action, line, market

BOTH = np.array([0, 1], dtype=np.int32)
# A splits in two on session 3 and moves on; B has its first price on session 4.
OVER = market(
    line("A", [100, 110, 120, 65, 70, 80]),
    line("B", [None, None, None, None, 7, 8], volume=dict.fromkeys(range(4), 0)),
    corporate_actions=[action("A", 3, "split", ratio=2.0)],
)


def taken(
    asks: list[tuple[int, int]], *stops: int, over: Market = OVER
) -> tuple[PricingCloses, list[IndexLines]]:
    closes = PricingCloses((pricing, effective, BOTH) for pricing, effective in asks)
    lines = [IndexLines.of(block, BOTH) for block in blocks(over, *stops)]
    for part in lines:
        closes.take(part)
    return closes, lines


@pytest.mark.parametrize("stops", [(6,), (2, 4, 6), (1, 2, 3, 4, 5, 6)])
def test_a_close_goes_through_the_events_up_to_the_effective_session(
    stops: tuple[int, ...],
) -> None:
    """110 on session 1 is 55 after the split of session 3; B is weighed at the price it enters at."""
    closes, _ = taken([(1, 5)], *stops)
    assert closes.at(5).tolist() == [55.0, 7.0]


def test_the_session_before_is_the_base_price_itself() -> None:
    closes, _ = taken([(2, 3), (4, 5)], 6)
    np.testing.assert_array_equal(closes.at(3)[:1], [60.0])
    assert closes.at(5).tolist() == [70.0, 7.0]


def test_events_of_the_pricing_session_are_in_its_close() -> None:
    """65 on session 3 is after the split of that session."""
    closes, _ = taken([(3, 5)], 6)
    assert closes.at(5).tolist() == [65.0, 7.0]


def test_a_pricing_session_is_never_later_than_the_one_before_the_effective() -> None:
    closes, _ = taken([(5, 5)], 6)
    assert closes.at(5).tolist() == [70.0, 7.0]


def test_a_line_without_any_price_before_is_weighed_at_its_first_close() -> None:
    closes, _ = taken([(2, 4)], 6)
    assert closes.at(4).tolist() == [60.0, 7.0]


def test_lines_are_asked_for_once_their_pricing_session_has_come() -> None:
    closes = PricingCloses([(1, 5, BOTH), (3, 5, BOTH[:1])])
    assert closes.codes(0) == []
    assert [codes.tolist() for codes in closes.codes(2)] == [[0, 1]]
    assert [codes.tolist() for codes in closes.codes(3)] == [[0, 1], [0]]


def test_what_waits_is_handed_on_and_taken_up() -> None:
    closes, _ = taken([(1, 5), (4, 5)], 4)
    waiting = closes.waiting(3)
    assert list(waiting) == [5]
    codes, price = waiting[5]
    assert codes.tolist() == [0, 1]
    np.testing.assert_array_equal(price, [55.0, np.nan])
    assert closes.waiting(5) == {}
    again = PricingCloses([(1, 5, BOTH)])
    assert again.resume(3, waiting) == []
    again.take(IndexLines.of(blocks(OVER, 4, 6)[1], BOTH))
    assert again.at(5).tolist() == [55.0, 7.0]


def test_what_was_not_kept_is_told() -> None:
    again = PricingCloses([(1, 5, BOTH), (4, 5, BOTH), (0, 2, BOTH)])
    assert again.resume(3, {}) == [5]
    other = PricingCloses([(1, 5, BOTH)])
    assert other.resume(3, {5: (BOTH[:1], np.array([55.0]))}) == [5]
