"""`indexcalc market info`: a market described."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.cli.main import run
from tests.unit.cli.market.prices_to_import import CSV, market_of


def test_tables_dates_and_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    market = market_of(tmp_path, CSV, CSV.replace("2024-01-0", "2024-01-1"))
    capsys.readouterr()
    assert run(["market", "info", "--market", market]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == market
    assert "daily: 4 rows, 1 line, 2024-01-08 .. 2024-01-19" in said
    assert {"  close", "  shares_outstanding", "  2 files, 2 row groups"} <= set(said)


def test_no_market(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["market", "info", "--market", str(tmp_path)]) == 3
    assert "DAT010" in capsys.readouterr().err
