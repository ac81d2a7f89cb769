"""What an import is told beside what its files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.cli.main import run

HEAD = "date,symbol,close,shares_outstanding\n"


def told(folder: Path, text: str, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    path = folder / "prices.csv"
    path.write_text(text)
    assert run(["market", "import", str(path), "--market", str(folder / "m"), *more]) == 0
    return capsys.readouterr().err


def test_symbols_beside_those_that_are_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(tmp_path, HEAD + "2026-03-03,000001,1,1\n", capsys) == ""
    said = told(tmp_path, HEAD + "2026-03-04,1,1,1\n", capsys)
    assert (
        "warning DAT044: 1 symbol of digits has fewer than 6 characters: 1 (beside 000001)" in said
    )
    # The next file of the right symbols hears no more of it.
    assert told(tmp_path, HEAD + "2026-03-05,000001,1,1\n", capsys) == ""


def test_lists_of_members_have_symbols_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(tmp_path, HEAD + "2026-03-03,000001,1,1\n", capsys)
    members = "index,effective_date,symbol\nmine,2026-03-03,1\n"
    assert "1 (beside 000001)" in told(tmp_path, members, capsys)


def test_columns_and_shares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = told(tmp_path, HEAD.replace("_outstanding", "") + "2026-03-03,A,1,1\n", capsys)
    assert "warning DAT045 daily.shares" in said
    assert "did you mean `shares_outstanding`?" in said
    said = told(tmp_path, HEAD + "2026-03-04,A,1,1.5\n", capsys)
    assert "warning DAT003 shares_outstanding: 1 row has" in said


def test_facts_alone_tell_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(tmp_path, HEAD + "2026-03-03,5,1,1\n", capsys)
    assert run(["market", "import", "--fact", "currency=KRW", "--market", str(tmp_path / "m")]) == 0
    assert capsys.readouterr().err == ""
