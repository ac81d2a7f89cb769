"""The navigation of the site names pages that are there; `make docs` tells which it leaves out."""

from __future__ import annotations

import pytest

from tools import docs_site


def test_the_navigation_names_pages_that_are_there() -> None:
    named = docs_site.navigation()
    assert len(named) == len(set(named))
    assert set(named) <= docs_site.pages()


def test_a_page_without_a_place_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docs_site, "navigation", lambda: ["index.md"])
    assert "weights.md" in docs_site.without_a_place()
