"""What a run took for granted, as a Korean reads it."""

from __future__ import annotations

import re

import pytest

import indexcalc as ic
from indexcalc.report.rulebook.words.notes import note_in_words


@pytest.mark.parametrize(
    ("said", "korean"),
    [
        (
            "mine starts on 2023-12-15 at its base level 1000: the base date 2010-01-04 is not in the data "
            "and no anchor is on 2023-12-15",
            "mine 산출 시작: 2023년 12월 15일, 기준지수 1000. 기준일 2010년 1월 4일이 자료에 없고, "
            "그날의 공식 종가(anchor)도 없다",
        ),
        (
            "mine begins with the review of 2023-12-15; earlier ones are not made (2 refused because the "
            "rule does not know its terms, 27 before the data)",
            "mine의 첫 정기변경은 2023년 12월 15일이며 그 전의 변경은 산출하지 않았다(내용이 알려지지 "
            "않은 2회, 자료 시작 전 27회)",
        ),
        (
            "float_factor=1 where it is not known: 30 lines",
            "유동주식비율 값이 없으면 1로 본다: 30종목",
        ),
        (
            "renamed lines are one line: A as B, C as D",
            "종목코드가 바뀐 종목은 한 종목으로 본다: A → B, C → D",
        ),
        ("the moon is full", "the moon is full"),
    ],
)
def test_a_note_in_korean(said: str, korean: str) -> None:
    assert note_in_words(said).ko == korean
    assert note_in_words(said).en == said


def test_every_assumption_of_runs_has_korean_words() -> None:
    market = ic.Market.demo(securities=150, years=4, seed=3)
    names = ("kospi", "kospi200", "leveraged", "global-two-currency", "dividend-weighted")
    told = []
    for name in names:
        path = name if name.startswith("kospi") else f"rules/patterns/{name}.yaml"
        try:
            told += ic.compute(path, market).manifest["assumptions"]
        except ic.IndexcalcError:
            continue
    assert len(set(told)) > 4
    assert [text for text in told if not re.search("[가-힣]", note_in_words(text).ko)] == []
