"""Which files the studio opens and writes: those of the folders given, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.diagnostics import RunError, UsageError
from indexcalc.studio.folders import Folders


def test_own_rules_come_first_and_shipped_ones_may_be_opened(tmp_path: Path) -> None:
    (tmp_path / "kospi200.yaml").write_text("index: kospi200\n", "utf-8")
    (tmp_path / "Not a name.yaml").write_text("x", "utf-8")
    below = tmp_path / "below"
    below.mkdir()
    (below / "hidden.yaml").write_text("index: hidden\n", "utf-8")
    folders = Folders.of([tmp_path])
    names = [item.name for item in folders.listed()]
    assert names[0] == "kospi200"
    assert "kospi100" in names
    assert "hidden" not in names
    item, text = folders.open("kospi200")
    assert (item.own, text) == (True, "index: kospi200\n")
    assert not folders.find("kospi100").own


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "..", "a/b", "", "x.yaml", "none-such"])
def test_no_other_file_is_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="REF001"):
        Folders.of([tmp_path]).find(name)


def test_a_rule_is_saved_in_the_first_folder_and_never_over_a_change(tmp_path: Path) -> None:
    folders = Folders.of([tmp_path])
    path = folders.save("mine", "index: mine\n", None)
    assert path == tmp_path / "mine.yaml"
    assert folders.save("mine", "index: mine # 2\n", "index: mine\n") == path
    path.write_text("by somebody else", "utf-8")
    with pytest.raises(RunError, match="STU002"):
        folders.save("mine", "index: mine # 3\n", "index: mine # 2\n")
    with pytest.raises(RunError, match="STU002"):
        folders.save("mine", "index: mine # 3\n", None)
    assert path.read_text("utf-8") == "by somebody else"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["mine.yaml"]


def test_a_link_out_of_the_folder_is_not_written_through(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside.yaml", tmp_path / "in"
    inside.mkdir()
    outside.write_text("index: mine\n", "utf-8")
    (inside / "mine.yaml").symlink_to(outside)
    with pytest.raises(UsageError, match="STU001"):
        Folders.of([inside]).save("mine", "x", "index: mine\n")
    assert outside.read_text("utf-8") == "index: mine\n"


def test_without_a_folder_nothing_is_saved(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="STU001"):
        Folders(()).save("mine", "x", None)
    with pytest.raises(UsageError, match="RUL010"):
        Folders.of([tmp_path]).save("../mine", "x", None)
    with pytest.raises(UsageError, match="STU001"):
        Folders.of([tmp_path / "none"])
