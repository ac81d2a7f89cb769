"""A text in English and Korean at once, with marks for what is put in its words when it is said."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

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


def counted(n: int, one: str, many: str = "", said: str = "") -> Text:
    """How many of what in English (``1 name``, ``2 names``), in Korean the number; ``said``: as written."""
    said = said or f"{n:,}"
    return Text(f"{said} {one if n == 1 else many or f'{one}s'}", said)


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
NOW, SINCE, END = "\x01", "\x02", "\x03"
# A name that the rules give stands between two of these marks, until the sentence is said.
INDEX, OWN, DAY = "\x04", "\x05", "\x06"


def with_history(now: Text, earlier: Text) -> Text:
    """A value with the values it had before, which are told behind its sentence."""
    return Text(f"{NOW}{now.en}{SINCE}{earlier.en}{END}", f"{NOW}{now.ko}{SINCE}{earlier.ko}{END}")


def index_name(name: str) -> Text:
    """Another index, which the sentence calls by its name."""
    return plain(f"{INDEX}{name}{INDEX}")


def own_name(name: str) -> Text:
    """A name that the rule gives a measure, a group or a column: in quotation marks, in its own words."""
    return plain(f"{OWN}{name}{OWN}")


def named_day(name: str) -> Text:
    """A day that the rule gives a name, by what it says the name means."""
    return plain(f"{DAY}{name}{DAY}")
