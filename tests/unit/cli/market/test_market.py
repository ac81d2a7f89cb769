"""`indexcalc market`: what it prints and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexcalc.cli.main import run
from indexcalc.cli.market import import_files as verb
from indexcalc.market.importers.formats import FORMATS

CSV = """\
date,symbol,close,shares_outstanding
2024-01-08,000001,100,10
2024-01-09,000001,101,10
"""


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    path.write_text(CSV)
    return path


def test_formats_are_those_that_can_be_read() -> None:
    assert set(verb.FORMATS) == set(FORMATS)


def test_import_says_what_it_did(
    prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["market", "import", str(prices), "--market", str(tmp_path / "m")]) == 0
    said = capsys.readouterr().out
    assert "prices.csv (table)" in said
    assert "  read     rows for daily: 2" in said
    assert "merged   daily: 2 rows added" in said
    assert run(["market", "import", str(prices), "--market", str(tmp_path / "m")]) == 0
    assert "merged   daily: 0 rows added, 2 rows were there already" in capsys.readouterr().out


def test_a_refused_import_exits_1_and_changes_nothing(
    prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = tmp_path / "m"
    run(["market", "import", str(prices), "--market", str(market)])
    before = (market / "market.json").read_bytes()
    prices.write_text(CSV.replace("101", "102"))
    line = ["market", "import", str(prices), "--market", str(market)]
    assert run(line) == 1
    assert "close is 101 in the market, 102 in the file" in capsys.readouterr().err
    assert (market / "market.json").read_bytes() == before
    assert run([*line, "--on-conflict", "replace"]) == 0
    assert "1 values replaced" in capsys.readouterr().out


def test_problems_of_all_files_come_at_once(
    prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(CSV.replace("101", "1o1"))
    absent = tmp_path / "absent.csv"
    market = tmp_path / "m"
    line = ["market", "import", str(prices), str(bad), str(absent), "--market", str(market)]
    assert run(line) == 1
    said = capsys.readouterr().err
    assert "bad.csv:3:19: error IMP004" in said
    assert "absent.csv: error IMP001" in said
    assert not market.exists()


def test_usage(tmp_path: Path) -> None:
    assert run(["market", "import", "x.csv"]) == 2
    assert run(["market", "import", "x.csv", "--market", str(tmp_path), "--date", "today"]) == 2
    assert run(["market", "check", "--market", str(tmp_path)]) == 3


def test_check_exits_by_what_it_finds(
    prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = str(tmp_path / "m")
    run(["market", "import", str(prices), "--market", market])
    assert run(["market", "check", "--market", market]) == 0  # a warning: no security types
    assert "0 errors, 1 warnings" in capsys.readouterr().out
    assert run(["market", "check", "--market", market, "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["code"], found["severity"]) == ("DAT031", "warning")
    actions = tmp_path / "actions.csv"
    actions.write_text("symbol,ex_date,type\n000001,2024-01-09,split\n")
    run(["market", "import", str(actions), "--into", "corporate_actions", "--market", market])
    assert run(["market", "check", "--market", market]) == 1


def test_info_and_compact(prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    market = str(tmp_path / "m")
    run(["market", "import", str(prices), "--market", market])
    prices.write_text(CSV.replace("2024-01-0", "2024-01-1"))
    run(["market", "import", str(prices), "--market", market])
    assert run(["market", "compact", "--market", market]) == 0
    assert "daily: 2 files before, 1 now" in capsys.readouterr().out
    assert run(["market", "info", "--market", market]) == 0
    assert "daily: 4 rows, 1 lines, 2024-01-08 .. 2024-01-19" in capsys.readouterr().out


def test_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "demo"
    line = ["market", "demo", "--securities", "120", "--years", "2", "--out", str(out)]
    assert run(line) == 0
    assert "synthetic" in capsys.readouterr().out
    assert run(["market", "check", "--market", str(out)]) == 0
    before = {path: path.stat().st_mtime_ns for path in out.iterdir() if path.is_file()}
    capsys.readouterr()
    assert run(line) == 0
    assert "there already" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in out.iterdir() if path.is_file()} == before
    assert run([*line, "--seed", "7"]) == 2
    assert "not mixed" in capsys.readouterr().err
    assert run(["market", "demo", "--securities", "1", "--out", str(tmp_path / "other")]) == 2
    assert not (tmp_path / "other" / "market.json").exists()
