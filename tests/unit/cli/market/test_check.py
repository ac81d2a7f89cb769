"""`indexcalc market check`: what it prints and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexcalc.cli.main import run
from tests.unit.cli.market.prices_to_import import market_of


def test_check_exits_by_what_it_finds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    market = market_of(tmp_path)
    capsys.readouterr()
    assert run(["market", "check", "--market", market]) == 0  # a warning: no security types
    assert "0 errors, 1 warning" in capsys.readouterr().out
    assert run(["market", "check", "--market", market, "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["code"], found["severity"]) == ("DAT031", "warning")
    actions = tmp_path / "actions.csv"
    actions.write_text("symbol,ex_date,type\n000001,2024-01-09,split\n")
    run(["market", "import", str(actions), "--into", "corporate_actions", "--market", market])
    assert run(["market", "check", "--market", market]) == 1


def test_findings_for_a_pipeline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    market = market_of(tmp_path)
    capsys.readouterr()
    assert run(["market", "check", "--market", market, "--format", "github"]) == 0
    assert capsys.readouterr().out.startswith("::warning ")


def test_what_was_checked_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    market = market_of(tmp_path)
    capsys.readouterr()
    assert run(["market", "check", "--market", market]) == 0
    lines = capsys.readouterr().out.splitlines()
    observed = "daily: 2 sessions observed, 2024-01-08 .. 2024-01-09; no calendar is known, so "
    assert lines[0].startswith(observed)
    assert lines[-1] == "0 errors, 1 warning"
