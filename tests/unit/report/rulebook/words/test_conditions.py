"""Conditions in words, about one security and about several."""

from __future__ import annotations

import pytest

from indexcalc.methodology.model.conditions import AllOf
from indexcalc.methodology.values.values import UNKNOWN
from indexcalc.report.rulebook.words.conditions import condition, securities
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, plain
from tests.rulebook_sections import rule_of


def parsed(text: str) -> AllOf:
    """The condition of a rule that is eligible by it."""
    rule = rule_of(measures="{size: {mean: market_cap, over: 3 months}}", eligibility=text)
    assert rule.eligibility is not None
    held: AllOf = rule.eligibility.value
    return held


def said(text: Text) -> Text:
    """A text as a sentence says it."""
    section = Section(plain("A section"))
    section.say("", text)
    return section.sentences[0].text


@pytest.mark.parametrize(
    ("text", "one", "several"),
    [
        (
            "{size: {rank: 40}}",
            "it ranks within the first 40 by “size”",
            "securities that rank within the first 40 by “size”",
        ),
        (
            "{size: {rank: {existing: 440, new: 400}}}",
            "it ranks within the first 400 (440 for existing constituents) by “size”",
            "securities that rank within the first 400 (440 for existing constituents) by “size”",
        ),
        (
            "{close: {min: 5}, sector: {in: [a, b]}}",
            "its closing price is at least 5; and its sector is a or b",
            "securities whose closing price is at least 5; and whose sector is a or b",
        ),
        (
            "{designation: {none_of: [administrative]}}",
            "it has no designation as administrative issue",
            "securities that have no designation as administrative issue",
        ),
        (
            "{not: {market: KOSPI}}",
            "it is not the case that its market is KOSPI",
            "securities other than those whose market is KOSPI",
        ),
        (
            "{any: [{market: KOSPI}, {close: {above: 5}}]}",
            "either its market is KOSPI, or its closing price is above 5",
            "securities for which either its market is KOSPI, or its closing price is above 5",
        ),
        (
            "{size: {coverage: {reach: 85%, among: {market: KOSPI}}}}",
            "it is one of the largest by “size” (among securities whose market is KOSPI) that together "
            "reach 85 % of the total, the one that crosses it included",
            "securities that are among the largest by “size” (among securities whose market is KOSPI) "
            "that together reach 85 % of the total, the one that crosses it included",
        ),
    ],
)
def test_clauses_about_one_and_about_several(text: str, one: str, several: str) -> None:
    assert said(condition(parsed(text))).en == one
    assert said(securities(parsed(text))).en == several


def test_korean_says_both_alike() -> None:
    held = parsed("{size: {rank: 40}}")
    assert said(condition(held)).ko == said(securities(held)).ko == "“규모” 순위 40 이내"


def test_alternatives_of_several_clauses_have_letters() -> None:
    held = parsed("{any: [{market: KOSPI, close: {above: 5}}, {close: {above: 9}}]}")
    assert condition(held).en == (
        "either (a) its market is KOSPI and its closing price is above 5, or "
        "(b) its closing price is above 9"
    )
    assert condition(held).ko == (
        "다음 중 하나: ㉠ 시장이 KOSPI, 종가가 5 초과, 또는 ㉡ 종가가 9 초과"
    )


def test_a_mark_of_the_data_is_said_of_one_and_of_several() -> None:
    held = parsed("{impaired_capital: false}")
    assert said(condition(held)) == Text("it is not marked “impaired capital”", "“자본잠식” 비해당")
    assert said(securities(held)).en == "securities that are not marked “impaired capital”"


def test_no_condition_and_unknown_terms() -> None:
    assert condition(None).en == "every security"
    assert securities(None).en == "all securities"
    assert securities(UNKNOWN).en == "terms not known"
