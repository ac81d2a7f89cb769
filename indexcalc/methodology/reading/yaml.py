"""Reads the text of a rule file into frozen nodes that know their line and column.

The reader consumes PyYAML's C *event stream* and builds its own nodes: scalars stay text until
their place gives them a type, so ``000660`` is never a number and ``NO`` never a boolean.  What a
methodology has no use for (aliases, tags, duplicate keys, further documents) is refused, and depth,
size and node count are limited while streaming.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from indexcalc.diagnostics import Findings, Span

MAX_BYTES = 1_000_000
MAX_DEPTH = 64
MAX_NODES = 100_000
_MAX_REPEATED = 20
_TOO_DEEP = f"nested deeper than {MAX_DEPTH}"
_NEVER_SO_DEEP = "a rule is never that deep"
_TAB_INDENT = r"(?m)^ *\t[ \t]*(?=[^\s#])"


Place = tuple[str, int, int, int]
"""Path, line, column, length: what a ``Span`` is made of when one is asked for."""


class Scalar(NamedTuple):
    """A piece of text; ``quoted`` says whether it stood in quotes (or in a block scalar)."""

    text: str
    quoted: bool
    place: Place

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(*self.place)


class Mapping(NamedTuple):
    """Keys and values in the order written; keys are unique."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place

    @property
    def span(self) -> Span:
        """Where it begins."""
        return Span(*self.place)

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        for name, value in self.entries:
            if name.text == key:
                return value
        return None

    def says(self, key: str) -> bool:
        """Is a key written?"""
        return any(name.text == key for name, _ in self.entries)


class Sequence(NamedTuple):
    """Items in the order written."""

    items: tuple[Node, ...]
    place: Place

    @property
    def span(self) -> Span:
        """Where it begins."""
        return Span(*self.place)


class Broken(NamedTuple):
    """The place of something already refused: readers pass over it without a second finding."""

    place: Place

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(*self.place)


Node = Scalar | Mapping | Sequence | Broken


def read_file(path: Path | str, findings: Findings) -> str | None:
    """The text of a rule file, or None after a finding (missing, too large, not UTF-8).

    The size is asked of the file system first; a file above ``MAX_BYTES`` is not read.
    """
    path = Path(path)
    shown = str(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            findings.add("YML001", "is not a regular file", path=shown, hint="name a .yaml file")
            return None
        if status.st_size > MAX_BYTES:
            _too_large(status.st_size, shown, findings)
            return None
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        findings.add("YML001", f"cannot be read: {reason}", path=shown, hint="check the path")
        return None
    return decode(data, shown, findings)


def decode(data: bytes, name: str, findings: Findings) -> str | None:
    """Bytes as text: UTF-8 (a UTF-8 byte order mark is skipped), or None after a finding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.add("YML003", "is UTF-16", path=name, hint="save it as UTF-8")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        try:
            data.decode("cp949")
        except UnicodeDecodeError:
            hint = "save it as UTF-8"
        else:
            hint = "looks like cp949: save it as UTF-8"
        findings.add(
            "YML003",
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            span=Span(name, line, column),
            hint=hint,
        )
        return None


def parse(text: str, name: str, findings: Findings) -> Mapping | None:
    """The top-level mapping of one rule text, or None when nothing can be made of it.

    Every refusal is a finding; those after which reading can go on (a duplicate key, an alias, a
    tag) leave a usable tree, so that a run reports all of a file's mistakes.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        _too_large(size, name, findings)
        return None
    text = text.removeprefix("\ufeff")
    tabs = _tab_indents(text, name, findings)
    if tabs:
        return None
    import yaml.cyaml  # here: without it the compute path is imported in a seventh less time

    try:
        root = _Builder(text, name, findings, yaml).document()
    except _Refused:
        return None
    except yaml.YAMLError as error:
        from indexcalc.yaml_syntax import broken_yaml

        found = broken_yaml(error, text, name)
        if "nesting depth" in found.message:  # libyaml from 0.2.6 on gives up before we do
            findings.add("YML010", _TOO_DEEP, span=found.span, hint=_NEVER_SO_DEEP)
            return None
        code = "YML004" if found.tab else "YML005"
        findings.add(code, found.message, span=found.span, hint=found.hint)
        return None
    except UnicodeEncodeError as error:
        from indexcalc.yaml_syntax import span_at

        findings.add(
            "YML003",
            "contains a character that is not text",
            span=span_at(text, error.start, name),
            hint="save it as UTF-8",
        )
        return None
    if root is None:
        findings.add(
            "YML012", "is empty", span=Span(name, 1, 1), hint="a rule begins with `index: NAME`"
        )
        return None
    if not isinstance(root, Mapping):
        if not isinstance(root, Broken):
            findings.add(
                "YML013",
                "a rule is a mapping of keys",
                span=root.span,
                hint="a rule begins with `index: NAME`",
            )
        return None
    return root


def walk_nodes(node: Node) -> Iterator[Node]:
    """A node and everything below it."""
    yield node
    if isinstance(node, Mapping):
        for _, value in node.entries:
            yield from walk_nodes(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from walk_nodes(item)


def with_value(node: Node, old: Scalar, text: str) -> Node:
    """The same tree with one scalar's text replaced (the very node ``old``)."""
    if isinstance(node, Scalar):
        return node._replace(text=text) if node is old else node
    if isinstance(node, Mapping):
        entries = tuple((name, with_value(value, old, text)) for name, value in node.entries)
        return node._replace(entries=entries)
    if isinstance(node, Sequence):
        return node._replace(items=tuple(with_value(item, old, text) for item in node.items))
    return node


class _Refused(Exception):
    """Reading stopped after a finding."""


class _Builder:
    """Builds nodes from the event stream, counting depth and nodes as it goes."""

    def __init__(self, text: str, name: str, findings: Findings, yaml: Any) -> None:
        self._yaml = yaml
        self._next: Callable[[], Any] = vars(yaml.cyaml)["CParser"](text).get_event
        self._name = name
        self._findings = findings
        self._nodes = 0

    def document(self) -> Node | None:
        """The one document of the stream; None when there is none."""
        yaml = self._yaml
        event = self._next()
        while isinstance(event, yaml.StreamStartEvent):
            event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            return None
        start = self._next()
        empty = isinstance(start, yaml.ScalarEvent) and start.value == "" and start.implicit[0]
        root = self._node(start, 0)
        while not isinstance(event, yaml.DocumentEndEvent):
            event = self._next()
        event = self._next()
        if isinstance(event, yaml.DocumentStartEvent):
            self._findings.add(
                "YML009",
                "a second document begins here",
                span=Span(*self._place(event)),
                hint="one file holds one index: put the second into its own file",
            )
        return None if empty else root

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        line, column = start.line, start.column
        length = end.column - column if end.line == line else 1
        return self._name, line + 1, column + 1, length or 1

    def _node(self, event: Any, depth: int) -> Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._stop("YML011", event, f"more than {MAX_NODES:,} values", "split the file")
        if type(event) is self._yaml.ScalarEvent:
            if event.tag is not None or event.anchor is not None:
                self._check_tag_and_anchor(event)
            return Scalar(event.value, bool(event.style), self._place(event))
        if type(event) is self._yaml.AliasEvent:
            span = self._place(event)
            self._findings.add(
                "YML007",
                f"`*{event.anchor}` refers to text elsewhere",
                span=Span(*span),
                hint="write the value out here",
            )
            return Broken(span)
        if depth >= MAX_DEPTH:
            self._stop("YML010", event, _TOO_DEEP, _NEVER_SO_DEEP)
        self._check_tag_and_anchor(event)
        if type(event) is self._yaml.SequenceStartEvent:
            items = []
            inner = self._next()
            while type(inner) is not self._yaml.SequenceEndEvent:
                items.append(self._node(inner, depth + 1))
                inner = self._next()
            return Sequence(tuple(items), self._covering(event, inner))
        return self._mapping(event, depth)

    def _mapping(self, event: Any, depth: int) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, Scalar] = {}
        inner = self._next()
        while type(inner) is not self._yaml.MappingEndEvent:
            key = self._node(inner, depth + 1)
            value = self._node(self._next(), depth + 1)
            inner = self._next()
            if not isinstance(key, Scalar):
                if not isinstance(key, Broken):
                    self._findings.add(
                        "YML014",
                        "a key is a word",
                        span=key.span,
                        hint="a mapping or list cannot be a key; are braces doubled?",
                    )
                continue
            first = seen.setdefault(key.text, key)
            if first is not key:
                self._findings.add(
                    "YML006",
                    f"`{key.text}` is given twice; first on line {first.span.line}",
                    span=key.span,
                    hint="keep one",
                )
                continue
            entries.append((key, value))
        return Mapping(tuple(entries), self._covering(event, inner))

    def _covering(self, start_event: Any, end_event: Any) -> Place:
        """From the first to the last character when both are on one line, else one character."""
        start, end = start_event.start_mark, end_event.end_mark
        flow = bool(start_event.flow_style)
        length = end.column - start.column if flow and end.line == start.line else 1
        return self._name, start.line + 1, start.column + 1, max(1, length)

    def _check_tag_and_anchor(self, event: Any) -> None:
        if event.tag is not None:
            self._findings.add(
                "YML008",
                f"the tag `{event.tag.replace('tag:yaml.org,2002:', '!!')[:60]}` is not allowed here",
                span=Span(*self._place(event)),
                hint="remove it; quote the value if it should be text",
            )
        if event.anchor is not None:
            self._findings.add(
                "YML007",
                f"the anchor `&{event.anchor}` is not allowed here",
                span=Span(*self._place(event)),
                hint="remove it and write the value out where it is used",
            )

    def _stop(self, code: str, event: Any, message: str, hint: str) -> None:
        self._findings.add(code, message, span=Span(*self._place(event)), hint=hint)
        raise _Refused


def _too_large(size: int, name: str, findings: Findings) -> None:
    findings.add(
        "YML002",
        f"is {size:,} bytes; a rule may have {MAX_BYTES:,}",
        path=name,
        hint="keep data in the market and only the methodology in the rule",
    )


def _tab_indents(text: str, name: str, findings: Findings) -> bool:
    """Findings for lines indented with tabs; were there any?"""
    if "\t" not in text:
        return False
    from indexcalc.yaml_syntax import span_at

    tabs = 0
    for match in re.finditer(_TAB_INDENT, text):
        position = match.start() + match.group().index("\t")
        findings.add(
            "YML004",
            "a tab indents this line",
            span=span_at(text, position, name),
            hint="indent with spaces",
        )
        tabs += 1
        if tabs == _MAX_REPEATED:
            break
    return tabs > 0
