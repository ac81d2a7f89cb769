"""The page on KRX's books names rules and cases that are there."""

from __future__ import annotations

import re

from indexcalc.cases.reading import read_cases
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.load.load import shipped_folder, shipped_names
from tests.conftest import ROOT

ROW = re.compile(r"\| `([a-z0-9-]+)`: (.+?) \|$", re.MULTILINE)


def test_each_case_it_names_is_one_of_the_rule() -> None:
    named = ROW.findall((ROOT / "docs" / "krx-books.md").read_text(encoding="utf-8"))
    assert len(named) > 50
    paths = shipped_names(shipped_folder() / "krx")
    cases = {
        rule: {case.name for case in read_cases(load_family([paths[rule]])[rule]).cases}
        for rule in {rule for rule, _ in named}
    }
    assert [(rule, case) for rule, case in named if case not in cases[rule]] == []
