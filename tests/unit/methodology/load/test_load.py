"""Finding and reading one rule: by name, beside the file that names it, or by path."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from indexcalc.diagnostics import RuleError
from indexcalc.methodology.load.load import find
from indexcalc.methodology.model.methodology import Methodology
from tests.unit.methodology.load.rule_files import PARENT, write
from tests.unit.methodology.small_rule import found

D = dt.date


def test_a_name_is_looked_up_beside_the_file_that_names_it_then_shipped(
    rules: Path, tmp_path: Path
) -> None:
    shipped = Methodology.load("parent", shipped=rules)
    assert shipped.path == "rules/krx/parent.yaml"
    mine = tmp_path / "mine"
    mine.mkdir()
    write(mine, "parent", PARENT.replace("count: 200", "count: 100"))
    variant = write(mine, "v", "index: v\nvariant_of: parent\n")
    near = Methodology.load(variant, shipped=rules)
    assert int(near.selection.count.value) == 100  # type: ignore[union-attr,arg-type]
    shutil.rmtree(mine / "parent.yaml", ignore_errors=True)
    (mine / "parent.yaml").unlink()
    far = Methodology.load(variant, shipped=rules)
    assert int(far.selection.count.value) == 200  # type: ignore[union-attr,arg-type]


def test_cases_beside_a_shipped_rule_and_other_folders_are_no_names(rules: Path) -> None:
    (rules / "krx" / "parent.cases.yaml").write_text("cases: []\n", encoding="utf-8")
    assert find("parent", None, rules) == rules / "krx" / "parent.yaml"
    assert [find(name, None, rules) for name in ("parent.cases", "krx/parent", "krx")] == [None] * 3


def test_of_two_files_of_a_name_the_first_by_its_path_is_meant(rules: Path) -> None:
    for folder in ("abc", "world"):
        (rules / folder).mkdir()
        write(rules / folder, "parent", PARENT)
    assert find("parent", None, rules) == rules / "abc" / "parent.yaml"


def test_what_is_not_found_is_named_with_the_nearest(rules: Path, tmp_path: Path) -> None:
    for name in ("paernt", "../parent", "none.yaml"):
        with pytest.raises(RuleError) as caught:
            Methodology.load(name, shipped=rules)
        (one,) = caught.value.diagnostics
        assert one.code == ("REF001" if name == "paernt" else "YML001")
        if name == "paernt":
            assert one.hint == "did you mean `parent`?"
    text = "index: v\nvariant_of: paernt\n"
    assert found(lambda: Methodology.from_text(text, shipped=rules)) == [("REF001", 2, 13)]


def test_variants_in_a_circle(rules: Path) -> None:
    write(rules, "a", "index: a\nvariant_of: b\n")
    write(rules, "b", "index: b\nvariant_of: a\n")
    assert found(lambda: Methodology.load("a", shipped=rules)) == [("REF002", 2, 13)]


def test_a_mistake_in_the_base_is_shown_in_the_base(rules: Path) -> None:
    write(rules, "bad", PARENT.replace("parent", "bad").replace("count: 200", "cuont: 200"))
    with pytest.raises(RuleError) as caught:
        Methodology.from_text("index: v\nvariant_of: bad\n", shipped=rules)
    (one,) = caught.value.diagnostics
    assert one.span is not None
    assert (one.code, one.span.path, one.span.line) == ("RUL001", "rules/bad.yaml", 9)


def test_a_file_not_named_like_its_index_is_a_warning(rules: Path) -> None:
    path = write(rules, "other", PARENT)
    (warning,) = Methodology.load(path, shipped=rules).warnings
    assert warning.code == "RUL019"
