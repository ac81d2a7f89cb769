"""`indexcalc market demo`: written once, never mixed, refused where numbers are out of range."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.cli.main import run


def test_the_same_numbers_are_there_already_and_others_are_not_mixed_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
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
