"""The tutorials show what the program prints, in both languages, and the picture it draws."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import shown_commands

ENGLISH = [page for page in sorted(shown_commands.PAGES.glob("*.md")) if ".ko" not in page.name]


@pytest.mark.slow
@pytest.mark.parametrize("page", ENGLISH, ids=[page.stem for page in ENGLISH])
def test_the_page_shows_what_is_printed(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    fresh = shown_commands.run_page(text, tmp_path)
    assert fresh == text, "python -m tools.shown_commands writes it anew"
    for name, place in shown_commands.PICTURES.items():
        if (tmp_path / name).is_file():
            assert (tmp_path / name).read_bytes() == place.read_bytes()


@pytest.mark.parametrize("page", ENGLISH, ids=[page.stem for page in ENGLISH])
def test_the_korean_page_has_the_same_commands(page: Path) -> None:
    english = page.read_text(encoding="utf-8")
    korean = page.with_suffix(".ko.md").read_text(encoding="utf-8")
    assert shown_commands.translated(korean, english) == korean


def test_each_of_the_three_jobs_has_a_tutorial() -> None:
    assert [page.stem for page in ENGLISH] == ["cap", "compute", "rule"]
