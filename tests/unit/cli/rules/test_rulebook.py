"""The verb ``rulebook`` as a user calls it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from indexcalc.cli.main import run


def test_to_the_screen_and_to_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rulebook", "kospi200", "--from", "2026-11-28"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# KOSPI 200\n")
    assert "| 30 October 2026 | 27 November 2026 | 10 December 2026 | 11 December 2026 |" in shown
    page = tmp_path / "k.html"
    assert run(["rulebook", "kospi200", "--lang", "ko", "--out", str(page)]) == 0
    assert "<h1>코스피 200</h1>" in page.read_text(encoding="utf-8")
    assert run(["rulebook", "kospi200", "--out", str(tmp_path / "k.docx")]) == 2
    assert "ends in .md, .html or .pdf" in capsys.readouterr().err


def test_a_rule_with_mistakes_shows_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("index: mine\ncurency: KRW\n", encoding="utf-8")
    assert run(["rulebook", str(path)]) == 1
    assert "RUL001" in capsys.readouterr().err


def test_a_pdf_without_typst_says_which_extra(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    assert run(["rulebook", "kospi200", "--out", str(tmp_path / "k.pdf")]) == 2
    shown = capsys.readouterr().err
    assert "RUN010" in shown
    assert "indexcalc[pdf]" in shown
    assert not (tmp_path / "k.pdf").exists()
