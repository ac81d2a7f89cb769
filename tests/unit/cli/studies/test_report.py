"""`indexcalc report`: one page that asks for nothing, and what it needs a market for."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.cli.main import run
from tests.unit.cli.two_lines import folder


@pytest.fixture
def made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """(the folder of a run, its market)."""
    rule, _, market = folder(tmp_path)
    assert run(["compute", rule, "--market", market, "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    return str(tmp_path / "out" / "cap"), market


def test_a_page(made: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "r.html"
    assert run(["report", made[0], "--out", str(out)]) == 0
    assert capsys.readouterr().err == f"wrote {out}\n"
    page = out.read_text(encoding="utf-8")
    assert "<html" in page
    assert "1,206.67" in page or "1206.67" in page  # 1,000 x 181 / 150
    assert 'lang="en"' in page
    assert run(["report", made[0], "--out", str(out), "--lang", "ko", "--market", made[1]]) == 0
    assert 'lang="ko"' in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--aum", "1tn"), 2, "--aum needs --market"),
        (("--lang", "fr"), 2, "--lang"),
    ],
)
def test_usage(
    made: tuple[str, str],
    tmp_path: Path,
    options: tuple[str, ...],
    code: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "r.html"
    assert run(["report", made[0], "--out", str(out), *options]) == code
    assert words in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("name", ["r.pdf", "r.md", "r"])
def test_a_page_is_html(
    made: tuple[str, str], tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page in a file that says it is a PDF opens nowhere."""
    assert run(["report", made[0], "--out", str(tmp_path / name)]) == 2
    assert "ends in .html" in capsys.readouterr().err
    assert not (tmp_path / name).exists()


def test_a_folder_without_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(tmp_path), "--out", str(tmp_path / "r.html")]) in (1, 2, 3)
    assert "RUN003" in capsys.readouterr().err
    assert not (tmp_path / "r.html").exists()


def test_a_run_of_one_session_has_no_return_to_explain(tmp_path: Path) -> None:
    rule, _, market = folder(tmp_path)
    line = ["compute", rule, "--market", market, "--from", "2024-01-05"]
    assert run([*line, "--out", str(tmp_path / "one")]) == 0
    out = tmp_path / "r.html"
    assert (
        run(["report", str(tmp_path / "one" / "cap"), "--market", market, "--out", str(out)]) == 0
    )
    page = out.read_text(encoding="utf-8")
    assert "What moved it" not in page
    assert "가나전자" in page
