"""A text in two languages: its parts and its lists."""

from __future__ import annotations

from indexcalc.report.rulebook.words.text import Text, joined, listed, plain, t

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
