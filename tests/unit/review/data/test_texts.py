"""Texts by number: the same text has one, the empty text is 0, a place knows its line."""

from __future__ import annotations

from indexcalc.review.data.texts import Texts


def test_a_text_has_one_number_and_the_empty_one_is_zero() -> None:
    words = Texts()
    assert words.number("") == 0
    first, second = words.number("a"), words.number("b")
    assert (first, second, words.number("a")) == (1, 2, 1)
    assert words.texts == ["", "a", "b"]
    assert words.lines == [0, 0, 0]


def test_a_place_knows_its_line_whenever_it_is_told() -> None:
    words = Texts()
    number = words.number("selection.steps[0]")
    assert words.place("selection.steps[0]", 12) == number
    assert words.lines[number] == 12
    assert words.lines[words.place("universe", 5)] == 5
    assert Texts().texts == [""]  # nothing is shared between two
