"""The first section: names, currency, calendar, base, launch and how levels are published."""

from __future__ import annotations

from indexcalc.report.rulebook.sections.identity import identity
from tests.rulebook_sections import rule_of, said, section_of


def test_the_name_of_the_reader_comes_first_and_codes_have_names() -> None:
    names = "{en: Mine, ko: 내 지수}"
    assert said(identity, name=names)[:3] == [
        "The index is named Mine, in Korean 내 지수 (identifier mine).",
        "It is computed in Korean won (KRW).",
        "Its sessions are those of the Korea Exchange (XKRX).",
    ]
    assert said(identity, "ko", name=names)[:2] == [
        "지수명은 내 지수(Mine), 식별자는 mine이다.",
        "산출 통화: 원화(KRW).",
    ]
    assert said(identity)[0] == "The index is named mine (identifier mine)."


def test_a_currency_and_a_calendar_without_a_name_stand_as_codes() -> None:
    sentences = said(identity, currency="XTS", calendar="WEEKDAYS")
    assert sentences[1:3] == ["It is computed in XTS.", "Its sessions are those of WEEKDAYS."]


def test_anchors_launch_and_rounding_have_a_sentence_each() -> None:
    sentences = said(
        identity,
        base="{date: 2020-01-02, level: 1000, divisor: 7, anchors: [{on: 2021-01-04, level: 1234.56}]}",
        launch="2022-03-02",
        published="{decimals: 3, rounding: down}",
        rounding="{capping_factor: 4}",
    )
    assert sentences[3:] == [
        "The base date is 2 January 2020.",
        "The base level is 1,000.",
        "Levels are chained from the official close of 1234.56 on 4 January 2021.",
        "The divisor on the base date is 7.",
        "It was launched on 2 March 2022; levels before are backtested.",
        "Levels are published to 3 decimals.",
        "They are rounded down.",
        "Capping factors are rounded to 4 decimals.",
    ]


def test_a_default_names_no_line() -> None:
    section = section_of(identity, rule_of())
    places = {item.path: item.place for item in section.sentences}
    assert places["base.date"] == "4"
    assert places["published.decimals"] == ""
