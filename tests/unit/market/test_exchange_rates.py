"""Exchange rates: on the day, in either direction, never carried and never through a third one."""

from __future__ import annotations

import datetime as dt

import numpy as np

from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.exchange_rates import ExchangeRates, distinct, line_currencies, redenominated
from indexcalc.market.market import Market

DAY = day_number(dt.date(2024, 1, 2))
DAYS = np.array([DAY, DAY + 1], dtype=np.int32)


def _market(**facts: str) -> Market:
    return Market.from_tables(
        facts=facts,
        daily=arrow.table(
            {
                "date": arrow.from_days([DAY] * 3),
                "symbol": arrow.from_texts(["A", "B", "C"]),
                "close": arrow.from_floats([1.0, 1.0, 1.0]),
                "shares_outstanding": arrow.from_ints([1, 1, 1]),
            }
        ),
        securities=arrow.table(
            {
                "symbol": arrow.from_texts(["A", "B", "B"]),
                "valid_from": arrow.from_days([DAY, DAY, DAY + 1]),
                "currency": arrow.from_texts(["KRW", "DEM", "EUR"]),
            }
        ),
        fx=arrow.table(
            {
                "date": arrow.from_days([DAY, DAY]),
                "from_currency": arrow.from_texts(["USD", "USD"]),
                "to_currency": arrow.from_texts(["KRW", "EUR"]),
                "rate": arrow.from_floats([1300.0, 0.8]),
            }
        ),
    )


def test_a_rate_on_the_day_and_its_inverse() -> None:
    rates = ExchangeRates(_market())
    assert rates.on("USD", "KRW", DAYS).tolist()[0] == 1300.0
    assert rates.on("EUR", "USD", DAYS).tolist()[0] == 1.25  # 1 / 0.8
    assert np.isnan(rates.on("USD", "KRW", DAYS)[1])  # no row: nothing is carried


def test_no_rate_through_a_third_currency() -> None:
    rates = ExchangeRates(_market())
    assert np.isnan(rates.on("EUR", "KRW", DAYS)).all()
    assert rates.on("KRW", "KRW", DAYS).tolist() == [1.0, 1.0]


def test_the_currency_of_a_line_is_the_last_one_then_the_markets() -> None:
    assert line_currencies(_market(), "KRW") == ["KRW", "EUR", "KRW"]
    assert line_currencies(_market(currency="JPY"), "KRW") == ["KRW", "EUR", "JPY"]
    assert redenominated(_market()) == {1: ("DEM", "EUR")}
    names, positions = distinct(["KRW", "EUR", "KRW"])
    assert names == ("EUR", "KRW")
    assert positions.tolist() == [1, 0, 1]
