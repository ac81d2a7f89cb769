"""Which columns of the daily rows the reviews of a rule read."""

from __future__ import annotations

from indexcalc.review.columns_read import daily_columns
from tests.unit.review.small_reviews import market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-01-03")
COLUMNS = {name: {"A": 1.0} for name in ("beauty", "age", "height", "width", "wealth", "idle")}


def read(text: str) -> list[str]:
    made = market(
        SESSIONS, {"A": 1.0}, columns=COLUMNS, securities=[{"symbol": "A", "wealth": 1.0}]
    )
    return daily_columns(rule(text), made)


def test_columns_of_conditions_ties_orders_and_caps() -> None:
    text = (
        "eligibility: {any: [{beauty: {min: 1}}, {not: {sector: x}}]}\n"
        "selection: {ties: [age, symbol], steps: [{fill: {to: 1, by: height}}]}\n"
        "weighting: {scheme: market_cap, caps: [{per: width, limit: 50%}]}\n"
    )
    assert read(text) == ["age", "beauty", "height", "width"]


def test_what_securities_holds_is_not_read_from_the_rows() -> None:
    assert read("eligibility: {wealth: {min: 1}}\nweighting: {scheme: market_cap}\n") == []


def test_measures_and_words_of_the_language_are_no_columns() -> None:
    text = (
        "measures: {beauty_of: {last: beauty}}\nweighting: {scheme: market_cap}\n"
        "eligibility: {beauty_of: {min: 1}, listed_for: {min: 1 session}, symbol: A}\n"
    )
    assert read(text) == []
    assert read("selection: given\nweighting: {scheme: market_cap}\n") == []
