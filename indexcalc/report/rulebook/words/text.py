"""A text in English and Korean at once, and the parts a rulebook is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field

from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.report.rulebook.words.korean_particles import with_particles

LANGUAGES = ("en", "ko")


class Text(Struct, frozen=True):
    """The same statement in both languages."""

    en: str
    ko: str

    def __getitem__(self, language: str) -> str:
        return self.ko if language == "ko" else self.en

    def __bool__(self) -> bool:
        return bool(self.en)


def t(en: str, ko: str, **parts: Text | str) -> Text:
    """A text from one template a language; ``{name}`` takes the part in that language, and a Korean
    particle written both ways (``{name}은(는)``) the form its last sound asks for."""
    values = {name: _both(part) for name, part in parts.items()}
    return Text(
        en.format(**{name: part.en for name, part in values.items()}),
        with_particles(ko.format(**{name: part.ko for name, part in values.items()})),
    )


def plain(text: str) -> Text:
    """A text that is the same in both languages: a name, a number, a symbol."""
    return Text(text, text)


def joined(parts: Sequence[Text], en: str = ", ", ko: str = ", ") -> Text:
    """Several texts with a separator for each language."""
    return Text(en.join(part.en for part in parts), ko.join(part.ko for part in parts))


def listed(parts: Sequence[Text], last_en: str = "and", last_ko: str = "·") -> Text:
    """``a, b and c``; Korean ``a·b·c``."""
    if len(parts) < 2:
        return joined(parts)
    head = ", ".join(part.en for part in parts[:-1])
    return Text(f"{head} {last_en} {parts[-1].en}", last_ko.join(part.ko for part in parts))


def _both(part: Text | str) -> Text:
    return plain(part) if isinstance(part, str) else part


# A value that changes by date stands in a text as NOW value SINCE its earlier values END, until the
# sentence is said: then the value stays and what came before goes behind the sentence.
_SHORT = 45  # letters of a value that is said again before its history
_NOW, _SINCE, _END = "\x01", "\x02", "\x03"
_CHANGED = re.compile(f"{_NOW}([^{_NOW}{_SINCE}{_END}]*){_SINCE}([^{_NOW}{_SINCE}{_END}]*){_END}")


def with_history(now: Text, earlier: Text) -> Text:
    """A value with the values it had before, which are told behind its sentence."""
    return Text(
        f"{_NOW}{now.en}{_SINCE}{earlier.en}{_END}", f"{_NOW}{now.ko}{_SINCE}{earlier.ko}{_END}"
    )


_INDEX = "\x04"


def index_name(name: str) -> Text:
    """Another index, which the sentence calls by its name once it is said."""
    return plain(f"{_INDEX}{name}{_INDEX}")


def _parted(text: str) -> tuple[str, str]:
    """(the sentence as it holds now, what it said before: '' where nothing changed)."""
    notes: list[tuple[str, str]] = []

    def of_now(found: re.Match[str]) -> str:
        notes.append((found[1], found[2]))
        return found[1]

    while _NOW in text:
        # A value inside the history of another stays there, in brackets.
        inner = re.sub(
            f"({_SINCE}[^{_END}]*){_NOW}([^{_NOW}{_SINCE}{_END}]*){_SINCE}"
            f"([^{_NOW}{_SINCE}{_END}]*){_END}",
            r"\1\2 (\3)",
            text,
        )
        text = inner if inner != text else _CHANGED.sub(of_now, text)
    if len(notes) == 1 and len(notes[0][0]) > _SHORT:
        return text, notes[0][1]
    told = [f"{now if len(now) <= _SHORT else _head(now)}: {before}" for now, before in notes]
    return text, " · ".join(told)


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
    formulas: list[str] = field(default_factory=list)
    rule: Methodology | None = None
    family: Family | None = None
    """The rules it rests on, from which it takes what it does not say itself."""

    def say(
        self, path: str, text: Text, under: Text | None = None, said_by: Methodology | None = None
    ) -> None:
        """Add the sentence of a rule path; ``said_by``: the rule that says it, where that is another."""
        (en, en_before), (ko, ko_before) = (
            _parted(self._named(text[language], language)) for language in LANGUAGES
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

    def _named(self, text: str, language: str) -> str:
        """The text with other indices called by the names of their rules, where those are known."""

        def of_rule(found: re.Match[str]) -> str:
            known = self.family is not None and found[1] in self.family
            names = self.family[found[1]].name if self.family is not None and known else {}
            return names.get(language) or names.get("en") or found[1]

        named = re.sub(f"{_INDEX}([^{_INDEX}]*){_INDEX}", of_rule, text)
        # Remarks that templates put in brackets one after the other stand in one pair.
        return re.sub(rf"\)({_NOW}?)\(", r"; \1", named) if language == "ko" else named

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
