"""docs/live.md: its examples run as they stand, and the levels they print are those of one run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic

PAGE = Path(__file__).resolve().parents[3] / "docs" / "live.md"


def test_the_examples_run_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 2
    known: dict[str, Any] = {}
    exec(blocks[0], known)
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert len(printed) > 50
    run = ic.compute("kospi200", known["market"], returns=["tr"])
    levels = {str(row["date"]): row for row in run.levels.to_pylist()}
    for date, level, total, divisor in printed:
        row = levels[date]
        assert (level, total, divisor) == (
            str(row["level_published"]),
            repr(row["level_tr"]),
            repr(row["divisor"]),
        )
    exec(blocks[1], known)
    lines = capsys.readouterr().out.splitlines()
    date, level = lines[0].split()
    assert date == "2026-05-29"
    assert level == str(levels["2026-05-28"]["level_published"])
    # The trade has moved both indices.
    now = [float(word) for word in lines[1].split()]
    assert now[0] > levels["2026-05-28"]["level"]
    assert len(now) == 2
    assert float(lines[2]) > levels["2026-05-28"]["level_tr"]
