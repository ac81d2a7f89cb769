"""docs/cases.md shows what the program prints, of the case that holds and of the one that does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexcalc.cli import main as entry
from indexcalc.methodology.model.methodology import CASE_KEYS, EXPECT_KEYS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "cases.md"


def test_the_page_shows_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    rule = re.search(r"```yaml\n(.*?)```", page, re.S)
    assert rule
    shown = re.findall(r"```\n\$ indexcalc (.*?)\n(.*?)```", page, re.S)
    texts = [rule[1], rule[1].replace("not_in: [tobacco]", "not_in: [utilities]")]
    assert len(shown) == len(texts)
    for (command, printed), text, code in zip(shown, texts, (0, 1), strict=True):
        Path("two-largest.yaml").write_text(text, encoding="utf-8")
        assert entry.run(command.split()) == code
        said = capsys.readouterr()
        assert said.out + said.err == printed


def test_every_key_has_its_line() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for word in (*CASE_KEYS, *EXPECT_KEYS):
        assert f"\n| `{word}` | " in page
