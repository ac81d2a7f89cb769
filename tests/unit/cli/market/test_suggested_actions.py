"""`--suggest FILE`: actions the market may lack, as rows to confirm and import."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.cli.main import run
from tests.unit.cli.market.prices_to_import import file_of, market_of

PRICES = """\
date,symbol,close,shares_outstanding
2024-01-08,A,100,10
2024-01-08,B,100,10
2024-01-09,A,50,20
2024-01-09,B,45,10
"""


def test_rows_to_confirm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    market, wanted = market_of(tmp_path, PRICES), tmp_path / "actions.csv"
    capsys.readouterr()
    assert run(["market", "check", "--market", market, "--suggest", str(wanted)]) in (0, 1)
    # A halves and its shares double; B falls to 45 %, which is 2.2 for one and no whole number.
    assert f"suggest  2 actions to confirm in {wanted}, 1 of them without a type" in (
        capsys.readouterr().out
    )
    rows = wanted.read_text(encoding="utf-8").splitlines()
    assert rows[0] == "symbol,ex_date,type,ratio,price,list_date,why"
    assert rows[1].startswith("A,2024-01-09,split,2")
    assert rows[2].startswith("B,2024-01-09,,")


def test_an_import_suggests_too_and_what_is_told_is_not_suggested(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prices, wanted = file_of(tmp_path, PRICES), str(tmp_path / "actions.csv")
    line = ["market", "import", str(prices), "--market", str(tmp_path / "m"), "--suggest", wanted]
    assert run(line) == 0
    assert "suggest  2 actions" in capsys.readouterr().out
    told = tmp_path / "told.csv"
    told.write_text("symbol,ex_date,type,ratio\nA,2024-01-09,split,2\n", encoding="utf-8")
    line[2:3] = [str(told), "--into", "corporate_actions"]
    assert run(line) == 0
    assert "suggest  1 action to" in capsys.readouterr().out


def test_a_file_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    market = market_of(tmp_path, PRICES)
    wanted = str(tmp_path / "absent" / "actions.csv")
    assert run(["market", "check", "--market", market, "--suggest", wanted]) == 1
    assert f"cannot write {wanted}" in capsys.readouterr().err
