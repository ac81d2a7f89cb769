"""Prices in whole ticks, by the table of the Korea Exchange."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.market.demo.ticks import tick_price, to_tick

BY_HAND = [
    (1_998.6, 1_999),  # whole won below 2,000
    (1_999.6, 2_000),
    (2_002.4, 2_000),  # 5 won from 2,000
    (2_002.6, 2_005),
    (4_998, 5_000),
    (5_004, 5_000),  # 10 won from 5,000
    (5_006, 5_010),
    (19_994, 19_990),
    (20_024, 20_000),  # 50 won from 20,000
    (49_980, 50_000),
    (50_060, 50_100),  # 100 won from 50,000
    (199_940, 199_900),
    (200_260, 200_500),  # 500 won from 200,000
    (500_400, 500_000),  # 1,000 won from 500,000
    (99.4, 100),  # never lower
    (1.0, 100),
]


@pytest.mark.parametrize(("price", "expected"), BY_HAND)
def test_one_price(price: float, expected: float) -> None:
    assert tick_price(price) == expected


def test_many_prices_of_any_shape() -> None:
    prices = np.array([price for price, _ in BY_HAND]).reshape(4, 4)
    assert to_tick(prices).reshape(-1).tolist() == [expected for _, expected in BY_HAND]
