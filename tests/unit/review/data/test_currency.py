"""Amounts in several currencies, each at the rate of its own session."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.diagnostics import DataError
from indexcalc.market.market import Market
from indexcalc.review.data.currency import Rates
from tests.unit.review.data.fields_made import on
from tests.unit.review.small_reviews import market, weekdays

SESSIONS = weekdays("2020-01-02", "2020-01-08")  # 2, 3, 6, 7, 8 January
FX = [
    {"date": day, "from_currency": "USD", "to_currency": "KRW", "rate": rate}
    for day, rate in (("2020-01-02", 1000.0), ("2020-01-03", 1100.0), ("2020-01-07", 1200.0))
]
DAYS = SESSIONS.days[:3]  # the rate of 6 January is not there


def two_lines(fx: list[dict[str, object]] = FX) -> Market:
    return market(SESSIONS, {"A": 1.0, "B": 2.0}, fx=fx)


def rates(home: str = "KRW") -> Rates:
    return Rates(two_lines(), ("KRW", "USD"), home)


def test_each_line_is_brought_into_the_currency_asked_for() -> None:
    values = np.array([[5.0, 2.0], [5.0, 2.0], [5.0, np.nan]])
    needed = np.ones(3, dtype=np.bool_)
    # 2 USD at 1000 and 1100; nothing stands where the rate is missing.
    made = rates().converted(values, DAYS, "", needed)
    np.testing.assert_array_equal(made, [[5.0, 2000.0], [5.0, 2200.0], [5.0, np.nan]])
    to_usd = rates().converted(np.array([[2200.0, 2.0]]), DAYS[1:2], "USD", needed[:1])
    np.testing.assert_allclose(to_usd, [[2.0, 2.0]])


def test_a_rate_missing_on_a_needed_session_is_an_error_that_names_it() -> None:
    values = np.full((3, 2), 5.0)
    with pytest.raises(DataError) as refused:
        rates().converted(values, DAYS, "", np.array([True, True, True]))
    (item,) = refused.value.diagnostics
    assert item.code == "CAL013"
    assert item.message == "`fx` has no rate from USD to KRW on 2020-01-06"
    open_ = rates().converted(values, DAYS, "", np.array([True, True, False]))
    assert np.isnan(open_[2, 1])


def test_more_sessions_than_are_shown_are_counted() -> None:
    without = Rates(two_lines(FX[:1]), ("KRW", "USD"), "KRW")
    with pytest.raises(DataError) as refused:
        without.converted(np.full((5, 2), 5.0), SESSIONS.days, "", np.ones(5, dtype=np.bool_))
    (item,) = refused.value.diagnostics
    assert item.message.endswith("on 2020-01-03, 2020-01-06, 2020-01-07 and 1 more session")


def test_a_day_without_a_session_counts_at_the_rate_before_it() -> None:
    codes = np.array([0, 1, 1], dtype=np.int32)
    days = np.array([on("2020-01-04"), on("2020-01-04"), on("2020-01-07")], dtype=np.int32)
    made = rates().on_days(np.array([5.0, 2.0, 2.0]), codes, days)
    assert made.tolist() == [5.0, 2200.0, 2400.0]
    unknown = rates().on_days(
        np.array([np.nan]), codes[1:2], np.array([on("2020-01-06")], np.int32)
    )
    assert np.isnan(unknown).all()
    with pytest.raises(DataError):
        rates().on_days(np.array([2.0]), codes[1:2], np.array([on("2020-01-06")], np.int32))


def test_lines_of_one_currency_need_no_rates() -> None:
    alone = Rates(market(SESSIONS, {"A": 1.0, "B": 2.0}), ("KRW", "KRW"), "KRW")
    values = np.full((5, 2), 5.0)
    assert alone.converted(values, SESSIONS.days, "", np.ones(5, dtype=np.bool_)) is values
    assert alone.key("") == ""
    # What is computed once for two rules must not be another currency's, or another line's.
    other = Rates(two_lines(), ("USD", "KRW"), "KRW")
    assert len({rates().key(""), rates().key("USD"), other.key(""), alone.key("USD")}) == 4
    assert rates().key("") == rates().key("KRW")
