"""Worked examples of return versions and currencies, run through market tables and a rule.

Each test names its case and the publisher; inputs and expected figures are carried over from there.
D16 (dividend points), D46 and D01 (currencies), D14, D55, P27 and P28 (total returns) and P16 are
here; the strategy cases are in ``test_strategies``.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.unit.calculation import small
from tests.unit.calculation.small import dividend, line, market

EXACT = 1e-12
TOTAL = small.CAP + "returns: {kinds: [price, gross], order: after}\n"
RUN = {"D14", "D16", "D55", "P27", "P28"}
PRICE_WEIGHTED = small.GIVEN + "weighting: {scheme: price}\n"


def index(text: str, level: float | str, divisor: float | None = None) -> str:
    """A rule with another base level, and a divisor where one is given."""
    given = "" if divisor is None else f", divisor: {divisor}"
    return text.replace("level: 1000}", f"level: {level}{given}}}")


def lines_in(**currencies: str) -> list[dict[str, Any]]:
    """Rows of ``securities``: each symbol's currency."""
    return [{"symbol": symbol, "currency": name} for symbol, name in currencies.items()]


def test_every_case_of_returns_is_run(golden_cases: Path) -> None:
    listed = json.loads((golden_cases / "index.json").read_text(encoding="utf-8"))
    cases = {case["id"] for case in listed if case["category"].startswith("return.")}
    assert cases - {"D17"} == RUN  # D17 is a decrement, with the strategies


# -- total returns ---------------------------------------------------------------------------------


def test_d14_gross_total_return_over_three_days() -> None:
    """S&P Dividend Index Mathematics (2009): points of 4.2, 1.1 and 2.75."""
    over = market(
        line("A", [1000, 1005, 998.5, 1010]),
        dividends=[dividend("A", on, points) for on, points in ((1, 4.2), (2, 1.1), (3, 2.75))],
    )
    run = small.run(TOTAL, over)
    expected = ["1000", "5046/5", "8406636/8375", "17027641218/16724875"]
    assert small.levels(run, "level_tr") == pytest.approx(
        [float(Fraction(value)) for value in expected], rel=EXACT
    )


def test_d55_reinvestment_across_the_basket() -> None:
    """DAX guide: 4 a share on 100, ex at 97, then 106.7 beside a line that falls to 99."""
    over = market(
        line("A", [100, 97, 106.7], 1),
        line("B", [100, 100, 99], 1),
        dividends=[dividend("A", 1, 4)],
    )
    total = small.levels(small.run(TOTAL, over), "level_tr")
    assert total == pytest.approx([1000, 1005, 1049.38324873096], rel=1e-12)


def test_p28_total_return_with_income() -> None:
    """From 1,096 to 1,000 with 45.5 and 12 of income: -3.5 %."""
    over = market(
        line("A", [1096, 1000]),
        dividends=[
            {**dividend("A", 1, amount), "sequence": place}
            for place, amount in enumerate((45.5, 12), start=1)
        ],
    )
    total = small.levels(small.run(TOTAL, over), "level_tr")
    assert 100 * (total[1] / total[0] - 1) == pytest.approx(-3.5, abs=0.05)


def test_d14_net_total_return_with_country_withholding() -> None:
    """S&P Dividend Index Mathematics (2009): points of 3 at 15 % and 1.2 untaxed; 1.1 at 30 %; 2 at
    15 % and 0.75 at 30 %.  Three lines that move together carry a third of the index each."""
    path = [1000, 1005, 998.5, 1010]
    over = market(
        *(line(symbol, path) for symbol in "ABC"),
        securities=[
            {"symbol": symbol, "country": country}
            for symbol, country in (("A", "DE"), ("B", "GB"), ("C", "US"))
        ],
        # A point of the index is three a share of one line in three.
        dividends=[
            dividend(symbol, on, 3 * points)
            for symbol, on, points in (
                ("A", 1, 3),
                ("B", 1, 1.2),
                ("C", 2, 1.1),
                ("A", 3, 2),
                ("C", 3, 0.75),
            )
        ],
    )
    taxes = "withholding: {DE: 15%, GB: 0%, US: 30%}"
    run = small.run(small.CAP + f"returns: {{kinds: [price, gross, net], {taxes}}}\n", over)
    gross = ["1000", "5046/5", "8406636/8375", "17027641218/16724875"]
    net = ["1000", "4035/4", "26880363/26800", "1088359017507/1070392000"]
    for column, expected in (("level_tr", gross), ("level_ntr", net)):
        wanted = [float(Fraction(value)) for value in expected]
        assert small.levels(run, column) == pytest.approx(wanted, rel=EXACT)


def test_d55_reinvestment_in_the_paying_stock() -> None:
    """DAX guide: 4 a share on 100, ex at 97, then 106.7 beside a line that falls to 99; the payer's
    shares grow by 25/24."""
    over = market(
        line("A", [100, 97, 106.7], 1),
        line("B", [100, 100, 99], 1),
        dividends=[dividend("A", 1, 4)],
    )
    text = small.CAP + "returns: {kinds: [price, gross], reinvest: paying_stock}\n"
    total = small.levels(small.run(text, over), "level_tr")
    expected = [1000, float(Fraction(24125, 24)), float(Fraction(50435, 48))]
    assert total == pytest.approx(expected, rel=EXACT)


def test_p27_total_return_of_a_price_weighted_index() -> None:
    """90 and 110 become 95 and 112, with 3 paid: 3.5 % and 5.0 %."""
    over = market(
        line("A", [90, 90, 95]),
        line("B", [110, 110, 112]),
        dividends=[dividend("A", 2, 3)],
        memberships=small.given("A", "B"),
    )
    run = small.run(PRICE_WEIGHTED + "returns: {kinds: [price, gross]}\n", over)
    price, total = small.levels(run), small.levels(run, "level_tr")
    assert 100 * (price[1] / price[0] - 1) == pytest.approx(3.5, rel=EXACT)
    assert 100 * (total[1] / total[0] - 1) == pytest.approx(5.0, rel=EXACT)


def test_p16_price_weighted_with_the_published_divisor() -> None:
    """15, 25, 40 and 80 over 4: 40; a year later 45, +12.5 %."""
    lines = (
        line(symbol, [before, before, after])
        for symbol, before, after in (("A", 15, 10), ("B", 25, 30), ("C", 40, 40), ("D", 80, 100))
    )
    over = market(*lines, memberships=small.given(*"ABCD"))
    run = small.run(index(PRICE_WEIGHTED, 40, 4), over)
    assert small.levels(run) == pytest.approx([40, 45], rel=EXACT)
    assert small.levels(run, "divisor") == [4, 4]
    assert run.diagnostics == ()


def test_d16_dividend_points_with_a_reset() -> None:
    """S&P 500 Dividend Points: 0.40, 0.25 and 0.60 up to the third Friday (19 January 2024), 0.30
    and 0.50 after it."""
    points = {15: 0.40, 16: 0.25, 17: 0.60, 18: 0.30, 19: 0.50}
    over = market(
        line("A", [50] * 20, 20),
        dividends=[dividend("A", on, value) for on, value in points.items()],
    )
    assert small.day(17).isoformat() == "2024-01-19"
    text = small.CAP + "returns: {points: {months: [1], effective: session after 3rd friday}}\n"
    got = small.levels(small.run(index(text, 50), over), "dividend_points")
    assert got[:15] == [0.0] * 15
    assert got[15:] == pytest.approx([0.40, 0.65, 1.25, 0.30, 0.80], rel=EXACT)


# -- currencies ------------------------------------------------------------------------------------


def test_d46_a_level_over_three_currencies() -> None:
    """FTSE and S&P: 249,000 becomes 250,958 in dollars; with the rates of the day before it is the
    local return, and what is between the two is the currencies' part."""

    def run(rates: dict[str, list[float]]) -> Any:
        over = market(
            line("US", [100, 101], 1000),
            line("EU", [50, 51], 2000),
            line("JP", [2000, 1980], 3000),
            securities=lines_in(US="USD", EU="EUR", JP="JPY"),
            fx=small.rates(rates, to="USD"),
        )
        return small.run(small.CAP.replace("KRW", "USD"), over)

    made = run({"EUR": [1.10, 1.08], "JPY": [0.0065, 0.0067]})
    assert small.levels(made, "market_value") == pytest.approx([249_000, 250_958], rel=EXACT)
    assert small.levels(made) == pytest.approx([1000, float(Fraction(250958, 249))], rel=EXACT)
    local = small.levels(run({"EUR": [1.10] * 2, "JPY": [0.0065] * 2}))
    assert local == pytest.approx([1000, float(Fraction(251810, 249))], rel=EXACT)
    effect = small.levels(made)[1] / local[1] - 1
    assert effect == pytest.approx(float(Fraction(-426, 125905)), rel=1e-10)


def test_d01_replacement_with_float_capping_and_exchange_rates() -> None:
    """C leaves for E; 20,500 becomes 17,500, the divisor 100 becomes 3500/41 and the level stays 205.

    Float and capping factors are in the index shares, which are given.
    """
    shares = {"A": 800, "B": 250, "C": 120, "E": 225}
    lists = {1: ["A", "B", "C"], 2: ["A", "B", "E"]}
    over = market(
        *(
            line(symbol, [price] * 3)
            for symbol, price in (("A", 10), ("B", 20), ("C", 50), ("E", 40))
        ),
        securities=lines_in(A="KRW", B="KRW", C="USD", E="EUR"),
        fx=small.rates({"USD": [1.25] * 3, "EUR": [0.5] * 3}),
        memberships=[row for on, names in lists.items() for row in small.given(*names, on=on)],
        weight_factors=[
            {
                "index": "test",
                "effective_date": small.day(on),
                "symbol": symbol,
                "weight_factor": float(shares[symbol]),
            }
            for on, names in lists.items()
            for symbol in names
        ],
    )
    run = small.run(index(small.GIVEN + "weighting: {scheme: given}\n", 205, 100), over)
    assert small.levels(run, "market_value") == pytest.approx([20_500, 17_500], rel=EXACT)
    assert small.levels(run, "divisor") == pytest.approx(
        [100, float(Fraction(3500, 41))], rel=EXACT
    )
    assert small.levels(run) == pytest.approx([205, 205], rel=EXACT)
