"""From a measure to the windows it needs, and from windows to its values."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from indexcalc.market.calendar.sessions import date_of
from indexcalc.review.measures.measured_windows import RequestedWindows, asked, value_of
from indexcalc.review.measures.one_window import WindowValues
from tests.unit.review.data.fields_made import on
from tests.unit.review.small_reviews import market, rule, weekdays

SESSIONS = weekdays("2019-12-02", "2020-03-31")
NAN = float("nan")
FIRST = int(np.searchsorted(SESSIONS.days, on("2019-12-30")))
STOP = int(np.searchsorted(SESSIONS.days, on("2020-03-01")))
MADE = market(weekdays("2019-12-02", "2020-02-27"), {"A": 1.0, "B": 1.0})


def request(
    measure: str, span: tuple[int, int] = (FIRST, STOP), made: Any = MADE
) -> RequestedWindows:
    held = rule(f"measures: {{m: {{{measure}}}}}\nweighting: {{scheme: market_cap}}\n").measures[
        "m"
    ]
    return asked(
        held.value,  # type: ignore[arg-type]
        span,
        start=on("2017-03-01"),
        sessions=SESSIONS,
        market=made,
        currency="KRW",
        effective=dt.date(2020, 3, 13),
    )


def shown(item: RequestedWindows) -> list[tuple[str, str, str, str, str]]:
    return [
        (
            window.series,
            window.currency,
            window.how,
            str(date_of(window.first_day)),
            str(date_of(window.last_day)),
        )
        for window in item.windows
    ]


def test_a_mean_is_made_from_a_sum_and_a_ratio_from_two() -> None:
    mean = request("mean: market_cap, over: 2 months")
    assert shown(mean) == [("market_cap", "KRW", "sum", "2019-12-30", "2020-02-28")]
    assert mean.expected == 45  # 2 of December, 23 of January, 20 of February
    ratio = request("ratio: [traded_value, volume], over: 2 months")
    assert [window[:3] for window in shown(ratio)] == [
        ("traded_value", "KRW", "sum"),
        ("volume", "", "sum"),  # no money
    ]
    median = request("median: market_cap, over: 2 months, halted: skip")
    assert (shown(median)[0][2], median.windows[0].traded) == ("median", True)
    assert not mean.windows[0].traded


def test_the_last_value_of_one_session_is_of_the_last_one_observed() -> None:
    # The data end on Thursday 02-27.
    last = request("last: market_cap", (STOP - 1, STOP))
    assert shown(last)[0][3:] == ("2020-02-27", "2020-02-27")
    longer = request("last: market_cap, over: 2 sessions", (STOP - 2, STOP))
    assert shown(longer)[0][3:] == ("2020-02-27", "2020-02-28")


def test_months_that_reach_something_have_a_window_each() -> None:
    item = request("mean: market_cap, over: 3 calendar months, months_at_least: 10")
    assert [window[3:] for window in shown(item)] == [
        ("2019-12-30", "2019-12-31"),
        ("2020-01-01", "2020-01-31"),
        ("2020-02-03", "2020-02-28"),
    ]
    a, b, c = item.windows
    found = {
        # Sums of two, two and two sessions: means 10, 9 and 11 of A; B is known in the last alone.
        a: WindowValues(np.array([20.0, NAN]), np.array([2, 0])),
        b: WindowValues(np.array([18.0, NAN]), np.array([2, 0])),
        c: WindowValues(np.array([22.0, 2.0]), np.array([2, 2])),
    }
    values, count = value_of(item, found, MADE, None)
    assert (values.tolist(), count.tolist()) == ([2.0, 0.0], [6, 2])
    nowhere = {
        window: WindowValues(np.full(2, NAN), np.zeros(2, dtype=np.int64)) for window in found
    }
    assert np.isnan(value_of(item, nowhere, MADE, None)[0]).all()


def value(measure: str, *parts: tuple[list[float], list[int]], issuers: Any = None) -> list[float]:
    item = request(measure)
    found = {
        window: WindowValues(np.array(total), np.array(count))
        for window, (total, count) in zip(item.windows, parts, strict=True)
    }
    return value_of(item, found, MADE, issuers)[0].tolist()


def test_values_of_windows() -> None:
    mean = "mean: market_cap, over: 2 months"
    np.testing.assert_array_equal(value(mean, ([6.0, NAN], [3, 0])), [2.0, NAN])
    assert value("sum: market_cap, over: 2 months", ([6.0, 5.0], [3, 1])) == [6.0, 5.0]
    ratio = "ratio: [traded_value, market_cap], over: 2 months"
    np.testing.assert_array_equal(
        value(ratio, ([6.0, 6.0], [3, 3]), ([12.0, 0.0], [3, 3])), [0.5, NAN]
    )


def test_lines_of_an_issuer_are_added_before_a_ratio_is_taken() -> None:
    one = np.array([0, 0])
    mean = "mean: market_cap, over: 2 months"
    assert value(mean, ([6.0, 4.0], [3, 1]), issuers=one) == [6.0, 6.0]  # 2 + 4
    ratio = "ratio: [traded_value, market_cap], over: 2 months"
    # (6 + 2) / (12 + 4)
    assert value(ratio, ([6.0, 2.0], [1, 1]), ([12.0, 4.0], [1, 1]), issuers=one) == [0.5, 0.5]


@pytest.mark.parametrize(
    ("rows", "years"),
    [
        ([("2017-03-01", None), ("2018-06-01", None), ("2018-09-03", None)], 2.0),
        ([("2017-02-28", None), ("2020-02-28", None)], 1.0),  # a day too early
        ([("2020-02-28", "2020-03-02"), ("2020-03-02", None)], 0.0),  # known too late, and after
    ],
)
def test_years_with_a_row_are_counted_once_each(
    rows: list[tuple[str, str | None]], years: float
) -> None:
    table = [
        {"symbol": "A", "ex_date": day, "amount": 1.0, "known_at": known} for day, known in rows
    ]
    made = market(SESSIONS, {"A": 1.0, "B": 1.0}, dividends=table)
    item = request("count: dividends, over: 3 years", made=made)
    assert item.windows == ()
    values, count = value_of(item, {}, made, None)
    assert (values.tolist(), count.tolist()) == ([years, 0.0], [0, 0])
    assert np.isnan(value_of(item, {}, MADE, None)[0]).all()  # no such table
