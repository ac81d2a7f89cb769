"""What a run took for granted, in both languages."""

from __future__ import annotations

import datetime as dt
import re

from indexcalc.notes import parts_of
from indexcalc.report.rulebook.words.korean_particles import with_particles
from indexcalc.report.rulebook.words.names import FIELDS, LABELS, called
from indexcalc.report.rulebook.words.text import Text

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def note_in_words(said: str) -> Text:
    """A note of the manifest; one that no template makes stays as it is."""
    return Text(said, with_particles(_korean(said)))


def _korean(text: str) -> str:
    found = parts_of(text)
    if found is None:
        return text
    template, parts = found
    return template.format(**{name: _part(value) for name, value in parts.items()})


def _part(text: str) -> str:
    """A part of a note: a note itself, several with commas, a day, a column, or what it is."""
    if parts_of(text) is not None:
        return _korean(text)
    if ", " in text:
        return ", ".join(_part(part) for part in text.split(", "))
    if _DAY.fullmatch(text):
        date = dt.date.fromisoformat(text)
        return f"{date.year}년 {date.month}월 {date.day}일"
    for table in (FIELDS, LABELS):
        if text in table:
            return table[text].ko
    return called(text).ko if re.fullmatch(r"[a-z_]+", text) else text
