"""The trades of a session against calculations by hand.

Assets of 1,000 follow an index; every expected number is worked out in the comment beside it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.analysis.flows.flows import Flows, flows
from indexcalc.analysis.flows.trades import CAUSES, trades_of
from tests.unit.analysis.flows.three_lines import turn
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, dividend, given, line, market

CLOSE = 1e-12
ASSETS = 1000.0
CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"


def study(text: str, over: Any, **options: Any) -> Flows:
    return flows(small.rule(text), over, aum=ASSETS, every_session=True, **options)


def by_symbol(made: Flows, on: int) -> dict[str, dict[str, Any]]:
    return {
        row["symbol"]: row for row in made.trades.to_pylist() if row["effective_date"] == day(on)
    }


def sums_hold(made: Flows) -> None:
    """Causes sum to each trade, and the trades of a session to its cash."""
    rows = made.trades.to_pylist()
    for row in rows:
        assert sum(row[cause] for cause in CAUSES) == pytest.approx(row["amount"], abs=1e-9)
    for review in made.reviews.to_pylist():
        total = sum(r["amount"] for r in rows if r["effective_date"] == review["effective_date"])
        assert total == pytest.approx(review["cash"], abs=1e-9)
        assert review["bought"] - review["sold"] == pytest.approx(review["cash"], abs=1e-9)


def test_a_special_dividend_is_cash_put_into_both_lines() -> None:
    """q 10 and 5, closes 100 and 50, 20 a share on the first: k0 = 0.8, cash 160, k1 = 1000 / 1050."""
    over = market(
        line("A", [100, 100, 80], 10),
        line("B", [50, 50, 50], 5),
        memberships=given("A", "B"),
        dividends=[dividend("A", 2, 20.0, "special")],
    )
    made = study(CAP, over)
    rows = by_symbol(made, 2)
    assert rows["A"]["units"] == pytest.approx(9.523809523809524 - 8, abs=CLOSE)
    assert rows["B"]["units"] == pytest.approx(4.761904761904762 - 4, abs=CLOSE)
    assert rows["A"]["cash"] == pytest.approx(
        160 * 640 / 840, abs=1e-9
    )  # its share of what is held
    assert made.reviews.to_pylist()[0]["cash"] == pytest.approx(160.0, abs=1e-9)
    assert rows["A"]["others"] == pytest.approx(0.0, abs=1e-9)
    sums_hold(made)


def test_a_split_is_no_trade() -> None:
    over = market(
        line("A", [100, 100, 50], [10, 10, 20]),
        line("B", [50, 50, 50], 5),
        memberships=given("A", "B"),
        corporate_actions=[action("A", 2, "split", ratio=2.0)],
    )
    assert study(CAP, over).trades.num_rows == 0


def test_rights_are_paid_for_by_selling_a_little_of_everything() -> None:
    """A 10 at 100, one new for one at 50: 20 at 75 held, 500 x k0 paid; B 20 at 50.  k0 = 1000 / 2000:
    held A 10 (750), B 10 (500), cash -250; k1 = 1000 / 2500 = 0.4: A 8 (-2), B 8 (-2)."""
    over = market(
        line("A", [100, 100, 75], [10, 10, 20]),
        line("B", [50, 50, 50], 20),
        memberships=given("A", "B"),
        corporate_actions=[action("A", 2, "rights", ratio=1.0, price=50.0)],
    )
    made = study(CAP, over)
    rows = by_symbol(made, 2)
    assert rows["A"]["units"] == pytest.approx(-2.0, abs=CLOSE)
    assert rows["B"]["units"] == pytest.approx(-2.0, abs=CLOSE)
    assert made.reviews.to_pylist()[0]["cash"] == pytest.approx(-250.0, abs=1e-9)
    sums_hold(made)


def test_new_shares_are_bought_by_selling_the_others() -> None:
    """A 10 -> 20 at 100, B 20 at 50: k0 = 0.5 (A 5, B 10), k1 = 1000 / 3000: A 6.6667, B 6.6667."""
    over = market(
        line("A", [100, 100, 100], [10, 10, 20]),
        line("B", [50, 50, 50], 20),
        memberships=given("A", "B"),
    )
    made = study(CAP, over)
    rows = by_symbol(made, 2)
    assert rows["A"]["units"] == pytest.approx(20 / 3 - 5, abs=CLOSE)
    assert rows["B"]["units"] == pytest.approx(20 / 3 - 10, abs=CLOSE)
    # Own: k1 x 10 new shares x 100; the rest of A's trade is from the change of k.
    assert rows["A"]["shares"] == pytest.approx(1000 / 3, abs=1e-9)
    assert rows["A"]["others"] == pytest.approx((1 / 3 - 1 / 2) * 10 * 100, abs=1e-9)
    assert rows["B"]["shares"] == 0.0
    sums_hold(made)


def test_one_added_one_dropped() -> None:
    """B leaves, C joins with 40 x 25: k0 = 0.5, k1 = 1000 / 2000: A stays, B -10, C +20."""
    trades = trades_of(turn(after=np.array([10.0, 0.0, 40.0])), ASSETS)
    np.testing.assert_allclose(trades.units, [0.0, -10.0, 20.0], atol=CLOSE)
    np.testing.assert_allclose(trades.money, [0.0, -500.0, 500.0], atol=1e-9)
    np.testing.assert_allclose(trades.causes["joined_left"], [0.0, -500.0, 500.0], atol=1e-9)
    assert trades.added.tolist() == [False, False, True]
    assert trades.removed.tolist() == [False, True, False]
    assert trades.bought == trades.sold == pytest.approx(500.0, abs=1e-9)


def test_a_float_change_and_a_cap_reset_are_told_apart() -> None:
    """A's float factor 0.5 -> 0.6 and B's cap 1 -> 0.75.

    A 10 -> 12, B 20 -> 15: k1 = 1000 / (1200 + 750); own of A k1 x 2 x 100, of B k1 x -5 x 50.
    """
    one = np.ones(3)
    base = {"shares": one, "inclusion_factor": one}
    trades = trades_of(
        turn(
            after=np.array([12.0, 15.0, 0.0]),
            old={**base, "float_factor": np.array([0.5, 1.0, 1.0]), "capping_factor": one},
            new={
                **base,
                "float_factor": np.array([0.6, 1.0, 1.0]),
                "capping_factor": np.array([1.0, 0.75, 1.0]),
            },
        ),
        ASSETS,
    )
    k1 = 1000 / 1950
    np.testing.assert_allclose(trades.causes["float_factor"], [k1 * 200, 0, 0], atol=1e-9)
    np.testing.assert_allclose(trades.causes["capping_factor"], [0, -k1 * 250, 0], atol=1e-9)
    np.testing.assert_allclose(trades.causes["shares"], 0.0, atol=1e-9)
    np.testing.assert_allclose(trades.units, [k1 * 12 - 5, k1 * 15 - 10, 0], atol=CLOSE)


def test_weights_that_are_set_anew_are_one_cause() -> None:
    trades = trades_of(turn(after=np.array([12.0, 16.0, 0.0]), sets_weights=True), ASSETS)
    np.testing.assert_allclose(trades.causes["target_weight"], [100.0, -100.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(trades.causes["others"], 0.0, atol=1e-9)


def test_a_takeover_in_shares_is_no_trade_of_the_target() -> None:
    """B is taken over by A, one share of A for two of B: the shares come, and nothing of B is sold."""
    over = market(
        line("A", [100, 100, 100], [10, 10, 20]),
        line("B", [50, 50], 20),
        line("C", [10, 10, 10], 10),
        memberships=given("A", "B", "C"),
        corporate_actions=[action("B", 2, "merger", ratio=0.5, other_symbol="A")],
    )
    made = study(CAP, over)
    # 10 of B's holders' A are received; the index counts 20 of A: nobody trades.
    assert made.trades.num_rows == 0, made.trades.to_pylist()
    # It left the list all the same.
    (review,) = made.reviews.to_pylist()
    assert (review["added"], review["removed"], review["traded"]) == (0, 1, 0)


def test_a_float_factor_of_the_market_that_changes() -> None:
    """A 10 at 100 by 0.5, then 0.8; B 20 at 25: k0 = 1, q 5 and 20 become 8 and 20, k1 = 1000 / 1300."""
    over = market(
        line("A", [100] * 4, 10),
        line("B", [25] * 4, 20),
        float_factors=[
            {"symbol": "A", "effective_date": day(0), "known_at": day(0), "float_factor": 0.5},
            {"symbol": "B", "effective_date": day(0), "known_at": day(0), "float_factor": 1.0},
            {"symbol": "A", "effective_date": day(3), "known_at": day(1), "float_factor": 0.8},
        ],
    )
    text = small.HEAD + small.EVERY_SESSION + "weighting: {scheme: float_market_cap}\n"
    made = study(text, over)
    rows = by_symbol(made, 3)
    assert rows["A"]["units"] == pytest.approx(8 / 1.3 - 5, abs=CLOSE)
    assert rows["B"]["units"] == pytest.approx(20 / 1.3 - 20, abs=CLOSE)
    assert rows["A"]["float_factor"] == pytest.approx(300 / 1.3, abs=1e-9)
    assert rows["A"]["others"] == pytest.approx(8000 / 13 - 500 - 3000 / 13, abs=1e-9)
    assert rows["A"]["of_float"] == pytest.approx((8 / 1.3 - 5) / 8, abs=CLOSE)
    assert rows["B"]["float_factor"] == 0.0
    sums_hold(made)


def test_a_cap_that_is_set_anew() -> None:
    """A 10 at 100 of 1500 is capped at 60 % by 0.75.  At 150 the next list needs 0.5: k0 = 1000 / 1625,
    held 7.5 k0 and 10 k0; q 5 and 10 are worth 1250, so k1 = 0.8."""
    over = market(
        line("A", [100, 100, 150, 150], 10),
        line("B", [50] * 4, 10),
        memberships=[*given("A", "B"), *given("A", "B", on=3)],
    )
    text = small.GIVEN.replace("months: [1]", "months: [1, 2]")
    text += "weighting: {scheme: market_cap, caps: [{per: security, limit: 60%}]}\n"
    made = study(text, over)
    rows = by_symbol(made, 3)
    k0 = 1000 / 1625
    assert rows["A"]["units"] == pytest.approx(4 - 7.5 * k0, abs=CLOSE)
    assert rows["B"]["units"] == pytest.approx(8 - 10 * k0, abs=CLOSE)
    assert rows["A"]["capping_factor"] == pytest.approx(-0.8 * 2.5 * 150, abs=1e-9)
    assert rows["A"]["others"] == pytest.approx(600 - 7.5 * k0 * 150 + 300, abs=1e-9)
    assert rows["B"]["capping_factor"] == 0.0
    assert rows["A"]["shares"] == pytest.approx(0.0, abs=1e-9)
    sums_hold(made)
