"""The words of the page: both languages take the same parts, and a word that is not there is refused."""

from __future__ import annotations

from string import Formatter

import pytest

from indexcalc.studio.view.words import WORDS, word


def parts(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_a_word_is_said_in_the_language_with_its_parts() -> None:
    assert word("of_n", "en", a=2, n=5) == "2 of 5"
    assert word("of_n", "ko", a=2, n=5) == "5 중 2"
    assert word("undo", "ko") == "되돌리기"


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages_are_there_and_take_the_same_parts(key: str) -> None:
    text = WORDS[key]
    assert text.en
    assert text.ko
    assert parts(text.en) == parts(text.ko)


def test_a_word_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError, match="no such word"):
        word("no such word", "en")
