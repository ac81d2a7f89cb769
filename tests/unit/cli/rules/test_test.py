"""``indexcalc test``: a line a case, findings on stderr, exit 1 where one fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexcalc.cli.main import run
from indexcalc.methodology.load.load import shipped_folder


def test_the_cases_of_a_shipped_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", "equal-weight"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("ok    equal-weight  ")
    assert said.out.endswith("1 case, 0 failed\n")
    assert said.err == ""


def test_a_failing_case_is_shown_in_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (shipped_folder() / "patterns" / "equal-weight.yaml").read_text(encoding="utf-8")
    path = tmp_path / "equal-weight.yaml"
    path.write_text(text.replace("2024-06-17: 1100", "2024-06-17: 1101"), encoding="utf-8")
    assert run(["test", str(path)]) == 1
    said = capsys.readouterr()
    assert "FAIL  equal-weight" in said.out
    assert "1 case, 1 failed" in said.out
    assert "error CAS001 cases[0].expect.levels.2024-06-17" in said.err
    assert "expected 1101.0, got 1100" in said.err
    assert "^^^^" in said.err


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (shipped_folder() / "patterns" / "equal-weight.yaml").read_text(encoding="utf-8")
    path = tmp_path / "equal-weight.yaml"
    path.write_text(text.replace("2024-06-17: 1100", "2024-06-17: 1101"), encoding="utf-8")
    assert run(["test", str(path), "--format", "json"]) == 1
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["index"], row["outcome"]) == ("equal-weight", "failed")
    assert [found["code"] for found in row["findings"]] == ["CAS001"]
    path.write_text(text[: text.index("cases:")], encoding="utf-8")
    assert run(["test", str(path), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"index": "equal-weight", "case": None, "outcome": "none", "findings": []}
    ]


def test_a_rule_that_does_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("index: mine\ncases: 3\n", encoding="utf-8")
    assert run(["test", str(path)]) == 1
    assert "RUL003" in capsys.readouterr().err
    assert run(["test", "no-such-rule"]) == 1


def test_what_a_pattern_of_a_shell_gives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder, its files of cases and its rules: each rule is tested once."""
    text = (shipped_folder() / "patterns" / "equal-weight.yaml").read_text(encoding="utf-8")
    rule, cases = text.split("cases:")
    (tmp_path / "below").mkdir()
    for folder in (tmp_path, tmp_path / "below"):
        (folder / "equal-weight.yaml").write_text(rule, encoding="utf-8")
        (folder / "equal-weight.cases.yaml").write_text(f"cases:{cases}", encoding="utf-8")
    given = [
        tmp_path / "equal-weight.cases.yaml",
        tmp_path / "equal-weight.yaml",
        tmp_path / "below",
    ]
    assert run(["test", *map(str, given)]) == 0
    assert capsys.readouterr().out.endswith("2 cases, 0 failed\n")
