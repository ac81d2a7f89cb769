"""The verb `stress`: exit codes, the case file, JSON, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexcalc.cli import main as entry
from tests.unit.analysis.stress.flawed_rules import FLAWED


def test_a_break_is_written_and_is_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("flawed.yaml").write_text(FLAWED["quota"].text, encoding="utf-8")
    words = ["stress", "flawed.yaml", "--tries", "30", "--judge", "count", "--out", "found.yaml"]
    assert entry.run(words) == 1
    said = capsys.readouterr().out
    assert "count: broken by market" in said
    assert "not judged: cap, members, limit, turnover, move" in said
    assert entry.run(["test", "flawed.yaml", "--cases", "found.yaml"]) == 0
    capsys.readouterr()
    assert entry.run([*words[:-2], "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [item["kind"] for item in found["breaks"]] == ["count"]
    assert found["judged"] == ["count"]
    assert "cases:\n" + found["breaks"][0]["case"] == Path("found.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ["--judge", "luck"],
        ["--lines", "9..3"],
        ["--lines", "many"],
        ["--weight", "300%"],
        ["--turnover", "half"],
    ],
)
def test_what_cannot_be_meant_is_refused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert entry.run(["stress", "top-n-buffer", "--tries", "1", *words]) == 2
    assert capsys.readouterr().err
