"""Decisions and announced changes from the market's table `committee`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.run.publish import publish
from indexcalc.calculation.verify import verify_run
from indexcalc.diagnostics import DataError
from indexcalc.market.market import Market
from indexcalc.market.market_json import FORMAT
from tests.unit.calculation import small
from tests.unit.calculation.small import day, given, line, market

RULE = small.GIVEN + "weighting: {scheme: market_cap}\nmaintenance: {announced: given}\n"


def announced(*rows: dict[str, Any]) -> Market:
    lines = [line(name, [10.0 * (n + 1)] * 8) for n, name in enumerate("ABC")]
    return market(*lines, memberships=given("A", "B"), committee=list(rows))


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
    assert {(row["symbol"], row["rule_path"]) for row in said} >= {("B", "market/committee.remove")}


def test_a_row_not_known_yet_is_not_seen() -> None:
    over = announced(decision("B", 4, "remove", known_at=day(3)))
    assert members(ic.compute(small.rule(RULE), over, known=day(2)), 5) == {"A", "B"}
    assert members(ic.compute(small.rule(RULE), over, known=day(3)), 5) == {"A"}


def test_rows_are_taken_without_the_word_which_only_requires_the_table() -> None:
    rule = small.rule(RULE.replace("announced: given", "announced: none"))
    assert members(ic.compute(rule, announced(decision("B", 4, "remove"))), 5) == {"A"}
    assert members(ic.compute(rule, announced()), 5) == {"A", "B"}


def test_what_cannot_be_taken_is_told() -> None:
    over = announced(decision("B", 4, "drop"), decision("X", 4, "remove"))
    with pytest.raises(DataError) as refused:
        ic.compute(small.rule(RULE), over)
    assert [item.code for item in refused.value.diagnostics] == ["DAT064", "DAT064"]
    with pytest.raises(DataError) as absent:
        ic.compute(small.rule(RULE), announced())
    assert [item.code for item in absent.value.diagnostics] == ["DAT001"]


def test_the_former_name_of_the_table_is_refused_with_the_new_one(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="`decisions` is called `committee` now"):
        Market.from_tables(decisions=[])
    entry = {
        "name": "decisions-0.parquet",
        "table": "decisions",
        "rows": 1,
        "first": "",
        "last": "",
    }
    content = {
        "format": FORMAT,
        "facts": {},
        "files": [{**entry, "sha256": "0" * 64}],
        "previous": [],
    }
    (tmp_path / "market.json").write_text(json.dumps(content))
    with pytest.raises(DataError, match="`decisions` is called `committee` now"):
        Market.open(tmp_path)
    for table in ("daily", "decisions"):
        (tmp_path / "delta" / table / "_delta_log").mkdir(parents=True)
    with pytest.raises(DataError, match="`decisions` is called `committee` now"):
        Market.open(tmp_path / "delta")
    with pytest.raises(ic.RuleError, match="`decisions` is called `committee` now"):
        ic.Methodology.from_text(RULE + "cases: [{name: a, market: {decisions: []}, expect: {}}]\n")


def test_a_written_run_with_announced_changes_is_verified(tmp_path: Path) -> None:
    over = announced(decision("B", 4, "remove"))
    folder = publish(ic.compute(small.rule(RULE), over), tmp_path)
    assert verify_run(folder, over).good
    assert json.loads((folder / "manifest.json").read_text())["parents"] == {}
