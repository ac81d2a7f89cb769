"""The parts a rulebook is made of: numbered sections of sentences, tables and formulas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from msgspec import Struct, field

from indexcalc.diagnostics import Findings
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading import yaml
from indexcalc.report.rulebook.words.korean_particles import with_particles
from indexcalc.report.rulebook.words.names import called
from indexcalc.report.rulebook.words.text import DAY, END, INDEX, LANGUAGES, NOW, OWN, SINCE, Text

_SHORT = 45  # letters of a value that is said again before its history
_CHANGED = re.compile(f"{NOW}([^{NOW}{SINCE}{END}]*){SINCE}([^{NOW}{SINCE}{END}]*){END}")


def _parted(text: str) -> tuple[str, str]:
    """(the sentence as it holds now, what it said before: '' where nothing changed)."""
    notes: list[tuple[str, str]] = []

    def of_now(found: re.Match[str]) -> str:
        notes.append((found[1], found[2]))
        return found[1]

    while NOW in text:
        # A value inside the history of another stays there, in brackets.
        inner = re.sub(
            f"({SINCE}[^{END}]*){NOW}([^{NOW}{SINCE}{END}]*){SINCE}([^{NOW}{SINCE}{END}]*){END}",
            r"\1\2 (\3)",
            text,
        )
        text = inner if inner != text else _CHANGED.sub(of_now, text)
    if len(notes) == 1 and len(notes[0][0]) > _SHORT:
        return text, notes[0][1]
    told = [f"{now if len(now) <= _SHORT else _head(now)}: {before}" for now, before in notes]
    return text, " · ".join(told)


def _name_in_file(index: str, rule: Methodology | None) -> Mapping[str, str]:
    """The name of the index that a rule varies, as that one's file says it."""
    for file in () if rule is None else rule.files[1:]:
        if Path(file.path).stem == index and (name := _name_said_by(file.text)):
            return name
    return {}


@lru_cache(maxsize=16)
def _name_said_by(text: str) -> Mapping[str, str]:
    """The words of ``name`` in the text of a rule.  Kept: every sentence of a variant asks for them."""
    root = yaml.parse(text, "", Findings())
    name = root.get("name") if isinstance(root, yaml.Mapping) else None
    entries = name.entries if isinstance(name, yaml.Mapping) else ()
    return {key.text: value.text for key, value in entries if isinstance(value, yaml.Scalar)}


def _words(means: Mapping[str, str] | None, language: str) -> str:
    """What a rule says a name means in a language, else in English; '' where it says nothing."""
    return "" if not means else means.get(language) or means.get("en") or ""


def _head(value: str) -> str:
    """The beginning of a long value, by which its history is known."""
    return value[:_SHORT].rsplit(" ", 1)[0].rstrip(" ,;") + " …"


class Sentence(Struct, frozen=True):
    """One statement and the rule path it says; ``place``: the line of the file, ``''`` for a default."""

    text: Text
    path: str = ""
    place: str = ""
    under: Text | None = None
    """A period that this and the following sentences belong to."""
    history: Text = Text("", "")
    """What its values were before, told in small print."""


class Table(Struct, frozen=True):
    """A table of a section."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


class Section(Struct):
    """One numbered section."""

    title: Text
    sentences: list[Sentence] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    formulas: list[Text] = field(default_factory=list)
    rule: Methodology | None = None
    family: Family | None = None
    """The rules it rests on, from which it takes what it does not say itself."""

    def say(
        self, path: str, text: Text, under: Text | None = None, said_by: Methodology | None = None
    ) -> None:
        """Add the sentence of a rule path; ``said_by``: the rule that says it, where that is another."""
        (en, en_before), (ko, ko_before) = (
            _parted(self._named(text[language], language, said_by or self.rule))
            for language in LANGUAGES
        )
        self.sentences.append(
            Sentence(
                text=Text(en, ko),
                path=path,
                place=self._place(path, said_by or self.rule),
                under=under,
                history=Text(en_before, ko_before),
            )
        )

    def _named(self, text: str, language: str, said_by: Methodology | None) -> str:
        """The text with what rules give names to called by its words: other indices by the names of their
        rules, where those are known; columns and days by what ``said_by`` says they mean."""

        def of_rule(found: re.Match[str]) -> str:
            family = self.family
            if family is not None and found[1] in family:
                return _words(family[found[1]].name, language) or found[1]
            return _words(_name_in_file(found[1], self.rule), language) or found[1]

        def of_own(found: re.Match[str]) -> str:
            column = None if said_by is None else said_by.columns.get(found[1])
            meant = _words(None if column is None else column.means, language)
            return f"“{meant or called(found[1])[language]}”"

        def of_day(found: re.Match[str]) -> str:
            days = None if said_by is None else said_by.dates.get(found[1])
            meant = _words(None if days is None else days.means, language)
            name = called(found[1])[language]
            return meant or (f"“{name}”일" if language == "ko" else f"“{name}” day")

        named = text
        for mark, words in ((INDEX, of_rule), (OWN, of_own), (DAY, of_day)):
            named = re.sub(f"{mark}([^{mark}]*){mark}", words, named)
        named = with_particles(named) if language == "ko" else named
        # Remarks that templates put in brackets one after the other stand in one pair.
        return re.sub(rf"\)({NOW}?)\(", r"; \1", named) if language == "ko" else named

    def _place(self, path: str, said_by: Methodology | None) -> str:
        if self.rule is None or said_by is None or not path:
            return ""
        span = said_by.span_of(path)
        if span is None:
            return ""
        own = span.path == self.rule.path
        name = span.path.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".yaml")
        return str(span.line) if own else f"{name}:{span.line}"


class Rulebook(Struct, frozen=True):
    """A whole rulebook: title, what it is, sections in order."""

    index: str
    title: Text
    subtitle: Text
    sections: tuple[Section, ...]
    version: str
    """The hash of the rule file, shortened."""
