"""`indexcalc explain`: the chain of decisions in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexcalc.cli.main import run
from tests.unit.cli.two_lines import folder, over


def test_why_a_line_is_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule, _, market = folder(tmp_path)
    assert run(["explain", rule, "A", "--market", market]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "A 가나전자 is in cap on 2024-01-05"
    assert shown[1].startswith("  cap: is in by the decision of 2024-01-03: selection (")
    assert shown[1].endswith(":7): given in `memberships`")  # the line of the rule
    assert len(shown) == 2


def test_a_day_before_the_first_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule, _, market = folder(tmp_path)
    assert run(["explain", rule, "A", "--market", market, "--on", "2024-01-02"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "A 가나전자 is not in cap on 2024-01-02",
        "  cap: is not in: no review was made up to that day",
    ]


def test_a_day_after_the_data_says_where_they_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule, _, market = folder(tmp_path)
    assert run(["explain", rule, "A", "--market", market, "--on", "2024-02-01"]) == 0
    assert "  as of 2024-01-05: the data end there" in capsys.readouterr().out.splitlines()


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule, _, market = folder(tmp_path)
    assert run(["explain", rule, "B", "--market", market, "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    names = ("index", "symbol", "name", "on", "member", "data_until", "without")
    assert [said[name] for name in names] == [
        *("cap", "B", "다라식품", "2024-01-05", True, None, []),
    ]
    (link,) = said["links"]
    assert (link["decided"], link["rule_path"], link["rule_line"]) == ("2024-01-03", "selection", 7)
    assert link["file"] == rule


def test_a_line_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule, _, market = folder(tmp_path, over(dividends=[]))
    assert run(["explain", rule, "C", "--market", market]) == 3
    assert "error DAT012 C: C has no row in daily" in capsys.readouterr().err
