"""Special dividends net of tax in the price itself."""

from __future__ import annotations

from typing import Any

import pytest

import indexcalc as ic
from indexcalc.diagnostics import DataError
from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import day, dividend, given, line, market

TAX = "returns: {kinds: [price, net], withholding: {FR: 25%, DE: 10%}}\n"
RULE = small.GIVEN + "weighting: {scheme: market_cap}\nmaintenance: {special: net}\n" + TAX


def paying(country: str | None) -> Market:
    """A pays a special dividend of 4 on session 3, and goes from 100 to 94."""
    rows: list[dict[str, Any]] = [{"symbol": name, "country": country} for name in "AB"]
    return market(
        line("A", [100, 100, 100, 94, 94]),
        line("B", [100] * 5),
        dividends=[dividend("A", 3, 4.0, "special")],
        securities=rows,
        memberships=given("A", "B"),
    )


@pytest.mark.parametrize(("country", "left"), [("FR", 97.0), ("DE", 96.4)])
def test_the_price_falls_by_what_is_left_in_both_versions(country: str, left: float) -> None:
    levels = ic.compute(small.rule(RULE), paying(country), returns="pr,ntr").levels.to_pylist()
    now = next(row for row in levels if row["date"] == day(3))
    expected = 1000 * 194 / (left + 100)
    assert now["level"] == pytest.approx(expected, rel=1e-12)
    assert now["level_ntr"] == pytest.approx(expected, rel=1e-12)


def test_a_country_that_is_not_known_is_refused() -> None:
    with pytest.raises(DataError) as refused:
        ic.compute(small.rule(RULE), paying(None))
    assert [item.code for item in refused.value.diagnostics] == ["CAL012"]


@pytest.mark.parametrize("said", ["[price, gross]", "price"])
def test_what_it_cannot_stand_beside(said: str) -> None:
    text = RULE.replace("[price, net]", said)
    if said == "price":
        text = text.replace(", withholding: {FR: 25%, DE: 10%}", "")
    with pytest.raises(DataError) as refused:
        ic.compute(small.rule(text), paying("FR"))
    assert {item.code for item in refused.value.diagnostics} == {"CAL008"}
