"""The rows of a case's market: lists, ranges, nulls, columns of one's own."""

from __future__ import annotations

from typing import Any

from indexcalc.cases.rows import read_market
from indexcalc.diagnostics import Findings
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.reader import At, Reading


def rows(text: str, table: str = "daily") -> list[dict[str, Any]]:
    """The rows a text of tables stands for."""
    findings = Findings()
    node = source.parse(text, "case", findings)
    assert node is not None
    market = read_market(node, At(Reading(findings)), None)
    assert market is not None, findings.items
    found = market.table(table)
    assert found is not None
    return list(found.to_pylist())


def test_every_symbol_has_a_row_on_every_date() -> None:
    made = rows(
        "daily: [{date: [2024-06-13, 2024-06-14], symbol: [A, B], close: [1, 2], shares_outstanding: 5}]"
    )
    assert [(str(row["date"]), row["symbol"], row["close"]) for row in made] == [
        ("2024-06-13", "A", 1.0),
        ("2024-06-13", "B", 2.0),
        ("2024-06-14", "A", 1.0),
        ("2024-06-14", "B", 2.0),
    ]


def test_with_one_symbol_lists_run_with_the_dates() -> None:
    made = rows(
        "daily: [{date: [2024-06-13, 2024-06-14], symbol: A, close: [1, 2], shares_outstanding: 5}]"
    )
    assert [(str(row["date"]), row["close"]) for row in made] == [
        ("2024-06-13", 1.0),
        ("2024-06-14", 2.0),
    ]


def test_ranges_of_days_names_and_numbers() -> None:
    # Friday the 14th to Tuesday the 18th: the weekend is left out.
    made = rows(
        "daily: [{date: 2024-06-14..2024-06-18, symbol: [A08..A10, Z], close: [3..1, 9],"
        " shares_outstanding: 5}]"
    )
    assert sorted({str(row["date"]) for row in made}) == ["2024-06-14", "2024-06-17", "2024-06-18"]
    assert {row["symbol"]: row["close"] for row in made} == {"A08": 3, "A09": 2, "A10": 1, "Z": 9}


def test_nulls_and_columns_of_ones_own() -> None:
    text = """
daily:
  - {date: 2024-06-14, symbol: [A, B], close: [1, null], shares_outstanding: 5,
     score: [0.5, ~], grade: [good, "7"], kept: [true, false], code: ["1", "2"]}
"""
    first, second = rows(text)
    assert (second["close"], second["score"]) == (None, None)
    assert (first["score"], first["grade"], second["grade"]) == (0.5, "good", "7")
    assert (first["kept"], second["kept"]) == (True, False)
    assert first["code"] == "1"  # quoted: text, as a symbol is


def test_a_table_without_rows_is_there() -> None:
    daily = "daily: [{date: 2024-06-14, symbol: A, close: 1, shares_outstanding: 5}]\n"
    assert rows(daily + "designations: []\n", "designations") == []


def test_a_number_too_large_for_an_integer_stays_what_it_is() -> None:
    made = rows("daily: [{date: 2024-06-14, symbol: A, close: 1, shares_outstanding: 1e20}]")
    assert made[0]["shares_outstanding"] == 1e20
