"""The shipped example of an index in two currencies, with its hedged and decrement versions, by hand.

On 28 June 2024 A is 13,000 won x 100 and B 10 dollars x 100 at 1,300 won: 2,600,000, half each.  On
31 July A is 14,300, B 10.5 dollars at 1,250; B has paid half a dollar, taxed at 15 %.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from tests.oracle.rows import table_of

PATTERNS = Path(__file__).parents[3] / "rules" / "patterns"
DAYS = [dt.date(2024, 5, 31), dt.date(2024, 6, 28), dt.date(2024, 7, 31)]
VALUE = 100 * 14_300 + 100 * 10.5 * 1250  # 2,742,500
PAID = 100 * 0.5 * 1250  # 62,500
PRICE, GROSS, NET = (1000 * (VALUE + cash) / 2_600_000 for cash in (0, PAID, 0.85 * PAID))


@pytest.fixture(scope="module")
def market() -> ic.Market:
    def dollar(tenor: str, rates: list[int]) -> list[dict[str, Any]]:
        pair = {"from_currency": "USD", "to_currency": "KRW", "tenor": tenor}
        first = DAYS if tenor == "spot" else DAYS[1:2]
        return [
            {"date": day, "rate": float(rate), **pair}
            for day, rate in zip(first, rates, strict=True)
        ]

    return ic.Market.from_tables(
        daily=table_of(
            [
                {"date": day, "symbol": symbol, "close": close, "shares_outstanding": 100}
                for symbol, closes in (("A", [13000.0, 13000, 14300]), ("B", [10, 10, 10.5]))
                for day, close in zip(DAYS, map(float, closes), strict=True)
            ]
        ),
        securities=table_of(
            [
                {
                    "symbol": symbol,
                    "currency": currency,
                    "country": country,
                    "security_type": "stock",
                    "share_class": "common",
                }
                for symbol, currency, country in (("A", "KRW", "KR"), ("B", "USD", "US"))
            ]
        ),
        fx=table_of([*dollar("spot", [1300, 1300, 1250]), *dollar("1 month", [1298])]),
        dividends=table_of([{"symbol": "B", "ex_date": DAYS[2], "amount": 0.5}]),
        complete=True,
    )


def levels(name: str, market: ic.Market, column: str = "level", **options: Any) -> list[float]:
    run = ic.compute(PATTERNS / f"{name}.yaml", market, **options)
    assert [item for item in run.diagnostics if item.severity == "error"] == []
    return list(run.levels.column(column).to_pylist())


def test_price_gross_and_net(market: ic.Market) -> None:
    for column, end in (("level", PRICE), ("level_tr", GROSS), ("level_ntr", NET)):
        assert levels("global-two-currency", market, column) == pytest.approx(
            [1000, end], rel=1e-12
        )


def test_weights_and_sizes_are_in_one_currency(market: ic.Market) -> None:
    run = ic.compute(PATTERNS / "global-two-currency.yaml", market)
    assert run.weights(DAYS[1]).column("weight").to_pylist() == pytest.approx([0.5, 0.5], rel=1e-12)
    rows = [row for row in run.constituents.to_pylist() if row["effective_date"] == DAYS[1]]
    quoted = [(row["price"], row["fx_rate"], row["market_value"]) for row in rows]
    assert quoted == [(13000, 1, 1_300_000), (10, 1300, 1_300_000)]


def test_hedged_into_dollars(market: ic.Market) -> None:
    """A dollar investor sells the won of A, half the level, at 1,298 and buys them at 1,250."""
    unhedged = NET / 1250 * 1300
    gain = 500 * (1300 / 1298 - 1300 / 1250)
    hedged = levels("global-two-currency-hedged", market)
    assert hedged == pytest.approx([1000, unhedged + gain], rel=1e-10)


def test_less_four_percent_a_year(market: ic.Market) -> None:
    less = levels("global-two-currency-decrement", market)
    assert less == pytest.approx([1000, NET - 1000 * 0.04 * 33 / 365], rel=1e-10)
