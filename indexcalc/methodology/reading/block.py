"""Blocks: mappings with a fixed set of keys, declared once as frozen records.

A field made by ``key(KIND)`` is a key of the rule language; its kind reads the value and gives the
JSON Schema.  A block under dates (``weighting: {2000-01-04: {...}, 2010-06-11: {...}}``) is read
part by part and spliced, so that only its fields are dated and never the block.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from msgspec import Struct

from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.containers import ListOf, is_dated, read_dates, special_word
from indexcalc.methodology.reading.kinds import Date, WholeNumber
from indexcalc.methodology.reading.reader import BAD, At, Kind, Schema, wrong_shape
from indexcalc.methodology.reading.record import Record
from indexcalc.methodology.reading.unknown_and_missing_keys import (
    has_all,
    has_exactly_one,
    unknown_key,
)
from indexcalc.methodology.reading.yaml import Node
from indexcalc.methodology.values.dated import Dated, splice
from indexcalc.methodology.values.values import NONE, ByStatus, Special

MONTHS = ListOf(WholeNumber(1, 12), distinct=True)

# Kinds of value in which no block can be.
_LEAVES = frozenset({str, int, float, bool, type(None), dt.date, Special})


class KeySpec(Struct, frozen=True):
    """One key of a block: its YAML name, the attribute it fills, what it holds."""

    name: str
    attribute: str
    kind: Kind
    required: bool
    default: Any


def key(kind: Kind, *, name: str = "", default: Any = None, required: bool = False) -> Any:
    """A field that is a key of the language.

    ``name`` is its YAML name where the attribute cannot have it (``from``); without ``required``
    an absent key is ``default``.
    """
    return KeySpec(name, "", kind, required, default)


class Block(Record):
    """A mapping of the rule file: its rule path and the line it begins on."""

    uncompared = frozenset({"path", "line"})
    language_keys: ClassVar[Mapping[str, KeySpec]] = MappingProxyType({})
    """The keys of the block by YAML name."""

    exclusive: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of keys of which exactly one must be said."""

    path: str = ""
    line: int = 0

    part: ClassVar[bool] = False
    """Is it a group of keys that other blocks take over, and no block of the language itself?"""

    def __init_subclass__(cls, *, part: bool = False, **options: Any) -> None:
        keys: dict[str, KeySpec] = {}
        for base in cls.__bases__:
            keys.update(getattr(base, "language_keys", {}))
        for attribute, spec in list(cls.__dict__.items()):
            if isinstance(spec, KeySpec):
                name = spec.name or attribute
                keys[name] = KeySpec(name, attribute, spec.kind, spec.required, spec.default)
                setattr(cls, attribute, spec.default)
        cls.language_keys = MappingProxyType(keys)
        cls.part = part
        super().__init_subclass__(**options)

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """Check keys against each other (and complete them); False after a finding.

        ``said`` holds the values that could be read, ``node`` all that is written.
        """
        return True


class Item(Block):
    """An item of a list that may hold only for a time or in some months."""

    from_: dt.date | None = key(Date(), name="from")
    until: dt.date | None = key(Date())
    months: tuple[int, ...] | None = key(MONTHS)

    def in_force(self, effective_date: dt.date, month: int | None = None) -> bool:
        """Does it hold on a date (``until`` is the first day out) and in a schedule's month?"""
        if self.from_ is not None and effective_date < self.from_:
            return False
        if self.until is not None and effective_date >= self.until:
            return False
        return self.months is None or month is None or month in self.months


class BlockKind(Kind, eq=False):
    """A block of one class; under dates it is read part by part and spliced."""

    block: type[Block]

    def read(self, node: Node, at: At) -> Any:
        if is_dated(node):
            return self._spliced(node, at)
        return read_block(self.block, node, at)

    def _spliced(self, node: Node, at: At) -> Any:
        parts = read_dates(node, at)
        read: list[tuple[dt.date, Any]] = []
        for date, date_key, value in parts or ():
            special = special_word(value, own_none=False)
            inside = at.on(date_key)
            read.append((date, special if special is not None else self.read(value, inside)))
        if parts is None or any(value is BAD for _, value in read):
            return BAD
        return self.spliced(read, node, at)

    def spliced(self, parts: list[tuple[dt.date, Any]], node: Node, at: At) -> Any:
        """One block out of those (or NONE, UNKNOWN) that follow each other; BAD after a finding."""
        return splice_blocks(self.block, parts, node, at)

    def schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.block.__name__}"}


def read_block(block: type[Block], node: Node, at: At) -> Any:
    """A block, or BAD after findings about its keys, each at its own place."""
    if not isinstance(node, source.Mapping):
        return wrong_shape(node, at, "a mapping of keys")
    specs = block.language_keys
    values: dict[str, Any] = {}
    good = True
    names = {name.text for name, _ in node.entries}
    for name, value in node.entries:
        spec = specs.get(name.text)
        if spec is None:
            unknown_key(name, specs, at)
            good = False
            continue
        inside = at.into(name)
        at.reading.uses.add(inside.pattern)
        read = spec.kind.read(value, inside)
        if read is BAD:
            good = False
        else:
            values[spec.attribute] = read
    required = [spec.name for spec in specs.values() if spec.required]
    good &= has_all(required, names, node, at)
    for group in block.exclusive:
        good &= has_exactly_one(group, node, at)
    good &= block.complete(values, node, at)
    if not good:
        return BAD
    return block(path=at.path, line=_line(node, at), **values)


def splice_blocks(block: type[Block], parts: list[tuple[dt.date, Any]], node: Node, at: At) -> Any:
    """One block whose fields are dated, out of blocks (or NONE, UNKNOWN) that follow each other."""
    values: dict[str, Any] = {}
    good = True
    blocks = [part for _, part in parts if not isinstance(part, Special)]
    if not blocks:
        return at.refuse(
            "DTE010", "no part says what holds", node, "say one part, or no key at all"
        )
    for spec in block.language_keys.values():
        entries = [(date, _field_of(part, spec.attribute)) for date, part in parts]
        if any(isinstance(value, Dated) for _, value in entries):
            values[spec.attribute] = splice((date, _as_dated(value)) for date, value in entries)
            continue
        first = getattr(blocks[0], spec.attribute)
        inner = [part for _, part in entries if isinstance(part, Block)]
        if inner:
            nested = [(date, NONE if part is None else part) for date, part in entries]
            values[spec.attribute] = splice_blocks(type(inner[0]), nested, node, at)
            good &= values[spec.attribute] is not BAD
        elif any(getattr(part, spec.attribute) != first for part in blocks[1:]):
            at.refuse(
                "DTE010", f"`{spec.name}` may not change by date", node, "make it a rule of its own"
            )
            good = False
        else:
            values[spec.attribute] = first
    return block(path=at.path, line=blocks[0].line, **values) if good else BAD


def walk(piece: object) -> list[Block]:
    """Every block in a piece of a rule, itself first, in the order of the fields."""
    blocks: list[Block] = []
    waiting = [piece]
    while waiting:
        item = waiting.pop()
        parts: Iterable[object]
        if isinstance(item, Block):
            blocks.append(item)
            # What a rule has worked out and kept (`_nodes`) is none of its fields.
            parts = (value for name, value in item.__dict__.items() if name[0] != "_")
        elif isinstance(item, tuple):
            parts = item
        elif isinstance(item, Dated):
            parts = item.values
        elif isinstance(item, ByStatus):
            parts = (item.existing, item.new)
        elif isinstance(item, (dict, MappingProxyType)):
            parts = item.values()
        else:
            continue
        # Most parts are leaves: names, numbers, what is not said.
        inside = [part for part in parts if type(part) not in _LEAVES]
        waiting.extend(reversed(inside))
    return blocks


def _field_of(part: Any, attribute: str) -> Any:
    return part if isinstance(part, Special) else getattr(part, attribute)


def _as_dated(value: Any) -> Dated[Any]:
    if isinstance(value, Dated):
        return value
    return Dated.constant(NONE if value is None else value)


def _line(node: source.Mapping, at: At) -> int:
    return at.key.span.line if at.key is not None else node.span.line
