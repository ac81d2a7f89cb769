"""The site has every page, every key of the language, and no link that leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexcalc.calculation.run.publish import publish
from indexcalc.methodology.describe.json_schema import json_schema
from tests.unit.calculation import small
from tools import docs_site, language_page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "src"
    assert docs_site.assemble(folder) == []
    return folder


def test_the_reference_has_every_key_of_the_schema() -> None:
    page = language_page.page()
    listed = set(re.findall(r"^\| `([^`]+)`", page, re.M))
    assert language_page.keys(json_schema()) <= {key.split(".")[-1] for key in listed}
    sections = {found.lower() for found in re.findall(r"^## (.+)$", page, re.M)}
    links = set(re.findall(r"\]\(#([^)]+)\)", page))
    assert links <= sections


def test_no_page_speaks_of_what_a_reader_does_not_have(site: Path) -> None:
    for page in site.rglob("*.md"):
        assert "design section" not in page.read_text(encoding="utf-8"), page.name


def test_a_link_that_leads_nowhere_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    text = "[a](gone.md) [b](../tests/x.py) [c](https://example.org) `[d](gone.md)`\n"
    (docs / "language.md").write_text("# L\n\nintro\n\nlast\n", encoding="utf-8")
    (docs / "page.md").write_text(text, encoding="utf-8")
    monkeypatch.setattr(docs_site, "DOCS", docs)
    monkeypatch.setattr(docs_site, "OTHERS", {})
    monkeypatch.setattr(language_page, "PAGE", docs / "language.md")
    broken = docs_site.assemble(tmp_path / "out")
    assert "page.md: gone.md" in broken
    written = (tmp_path / "out" / "page.md").read_text(encoding="utf-8")
    assert written == "[a](gone.md) b [c](https://example.org) `[d](gone.md)`\n"


def test_a_link_to_a_page_is_called_by_its_title(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "language.md").write_text("# The language\n\nintro\n\nlast\n", encoding="utf-8")
    (docs / "page.md").write_text("[docs/language.md](language.md) [it](language.md)\n", "utf-8")
    monkeypatch.setattr(docs_site, "DOCS", docs)
    monkeypatch.setattr(docs_site, "OTHERS", {})
    monkeypatch.setattr(language_page, "PAGE", docs / "language.md")
    docs_site.assemble(tmp_path / "out")
    written = (tmp_path / "out" / "page.md").read_text(encoding="utf-8")
    assert written == "[The language](language.md) [it](language.md)\n"


def test_the_picture_of_a_gallery_is_the_level_of_its_run(tmp_path: Path) -> None:
    run = small.run(small.CAP, small.market(small.line("A00001", [10.0, 11.0, 12.0])))
    drawn, name = docs_site._level_picture(Path(publish(run, tmp_path)))
    assert name == "test"
    assert drawn.count("<polyline") == 1
    assert "2024-01-02 to 2024-01-04, synthetic demo market" in drawn
