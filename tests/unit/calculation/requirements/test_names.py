"""Names a rule says that nobody in the market has."""

from __future__ import annotations

from indexcalc.calculation.requirements.names import check_names
from indexcalc.calculation.requirements.needs import needs_of
from indexcalc.diagnostics import Diagnostic, Findings
from tests.unit.calculation import small
from tests.unit.calculation.small import day, line, market

OVER = market(
    line("AB1", [1]),
    line("AB2", [1]),
    holdings=[
        {"symbol": "AB1", "date": day(0), "holder_kind": "insiders", "holder": "x", "shares": 1.0}
    ],
)


def told(text: str) -> list[Diagnostic]:
    rule, findings = small.rule(text), Findings()
    check_names(rule, OVER, needs_of(rule), findings)
    return findings.items


def test_lines_that_are_there_are_no_finding() -> None:
    assert told(small.CAP.replace("not_in: []", "not_in: [AB1]")) == []


def test_a_line_that_is_not_there_is_told_with_a_near_one() -> None:
    (found,) = told(small.CAP.replace("not_in: []", "in: [AB1, AB3]"))
    assert (found.code, found.severity) == ("DAT043", "warning")
    assert found.message == "no line of the market is called AB3"
    assert "AB" in found.hint
    assert found.span is not None
    assert found.span.line == 5


def test_of_many_the_first_five_are_shown() -> None:
    (found,) = told(small.CAP.replace("not_in: []", "in: [C1, C2, C3, C4, C5, C6, C7]"))
    assert found.message.endswith("C1, C2, C3, C4, C5 and 2 more")


def test_the_committee_names_lines_too() -> None:
    text = small.GIVEN + (
        "weighting: {scheme: market_cap}\n"
        "committee:\n"
        f"  - {{effective: {day(1)}, remove: [AB1], why: x, ref: y}}\n"
        f"  - {{effective: {day(1)}, add: [ZZ], why: x, ref: y}}\n"
    )
    (found,) = told(text)
    assert found.where == "committee[1].add"


def test_a_kind_of_holder_nobody_is() -> None:
    text = small.GIVEN + (
        "weighting: {scheme: float_market_cap}\nfloat: {exclude: [insiders, insider]}\n"
    )
    (found,) = told(text)
    assert found.where == "float.exclude"
    assert "of the kind `insider`" in found.message
    # Without float weights nobody asks for holders.
    assert told(text.replace("float_market_cap", "market_cap")) == []
