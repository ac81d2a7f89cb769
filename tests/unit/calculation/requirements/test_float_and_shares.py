"""A market of prices alone: enough where no weight and no measure needs listed shares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indexcalc.calculation.market_fit import market_fit
from indexcalc.calculation.run.publish import publish
from indexcalc.diagnostics import DataError
from indexcalc.market.calendar.packaged import sessions_of
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from indexcalc.report.verify import verify
from tests.unit.calculation import small
from tests.unit.calculation.small import given, line, market
from tests.unit.calculation.stored import stored

PRICES = {"A": [10.0, 10.0, 11.0, 22.0], "B": [20.0, 20.0, 20.0, 20.0]}


def prices_alone() -> Market:
    lines = [
        [
            {name: value for name, value in row.items() if name != "shares_outstanding"}
            for row in rows
        ]
        for rows in (line(name, closes) for name, closes in PRICES.items())
    ]
    return market(*lines, memberships=given("A", "B", on=1))


def rule(scheme: str) -> str:
    return small.GIVEN + f"weighting: {{scheme: {scheme}}}\n"


def test_equal_weights_need_prices_alone(tmp_path: Path) -> None:
    """Halves in A and B: A gains a tenth (5 % of the whole), then doubles from 55 of 105."""
    run = small.run(rule("equal"), prices_alone())
    assert small.levels(run) == pytest.approx([1000, 1050, 1600], rel=1e-12)
    assert run.constituents["shares"].null_count == run.constituents.num_rows

    on_disk = Market.open(stored(prices_alone(), tmp_path / "market"))
    again = small.run(rule("equal"), on_disk)
    assert again.levels.equals(run.levels)
    assert verify(publish(again, tmp_path / "out"), on_disk).bits


@pytest.mark.parametrize("scheme", ["market_cap", "float_market_cap"])
def test_a_scheme_by_value_is_refused(scheme: str) -> None:
    with pytest.raises(DataError, match="listed shares are needed") as refused:
        small.run(rule(scheme), prices_alone())
    assert "DAT002" in {item.code for item in refused.value.diagnostics}


def test_the_column_that_the_shares_may_be_in_is_named() -> None:
    rows = [
        row | {"shares": 1000, "base_price": None}
        for row in prices_alone().daily_sources()[0].to_pylist()
    ]
    over = market(rows, memberships=given("A", "B", on=1))
    with pytest.raises(DataError) as refused:
        small.run(rule("market_cap"), over)
    assert {found.hint for found in refused.value.diagnostics if found.code == "DAT002"} == {
        "is it the column `shares`?  import it as `shares_outstanding`"
    }


def test_validate_says_it_once(tmp_path: Path) -> None:
    path = tmp_path / "test.yaml"
    path.write_text(rule("market_cap"), encoding="utf-8")
    family = load_family([path])
    over = prices_alone()
    fit = market_fit(family["test"], family.rules, over, sessions_of("XKRX", over.days), {})
    assert [item.code for item in fit.findings.errors].count("DAT002") == 1


FLOATED = small.GIVEN + "weighting: {scheme: float_market_cap}\nfloat: {exclude: [KINDS]}\n"


def held(kind: str, shares: int = 400) -> list[dict[str, Any]]:
    return [
        {
            "symbol": symbol,
            "date": small.day(0),
            "holder_kind": kind,
            "holder": "h",
            "shares": shares,
        }
        for symbol in "AB"
    ]


@pytest.mark.parametrize(
    ("named", "of_market", "expected"),
    [
        ("treasury", "treasury", []),
        ("founders", "founders", []),  # a kind of the market's own
        ("government", "treasury", []),  # known, and nobody there has any
        ("founders", "treasury", ["DAT043"]),
        ("treasurry", "treasury", ["DAT043", "RUL116"]),
        ("foundrs", "founders", ["DAT043"]),
    ],
)
def test_a_kind_of_holder_that_nobody_knows_is_told(
    named: str, of_market: str, expected: list[str]
) -> None:
    """It excludes nobody: the float is the whole of the shares, and the run says why."""
    lines = [line(name, closes) for name, closes in PRICES.items()]
    over = market(*lines, memberships=given("A", "B", on=1), holdings=held(of_market))
    run = small.run(FLOATED.replace("KINDS", named), over)
    # DAT050: A doubles on the last session.
    assert sorted(item.code for item in run.diagnostics if item.code != "DAT050") == expected
    excludes = named == of_market
    assert set(run.constituents["float_factor"].to_pylist()) == {0.6 if excludes else 1.0}
    for item in run.diagnostics:
        if item.code == "DAT043":
            assert f"no holder of the kind `{named}`" in item.message
            assert named == "founders" or f"did you mean `{of_market}`?" == item.hint
