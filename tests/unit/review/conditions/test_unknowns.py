"""What is said of values a condition needs and the market does not have."""

from __future__ import annotations

import pytest

from indexcalc.diagnostics import Findings
from indexcalc.review.conditions.evaluate import evaluate
from indexcalc.review.conditions.judged_lines import JudgedLines
from indexcalc.review.conditions.unknowns import report_unknowns
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market
from tests.unit.review.conditions.review_lines import NAN, review_lines
from tests.unit.review.conditions.state_lines import SESSIONS, condition, lines_on
from tests.unit.review.small_reviews import rule


def test_unknown_values_that_decide_are_reported_with_their_place() -> None:
    lines = lines_on("2020-02-28")
    made = rule("eligibility: {security_type: stock, symbol: {in: [A, B]}}\n")
    evaluate(made.eligibility.value, lines)
    assert not lines.unknowns  # C fails by its symbol, whatever its type
    made = rule("eligibility: {security_type: stock}\n")
    evaluate(made.eligibility.value, lines)
    findings = Findings()
    report_unknowns(lines, made, findings)
    (found,) = findings.items
    assert found.code == "DAT011"
    assert found.where == "eligibility.security_type"
    assert "C" in found.message
    assert "1 line on" in found.message
    evaluate(condition("{no_such: 1}"), lines)
    report_unknowns(lines, made, findings)
    assert findings.items[-1].code == "DAT002"


def reported(text: str, lines: JudgedLines) -> list[tuple[str, str]]:
    """Code and message of what is told after a condition was judged."""
    made = rule(f"eligibility: {text}\n")
    assert made.eligibility is not None
    evaluate(made.eligibility.value, lines)  # type: ignore[arg-type]
    findings = Findings()
    report_unknowns(lines, made, findings)
    assert lines.unknowns == []
    return [(item.code, item.message) for item in findings.items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{no_such: 1}", ("DAT002", "neither `securities` nor `daily` has the column `no_such`")),
        ("{designation: x}", ("DAT001", "the market has no table `designations`")),
        (
            "{float_factor: {min: 10%}}",
            ("DAT001", "the market has neither `float_factors` nor float made from `holdings`"),
        ),
        (
            "{tier: {min: 2}}",
            ("DAT011", "`tier` is not known of 1 line on 2020-02-28 (C): it is left out"),
        ),
    ],
)
def test_where_the_value_should_have_come_from(text: str, expected: tuple[str, str]) -> None:
    assert reported(text, lines_on("2020-02-28")) == [expected]


def test_a_line_without_a_row_up_to_the_day_is_left_out_without_a_word() -> None:
    late = [str(SESSIONS.date(at)) for at in range(len(SESSIONS)) if SESSIONS.date(at).month < 3]
    there = lines_on("2020-02-28", absent={"C": late[:-1]})
    assert len(reported("{tier: {min: 2}}", there)) == 1
    assert reported("{tier: {min: 2}}", lines_on("2020-02-28", absent={"C": late})) == []


def test_more_lines_than_are_shown_are_counted() -> None:
    known, not_known = {"tier": 1.0}, {"tier": None}
    ((_, five),) = reported("{tier: {min: 1}}", review_lines(securities=[known, *[not_known] * 5]))
    assert "of 5 lines on 2020-02-27 (B, C, D, E, F): " in five
    sized = review_lines((NAN,) * 6)
    ((_, six),) = reported("{size: {min: 1}}", sized)
    assert "of 6 lines on 2020-02-27 (A, B, C, D, E and 1 more): " in six


def test_one_finding_for_each_place_of_a_value() -> None:
    text = "{any: [{tier: {min: 9}}, {tier: {max: 0}}]}"
    assert [code for code, _ in reported(text, lines_on("2020-02-28"))] == ["DAT011", "DAT011"]
    # What is not told twice: a value whose lines failed elsewhere.
    assert reported("{tier: {min: 9}, symbol: A}", lines_on("2020-02-28")) == []


def test_the_way_out_can_be_typed() -> None:
    """D has no sector: what may be assumed is the column of the grouping, not the measure of the rank."""
    text = small.HEAD.replace("2024-01-02", "2024-01-03") + (
        "universe: {where: {symbol: {not_in: []}}}\n"
        "review: {months: [1], effective: 1 session after first session of month, "
        "cutoff: 1 session before effective}\n"
        "groups: {gics: {column: sector}}\nmeasures: {size: {last: market_cap}}\n"
        "selection: {within: gics, steps: [{select: {size: {rank: 1}}}]}\n"
        "weighting: {scheme: market_cap}\n"
    )
    sectors = {"A": "x", "B": "y", "D": None}
    over = market(
        *(line(name, [10.0] * 4) for name in sectors),
        securities=[{"symbol": name, "sector": sector} for name, sector in sectors.items()],
    )
    made = small.run(text, over)
    (told,) = [found for found in made.diagnostics if found.code == "DAT011"]
    assert told.message.startswith("`size or gics` is not known of 1 line")
    assert told.hint == "give the market the values, or say --assume sector=VALUE"
    assumed = small.run(text, over, assume={"sector": "z"})
    assert "DAT011" not in small.codes(assumed)
