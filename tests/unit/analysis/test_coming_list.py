"""The pro-forma of the day before is the opening composition, to the bit."""

from __future__ import annotations

import datetime as dt

import pytest

import indexcalc as ic
from indexcalc.analysis.coming_list import coming_list
from indexcalc.calculation.plan import Request
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.load.family import load_family

RULES = ("top-n-buffer", "ucits-5-10-40", "equal-weight")


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
    for review in run.reviews.to_pylist()[-3:]:
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
    assert checked == 3


def test_a_day_before_the_data_is_refused(market: ic.Market) -> None:
    with pytest.raises(ic.UsageError, match="nothing is known"):
        coming_list(load_family(["top-n-buffer"]), market, dt.date(2020, 1, 2))
