"""How nodes become values: the place a reader is at, what it collects, and the base of all kinds.

A kind turns a node into a value, or records a finding at that node and returns ``BAD``; nothing is
raised, so that one pass reports every mistake of a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from indexcalc.diagnostics import Findings, Span
from indexcalc.methodology.reading.yaml import Broken, Node, Scalar
from indexcalc.methodology.values.date_phrases import DatePhrase
from indexcalc.methodology.values.values import UnreadableText

Schema = dict[str, Any]
_LONGEST_MESSAGE = 300


class Bad:
    """The type of ``BAD``."""

    def __repr__(self) -> str:
        return "BAD"


BAD: Final = Bad()


class Mention(Struct, frozen=True):
    """A name a rule uses and the place where it does: a column, a measure, a date, an index."""

    name: str
    path: str
    span: Span


class Reading(Struct):
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


class Kind(Struct, eq=False):
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
        found = at.reading.findings.items
        before = len(found)
        try:
            return self.parse(node, at)
        except UnreadableText as error:
            return at.refuse(self.code, str(error), node, error.hint)
        finally:  # what says no way out of its own is told what belongs here
            for place in range(before, len(found)):
                if not found[place].hint:
                    found[place] = replace(found[place], hint=f"write {self.wanted}")

    def parse(self, node: Scalar, at: At) -> Any:
        """The value of a non-empty scalar; UnreadableText or a finding otherwise."""
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
    hint = f"write {wanted}"
    if isinstance(node, Scalar) and wanted.startswith("a list"):
        items = [item.strip() for item in node.text.strip("[] ").replace(";", ",").split(",")]
        text = f'"{node.text}"' if node.quoted and len(items) == 1 else ", ".join(items)
        hint = f"write [{text[:60]}]"
    return at.refuse("RUL003", f"is {shape}; {wanted} is needed", node, hint)


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str:
    """The word most like another one, or ''."""
    import difflib

    matches = difflib.get_close_matches(word, list(words), n=1, cutoff=cutoff)
    return matches[0] if matches else ""


def did_you_mean(word: str, words: Iterable[str], *, otherwise: str = "one of: ") -> str:
    """A hint: the nearest word, or all of them."""
    allowed = list(words)
    if close := nearest(word, allowed):
        return f"did you mean `{close}`?"
    return otherwise + ", ".join(allowed) if allowed else ""
