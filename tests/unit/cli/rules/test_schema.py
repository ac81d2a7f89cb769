"""The verb ``schema``: what editors read, on the screen and in a file alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexcalc.cli.main import run
from tests.conftest import ROOT


def test_the_screen_and_a_file_have_the_same_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["schema"]) == 0
    text = capsys.readouterr().out
    out = tmp_path / "schema.json"
    assert run(["schema", "--out", str(out)]) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", f"wrote {out}\n")
    assert out.read_text(encoding="utf-8") == text
    assert "index" in json.loads(text)["properties"]
    # The file that rules name in their first line is this one.
    assert (ROOT / "rules" / "schema.json").read_text(encoding="utf-8") == text


def test_a_file_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "--out", str(tmp_path / "absent" / "s.json")]) == 1
    assert "cannot write" in capsys.readouterr().err
