"""A text in two languages: its parts, its lists, and what it said before."""

from __future__ import annotations

from indexcalc.report.rulebook.words.text import (
    Section,
    Text,
    index_name,
    joined,
    listed,
    plain,
    t,
    with_history,
)

A, B, C = plain("A"), plain("B"), Text("sea", "바다")


def test_a_template_takes_each_part_in_its_language_with_the_particle_it_asks_for() -> None:
    made = t("{what} is deep.", "{what}은(는) 깊다.", what=C)
    assert made == Text("sea is deep.", "바다는 깊다.")
    assert made["ko"] == "바다는 깊다."
    assert made["en"] == "sea is deep."
    assert not Text("", "")


def test_lists_of_none_one_two_and_three() -> None:
    assert listed([]) == Text("", "")
    assert listed([C]) == C
    assert listed([A, C]) == Text("A and sea", "A·바다")
    assert listed([A, B, C], "or") == Text("A, B or sea", "A·B·바다")
    assert joined([A, C], "; ", " 및 ") == Text("A; sea", "A 및 바다")


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
