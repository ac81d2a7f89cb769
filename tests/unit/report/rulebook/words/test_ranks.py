"""Ranks and cumulative shares in words."""

from __future__ import annotations

import pytest

from indexcalc.methodology.model import conditions as c
from indexcalc.report.rulebook.words.ranks import coverage_words, rank_words
from indexcalc.report.rulebook.words.text import Text
from tests.rulebook_sections import rule_of


def parsed(text: str) -> c.Rank | c.Coverage:
    """The test of the only field that a rule is eligible by."""
    rule = rule_of(
        columns="{roe: number}",
        measures="{size: {mean: market_cap, over: 3 months}}",
        eligibility=f"{{size: {text}}}",
    )
    assert rule.eligibility is not None
    (part,) = rule.eligibility.value.parts  # type: ignore[union-attr]
    (test,) = part.tests.value
    assert isinstance(test, c.Rank | c.Coverage)
    return test


@pytest.mark.parametrize(
    ("text", "english", "korean"),
    [
        ("{rank: 40}", "it ranks within the first 40 by it", "그것 순위 40 이내"),
        ("{rank: {beyond: 300}}", "it ranks beyond 300 by it", "그것 순위 300 초과"),
        ("{rank: {from: 11, to: 20}}", "it ranks from 11 to 20 by it", "그것 순위 11~20"),
        (
            "{rank: {max: 80, of_ranks_in: sector}}",
            "it ranks within the first 80 by its rank by it within its sector over the number ranked there",
            "업종 내 그것 순위를 그 종목 수로 나눈 값의 순위 80 이내",
        ),
    ],
)
def test_a_rank(text: str, english: str, korean: str) -> None:
    test = parsed(text)
    assert isinstance(test, c.Rank)
    assert rank_words(test, Text("it", "그것")) == Text(english, korean)


def test_a_cumulative_share() -> None:
    test = parsed("{coverage: {from: 10%, to: 90%}}")
    assert isinstance(test, c.Coverage)
    assert coverage_words(test, Text("size", "규모")) == Text(
        "the cumulative share of size before it is from 10 % to below 90 %",
        "규모 누적비중(해당 종목 제외) 10% 이상 90% 미만",
    )
