"""What verbs on runs share: the run of a folder or a rule, and findings told once."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from indexcalc.cli.main import run
from indexcalc.cli.studies.runs import run_of, told
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, Findings, Span
from indexcalc.market.market import Market
from tests.unit.cli.two_lines import folder


def test_the_run_of_a_rule_and_that_of_its_folder(tmp_path: Path) -> None:
    """180,000 / 150,000 of A and B: 181 / 150 of 1,000, by the rule and by what it wrote."""
    rule, _, place = folder(tmp_path)
    assert run(["compute", rule, "--market", place, "--out", str(tmp_path / "out")]) == 0
    market = Market.open(place)
    by_rule, texts = run_of(rule, market, {}, ("tr",))
    assert list(texts) == [rule]
    assert "level_tr" in by_rule.levels.column_names
    written, none = run_of(str(tmp_path / "out" / "cap"), market, {})
    assert not none
    for found in (by_rule, written):
        assert found.levels.column("level")[-1].as_py() == pytest.approx(1000 * 181 / 150)
        assert found.composition is not None


def test_a_folder_of_runs_names_them_or_takes_the_only_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """README.ko says `deliver out`, of a folder that `compute --out out` wrote: REF001, and no way out."""
    rule, _, place = folder(tmp_path)
    out = tmp_path / "out"
    assert run(["compute", rule, "--market", place, "--out", str(out)]) == 0
    market = Market.open(place)
    only, _ = run_of(str(out), market, {})
    assert (only.index, only.levels.num_rows) == (
        "cap",
        run_of(rule, market, {})[0].levels.num_rows,
    )
    assert run(["simulate", rule, "--cap", "60%", "--market", place, "--out", str(out / "s")]) == 0
    assert run_of(str(out), market, {})[0].index == "cap"
    shutil.copytree(out / "cap", out / "twin")
    capsys.readouterr()
    for words in (["deliver"], ["attribute"], ["attribute", rule, "--against"], ["diff", rule]):
        assert run([*words, str(out), *(() if words[0] == "diff" else ("--market", place))]) == 2
        assert f"{out} holds 2 runs, name one: {out}/cap, {out}/twin" in capsys.readouterr().err


def test_findings_are_told_once_and_errors_are_the_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    findings = Findings()
    findings.add("CAL006", "nothing is held", where="test", severity="warning")
    assert told([*findings.items, *findings.items], {}) == EXIT_GOOD
    assert capsys.readouterr().err.count("CAL006") == 1
    findings.add("CAL006", "nothing is held", where="other")
    assert told(findings.items, {}) == EXIT_ERRORS
    assert told([], {}) == EXIT_GOOD


def test_windows_before_the_data_are_a_line_each_and_only_of_the_period(
    capsys: pytest.CaptureFixture[str],
) -> None:
    findings = Findings()
    for name, until in (("size", dt.date(2014, 12, 12)), ("liquidity", None)):
        findings.add(
            "DAT040",
            f"the window of `{name}` is short",
            span=Span("a.yaml", 2, 1, 4),
            where=f"measures.{name}.over",
            hint="import earlier rows",
            on=until,
        )
    beside = {"a.yaml": "index: a\nsize: 1\n"}
    assert told(findings.items, beside) == EXIT_GOOD
    both = capsys.readouterr().err.splitlines()
    assert len(both) == 2
    # Another list is held from the day on which the period begins.
    assert told(findings.items, beside, dt.date(2014, 12, 12)) == EXIT_GOOD
    assert capsys.readouterr().err.splitlines() == [
        "a.yaml:2:1: warning DAT040 measures.liquidity.over: the window of `liquidity` is short"
    ]
