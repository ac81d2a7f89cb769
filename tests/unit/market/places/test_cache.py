"""The folder of this machine for what is made from a market in an object store."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.market.places.cache import folder_for
from indexcalc.market.places.place import RemotePath

ONE, OTHER = RemotePath("s3://bucket/one"), RemotePath("s3://bucket/other")


def test_each_market_has_a_folder_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INDEXCALC_CACHE", str(tmp_path / "cache"))
    assert folder_for(ONE) == folder_for(RemotePath("s3://bucket", "one"))
    assert folder_for(ONE) != folder_for(OTHER)
    assert folder_for(ONE).parent == tmp_path / "cache" / "markets"
    assert folder_for(ONE).stat().st_mode & 0o077 == 0  # nobody else reads it


def test_without_a_word_it_is_where_caches_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("INDEXCALC_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert folder_for(ONE).is_relative_to(tmp_path / "xdg" / "indexcalc" / "markets")
    monkeypatch.setenv("XDG_CACHE_HOME", "")  # empty counts as unset
    assert folder_for(ONE).is_relative_to(tmp_path / "home" / ".cache" / "indexcalc")
    monkeypatch.setenv("INDEXCALC_CACHE", "~/mine")
    assert folder_for(ONE).is_relative_to(tmp_path / "home" / "mine" / "markets")


def test_a_folder_that_cannot_be_made_is_named_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("INDEXCALC_CACHE", str(tmp_path / "file"))
    assert not folder_for(ONE).exists()
