"""Every page of the documentation has its place in the navigation of the site (zensical.toml)."""

from __future__ import annotations

from tools import docs_site


def test_every_page_is_in_the_navigation() -> None:
    pages = {page.relative_to(docs_site.DOCS).as_posix() for page in docs_site.DOCS.rglob("*.md")}
    assert sorted(docs_site.navigation()) == sorted({*pages, *docs_site.OTHERS, "gallery.md"})
