"""Sentences of a section: what its values were before, and names in their words."""

from __future__ import annotations

from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import (
    Text,
    index_name,
    named_day,
    own_name,
    plain,
    t,
    with_history,
)
from tests.rulebook_sections import rule_of


def test_the_sentence_keeps_the_value_of_now_and_tells_the_earlier_ones_behind_it() -> None:
    section = Section(plain("Weights"))
    limit = with_history(plain("30 %"), Text("until 2018 25 %", "2018년까지 25 %"))
    section.say("weighting", t("The cap is {limit}.", "상한은 {limit}이다.", limit=limit))
    (sentence,) = section.sentences
    assert sentence.text == Text("The cap is 30 %.", "상한은 30 %이다.")
    assert sentence.history == Text("30 %: until 2018 25 %", "30 %: 2018년까지 25 %")


def test_a_history_inside_another_stands_in_brackets() -> None:
    section = Section(plain("Weights"))
    earlier = t("before {it}", "전 {it}", it=with_history(plain("B"), plain("once A")))
    section.say("", with_history(plain("C"), earlier))
    assert section.sentences[0].text == plain("C")
    assert section.sentences[0].history.en == "C: before B (once A)"


def test_a_long_value_is_not_said_again_before_its_history() -> None:
    section = Section(plain("Weights"))
    section.say("", with_history(plain("x" * 46), plain("before y")))
    assert section.sentences[0].history.en == "before y"


def test_an_index_without_known_rules_is_called_by_its_identifier() -> None:
    section = Section(plain("Universe"))
    section.say("", t("Members of {it}.", "{it}의 종목.", it=index_name("kospi200")))
    assert section.sentences[0].text == Text("Members of kospi200.", "kospi200의 종목.")


def test_names_that_a_rule_gives_are_in_its_words_with_the_particle_they_ask_for() -> None:
    rule = rule_of(
        columns="{score: {of: number, means: {en: grade, ko: 등급}}}",
        dates="{expiry: {months: [3], on: 2nd thursday, means: {ko: 최종거래일}}, close_day: "
        "{months: [3], on: 2nd friday}}",
    )
    section = Section(plain("Words"), rule=rule)
    for name in (own_name("score"), own_name("size"), own_name("my_own")):
        section.say("", t("{it} counts", "{it}이(가) 기준", it=name))
    for name in (named_day("expiry"), named_day("close_day")):
        section.say("", t("The {it}", "{it}을(를)", it=name))
    assert [sentence.text for sentence in section.sentences] == [
        Text("“grade” counts", "“등급”이 기준"),
        Text("“size” counts", "“규모”가 기준"),
        Text("“my own” counts", "“my own”이 기준"),
        Text("The “expiry” day", "최종거래일을"),
        Text("The “close day” day", "“close day”일을"),
    ]
