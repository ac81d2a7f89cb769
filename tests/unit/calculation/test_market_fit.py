"""How far a market carries one rule: codes, and a line for each thing looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import indexcalc as ic
from indexcalc.calculation.market_fit import MarketFit, market_fit
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.market import Market
from tests.unit.calculation import level_table, small
from tests.unit.calculation.small import day, line, market
from tests.unit.calculation.stored import stored

N = 100
REVIEWED = small.HEAD + (
    "universe: {where: {board: {in: [main]}}}\n"
    "review: {months: [1, 2, 3, 4], effective: first session of month,"
    " cutoff: 1 session before effective}\n"
    "measures: {size: {mean: market_cap, over: 20 sessions}}\n"
    "selection: {steps: [{select: {size: {rank: 10}}}]}\n"
    "weighting: {scheme: market_cap}\n"
)


def over(n: int = N, **tables: Any) -> Market:
    tables.setdefault("securities", [{"symbol": s, "board": "main"} for s in "AB"])
    return market(line("A", [100] * n), line("B", [50] * n), **tables)


def fit(text: str, made: Market, **assume: str) -> MarketFit:
    first = day_number(day(-500))
    days = np.arange(first, first + 1000, dtype=np.int32)
    return market_fit(small.rule(text), {}, made, Sessions("XKRX", "", days), assume)


def codes(found: MarketFit) -> list[tuple[str, str]]:
    return [(item.code, item.where) for item in found.findings.items]


def test_a_market_that_has_all_is_told_line_by_line() -> None:
    found = fit(REVIEWED.replace("20 sessions", "5 sessions"), over())
    assert codes(found) == []
    assert found.lines == [
        "100 sessions, 2024-01-02 .. 2024-04-10; 2 lines on the last",
        "securities.board: 0 of 2 null (0.0%)",
        "daily.shares_outstanding: 0 of 2 null (0.0%)",
        "first review with whole windows: 2024-02-01",
    ]


def test_windows_before_the_data() -> None:
    """Forty sessions before 1 February begin in December; those before March do not."""
    found = fit(REVIEWED.replace("20 sessions", "40 sessions"), over())
    (one,) = found.findings.items
    assert (one.code, one.where) == ("DAT040", "measures.size.over")
    assert "at the review of 2024-02-01; from 2024-03-01 on windows are whole" in one.message
    never = fit(REVIEWED.replace("20 sessions", "400 sessions"), over())
    (one,) = never.findings.items
    assert "no review has whole windows" in one.message


def test_columns_that_are_not_there_or_have_nulls() -> None:
    missing = fit(REVIEWED.replace("board:", "boards:"), over())
    (one,) = missing.findings.items
    assert (one.code, one.where, one.hint) == (
        "DAT002", "universe.where.boards", "did you mean `board`?",
    )  # fmt: skip
    half = over(securities=[{"symbol": "A", "board": "main"}, {"symbol": "B", "board": None}])
    found = fit(REVIEWED, half)
    assert codes(found) == [("DAT041", "universe.where.board")]
    assert "securities.board: 1 of 2 null (50.0%)" in found.lines


def test_labels_that_no_line_has() -> None:
    found = fit(REVIEWED.replace("[main]", "[mian]"), over())
    (one,) = found.findings.items
    assert (one.code, one.hint) == ("DAT043", "there are: main")


def test_a_column_of_another_kind_than_the_rule_says() -> None:
    text = REVIEWED + "columns: {board: number}\n"
    found = fit(text.replace("{in: [main]}", "{min: 1}"), over())
    assert ("DAT003", "columns.board") in codes(found)
    assert (
        codes(
            fit(REVIEWED.replace("20 sessions", "5 sessions") + "columns: {board: text}\n", over())
        )
        == []
    )


def test_tables_that_are_not_there() -> None:
    given = small.GIVEN + "weighting: {scheme: given}\nreturns: {kinds: [price, gross]}\n"
    found = fit(given, over())
    assert codes(found) == [
        ("DAT001", "selection"),
        ("DAT001", "weighting.scheme"),
        ("DAT042", "returns.kinds"),
    ]
    assert [item.severity for item in found.findings.items] == ["error", "error", "warning"]
    there = over(memberships=small.given("A"), dividends=[small.dividend("A", 1, 1.0)])
    assert "table memberships: 1 row" in fit(given, there).lines


def test_float_factors_that_are_assumed_made_or_missing() -> None:
    text = small.GIVEN.replace("selection: given\n", "selection: {steps: [{select: all}]}\n") + (
        "weighting: {scheme: float_market_cap}\n"
    )
    assert "DAT001" in [code for code, _ in codes(fit(text, over()))]
    assumed = fit(text, over(), float_factor="1")
    assert codes(assumed) == []
    assert "float_factor: 1 assumed of every line" in assumed.lines
    factors = [{"symbol": "A", "effective_date": day(0), "float_factor": 0.5}]
    half = fit(text, over(float_factors=factors))
    assert ("DAT041", "weighting.scheme") in codes(half)
    assert "float_factors.float_factor: 1 of 2 null (50.0%)" in half.lines


def test_listing_dates_that_are_taken_from_the_first_row() -> None:
    text = REVIEWED.replace("board: {in: [main]}", "listed_for: {min: 3 months}")
    text = text.replace("20 sessions", "5 sessions")
    found = fit(text, over())
    assert codes(found) == [("DAT042", "universe.where.listed_for")]
    known = over(securities=[{"symbol": s, "listing_date": day(0)} for s in "AB"])
    assert "listing_date: known of all" in fit(text, known).lines


def test_no_daily_rows_at_all() -> None:
    table = level_table.levels([day(0)], [1.0])
    assert [item.code for item in fit(small.CAP, table).findings.items] == ["DAT001"]


def test_a_stored_market_is_told_the_same(tmp_path: Path) -> None:
    stored(over(), tmp_path / "m", groups=(30, 30))
    opened = fit(REVIEWED, ic.Market.open(tmp_path / "m"))
    memory = fit(REVIEWED, over())
    assert opened.lines == memory.lines
    assert codes(opened) == codes(memory)


def test_total_returns_without_dividends_are_told() -> None:
    said = "no table of dividends: a total return is the price return"
    assert said in fit(REVIEWED + "returns: {kinds: [gross]}\n", over()).lines
    assert said not in fit(REVIEWED, over()).lines
