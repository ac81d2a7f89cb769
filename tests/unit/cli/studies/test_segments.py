"""`indexcalc segments`: segments against each other, and months of which there are too few."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexcalc.cli.main import run
from indexcalc.cli.studies.segments import _month
from tests.unit.cli.two_lines import folder


def test_two_segments_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other, market = folder(tmp_path)
    assert run(["segments", one, other, "--market", market]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2024-01-03 to 2024-01-05"
    figures = {line[:20].strip(): line[20:].split() for line in lines[1:14]}
    assert figures["price return"] == ["+20.67%", "+20.50%"]
    # Relative to the first: 1.205 / 1.20667 = 0.9986.
    assert figures["relative level"] == ["1.000", "0.999"]
    assert figures["above a year ago"] == ["-", "-"]
    months = next(at for at, line in enumerate(lines) if line.startswith("month "))
    assert lines[months].split()[:3] == ["month", "years", "effect"]
    assert lines[months + 1 :] == ["January: no whole January of equal and cap in the data"]


def test_json_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other, market = folder(tmp_path)
    line = ["segments", one, other, "--market", market, "--format", "json"]
    assert run([*line, "--out", str(tmp_path / "t")]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [row["index"] for row in said["summary"]] == ["cap", "equal"]
    assert said["months"] == []
    assert {path.name for path in (tmp_path / "t").iterdir()} == {
        *("series.parquet", "summary.parquet", "months.parquet"),
    }


def test_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other, market = folder(tmp_path)
    assert run(["segments", one, other, "--market", market, "--window", "0"]) == 2
    for rules in ((one,), (one, one)):
        assert run(["segments", *rules, "--market", market]) == 2
        assert "ANA001 RULE: segments are at least two indices" in capsys.readouterr().err
    assert run(["segments", one, "no-such-rule", "--market", market]) == 1
    assert "REF001" in capsys.readouterr().err


def test_a_month_of_one_year_has_no_interval() -> None:
    row = {"month": 3, "years": 1, "effect": 0.01, "low": None, "high": None, "same_sign": None}
    several = {**row, "years": 2, "low": -0.01, "high": 0.03, "same_sign": 0.5}
    lines = [_month(row), _month(several)]
    assert lines[0].split() == ["Mar", "1", "+1.00%", "-", "-"]
    assert lines[1].split() == ["Mar", "2", "+1.00%", "-1.00%", "to", "+3.00%", "50%"]
    assert len(lines[0]) == len(lines[1])
