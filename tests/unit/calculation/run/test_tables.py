"""The tables of a run, cell by cell, by hand."""

from __future__ import annotations

from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from tests.unit.calculation import small
from tests.unit.calculation.small import day, dividend, given, line, market

TEXT = small.GIVEN.replace("months: [1]", "months: [1, 2]") + (
    "weighting: {scheme: market_cap}\nlaunch: 2024-01-05\n"
)


@pytest.fixture(scope="module")
def run() -> Run:
    """A 10 at 100 -> 110, B 20 at 50; on session 3 C, 5 at 40, is in B's place."""
    over = market(
        line("A", [100, 100, 110, 110], 10),
        line("B", [50] * 4, 20),
        line("C", [40] * 4, 5),
        memberships=[*given("A", "B"), *given("A", "C", on=3)],
        dividends=[dividend("A", 2, 2.0)],
        securities=[{"symbol": "A", "name": "Alpha"}],
    )
    return ic.compute(small.rule(TEXT), over, returns=["tr"])


def rows(table: Any) -> list[dict[str, Any]]:
    return list(table.to_pylist())


def test_levels(run: Run) -> None:
    """Divisor 2; 2100 / 2; B's 1000 makes room for C's 200: 1300 at the divisor 2 x 1300 / 2100."""
    first, second, third = rows(run.levels)
    assert [row["date"] for row in rows(run.levels)] == [day(1), day(2), day(3)]
    assert (first["level"], second["level"]) == (1000.0, 1050.0)
    assert third["level"] == pytest.approx(1050.0, rel=1e-14)
    assert second["level_tr"] == pytest.approx(1060.0, rel=1e-14)
    assert (second["divisor"], second["market_value"], second["constituents"]) == (2.0, 2100.0, 2)
    assert third["divisor"] == pytest.approx(2 * 1300 / 2100, rel=1e-14)
    assert third["market_value"] == 1300.0
    assert [row["status"] for row in rows(run.levels)] == ["backtested", "backtested", "live"]
    assert str(second["level_published"]) == "1050.00"


def test_constituents(run: Run) -> None:
    a, b, a2, c = rows(run.constituents)
    assert [(row["effective_date"], row["symbol"], row["change"]) for row in (a, b, a2, c)] == [
        (day(1), "A", "added"), (day(1), "B", "added"), (day(3), "A", "kept"), (day(3), "C", "added"),
    ]  # fmt: skip
    assert (a["name"], b["name"]) == ("Alpha", None)
    assert (c["shares"], c["index_shares"], c["price"], c["market_value"]) == (5, 5, 40, 200)
    assert (a2["weight"], c["weight"]) == pytest.approx((1100 / 1300, 200 / 1300), rel=1e-14)
    assert (c["float_factor"], c["capping_factor"], c["inclusion_factor"]) == (1.0, 1.0, 1.0)
    assert "fx_rate" not in a


def test_reviews(run: Run) -> None:
    first, second = rows(run.reviews)
    assert (first["effective_date"], second["effective_date"]) == (day(1), day(3))
    assert (first["constituents"], first["added"], first["removed"]) == (2, 2, 0)
    assert (second["added"], second["removed"], second["capped"]) == (1, 1, 0)
    assert (first["one_way_turnover"], first["largest_weight"]) == (0.0, 0.5)
    # From 11 / 21 and 10 / 21 to 11 / 13 and 2 / 13: all that B had is traded.
    assert second["one_way_turnover"] == pytest.approx(10 / 21, rel=1e-12)
    assert second["largest_weight"] == pytest.approx(11 / 13, rel=1e-14)
    assert second["effective_number"] == pytest.approx(1 / ((11 / 13) ** 2 + (2 / 13) ** 2))
    assert first["announcement_date"] is None


def test_a_market_without_listed_shares_says_none() -> None:
    lines = [
        {k: v for k, v in row.items() if k != "shares_outstanding"} for row in line("A", [9] * 3)
    ]
    run = ic.compute(small.rule(small.EQUAL), market(lines, memberships=given("A")))
    assert run.constituents.column("shares").to_pylist() == [None]


def test_prices_are_as_quoted_with_the_rate_beside_them() -> None:
    over = market(
        line("A", [5] * 3, 10),
        memberships=given("A"),
        securities=[{"symbol": "A", "currency": "USD"}],
        fx=small.rates({"USD": [10.0] * 3}),
    )
    (row,) = rows(ic.compute(small.rule(TEXT), over).constituents)
    assert (row["price"], row["fx_rate"], row["market_value"]) == (5.0, 10.0, 500.0)
