"""The closed grammar of date phrases: ``session after expiry``, ``last session 2 months before``.

    D       = N sessions before|after ANCHOR | session after [next] ANCHOR | ANCHOR
    ANCHOR  = effective | cutoff | announcement | pricing | listing | test | halt | Nth WEEKDAY
            | last WEEKDAY | WEEKDAY before Nth|last WEEKDAY | first|last session of month
            | first|last session N months before | a name in `dates`

``next`` is strictly after the day in hand.  Months count from the schedule's month.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from msgspec import Struct

from indexcalc.methodology.values.values import Written

WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
KNOWN_DAYS: Final = (
    "effective",
    "cutoff",
    "announcement",
    "pricing",
    "listing",
    "test",
    "halt",
)
ALLOWED: Final = (
    "write [N sessions before|after | session after [next]] and one of: effective, cutoff, "
    "announcement, pricing, listing, test, halt, 2nd thursday, last friday, tuesday before 1st friday, "
    "last session of month, last session 2 months before, or a name in `dates`"
)
NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)

LAST: Final = -1
"""As the number of a weekday: the last of the month."""

Edge = Literal["first", "last"]


class KnownDay(Struct, frozen=True):
    """A day the decision already has: effective, cutoff, announcement, pricing, listing, test, halt."""

    name: str


class NthWeekday(Struct, frozen=True):
    """``2nd thursday`` of the month in hand, ``last friday``: ``n`` is -1; ``weekday`` 0 is Monday."""

    n: int
    weekday: int


class WeekdayBefore(Struct, frozen=True):
    """``tuesday before 1st friday``: the last such weekday strictly before."""

    weekday: int
    before: NthWeekday


class MonthEdge(Struct, frozen=True):
    """The first or last session of the month in hand, or of the one ``months_before`` it."""

    edge: Edge
    months_before: int


class NamedDate(Struct, frozen=True):
    """A name in ``dates``."""

    name: str


Anchor = KnownDay | NthWeekday | WeekdayBefore | MonthEdge | NamedDate


class DatePhrase(Written, frozen=True, eq=False):
    """``sessions`` after (negative: before) the anchor; ``next``: its first day after the day in
    hand."""

    anchor: Anchor
    sessions: int
    next: bool
    text: str


class PhraseError(ValueError):
    """A text outside the grammar; ``hint`` shows what is inside."""

    def __init__(self, message: str, hint: str = ALLOWED) -> None:
        super().__init__(message)
        self.hint = hint


_SESSIONS = r"(?a)(\d{1,4}) sessions? (before|after) (.+)"
_SESSION_AFTER = r"(?a)session after (next )?(.+)"
_NTH = r"(?a)(?:([1-5])(st|nd|rd|th)|last) (\w+)"
_BEFORE_NTH = r"(?a)(\w+) before (.+)"
_EDGE = r"(?a)(first|last) session (?:of month|(\d{1,2}) months? before)"
GRAMMAR_WORDS: Final = frozenset(
    {"next", "before", "after", "session", "sessions", "first", "last"}
)
_SUFFIX = {1: "st", 2: "nd", 3: "rd", 4: "th", 5: "th"}


def parse_phrase(text: str) -> DatePhrase:
    """The phrase a text says; PhraseError outside the grammar."""
    phrase = " ".join(text.split())
    if match := re.fullmatch(_SESSIONS, phrase):
        count = int(match[1])
        sign = 1 if match[2] == "after" else -1
        return DatePhrase(_anchor(match[3], text), sign * count, False, text)
    if match := re.fullmatch(_SESSION_AFTER, phrase):
        return DatePhrase(_anchor(match[2], text), 1, match[1] is not None, text)
    return DatePhrase(_anchor(phrase, text), 0, False, text)


def _anchor(said: str, text: str) -> Anchor:
    if said in KNOWN_DAYS:
        return KnownDay(said)
    if match := re.fullmatch(_EDGE, said):
        edge: Edge = "first" if match[1] == "first" else "last"
        return MonthEdge(edge, int(match[2] or 0))
    if match := re.fullmatch(_NTH, said):
        return _nth(match, text)
    if match := re.fullmatch(_BEFORE_NTH, said):
        weekday = _weekday(match[1], text)
        nth = re.fullmatch(_NTH, match[2])
        if nth is None:
            raise PhraseError(f"`{match[2]}` in `{text}` is no Nth weekday")
        return WeekdayBefore(weekday, _nth(nth, text))
    if NAME.fullmatch(said) and said not in GRAMMAR_WORDS:
        return NamedDate(said)
    raise PhraseError(
        f"`{said}` is not a recognised date phrase" + ("" if said == text else f" (in `{text}`)")
    )


def _nth(match: re.Match[str], text: str) -> NthWeekday:
    if match[1] is None:
        return NthWeekday(LAST, _weekday(match[3], text))
    n = int(match[1])
    if _SUFFIX[n] != match[2]:
        raise PhraseError(f"`{match[1]}{match[2]}` in `{text}`", f"{n}{_SUFFIX[n]} {match[3]}")
    return NthWeekday(n, _weekday(match[3], text))


def _weekday(word: str, text: str) -> int:
    if word not in WEEKDAYS:
        raise PhraseError(f"`{word}` in `{text}` is no weekday", ", ".join(WEEKDAYS))
    return WEEKDAYS.index(word)
