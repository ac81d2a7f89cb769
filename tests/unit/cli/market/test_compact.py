"""`indexcalc market compact`: fewer files, the same rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.cli.main import run
from indexcalc.market.market import Market
from tests.unit.cli.market.prices_to_import import CSV, market_of


def test_days_that_came_one_by_one_are_one_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = market_of(tmp_path, CSV, CSV.replace("2024-01-0", "2024-01-1"))
    rows = [Market.open(market).daily_sources(), Market.open(market).days.tolist()]
    capsys.readouterr()
    assert run(["market", "compact", "--market", market]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "daily: 2 files before, 1 now"
    after = Market.open(market)
    assert len(after.daily_sources()) == 1 < len(rows[0])
    assert after.days.tolist() == rows[1]
    # A second time there is nothing to do.
    assert run(["market", "compact", "--market", market]) == 0
    assert capsys.readouterr().out == "daily: 1 file before, 1 now\n"


def test_no_market(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["market", "compact", "--market", str(tmp_path)]) == 3
    assert "DAT010" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
