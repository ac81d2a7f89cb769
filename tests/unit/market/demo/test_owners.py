"""Stakes of the demo market's lines: they are parts of one whole, whatever was drawn."""

from __future__ import annotations

import indexcalc as ic
from indexcalc.market import arrow


def test_a_founder_and_a_state_never_hold_more_than_there_is() -> None:
    """Among 400 lines one was drawn with 91 % and 12 %: its float factor would be below zero."""
    market = ic.Market.demo(securities=400, years=3)
    factors = arrow.floats(market.table("float_factors").column("float_factor"))
    assert 0 < factors.min() < 0.05
    assert factors.max() <= 1
