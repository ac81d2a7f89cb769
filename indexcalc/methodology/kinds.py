"""What a key may hold: one small reader a kind of value, each with its JSON Schema.

A kind turns a node into a value, or records a finding at that node and returns ``BAD``; nothing is
raised, so that one pass reports every mistake of a file.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from indexcalc.diagnostics import Findings, Span
from indexcalc.methodology import source, values
from indexcalc.methodology.dated import Dated
from indexcalc.methodology.phrases import DatePhrase, NamedDate, PhraseError, parse_phrase
from indexcalc.methodology.source import Broken, Node, Scalar, Sequence
from indexcalc.methodology.values import NONE, UNKNOWN, ByStatus, NotRead, Special

Schema = dict[str, Any]
DATE_PATTERN = r"^\d{4}-\d{2}-\d{2}$"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_LIKE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}|\d{8}", re.ASCII)


_LONGEST_MESSAGE = 300


class Bad:
    """The type of ``BAD``."""

    def __repr__(self) -> str:
        return "BAD"


BAD: Final = Bad()


@dataclass(frozen=True, slots=True)
class Mention:
    """A name a rule uses and the place where it does: a column, a measure, a date, an index."""

    name: str
    path: str
    span: Span


@dataclass(slots=True)
class Reading:
    """What is collected while one rule is read."""

    findings: Findings
    uses: set[str] = field(default_factory=set)
    fields: list[Mention] = field(default_factory=list)
    measures: list[Mention] = field(default_factory=list)
    groupings: list[Mention] = field(default_factory=list)
    date_names: list[Mention] = field(default_factory=list)
    after: list[Mention] = field(default_factory=list)
    indices: list[Mention] = field(default_factory=list)
    phrases: list[tuple[DatePhrase, Mention]] = field(default_factory=list)


class At(NamedTuple):
    """Where the reader is: the rule path, the path without indices and names, the holding key."""

    reading: Reading
    path: str = ""
    pattern: str = ""
    key: Scalar | None = None

    def into(self, key: Scalar, *, named: bool = False) -> At:
        """The value of a key; ``named``: the key is the user's own word."""
        dot = "." if self.path else ""
        word = "*" if named else key.text
        return At(self.reading, f"{self.path}{dot}{key.text}", f"{self.pattern}{dot}{word}", key)

    def on(self, date: Scalar) -> At:
        """The value under a date."""
        return At(self.reading, f"{self.path}.{date.text}", self.pattern, date)

    def item(self, index: int) -> At:
        """An item of a list."""
        return At(self.reading, f"{self.path}[{index}]", self.pattern, None)

    def mention(self, name: str, node: Node) -> Mention:
        """A name used here."""
        return Mention(name, self.path, node.span)

    def refuse(self, code: str, message: str, node: Node | Span | None, hint: str = "") -> Bad:
        """Record a finding at a node (None: at the holding key) and return BAD."""
        span = node if isinstance(node, Span) else node.span if node is not None else None
        if span is None and self.key is not None:
            span = self.key.span
        if len(message) > _LONGEST_MESSAGE:
            message = message[:_LONGEST_MESSAGE] + " ..."
        self.reading.findings.add(code, message, span=span, where=self.path, hint=hint)
        return BAD


class Kind:
    """Base of all kinds."""

    own_none = False
    """Is ``none`` a word of this kind itself (so that it does not turn its carrier off)?"""

    def read(self, node: Node, at: At) -> Any:
        """The value of a node, or BAD after a finding."""
        raise NotImplementedError

    def schema(self) -> Schema:
        """The JSON Schema of what may be written."""
        raise NotImplementedError


class ScalarKind(Kind):
    """A kind written as one piece of text."""

    wanted = "a value"
    code = "RUL008"

    def read(self, node: Node, at: At) -> Any:
        if not isinstance(node, Scalar):
            return wrong_shape(node, at, self.wanted)
        if node.text == "" and not node.quoted:
            return at.refuse("RUL016", f"has no value; {self.wanted} is needed", None)
        try:
            return self.parse(node, at)
        except NotRead as error:
            return at.refuse(self.code, str(error), node, error.hint)

    def parse(self, node: Scalar, at: At) -> Any:
        """The value of a non-empty scalar; NotRead or a finding otherwise."""
        raise NotImplementedError

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean"]}


def wrong_shape(node: Node, at: At, wanted: str) -> Bad:
    """A list or mapping where something else belongs."""
    if isinstance(node, Broken):
        return BAD
    shape = {"Mapping": "a mapping", "Sequence": "a list"}.get(
        type(node).__name__, "a single value"
    )
    if isinstance(node, Scalar) and node.text == "" and not node.quoted:
        return at.refuse("RUL016", f"has no value; {wanted} is needed", None)
    return at.refuse("RUL003", f"is {shape}; {wanted} is needed", node)


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str:
    """The word most like another one, or ''."""
    found = difflib.get_close_matches(word, list(words), n=1, cutoff=cutoff)
    return found[0] if found else ""


def did_you_mean(word: str, words: Iterable[str], *, otherwise: str = "one of: ") -> str:
    """A hint: the nearest word, or all of them."""
    allowed = list(words)
    if close := nearest(word, allowed):
        return f"did you mean `{close}`?"
    return otherwise + ", ".join(allowed) if allowed else ""


@dataclass(eq=False, repr=False)
class Text(ScalarKind):
    """Any text; with ``pattern`` only matching text."""

    wanted: str = "text"
    pattern: str = ""
    hint: str = ""
    code: str = "RUL008"

    def parse(self, node: Scalar, at: At) -> str | Bad:
        if self.pattern and not re.fullmatch(self.pattern, node.text, re.ASCII):
            return at.refuse(self.code, f"`{node.text}` is not {self.wanted}", node, self.hint)
        return node.text

    def schema(self) -> Schema:
        return (
            {"type": "string", "pattern": f"^(?:{self.pattern})$"}
            if self.pattern
            else {"type": ["string", "number", "boolean"]}
        )


@dataclass(eq=False, repr=False)
class Word(ScalarKind):
    """One of a closed set of words."""

    words: tuple[str, ...]

    @property
    def wanted(self) -> str:  # type: ignore[override]
        return " or ".join(self.words)

    @property
    def own_none(self) -> bool:  # type: ignore[override]
        return "none" in self.words

    def parse(self, node: Scalar, at: At) -> str | Bad:
        if node.text in self.words:
            return node.text
        return at.refuse(
            "RUL004",
            f"`{node.text}` is not known here",
            node,
            did_you_mean(node.text, self.words),
        )

    def schema(self) -> Schema:
        return {"enum": list(self.words)}


class Bool(ScalarKind):
    """``true`` or ``false``."""

    wanted = "true or false"

    def parse(self, node: Scalar, at: At) -> bool | Bad:
        if node.text in ("true", "false") and not node.quoted:
            return node.text == "true"
        return at.refuse(
            "RUL004", f"`{node.text}` is neither true nor false", node, "true or false"
        )

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(eq=False, repr=False)
class Whole(ScalarKind):
    """A whole number within bounds, as ``int``."""

    least: int = 0
    most: int | None = None
    wanted: str = "a whole number"
    code: str = "RUL005"

    def parse(self, node: Scalar, at: At) -> int | Bad:
        number = values.as_number(node.text)
        if not number.is_whole:
            return at.refuse("RUL005", f"`{node.text}` is not a whole number", node)
        whole = int(number)
        if whole < self.least or (self.most is not None and whole > self.most):
            allowed = (
                f"{self.least} or more" if self.most is None else f"{self.least} to {self.most}"
            )
            return at.refuse("RUL011", f"`{node.text}` is out of range", node, allowed)
        return whole

    def schema(self) -> Schema:
        bounds: Schema = {"type": "integer", "minimum": self.least}
        if self.most is not None:
            bounds["maximum"] = self.most
        return bounds


@dataclass(eq=False, repr=False)
class Exact(ScalarKind):
    """A number, exact (``values.Number``)."""

    positive: bool = False
    wanted: str = "a number"
    code: str = "RUL005"

    def parse(self, node: Scalar, at: At) -> values.Number | Bad:
        number = values.as_number(node.text)
        if self.positive and number.exact <= 0:
            return at.refuse("RUL011", f"`{node.text}` is not above zero", node)
        return number

    def schema(self) -> Schema:
        return {"type": "number"}


@dataclass(eq=False, repr=False)
class ShareKind(ScalarKind):
    """A part of one (``values.Share``): ``30%``, ``0.30``, ``1/3``; never a bare ``30``."""

    at_most_one: bool = True
    positive: bool = False
    wanted: str = "a share such as 30%"
    code: str = "RUL006"

    def parse(self, node: Scalar, at: At) -> values.Share | Bad:
        share = values.as_share(node.text, at_most_one=self.at_most_one)
        if self.positive and share.exact == 0:
            return at.refuse("RUL011", f"`{node.text}` is not above zero", node)
        return share

    def schema(self) -> Schema:
        return {
            "type": ["string", "number"],
            "pattern": r"^\d+(\.\d+)? ?%$|^\d+ ?/ ?\d+$",
            "minimum": 0,
            "maximum": 1,
        }


@dataclass(eq=False, repr=False)
class DurationKind(ScalarKind):
    """``15 sessions``, ``6 calendar months`` (``values.Duration``)."""

    units: tuple[str, ...] = ("sessions", "days", "months", "calendar months", "years")
    least: int = 1
    wanted: str = "a duration such as 15 sessions"
    code: str = "RUL007"

    def parse(self, node: Scalar, at: At) -> values.Duration | Bad:
        duration = values.as_duration(node.text)
        if duration.unit not in self.units:
            return at.refuse("RUL007", f"`{node.text}` is not in {' or '.join(self.units)}", node)
        if duration.n < self.least:
            return at.refuse(
                "RUL011", f"`{node.text}` is out of range", node, f"{self.least} or more"
            )
        return duration

    def schema(self) -> Schema:
        return {
            "type": "string",
            "pattern": r"^\d+ (sessions?|days?|months?|calendar months?|years?)$",
        }


@dataclass(eq=False, repr=False)
class PointsKind(ScalarKind):
    """``5 points``."""

    wanted: str = "a number of points such as 5 points"

    def parse(self, node: Scalar, at: At) -> values.Points:
        return values.as_points(node.text)

    def schema(self) -> Schema:
        return {"type": "string", "pattern": r"^\d+(\.\d+)? points?$"}


class Date(ScalarKind):
    """A date ``2020-06-12``."""

    wanted = "a date such as 2020-06-12"

    def parse(self, node: Scalar, at: At) -> dt.date | Bad:
        return read_date(node, at)

    def schema(self) -> Schema:
        return {"type": "string", "pattern": DATE_PATTERN}


@dataclass(eq=False, repr=False)
class Phrase(ScalarKind):
    """A date phrase (``phrases.DatePhrase``); ``known`` names the days its place has."""

    known: tuple[str, ...] = ("effective", "cutoff", "announcement", "pricing")
    wanted: str = "a date phrase such as 2nd thursday"

    def parse(self, node: Scalar, at: At) -> DatePhrase | Bad:
        try:
            phrase = parse_phrase(node.text)
        except PhraseError as error:
            return at.refuse("DTE004", str(error), node, error.hint)
        anchor = phrase.anchor
        if isinstance(anchor, NamedDate):
            at.reading.date_names.append(at.mention(anchor.name, node))
        name = getattr(anchor, "name", "")
        if not isinstance(anchor, NamedDate) and name and name not in self.known:
            return at.refuse(
                "DTE011",
                f"there is no `{name}` day here",
                node,
                "known here: " + (", ".join(self.known) or "none; name a day of the month"),
            )
        at.reading.phrases.append((phrase, at.mention(node.text, node)))
        return phrase

    def schema(self) -> Schema:
        return {"type": "string"}


@dataclass(eq=False, repr=False)
class Custom(ScalarKind):
    """A scalar read by a function that raises NotRead."""

    parser: Callable[[str], Any]
    wanted: str
    code: str = "RUL008"
    pattern: str = ""

    def parse(self, node: Scalar, at: At) -> Any:
        return self.parser(node.text)

    def schema(self) -> Schema:
        return {"type": "string", "pattern": self.pattern} if self.pattern else {"type": "string"}


class Symbol(ScalarKind):
    """A symbol: text, and quoted where a YAML reader would see a number."""

    wanted = 'a symbol such as "005930"'

    def parse(self, node: Scalar, at: At) -> str | Bad:
        if not node.quoted and values.number_like(node.text):
            return at.refuse(
                "RUL009", f"the symbol {node.text} is not quoted", node, f'write "{node.text}"'
            )
        return node.text

    def schema(self) -> Schema:
        return {"type": "string"}


@dataclass(eq=False, repr=False)
class ListOf(Kind):
    """A list as a tuple; with ``or_one`` a single value counts as a list of one."""

    inner: Kind
    or_one: bool = False
    least: int = 1
    most: int | None = None
    distinct: bool = False

    def read(self, node: Node, at: At) -> Any:
        if not isinstance(node, Sequence):
            if self.or_one and isinstance(node, Scalar):
                one = self.inner.read(node, at)
                return BAD if one is BAD else (one,)
            return wrong_shape(node, at, "a list")
        read = [self.inner.read(item, at.item(index)) for index, item in enumerate(node.items)]
        if len(read) < self.least or (self.most is not None and len(read) > self.most):
            span = node if node.items or at.key is None else at.key.span
            wanted = (
                f"{self.least} or more" if self.most is None else f"{self.least} to {self.most}"
            )
            if self.least == self.most:
                wanted = str(self.least)
            return at.refuse("RUL011", f"has {len(read)} items", span, f"{wanted} are needed")
        if any(item is BAD for item in read):
            return BAD
        if self.distinct:
            seen: set[Any] = set()
            for index, item in enumerate(read):
                if item in seen:
                    shown = getattr(node.items[index], "text", "an item")
                    return at.refuse("RUL018", f"`{shown}` is listed twice", node.items[index])
                seen.add(item)
        return tuple(read)

    def schema(self) -> Schema:
        many: Schema = {"type": "array", "items": self.inner.schema(), "minItems": self.least}
        if self.most is not None:
            many["maxItems"] = self.most
        return {"anyOf": [self.inner.schema(), many]} if self.or_one else many


@dataclass(eq=False, repr=False)
class MapOf(Kind):
    """The user's own names to values of one kind."""

    inner: Kind
    name: Kind

    def read(self, node: Node, at: At) -> Any:
        if not isinstance(node, source.Mapping):
            return wrong_shape(node, at, "a mapping of names")
        read: dict[str, Any] = {}
        good = True
        for key, value in node.entries:
            inside = at.into(key, named=True)
            name = self.name.read(key, inside)
            item = self.inner.read(value, inside)
            if name is BAD or item is BAD:
                good = False
            else:
                read[name] = item
        return read if good else BAD

    def schema(self) -> Schema:
        return {
            "type": "object",
            "additionalProperties": self.inner.schema(),
            "propertyNames": self.name.schema(),
        }


@dataclass(eq=False, repr=False)
class DatedKind(Kind):
    """Anything that may change by date (``dated.Dated``); ``none`` and ``unknown`` are its words."""

    inner: Kind

    def read(self, node: Node, at: At) -> Any:
        if not is_dated(node):
            value = self.one(node, at)
            return BAD if value is BAD else Dated.constant(value)
        parts = read_dates(node, at)
        entries = [(date, self.one(value, at.on(key))) for date, key, value in parts or ()]
        if parts is None or any(value is BAD for _, value in entries):
            return BAD
        return Dated(tuple(entries))

    def one(self, node: Node, at: At) -> Any:
        """One value: a special word or what the inner kind reads."""
        special = special_word(node, own_none=self.inner.own_none)
        return special if special is not None else self.inner.read(node, at)

    def schema(self) -> Schema:
        one: Schema = {"anyOf": [self.inner.schema(), {"enum": ["none", "unknown"]}]}
        return {
            "anyOf": [
                one,
                {
                    "type": "object",
                    "patternProperties": {DATE_PATTERN: one},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }


@dataclass(eq=False, repr=False)
class ByStatusKind(Kind):
    """One value for all names, or ``{existing: X, new: Y}``; always a ``values.ByStatus``."""

    inner: Kind

    def read(self, node: Node, at: At) -> Any:
        if isinstance(node, source.Mapping) and by_status(node):
            return self._both(node, at)
        one = self.inner.read(node, at)
        return BAD if one is BAD else ByStatus(one, one)

    def _both(self, node: source.Mapping, at: At) -> Any:
        found: dict[str, Any] = {}
        for key, value in node.entries:
            if key.text not in ("existing", "new"):
                found[key.text] = at.refuse(
                    "RUL001",
                    f"`{key.text}` is no status",
                    key.span,
                    did_you_mean(key.text, ("existing", "new")),
                )
                continue
            special = special_word(value, own_none=False)
            inside = at.into(key)
            found[key.text] = special if special is NONE else self.inner.read(value, inside)
        for word in ("existing", "new"):
            if word not in found:
                at.refuse(
                    "RUL015", f"`{word}` is not said", node, "say both: {existing: X, new: Y}"
                )
                found[word] = BAD
        if any(value is BAD for value in found.values()):
            return BAD
        return ByStatus(found["existing"], found["new"])

    def schema(self) -> Schema:
        one = self.inner.schema()
        return {
            "anyOf": [
                one,
                {
                    "type": "object",
                    "properties": {"existing": one, "new": one},
                    "required": ["existing", "new"],
                    "additionalProperties": False,
                },
            ]
        }


def by_status(node: source.Mapping) -> bool:
    """Does a mapping speak of a status?"""
    return any(key.text in ("existing", "new") for key, _ in node.entries)


def special_word(node: Node, *, own_none: bool) -> Special | None:
    """NONE or UNKNOWN where the node is that word (unquoted), else None."""
    if isinstance(node, Scalar) and not node.quoted:
        if node.text == "none" and not own_none:
            return NONE
        if node.text == "unknown":
            return UNKNOWN
    return None


def is_dated(node: Node) -> bool:
    """Is a node a mapping with a key that looks like a date?"""
    return isinstance(node, source.Mapping) and any(
        key.text[:1].isdigit() and _DATE_LIKE.fullmatch(key.text) for key, _ in node.entries
    )


def read_date(node: Scalar, at: At) -> dt.date | Bad:
    """The date of a scalar, or BAD after a finding."""
    if _DATE.fullmatch(node.text):
        try:
            return dt.date.fromisoformat(node.text)
        except ValueError:
            return at.refuse("DTE001", f"there is no day {node.text}", node, "check month and day")
    return at.refuse("DTE001", f"`{node.text}` is not a date", node, "write 2020-06-12")


def read_dates(node: Node, at: At) -> list[tuple[dt.date, Scalar, Node]] | None:
    """The parts of a dated value, ascending; None after a finding about its keys."""
    assert isinstance(node, source.Mapping)
    parts: list[tuple[dt.date, Scalar, Node]] = []
    good = True
    for key, value in node.entries:
        if not _DATE_LIKE.fullmatch(key.text):
            at.refuse(
                "DTE003",
                f"the key `{key.text}` stands among dates",
                key.span,
                "a dated value has dates as its only keys",
            )
            good = False
            continue
        date = read_date(key, at)
        if isinstance(date, Bad):
            good = False
        else:
            if parts and date <= parts[-1][0]:
                at.refuse(
                    "DTE002",
                    f"{date} does not come after {parts[-1][0]}",
                    key.span,
                    "write the dates in ascending order",
                )
                good = False
            parts.append((date, key, value))
    return parts if good else None
