"""What verbs on runs share: the run of a folder or a rule, and findings told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.cli.main import run
from indexcalc.cli.studies.runs import run_of, told
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, Findings
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
