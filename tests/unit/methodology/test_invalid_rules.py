"""One broken rule file for every code about rules: exactly that finding, at the place its first
line says.  The first line is written by hand: `# CODE line:column `the text there`: why`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from indexcalc.calculation.validate import Validated, validate
from indexcalc.codes import CATALOGUE

FOLDER = Path(__file__).resolve().parents[2] / "invalid_rules"
FIRST = re.compile(r"# ([A-Z]{3}\d{3}) (\d+):(\d+)(?: `(.*)`)?: .+")
ABOUT_RULES = ("YML", "RUL", "DTE", "REF", "CAP")
# Without a file in the folder, and where it is tested instead.
ELSEWHERE = {
    "YML001": "a file that is not there (below)",
    "YML002": "a file above the size limit (below)",
    "YML011": "a file of a hundred thousand values (below)",
    "RUL020": "said by `varied`, not by a file (test_load.py)",
    "CAP006": "said where weights are capped, not of a file",
    "CAP007": "said where weights are capped, not of a file",
    "CAP008": "said where weights are capped, not of a file",
    "CAP009": "said where weights are capped, not of a file",
    "DTE101": "a calendar of a library (test_choose.py)",
    "DTE102": "a calendar of a library (test_choose.py)",
    "DTE103": "session tables (test_choose.py)",
    "DTE104": "session files (test_choose.py)",
}


class Expected(NamedTuple):
    path: Path
    code: str
    line: int
    column: int
    token: str


def expected(path: Path) -> Expected | None:
    first = path.read_bytes().splitlines()[0].decode("ascii")
    match = FIRST.fullmatch(first)
    if match is None:
        return None
    return Expected(path, match[1], int(match[2]), int(match[3]), match[4] or "")


FILES = [one for path in sorted(FOLDER.rglob("*.yaml")) if (one := expected(path)) is not None]


def places(made: Validated) -> list[tuple[str, int, int]]:
    return [
        (item.code, item.span.line if item.span else 0, item.span.column if item.span else 0)
        for item in made.diagnostics
    ]


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.path.stem)
def test_a_broken_file_yields_exactly_its_code_at_its_place(one: Expected) -> None:
    made = validate(one.path, between=one.code == "DTE015")
    assert places(made) == [(one.code, one.line, one.column)]
    (found,) = made.diagnostics
    assert found.severity == CATALOGUE[one.code].severity
    assert found.message
    assert found.hint
    assert "the message names" not in found.hint


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.path.stem)
def test_the_place_is_the_text_the_first_line_names(one: Expected) -> None:
    if not one.token:
        assert one.code in ("YML003", "YML012")
        return
    line = one.path.read_text(encoding="utf-8").split("\n")[one.line - 1]
    assert line[one.column - 1 :].startswith(one.token)
    assert one.path.stem.startswith(one.code.lower())


def test_every_code_about_rules_has_a_broken_file() -> None:
    about_rules = {code for code in CATALOGUE if code.startswith(ABOUT_RULES)}
    assert about_rules - {one.code for one in FILES} <= set(ELSEWHERE)
    assert not {one.code for one in FILES} & set(ELSEWHERE)


def test_files_that_cannot_lie_here(tmp_path: Path) -> None:
    missing = tmp_path / "gone.yaml"
    assert places(validate(missing)) == [("YML001", 0, 0)]
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(100_000_000)
    assert places(validate(large)) == [("YML002", 0, 0)]
    many = tmp_path / "many.yaml"
    many.write_text("cases: [" + "x," * 200_000 + "]\n", encoding="utf-8")
    assert [code for code, _, _ in places(validate(many))] == ["YML011"]
