"""Entries and deletions from the table `decisions`."""

from __future__ import annotations

from typing import Any

import pytest

import indexcalc as ic
from indexcalc.diagnostics import DataError
from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import day, given, line, market

RULE = small.GIVEN + "weighting: {scheme: market_cap}\nmaintenance: {announced: given}\n"


def announced(*rows: dict[str, Any]) -> Market:
    lines = [line(name, [10.0 * (n + 1)] * 8) for n, name in enumerate("ABC")]
    return market(*lines, memberships=given("A", "B"), decisions=list(rows))


def decision(symbol: str, on: int, word: str, **more: Any) -> dict[str, Any]:
    return {
        "index": "test",
        "effective_date": day(on),
        "symbol": symbol,
        "decision": word,
        "why": "bought",
        "ref": "a notice",
        **more,
    }


def members(run: Any, on: int) -> set[str]:
    return set(run.weights(day(on)).column("symbol").to_pylist())


def test_rows_take_effect_on_their_days_with_their_reason() -> None:
    over = announced(decision("B", 4, "remove"), decision("C", 5, "add"))
    run = ic.compute(small.rule(RULE), over)
    assert [members(run, on) for on in (3, 4, 5)] == [{"A", "B"}, {"A"}, {"A", "C"}]
    said = [row for row in run.decisions.to_pylist() if "bought" in (row["detail"] or "")]
    assert {(row["symbol"], row["rule_path"]) for row in said} >= {
        ("B", "maintenance.announced.remove")
    }


def test_a_row_not_known_yet_is_not_seen() -> None:
    over = announced(decision("B", 4, "remove", known_at=day(3)))
    assert members(ic.compute(small.rule(RULE), over, known=day(2)), 5) == {"A", "B"}
    assert members(ic.compute(small.rule(RULE), over, known=day(3)), 5) == {"A"}


def test_rows_are_not_taken_unless_the_rule_says_so() -> None:
    rule = small.rule(RULE.replace("announced: given", "announced: none"))
    assert members(ic.compute(rule, announced(decision("B", 4, "remove"))), 5) == {"A", "B"}


def test_what_cannot_be_taken_is_told() -> None:
    over = announced(decision("B", 4, "drop"), decision("X", 4, "remove"))
    with pytest.raises(DataError) as refused:
        ic.compute(small.rule(RULE), over)
    assert [item.code for item in refused.value.diagnostics] == ["DAT064", "DAT064"]
    with pytest.raises(DataError) as absent:
        ic.compute(small.rule(RULE), announced())
    assert [item.code for item in absent.value.diagnostics] == ["DAT001"]
