"""Values that can hardly be are told: by line, day and ratio; with thresholds a market may set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from indexcalc.diagnostics import Findings
from indexcalc.market.checks.check import check_market
from indexcalc.market.checks.plausible import check_series
from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import action, dividend, line, market

FLAT = [100.0] * 6
Found = list[tuple[str, str, str]]


def found(over: Market) -> Found:
    """(code, severity, place) of the findings about values."""
    items = check_market(over).findings.items
    return sorted({(one.code, one.severity, one.where) for one in items if one.code >= "DAT050"})


def of(
    closes: list[float], shares: Any = 1000, facts: Mapping[str, Any] | None = None, **tables: Any
) -> Found:
    base = tables.pop("base", None)
    lines = [line("A", closes, shares, base=base), line("B", [50.0] * len(closes))]
    return found(market(*lines, facts=facts, **tables))


def at(number: int, symbol: str = "A") -> str:
    return f"{symbol} {small.day(number)}"


def test_a_sound_market_has_none() -> None:
    assert of([100, 110, 95, 120, 101, 99]) == []


@pytest.mark.parametrize("close", [50, 1000, 0.001])
def test_a_price_far_from_its_neighbours(close: float) -> None:
    told = of([100, 100, close, 100, 100, 100])
    assert ("DAT050", "warning", at(2)) in told


def test_a_split_that_is_told_is_no_finding() -> None:
    rows = [action("A", 2, "split", ratio=2.0)]
    assert (
        of([100, 100, 50, 50, 50, 50], [1000, 1000, 2000, 2000, 2000, 2000], corporate_actions=rows)
        == []
    )


def test_adjusted_prices_with_shares_as_they_were() -> None:
    assert of(FLAT, [1000, 1000, 1000, 2000, 2000, 2000]) == [("DAT051", "warning", at(3))]


@pytest.mark.parametrize(
    ("close", "told"), [(129, []), (140, ["DAT050"]), (60, ["DAT050"]), (72, [])]
)
def test_the_daily_limit_is_judged(close: float, told: list[str]) -> None:
    # Back again within the limit over the sessions that follow.
    closes = [100.0, close, close, close]
    assert [code for code, _, _ in of(closes, facts={"price_limit": 0.3})] == told


def test_the_limit_is_that_of_the_base_price() -> None:
    facts = {"price_limit": 0.3}
    assert of([100, 52, 52, 52], base={1: 50}, facts=facts) == []
    assert of([100, 80, 80, 80], base={1: 50}, facts=facts) == [("DAT050", "warning", at(1))]


@pytest.mark.parametrize(
    ("base", "severity"),
    [(3_000, "warning"), (1e300, "error"), (2.0, "warning"), (1e-5, "error"), (1e-300, "error")],
)
def test_a_base_price_far_from_the_close(base: float, severity: str) -> None:
    assert ("DAT052", severity, at(2)) in of(FLAT, base={2: base})


@pytest.mark.parametrize(
    ("rate", "severity"), [(1e9, "error"), (2600, "warning"), (650, "warning")]
)
def test_an_exchange_rate_for_a_day(rate: float, severity: str) -> None:
    rows = [
        {"date": small.day(number), "from_currency": "USD", "to_currency": "KRW", "rate": value}
        for number, value in enumerate([1300.0, 1301.0, rate, 1302.0])
    ]
    told = of(FLAT, fx=rows)
    assert ("DAT053", severity, f"USD/KRW spot {small.day(2)}") in told
    assert of(FLAT, fx=rows, facts={"plausible": {"fx_jump": None}}) == []


def test_interest_rates_and_published_levels() -> None:
    rates = [{"date": small.day(0), "name": "CD91", "rate": 3.5}]
    assert of(FLAT, rates=rates) == [("DAT053", "warning", f"CD91 {small.day(0)}")]
    levels = [
        {"index": "i", "date": small.day(n), "level": v} for n, v in enumerate([100.0, 1000.0])
    ]
    assert of(FLAT, published=levels) == [("DAT053", "warning", f"i {small.day(1)}")]


@pytest.mark.parametrize(
    ("ratio", "severity"), [(1e-9, "error"), (1e9, "error"), (5000.0, "warning"), (50.0, None)]
)
def test_ratios(ratio: float, severity: str | None) -> None:
    told = [
        item
        for item in of(FLAT, corporate_actions=[action("A", 2, "split", ratio=ratio)])
        if item[0] == "DAT054"
    ]
    assert told == ([] if severity is None else [("DAT054", severity, at(2))])


@pytest.mark.parametrize("kind", ["merger", "bankruptcy", "tender"])
@pytest.mark.parametrize("final", [1e9, 0.0, 100.0])
def test_a_line_with_a_final_price_trades_on(kind: str, final: float) -> None:
    told = of(FLAT, corporate_actions=[action("A", 2, kind, final_price=final)])
    assert ("DAT054", "error", "A") in told
    assert (("DAT054", "error", at(2)) in told) == (final == 1e9)


def test_a_line_that_ends_at_its_final_price_is_sound() -> None:
    lines = [line("A", FLAT[:3]), line("B", FLAT)]
    rows = [action("A", 3, "merger", final_price=101.0)]
    assert found(market(*lines, corporate_actions=rows)) == []


@pytest.mark.parametrize(
    ("amount", "severity"), [(101.0, "error"), (60.0, "warning"), (10.0, None)]
)
def test_a_dividend_beyond_the_price(amount: float, severity: str | None) -> None:
    told = [item for item in of(FLAT, dividends=[dividend("A", 2, amount)]) if item[0] == "DAT055"]
    assert told == ([] if severity is None else [("DAT055", severity, at(2))])


def test_thresholds_are_those_of_the_market() -> None:
    closes = [100, 100, 50, 50, 50, 50]
    assert of(closes, facts={"plausible": {"price_jump": 3}}) == []
    assert of([100, 110, 100, 100, 100, 100], facts={"plausible": {"price_jump": 1.05}}) != []
    assert of(closes, facts={"plausible": {"price_jump": None}}) == []


def test_many_findings_of_a_kind_are_counted() -> None:
    closes = [100.0 if day % 2 else 10.0 for day in range(60)]
    items = check_market(market(line("A", closes))).findings.items
    told = [one for one in items if one.code == "DAT050"]
    assert len(told) == 21
    assert "and 39 more of this kind" in {one.message for one in told}


def test_a_run_tells_them_of_the_lines_it_holds() -> None:
    over = market(
        line("A", [100, 100, 50, 50]),
        line("B", [100] * 4, [1000, 1000, 2000, 2000]),
        line("C", [100, 900, 100, 100]),
        memberships=small.given("A", "B"),
        dividends=[dividend("A", 3, 55)],
    )
    text = small.GIVEN + "weighting: {scheme: market_cap}\n"
    run = small.run(text, over)
    told = [(one.code, one.severity, one.where) for one in run.diagnostics if one.code >= "DAT050"]
    assert sorted(told) == [
        ("DAT050", "warning", at(2)),
        ("DAT051", "warning", at(2, "B")),
        ("DAT055", "error", at(3)),
    ]


@pytest.mark.parametrize("facts", [{}, {"price_limit": 0.3}])
@pytest.mark.parametrize(
    ("base", "severity"), [(1e300, "error"), (1e-300, "error"), (2_000.0, "warning")]
)
def test_a_base_price_of_no_market_is_an_error_of_a_run_too(
    base: float, severity: str, facts: dict[str, Any]
) -> None:
    """The level was 0, or 1e300 times as high, beside a warning."""
    over = market(
        line("A", FLAT, base={2: base}), line("B", [50.0] * 6, base={2: 50.0}), facts=facts
    )
    told = {(one.code, one.severity) for one in small.run(small.CAP, over).diagnostics}
    code = "DAT052" if severity == "error" else "CAL005"
    assert (code, severity) in told
    assert severity == "error" or "error" not in {found for _, found in told}


def test_a_base_price_of_no_market_is_an_error_whatever_action_is_there() -> None:
    over = market(
        line("A", FLAT, base={2: 1e300}),
        line("B", [50.0] * 6, base={2: 50.0}),
        corporate_actions=[action("A", 2, "bonus", ratio=1.1)],
    )
    told = {(one.code, one.severity) for one in small.run(small.CAP, over).diagnostics}
    assert ("DAT052", "error") in told


@pytest.mark.parametrize(("close", "severity"), [(1e-9, "error"), (0.5, "warning")])
def test_a_close_of_nothing(close: float, severity: str) -> None:
    """A line may lose nearly all its value in a day, and no line loses all but a millionth of it."""
    assert ("DAT050", severity, at(2)) in of([100.0, 100.0, close, close])


def test_of_many_odd_rates_the_first_twenty_are_told_and_every_one_that_cannot_be() -> None:
    """Rates that double and halve back, thirty times; at the end one a hundred thousand times another."""
    rates = [1000.0 * (1 + number % 2) for number in range(30)] + [1e8]
    rows = [
        {"date": small.day(at), "from_currency": "USD", "to_currency": "KRW", "rate": rate}
        for at, rate in enumerate(rates)
    ]
    findings = Findings()
    check_series(market(line("A", [100.0] * len(rates)), fx=rows), findings)
    told = [(one.severity, one.message) for one in findings.items]
    assert [severity for severity, _ in told].count("error") == 1
    assert len([one for one in told if "times the rate before" in one[1]]) == 21
    assert told[-1] == ("warning", "and 10 more of this kind")
    rates_a_year = [{"date": small.day(at), "name": "x", "rate": 2.0} for at in range(25)]
    findings = Findings()
    check_series(market(line("A", [100.0] * 25), rates=rates_a_year), findings)
    assert len(findings.items) == 21
    assert findings.items[-1].message == "and 5 more of this kind"


def test_rates_that_contradict_each_other() -> None:
    def pair(base: str, two: str, rate: float, day: int = 0) -> dict[str, Any]:
        return {
            "date": small.day(day), "from_currency": base, "to_currency": two, "rate": rate
        }  # fmt: skip

    assert of(FLAT, fx=[pair("USD", "KRW", 1300.0), pair("KRW", "USD", 1 / 1300)]) == []
    both = [pair("USD", "KRW", 1300.0), pair("KRW", "USD", 1300.0)]
    assert of(FLAT, fx=both) == [("DAT053", "warning", f"KRW/USD spot {small.day(0)}")]
    apart = [pair("USD", "KRW", 1300.0), pair("KRW", "USD", 1300.0, 1)]
    assert of(FLAT, fx=apart) == []
    itself = [pair("KRW", "KRW", 2.0), pair("USD", "USD", 1.0)]
    assert of(FLAT, fx=itself) == [("DAT053", "warning", f"KRW/KRW spot {small.day(0)}")]
