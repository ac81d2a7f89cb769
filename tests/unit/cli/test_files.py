"""A file for the user: written whole, not over another unless asked, refused in one line."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from indexcalc.cli.files import write_text


def test_text_is_utf8_with_plain_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "가\r\nb\n")
    assert (tmp_path / "a").read_bytes() == "가\nb\n".encode()
    write_text(tmp_path / "b", "x\r\n", newline="")
    assert (tmp_path / "b").read_bytes() == b"x\r\n"


def test_an_existing_file_is_kept_where_a_new_one_is_meant(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(click.ClickException, match="is there already"):
        write_text(tmp_path / "a", "new", anew=True)
    assert (tmp_path / "a").read_text() == "old"
    write_text(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "new"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="cannot write"):
        write_text(tmp_path / "absent" / "a", "x")
