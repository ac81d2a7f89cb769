"""Notes of a run: each is made from its template and read back by it, in both languages."""

from __future__ import annotations

import re

import pytest

from indexcalc.notes import NOTES, note, parts_of

PHRASES = {"why", "how", "what", "note", "source", "days", "names", "currencies", "known", "value"}

PARTS = re.compile(r"\{(\w+)(?::(\w+))?\}")


@pytest.mark.parametrize("key", NOTES)
def test_a_note_is_read_back_by_its_own_template(key: str) -> None:
    english, korean = NOTES[key]
    for n in (1, 2, 1234):
        parts: dict[str, object] = {
            name: n if counts else "two words" if name in PHRASES else "word"
            for name, counts in PARTS.findall(english)
        }
        read = {name: f"{part:,}" if part == n else part for name, part in parts.items()}
        assert parts_of(note(key, **parts)) == (korean, read)


@pytest.mark.parametrize("key", NOTES)
def test_the_korean_sentence_has_only_parts_that_the_english_has(key: str) -> None:
    english, korean = ({name for name, _ in PARTS.findall(text)} for text in NOTES[key])
    assert korean <= english


def test_a_text_that_no_template_makes_has_no_parts() -> None:
    assert parts_of("the moon is full") is None
    assert parts_of("one is as good as another") is None


def test_one_is_told_as_one() -> None:
    assert note("of_lines", what="x=1 where it is not known", n=1).endswith(": 1 line")
    assert note("of_lines", what="x=1 where it is not known", n=1234).endswith(": 1,234 lines")
    assert note("rate_carried", rate="call", n=1).startswith("call: on 1 session without a row")
    assert note("short_window", measure="m", seen=1, all=1, day="d").count("1 of 1 session ") == 1
