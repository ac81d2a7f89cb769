"""The names nearest to entering and leaving at a review, and what each would need."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from indexcalc.analysis.pro_forma import ProForma
from indexcalc.market.market import Market
from tests.unit.analysis.coming_review import market_until, review_of


@pytest.fixture(scope="module")
def market() -> Market:
    return market_until(dt.date(2024, 5, 14))


def near(review: ProForma) -> dict[str, dict[str, Any]]:
    return {row["symbol"]: row for row in review.near.to_pylist()}


def test_what_each_name_needs(market: Market) -> None:
    """By size 100, 90, 80 | 76, 10.  D passes C with 80/76 - 1; C falls behind D below 76/80."""
    rows = near(review_of(market))
    assert {name for name, row in rows.items() if row["side"] == "in"} == {"A", "B", "C"}
    exact = {"C": 76 / 80 - 1, "B": 76 / 90 - 1, "A": 76 / 100 - 1, "D": 80 / 76 - 1}
    for name, change in exact.items():
        assert rows[name]["needed_change"] == pytest.approx(change, rel=1e-3)
        assert abs(rows[name]["needed_change"]) >= abs(change)  # it is enough
        assert rows[name]["measure"] == "size"
    # E would need eight times its size: it is not near.
    assert "E" not in rows
    assert [rows[name]["in_place_of"] for name in "ABCD"] == ["D", "D", "D", "C"]
    assert [rows[name]["rank"] for name in "ABCD"] == [1, 2, 3, 4]
    assert rows["D"]["value"] == 76_000
    assert rows["D"]["what"] == "enters with +5.3 % size in place of C"
    # 5 % exactly is a tie, which the larger market capitalisation wins: a little more is needed.
    assert rows["C"]["what"] == "leaves with -5.1 % size, and D would enter"


def test_nearest_come_first(market: Market) -> None:
    rows = [row["symbol"] for row in review_of(market).near.to_pylist()]
    assert rows == ["C", "B", "A", "D"]


def test_a_name_that_is_too_large_would_come_by_falling(market: Market) -> None:
    """Of 356: A has 28.1 %, B 25.3 %: above a quarter.  (100 - x) / (356 - x) = 1/4 at x = 14.67."""
    steps = "[{drop: {size: {share: {above: 25%}}}}, {select: all}]"
    rows = near(review_of(market, steps=steps))
    assert {name for name, row in rows.items() if row["side"] == "out"} == {"A", "B"}
    assert rows["A"]["needed_change"] == pytest.approx(-44 / 3 / 100, rel=1e-3)
    assert rows["A"]["what"] == "enters with -14.7 % size"
    # C leaves where (80 + x) / (356 + x) passes a quarter: x = 12.
    assert rows["C"]["needed_change"] == pytest.approx(12 / 80, rel=1e-3)


def test_a_buffer_is_seen_through(market: Market) -> None:
    """Members may rank to 3, new names to 2: D must pass B, not C, to come."""
    steps = "[{select: {size: {rank: {existing: 3, new: 2}}}}, {trim: {to: 3, by: size}}]"
    rows = near(review_of(market, steps=steps))
    # In December nobody was in before: A and B came, C was third and new.
    assert {name for name, row in rows.items() if row["side"] == "in"} == {"A", "B"}
    assert rows["D"]["needed_change"] == pytest.approx(90 / 76 - 1, rel=1e-3)
    assert rows["C"]["needed_change"] == pytest.approx(90 / 80 - 1, rel=1e-3)
    # B would be third, which a member may be.
    assert rows["D"]["in_place_of"] == rows["C"]["in_place_of"] == ""
    # B leaves only when it is fourth: behind C and D.
    assert rows["B"]["needed_change"] == pytest.approx(76 / 90 - 1, rel=1e-3)


def test_the_measure_of_the_deciding_test_is_tried_beside_the_one_of_the_fill(
    market: Market,
) -> None:
    """D has 76 of the 80 that ``recent`` asks for, and would be the last of four by size: it is short
    of recent by 5.3 %; no change of its size brings it in."""
    steps = "[{require: {recent: {min: 80000}}}, {fill: {to: 4, by: size}}]"
    row = near(review_of(market, steps=steps))["D"]
    assert (row["measure"], row["rule_path"]) == ("recent", "selection.steps[0].require.recent.min")
    assert row["needed_change"] == pytest.approx(80 / 76 - 1, rel=1e-3)


def test_a_name_whose_label_decided_names_no_measure(market: Market) -> None:
    """A is dropped by its symbol: no measure brings it in, whatever the fill orders by."""
    steps = "[{drop: {symbol: A}}, {fill: {to: 3, by: size}}]"
    rows = near(review_of(market, steps=steps))
    assert "A" not in rows
