"""The universe, groups and measures."""

from __future__ import annotations

import pytest

from indexcalc.report.rulebook.sections.universe_and_measures import groups_and_measures, universe
from tests.rulebook_sections import said


def test_parents_exceptions_and_conditions() -> None:
    assert said(universe, universe="{of: [a, b], except: [c], where: {market: KOSPI}}") == [
        "The universe consists of the constituents of a and b.",
        "Constituents of c are left out.",
        "A security belongs to it if its market is KOSPI.",
    ]
    assert said(universe) == [
        "The universe is all securities of the market.",
        "A security belongs to it if its security type is stock.",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "{mean: traded_value, over: 6 calendar months, halted: skip}",
            "“m” is the mean daily traded value over 6 calendar months; sessions without trading do not "
            "count.",
        ),
        ("{last: close}", "“m” is the last closing price."),
        (
            "{min: close, over: 20 sessions, best: lowest}",
            "“m” is the lowest closing price over 20 sessions; the lowest value ranks first.",
        ),
        (
            "{std: close, over: 12 months}",
            "“m” is the standard deviation of daily log returns of closing price over 12 months.",
        ),
        (
            "{mean: market_cap, over: 3 months, since: [merger, resumption]}",
            "“m” is the mean daily market capitalisation over 3 months; the window begins with the "
            "security's last merger or resumption of trading in it.",
        ),
    ],
)
def test_each_kind_of_measure(text: str, sentence: str) -> None:
    assert said(groups_and_measures, measures=f"{{m: {text}}}") == [sentence]


def test_a_column_of_the_data_is_called_what_the_rule_says_it_means() -> None:
    keys = {
        "columns": "{pbr_2y: {of: number, means: {en: price to book, ko: 2개년 평균 PBR}}, roe: number}",
        "measures": "{m: {last: pbr_2y}, n: {last: roe}}",
    }
    assert said(groups_and_measures, **keys) == [
        "“price to book” is a figure of the data (column pbr_2y).",
        "“return on equity” is a figure of the data (column roe).",
        "“m” is the last “price to book”.",
        "“n” is the last “return on equity”.",
    ]
    assert said(groups_and_measures, "ko", **keys)[2] == "“m”: 최근 “2개년 평균 PBR”."


def test_a_group_says_what_it_merges_and_means() -> None:
    text = "{g: {column: sector, merge: {all: [a, b]}, means: {en: two kinds}}}"
    assert said(groups_and_measures, groups=text) == [
        "“g” is the sector of a security (two kinds), where a and b count as all."
    ]
