"""What trading over several sessions gains against trading all at once, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.analysis.flows.holdings import ActionDays
from indexcalc.analysis.flows.spread_over_sessions import spread_difference
from indexcalc.analysis.flows.trades import Trades
from indexcalc.analysis.flows.volumes import Traded
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market
from tests.unit.calculation.small import action, day, line, market


def difference(over: Market, units: float, on: int, sessions: int, rate: float = 1.0) -> float:
    """Trading ``units`` of A, at 100 all at once, on session ``on``."""
    codes, nothing = np.zeros(1, dtype=np.int32), np.zeros(1)
    trades = Trades(
        codes=codes,
        units=np.array([units]),
        price=np.array([100.0]),
        rate=np.array([rate]),
        money=np.array([units * 100.0 * rate]),
        position=nothing,
        causes={},
        cash=0.0,
        added=np.zeros(1, dtype=np.bool_),
        removed=np.zeros(1, dtype=np.bool_),
    )
    traded = Traded(over, codes, ActionDays(over))
    return spread_difference(traded, trades, day_number(day(on)), sessions)


PLAIN = market(line("A", [100, 103, 106, 109]))


def test_a_buyer_loses_what_the_mean_lies_above_the_price() -> None:
    """Closes 100, 103, 106: mean 103, 3 above; 10 units cost 30 more, sales gain them."""
    assert difference(PLAIN, 10.0, 1, 3) == pytest.approx(-30.0, abs=1e-12)
    assert difference(PLAIN, -10.0, 1, 3) == pytest.approx(30.0, abs=1e-12)
    assert difference(PLAIN, 10.0, 1, 3, rate=2.0) == pytest.approx(-60.0, abs=1e-12)
    assert difference(PLAIN, 10.0, 1, 2) == pytest.approx(-15.0, abs=1e-12)


def test_all_at_once_or_nothing_to_trade_is_no_difference() -> None:
    assert difference(PLAIN, 10.0, 1, 1) == 0.0
    assert difference(PLAIN, 0.0, 1, 3) == 0.0


def test_closes_after_the_data_are_not_known() -> None:
    assert difference(PLAIN, 10.0, 2, 3) == pytest.approx(-10 * ((100 + 106 + 109) / 3 - 100))
    assert np.isnan(difference(PLAIN, 10.0, 2, 4))


def test_prices_after_share_actions_are_in_shares_of_the_effective_session() -> None:
    """Split in two and three for one on session 2: 20 is 120; the split of session 1 is in the price."""
    over = market(
        line("A", [200, 100, 20]),
        corporate_actions=[
            action("A", 1, "split", ratio=2.0),
            action("A", 2, "split", ratio=2.0, sequence=1),
            action("A", 2, "bonus", ratio=3.0, sequence=2),
        ],
    )
    assert difference(over, 10.0, 1, 3) == pytest.approx(-10 * (320 / 3 - 100), abs=1e-12)


def test_a_line_without_a_close_counts_at_its_last() -> None:
    """100, 104 and again 104: 8 / 3 above."""
    over = market(line("A", [100, 104]), line("B", [1, 1, 1]))
    assert difference(over, 3.0, 1, 3) == pytest.approx(-8.0, abs=1e-12)
