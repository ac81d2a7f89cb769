"""Decisions of the committee, of the rule and of the market's table: what they do, and their log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.analysis.without_decision import without_decisions
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.publish import publish
from indexcalc.calculation.verify import verify_run as verify
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation.small import GIVEN, day, given, line, market

RULE = GIVEN + "weighting: {scheme: market_cap}\n"
OUT = '- {effective: 2024-01-05, remove: ["A"], why: takeover, ref: minutes 7}\n'
# A doubles on session 4, the others stand still.
MEMBERSHIPS = given("A", "B")


def decided(decision: str = "remove", **more: Any) -> list[dict[str, Any]]:
    row = {"index": "test", "effective_date": day(3), "symbol": "A", "decision": decision}
    return [{**row, "who": "committee", "why": "takeover", "ref": "minutes 7", **more}]


def lines(*symbols: str) -> list[list[dict[str, Any]]]:
    closes = {"A": [10, 10, 10, 10, 20]}
    return [line(symbol, closes.get(symbol, [10] * 5)) for symbol in symbols]


def over(**tables: Any) -> ic.Market:
    return market(*lines("A", "B"), memberships=MEMBERSHIPS, **tables)


def computed(text: str, where: ic.Market) -> ic.Run:
    return ic.compute(ic.Methodology.from_text(text), where)


def last_level(run: ic.Run) -> float:
    level: float = run.levels.column("level")[run.levels.num_rows - 1].as_py()
    return level


def test_the_table_decides_as_the_rule_does() -> None:
    by_rule = computed(RULE + f"committee:\n  {OUT}", over())
    by_table = computed(RULE, over(committee=decided()))
    assert last_level(computed(RULE, over())) == 1500.0
    assert last_level(by_rule) == last_level(by_table) == 1000.0
    assert by_rule.levels.equals(by_table.levels)
    assert [entry["source"] for entry in by_rule.committee] == ["rule"]
    assert [entry["source"] for entry in by_table.committee] == ["market"]
    detail = [row["detail"] for row in by_table.decisions.to_pylist() if row["symbol"] == "A"]
    assert detail[-1] == "committee: takeover (minutes 7)"


def test_what_the_table_may_not_say() -> None:
    with pytest.raises(ic.DataError) as refused:
        computed(RULE, over(committee=decided("forget")))
    assert [item.code for item in refused.value.diagnostics] == ["DAT064"]
    both = RULE + f"committee:\n  {OUT}"
    with pytest.raises(ic.DataError) as refused:
        computed(both, over(committee=decided("keep")))
    assert [item.code for item in refused.value.diagnostics] == ["DAT004"]
    # The same decision twice is one decision.
    assert len(computed(both, over(committee=decided())).committee) == 1


def test_a_run_that_ends_before_a_decision_withdraws_nothing(tmp_path: Path) -> None:
    where = over(committee=decided())
    folder = publish(computed(RULE, where), tmp_path)
    before = (folder / "committee.jsonl").read_bytes()
    publish(ic.compute(ic.Methodology.from_text(RULE), where, end=day(2)), tmp_path, restate=True)
    assert (folder / "committee.jsonl").read_bytes() == before
    assert verify(folder, where).good


def test_what_is_known_later_decides_nothing_before() -> None:
    where = over(committee=decided(known_at=day(10)))
    early = ic.compute(ic.Methodology.from_text(RULE), where, known=day(5))
    assert last_level(early) == 1500.0


def lines_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(text) for text in (folder / "committee.jsonl").read_text().splitlines()]


def test_the_log_is_added_to_and_verified(tmp_path: Path) -> None:
    plain, with_one = over(), over(committee=decided())
    folder = publish(computed(RULE, plain), tmp_path)
    assert not (folder / "committee.jsonl").exists()
    publish(computed(RULE, with_one), tmp_path, restate=True)
    (first,) = lines_of(folder)
    assert (first["symbol"], first["decision"], first["previous"]) == ("A", "remove", "")
    assert verify(folder, with_one).good
    # The same run again adds nothing.
    before = (folder / "committee.jsonl").read_bytes()
    publish(computed(RULE, with_one), tmp_path)
    assert (folder / "committee.jsonl").read_bytes() == before
    # Another reason is another decision: the old one is withdrawn, not changed.
    other = over(committee=decided(why="a mistake"))
    publish(computed(RULE, other), tmp_path)
    entries = lines_of(folder)
    assert [(entry["why"], entry.get("withdrawn", False)) for entry in entries] == [
        ("takeover", False),
        ("takeover", True),
        ("a mistake", False),
    ]
    assert [entry["previous"] for entry in entries] == ["", entries[0]["hash"], entries[1]["hash"]]
    assert (folder / "committee.jsonl").read_bytes().startswith(before)
    assert verify(folder, other).good


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda text: text.replace("takeover", "takeovr", 1), "entry 1 is not what was written"),
        (lambda text: "\n".join(text.split("\n")[1:]), "entry 1 does not follow the one before"),
        (lambda text: text[:-1], "its last entry is not whole"),
        (
            lambda text: "".join(text.splitlines(keepends=True)[:1]),
            "remove B on 2024-01-06 is not in it",
        ),
        (lambda text: "{}\n", "entry 1 is not a decision"),
        (lambda text: "", "its last entry is not whole"),
    ],
)
def test_a_changed_log_is_found(change: Any, what: str, tmp_path: Path) -> None:
    both = [*decided(), *decided(symbol="B", effective_date=day(4), why="liquidity")]
    names = ("A", "B", "C")
    wide = market(*lines(*names), memberships=given(*names), committee=both)
    folder = publish(computed(RULE, wide), tmp_path)
    assert len(lines_of(folder)) == 2
    log = folder / "committee.jsonl"
    log.write_text(change(log.read_text(encoding="utf-8")), encoding="utf-8")
    verdict = verify(folder, wide)
    assert not verdict.good
    assert what in verdict.sentence()
    if "is not in it" not in what:
        with pytest.raises(ic.RunError) as refused:
            publish(computed(RULE, wide), tmp_path)
        assert [item.code for item in refused.value.diagnostics] == ["RUN003"]


def test_the_level_without_a_decision() -> None:
    where = over(committee=decided())
    family = load_family([ic.Methodology.from_text(RULE)])
    (found,) = without_decisions(family, where, "A", day(4), Request())
    # Without it A doubles in an index of two equal lines: 1500 instead of 1000.
    assert (found.level, found.without) == (1000.0, 1500.0)
    assert found.sentence() == (
        "without the committee's decision of 2024-01-05 (remove A: takeover, minutes 7) test would "
        "stand at 1,500.00 on 2024-01-06, not at 1,000.00 (-33.3333%)"
    )
    assert without_decisions(family, where, "B", day(4), Request()) == []
    assert without_decisions(family, where, "A", day(2), Request()) == []


def test_an_index_of_every_session_says_that_it_takes_no_decision() -> None:
    text = RULE.split("review:")[0] + "review: {every: session}\nweighting: {scheme: market_cap}\n"
    run = computed(text, market(*lines("A", "B"), committee=decided()))
    assert "CAL009" in [item.code for item in run.diagnostics]
