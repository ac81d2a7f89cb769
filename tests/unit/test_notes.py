"""Notes of a run: each is made from its template and read back by it, in both languages."""

from __future__ import annotations

import re

import pytest

from indexcalc.notes import NOTES, note, parts_of

PHRASES = {"why", "how", "what", "note", "source", "days", "names", "currencies", "known", "value"}


@pytest.mark.parametrize("key", NOTES)
def test_a_note_is_read_back_by_its_own_template(key: str) -> None:
    english, korean = NOTES[key]
    names = dict.fromkeys(re.findall(r"\{(\w+)\}", english))
    parts = {name: "two words" if name in PHRASES else "word" for name in names}
    assert parts_of(note(key, **parts)) == (korean, parts)


@pytest.mark.parametrize("key", NOTES)
def test_the_korean_sentence_has_only_parts_that_the_english_has(key: str) -> None:
    english, korean = (set(re.findall(r"\{(\w+)\}", text)) for text in NOTES[key])
    assert korean <= english


def test_a_text_that_no_template_makes_has_no_parts() -> None:
    assert parts_of("the moon is full") is None
    assert parts_of("one is as good as another") is None
