"""Verbs name lines in English, where the market says how; the Korean notice names them in Korean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexcalc.cli.called import Called
from indexcalc.cli.main import run
from tests.unit.calculation.small import day, line, market

HANGUL = re.compile("[가-힣]")
VERBS = (
    ("compute", "top-n-buffer", "--out", "out"),
    ("review", "top-n-buffer", "--on", "2026-06-01"),
    ("review", "top-n-buffer", "--on", "2026-06-01", "--as-of", "2026-02-27", "--likelihood", "50"),
    ("explain", "top-n-buffer", "866560"),
    ("flows", "top-n-buffer", "equal-weight", "--aum", "top-n-buffer=1bn", "--aum", "equal-weight=1bn"),
    ("attribute", "top-n-buffer", "--from", "2026-06-11"),
    ("simulate", "top-n-buffer", "--cap", "20%", "--out", "sweep"),
    ("simulate", "top-n-buffer", "--caps", "20%,30%", "--out", "sweeps"),
    ("stress", "top-n-buffer", "--near", "--names", "1", "--tries", "5"),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("called")
    words = ["market", "demo", "--securities", "150", "--years", "3", "--seed", "7", "--out"]
    assert run([*words, str(made / "m")]) == 0
    return made


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_lines_are_named_in_english(
    words: tuple[str, ...],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    assert run([*words, "--market", "m"]) in (0, 1)
    shown = capsys.readouterr().out.splitlines()
    # The first line of a computation is what the rule calls itself in both languages.
    assert not [text for text in shown[1:] if HANGUL.search(text)]
    assert any(re.search(r"\b\d{6} Mock \w+", text.replace("   ", " ")) for text in shown)


def test_a_notice_names_them_in_its_language(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    said = {}
    for language in ("en", "ko"):
        options = ("--notice", "--reviews", "1", "--lang", language, "--market", "m")
        assert run(["diff", "top-n-buffer", "equal-weight", *options]) in (0, 1)
        said[language] = capsys.readouterr().out
    assert re.search(r"\d{6} Mock \w+ \d+", said["en"])
    assert re.search(r"\d{6} 가상", said["ko"])
    assert "Mock" not in said["ko"]


def test_a_line_without_an_english_name_has_its_own_and_columns_count_wide_letters() -> None:
    called = Called(
        market(
            line("A", [1, 1]),
            line("KR7005930003", [1, 1]),
            line("N", [1, 1]),
            securities=[
                {"symbol": "A", "name": "가나", "name_en": "Alpha"},
                {"symbol": "KR7005930003", "name": "가나", "name_en": None},
            ],
        )
    )
    assert called.column("A", day(0), 8) == "A        Alpha   "
    assert called.column("KR7005930003", day(0), 8) == "KR7005930003 가나    "
    assert called.column("N", day(0), 8) == "N                "


def test_symbols_do_not_run_into_what_is_behind_them() -> None:
    """A column of symbols ends with a blank of its own, in every table of the program."""
    package = Path(__file__).resolve().parents[3] / "indexcalc"
    glued = re.compile(r"\{[^{}]*symbol[^{}]*:<\d+\}\{")
    assert [
        path.name for path in package.rglob("*.py") if glued.search(path.read_text("utf-8"))
    ] == []


def test_several_lines_in_one_text_have_no_name() -> None:
    over = market(
        line("A", [100, 100]),
        securities=[{"symbol": "A", "valid_from": day(0), "name_en": "Alpha"}],
    )
    called = Called(over)
    assert called.name("A", day(1)) == "Alpha"
    assert called.column("A B", day(1), 4) == "A B          "
