"""The pro-forma of the day before is the opening composition, to the bit."""

from __future__ import annotations

import datetime as dt

import pytest

import indexcalc as ic
from indexcalc.analysis.coming_list import coming_list
from indexcalc.calculation.plan import Request
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.load.family import load_family
from tests.unit.analysis.coming_review import FILL, RULE, market_until, review_of

# By market capitalisation, capped, equal, by inverse volatility, in two currencies, of lists of another.
RULES = (
    "top-n-buffer", "ucits-5-10-40", "equal-weight", "kospi200-cap20",
    "kospi200-ex-mega-cap", "inverse-volatility", "global-two-currency",
)  # fmt: skip


@pytest.fixture(scope="module")
def market() -> ic.Market:
    return ic.Market.demo(securities=100, years=3, seed=20261030)


@pytest.mark.parametrize("rule", RULES)
def test_the_day_before_gives_the_opening_composition_to_the_bit(
    market: ic.Market, rule: str
) -> None:
    run = ic.compute(rule, market)
    checked = 0
    days = [date_of(day) for day in market.days]
    for review in run.reviews.to_pylist()[-2:]:
        on = review["effective_date"]
        paper = coming_list(load_family([rule]), market, on, days[days.index(on) - 1], Request())
        found = {
            row["symbol"]: (row["index_shares"], row["price"], row["weight"])
            for row in paper.to_pylist()
            if row["change"] != "removed"
        }
        opening = {
            row["symbol"]: (row["index_shares"], row["base_price"], row["weight"])
            for row in run.composition.to_pylist()
            if row["date"] == on
        }
        assert found == opening
        checked += 1
    assert checked == 2


def test_a_day_before_the_data_is_refused(market: ic.Market) -> None:
    with pytest.raises(ic.UsageError, match="nothing is known"):
        coming_list(load_family(["top-n-buffer"]), market, dt.date(2020, 1, 2))


def test_a_forecast_has_the_members_of_the_review_on_paper() -> None:
    """On 20 May the windows to 31 May are not over: four days of 5000 put D first."""
    known = market_until(dt.date(2024, 5, 20), {"D": 5000.0})
    on = dt.date(2024, 6, 14)
    rows = coming_list(
        load_family([ic.Methodology.from_text(RULE.replace("STEPS", FILL))]), known, on
    )
    change = {row["symbol"]: row["change"] for row in rows.to_pylist()}
    assert change == {"A": "kept", "B": "kept", "C": "removed", "D": "added"}
    weights = {
        row["symbol"]: row["weight"] for row in rows.to_pylist() if row["change"] != "removed"
    }
    assert weights == pytest.approx({"A": 100 / 5190, "B": 90 / 5190, "D": 5000 / 5190}, rel=1e-12)
    paper = review_of(known, None).members.to_pylist()
    assert {row["symbol"]: row["weight"] for row in paper} == pytest.approx(weights, rel=1e-12)
