"""docs/validate.md shows what the program prints: the five mistakes, and the corrected file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexcalc.cli import main as entry

PAGE = Path(__file__).resolve().parents[3] / "docs" / "validate.md"
CORRECTIONS = {
    "[005930]": '["005930"]',
    "cutof:": "cutoff:",
    "26 weeks": "6 calendar months",
    "existing: 45, new: 55": "existing: 55, new: 45",
    "limit: 0.3%": "limit: 30%",
}


def test_the_page_shows_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    rule = re.search(r"```yaml\n(.*?)```", page, re.S)
    assert rule
    text = rule[1]
    shown = re.findall(r"```\n\$ indexcalc (.*?)\n(.*?)```", page, re.S)
    assert len(shown) == 2
    for command, printed in shown:
        Path("korea-growth.yaml").write_text(text, encoding="utf-8")
        entry.run(command.split())
        # What is not computed yet changes from version to version.
        said = [line for line in capsys.readouterr().out.splitlines() if "  note: " not in line]
        assert said == [line for line in printed.splitlines() if "  note: " not in line]
        for wrong, right in CORRECTIONS.items():
            assert wrong in text or right in text
            text = text.replace(wrong, right)
