"""Rates at which lines count: by session and the one before, and those that were needed and absent."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.calculation.returns.currencies import Exchange
from indexcalc.market.market import Market
from tests.unit.calculation.small import day, line, market, rates

BOTH = np.array([0, 1], dtype=np.int32)


def two_currencies() -> Market:
    """A in won, B in dollars at 1,000 and 1,100 won; no rate on session 2."""
    return market(
        line("A", [10, 10, 10]),
        line("B", [1, 1, 1]),
        securities=[
            {"symbol": "A", "valid_from": day(0), "currency": "KRW"},
            {"symbol": "B", "valid_from": day(0), "currency": "USD"},
        ],
        fx=rates({"USD": [1000.0, 1100.0]}),
    )


def test_rates_of_the_session_and_of_the_one_before() -> None:
    exchange = Exchange(two_currencies(), "KRW")
    assert exchange.foreign
    np.testing.assert_array_equal(exchange.now(0, 3, BOTH), [[1, 1, 1], [1000, 1100, np.nan]])
    np.testing.assert_array_equal(exchange.before(1, 3, BOTH), [[1, 1], [1000, 1100]])
    # Nothing lies before the first session of all.
    np.testing.assert_array_equal(exchange.before(0, 2, BOTH), [[1, 1], [1, 1000]])


@pytest.mark.parametrize(
    ("held_b", "start", "missing"),
    [
        ([False, False, False], 0, set()),
        ([True, True, False], 0, set()),
        ([False, False, True], 0, {(2, "USD")}),
    ],
)
def test_only_a_rate_that_is_needed_is_missed(
    held_b: list[bool], start: int, missing: set[tuple[int, str]]
) -> None:
    exchange = Exchange(two_currencies(), "KRW")
    exchange.check(BOTH, np.array([[True] * 3, held_b]), 0, start)
    assert exchange.missing == missing


def test_the_rate_before_is_needed_after_the_start_only() -> None:
    """Without a rate on session 0 an index begun there lacks it; one begun on session 1 lacks none."""
    over = two_currencies()
    for start, missing in ((0, {(0, "USD")}), (1, set())):
        exchange = Exchange(over, "KRW")
        exchange.rates[exchange.of_line[1], 0] = np.nan
        exchange.check(BOTH, np.ones((2, 1), dtype=np.bool_), 1, start)
        assert exchange.missing == missing


def test_an_index_in_the_currency_of_all_its_lines_asks_for_no_rate() -> None:
    exchange = Exchange(market(line("A", [10, 10])), "KRW")
    exchange.check(np.array([0], dtype=np.int32), np.ones((1, 2), dtype=np.bool_), 0, 0)
    assert not exchange.foreign
    assert exchange.missing == set()
