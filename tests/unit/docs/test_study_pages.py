"""The pages of the studies, and README, show what the program prints on a small demo market."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from indexcalc.cli import main as entry

ROOT = Path(__file__).resolve().parents[3]
STUDIES = ("flows", "attribution", "segments", "deliver", "change", "stress", "likelihood")
PAGES = ("README.md", *(f"docs/{name}.md" for name in STUDIES))
BLOCK = re.compile(r"```\n(\$ indexcalc .*?)```", re.S)
COMMAND = re.compile(r"^\$ indexcalc (.*)\n", re.M)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the market of the pages."""
    made = tmp_path_factory.mktemp("pages")
    words = ["market", "demo", "--securities", "150", "--years", "3", "--seed", "7", "--out"]
    assert entry.run([*words, str(made / "small")]) == 0
    return made


@pytest.mark.parametrize("page", PAGES)
def test_the_page_shows_what_is_printed(
    page: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert shown
    before = Path.cwd()
    os.chdir(folder)
    try:
        for block in shown:
            _, *parts = COMMAND.split(block)
            for command, printed in zip(parts[::2], parts[1::2], strict=True):
                capsys.readouterr()
                assert entry.run(command.split()) in (0, 1)
                assert capsys.readouterr().out == printed, command
    finally:
        os.chdir(before)
