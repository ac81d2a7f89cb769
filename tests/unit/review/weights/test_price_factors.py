"""Factors that scale each price: a column whose last known value holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.review.weights.price_factors import PriceFactors
from tests.unit.review.data.fields_made import on
from tests.unit.review.small_reviews import daily, rule, table, weekdays

SESSIONS = weekdays("2020-01-02", "2020-01-10")
NAN = float("nan")
BY = "weighting: {scheme: price, price_factor: {column: paf}}\n"


def factors(
    text: str = BY, cells: dict[tuple[str, str], float] | None = None, **tables: Any
) -> PriceFactors:
    rows = daily(SESSIONS, {"A": 1.0, "B": 1.0}).to_pylist()
    shown = [{**row, "date": row["date"].isoformat()} for row in rows]
    if cells is not None:
        for row in shown:
            row["paf"] = cells.get((row["date"], row["symbol"]))
    made = {name: table(lines) for name, lines in tables.items()}
    return PriceFactors(rule(text), Market.from_tables(daily=table(shown), complete=True, **made))


def on_days(made: PriceFactors, *days: str) -> list[list[float] | None]:
    found = [made.on(on(day)) for day in days]
    return [None if values is None else values.tolist() for values in found]


def test_a_rule_that_names_none_scales_nothing() -> None:
    made = factors("weighting: {scheme: price}\n")
    assert made.on(on("2020-01-02")) is None
    assert made.steps(SESSIONS.days) is None


def test_a_column_of_the_daily_rows_holds_until_it_says_another_value() -> None:
    cells = {
        ("2020-01-03", "A"): 2.0,
        ("2020-01-03", "B"): 1.0,
        ("2020-01-07", "A"): 2.0,
        ("2020-01-08", "B"): 0.5,
    }
    made = factors(cells=cells)
    np.testing.assert_array_equal(made.on(on("2020-01-02")), [NAN, NAN])
    assert on_days(made, "2020-01-03", "2020-01-05", "2020-01-07", "2020-01-08", "2020-02-01") == [
        [2.0, 1.0], [2.0, 1.0], [2.0, 1.0], [2.0, 0.5], [2.0, 0.5],
    ]  # fmt: skip


def test_a_column_of_securities_has_a_value_from_a_day_on() -> None:
    lines = [
        {"symbol": "A", "valid_from": None, "paf": 2.0},
        {"symbol": "A", "valid_from": "2020-01-07", "paf": 3.0},
    ]
    made = factors(securities=lines)
    before, after = made.on(on("2020-01-06")), made.on(on("2020-01-07"))
    np.testing.assert_array_equal(before, [2.0, NAN])
    np.testing.assert_array_equal(after, [3.0, NAN])
    nowhere = factors().on(on("2020-01-06"))
    np.testing.assert_array_equal(nowhere, [NAN, NAN])


def test_the_days_on_which_other_factors_begin() -> None:
    cells = {(day, name): 2.0 for day in ("2020-01-02", "2020-01-06") for name in "AB"}
    cells["2020-01-08", "B"] = 4.0
    steps = factors(cells=cells).steps(SESSIONS.days)
    assert steps is not None
    starts, values = steps
    assert [str(date_of(int(SESSIONS.days[at]))) for at in starts] == ["2020-01-02", "2020-01-08"]
    assert [one.tolist() for one in values] == [[2.0, 2.0], [2.0, 4.0]]


def test_before_a_dated_column_all_are_one() -> None:
    dated = BY.replace("{column: paf}", "{2000-01-04: none, 2020-01-06: {column: paf}}")
    cells = {("2020-01-02", name): 2.0 for name in "AB"}
    made = factors(dated, cells)
    assert on_days(made, "2020-01-03", "2020-01-06") == [None, [2.0, 2.0]]
    steps = made.steps(SESSIONS.days)
    assert steps is not None
    assert (steps[0], [one.tolist() for one in steps[1]]) == ([0, 2], [[1.0, 1.0], [2.0, 2.0]])
