"""Cases as they are written: each value at its place, and every way to write one wrong."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest

from indexcalc.cases.reading import TOLERANCE, Case, ReadCases, cases_path, each_once, read_cases
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology
from tests.unit.calculation import small

MARKET = "market: {daily: [{date: 2024-06-14, symbol: [A, B], close: 1, shares_outstanding: 5}]}"
CASES = small.CAP + "cases:\n"


def read(*cases: str, text: str = CASES) -> ReadCases:
    return read_cases(Methodology.from_text(text + "".join(f"  - {{{case}}}\n" for case in cases)))


def case(expect: str, more: str = "", name: str = "one") -> str:
    return f"name: {name}, {MARKET}, {more}expect: {expect}"


def one(expect: str, more: str = "") -> Case:
    found = read(case(expect, more))
    assert found.broken == (), [item.message for _, items in found.broken for item in items.items]
    (made,) = found.cases
    return made


def refused(*cases: str) -> list[str]:
    """The codes of the findings of all cases that do not read."""
    return [item.code for _, findings in read(*cases).broken for item in findings.items]


def test_members_weights_factors_and_levels() -> None:
    made = one(
        "{members: [A, B], weights: {A: 60%, B: 2/5}, capping_factors: {A: 3/7},"
        " levels: {2024-06-14: 1000.5}}",
    )
    assert (made.name, made.codes, made.tolerance) == ("one", None, TOLERANCE)
    told = {item.what: (item.on, item.value, item.where) for item in made.expected}
    assert told == {
        "members": (None, ("A", "B"), "cases[0].expect.members"),
        "weights": (None, {"A": Fraction(3, 5), "B": Fraction(2, 5)}, "cases[0].expect.weights"),
        "capping_factors": (None, {"A": Fraction(3, 7)}, "cases[0].expect.capping_factors"),
        "levels": (dt.date(2024, 6, 14), Fraction(2001, 2), "cases[0].expect.levels.2024-06-14"),
    }
    line = made.span.line
    assert {item.span.line for item in made.expected} == {line}


def test_a_date_for_all_or_for_each() -> None:
    day = dt.date(2024, 6, 14)
    made = one("{members: [A], levels: 1000}", "on: 2024-06-14, tolerance: 0.01, ")
    assert [(item.what, item.on) for item in made.expected] == [("members", day), ("levels", day)]
    assert made.tolerance == Fraction(1, 100)
    made = one("{members: {2024-06-14: [A], 2024-06-17: []}}")
    assert [(item.on, item.value) for item in made.expected] == [
        (day, ("A",)),
        (dt.date(2024, 6, 17), ()),
    ]


def test_findings_that_are_expected() -> None:
    made = one("{diagnostics: [CAL001, DAT043]}")
    assert (made.codes, made.expected) == (("CAL001", "DAT043"), ())
    assert one("{diagnostics: []}").codes == ()


@pytest.mark.parametrize(
    ("expect", "more", "code"),
    [
        ("{}", "", "CAS002"),
        ("{levels: 1000}", "", "RUL002"),
        ("{members: {2024-06-14: [A]}}", "on: 2024-06-14, ", "RUL012"),
        ("{members: A}", "", "RUL003"),
        ("{members: [A, A]}", "", "RUL018"),
        ("{weights: [A]}", "", "RUL003"),
        ("{weights: {A: 160%}}", "", "RUL006"),
        ("{capping_factors: {A: much}}", "", "RUL005"),
        ("{diagnostics: [XYZ999]}", "", "RUL004"),
        ("{diagnostics: CAL001}", "", "RUL003"),
        ("{members: [A]}", "tolerance: little, ", "RUL005"),
    ],
)
def test_what_cannot_be_expected_is_told(expect: str, more: str, code: str) -> None:
    assert refused(case(expect, more)) == [code]


def test_a_case_lacks_what_it_needs() -> None:
    found = read(f"name: bare, {MARKET}")
    ((name, findings),) = found.broken
    assert name == "bare"
    assert [item.code for item in findings.items] == ["RUL002"]
    assert "expect" in findings.items[0].message


def test_a_broken_case_leaves_the_others_and_names_are_given_once() -> None:
    found = read(case("{}", name="bad"), case("{members: [A]}"), case("{members: [B]}"))
    assert [made.expected[0].value for made in found.cases] == [("A",)]
    assert [(name, items.items[0].code) for name, items in found.broken] == [
        ("bad", "CAS002"),
        ("one", "RUL018"),
    ]


RULE = small.CAP.replace("index: test", "index: mine")


def test_the_file_beside_a_rule(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(RULE, encoding="utf-8")
    rule = load_family([tmp_path / "mine.yaml"])["mine"]
    beside = tmp_path / "mine.cases.yaml"
    assert cases_path(rule) == beside
    assert read_cases(rule).cases == ()
    beside.write_text(f"cases:\n  - {{{case('{members: [A]}')}}}\n", encoding="utf-8")
    found = read_cases(rule)
    assert [made.where for made in found.cases] == ["cases[0]"]
    assert [Path(path).name for path in found.texts] == ["mine.cases.yaml"]
    assert cases_path(Methodology.from_text(RULE)) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("case: []\n", "RUL001"), ("{}\n", "RUL002"), ("cases: [\n", "YML"), ("cases: 5\n", "RUL003")],
)
def test_a_file_that_holds_no_cases_is_told(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "other.cases.yaml").write_text(text, encoding="utf-8")
    found = read_cases(Methodology.from_text(RULE), tmp_path / "other.cases.yaml")
    ((name, findings),) = found.broken
    assert name == "other.cases.yaml"
    assert findings.items[0].code.startswith(code)


def test_a_pattern_of_files_stands_for_each_rule_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(RULE, encoding="utf-8")
    (tmp_path / "one.cases.yaml").write_text("cases: []\n", encoding="utf-8")
    (tmp_path / "alone.cases.yaml").write_text("cases: []\n", encoding="utf-8")
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    alone = tmp_path / "alone.cases.yaml"
    assert each_once([one, tmp_path / "one.cases.yaml", two, one]) == [one, two]
    assert each_once([tmp_path]) == [one, two]
    assert each_once([alone]) == [alone]
    rule = Methodology.from_text(RULE)
    assert each_once(["kospi200", rule, "kospi200", rule]) == ["kospi200", rule]
