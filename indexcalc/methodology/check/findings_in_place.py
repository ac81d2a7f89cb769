"""What the checks of a rule share: whose rule it is, what was found, and the exact place of a value."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct, field

from indexcalc.codes import Severity
from indexcalc.diagnostics import Findings, Span
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import Block, Item, walk
from indexcalc.methodology.reading.containers import is_dated
from indexcalc.methodology.reading.yaml import Node, Scalar
from indexcalc.methodology.values.dated import BEGINNING, Dated
from indexcalc.methodology.values.values import ByStatus, Special

_PIECE: Final = r"\[(\d+)\]|([^.\[\]]+)"
_DATE_END: Final = r"(?a)\.\d{4}-\d{2}-\d{2}$"


class Checking(Struct):
    """One rule under check, the rules it may name (by index), and the findings so far."""

    rule: Methodology
    family: Mapping[str, Methodology]
    findings: Findings = field(default_factory=Findings)
    _said: set[tuple[str, str, Span | None]] = field(default_factory=set)
    _blocks: dict[int, list[Block]] = field(default_factory=dict)

    def say(
        self,
        code: str,
        message: str,
        path: str,
        *,
        on: dt.date | None = None,
        hint: str = "",
        severity: Severity | None = None,
    ) -> None:
        """A finding at a rule path (under dates: at what it says on ``on``); each place once."""
        span = place(self.rule, path, on)
        if (key := (code, path, span)) in self._said:
            return
        self._said.add(key)
        self.findings.add(
            code,
            message,
            span=span,
            where=path,
            hint=hint,
            severity=severity,
            path=self.rule.path,
        )

    def blocks(self, *parts: object) -> list[Block]:
        """Every block in some pieces of the rule; each piece is walked once."""
        blocks_found: list[Block] = []
        for part in parts:
            if id(part) not in self._blocks:
                self._blocks[id(part)] = walk(part)
            blocks_found.extend(self._blocks[id(part)])
        return blocks_found

    def dated(self, *parts: object) -> list[Dated[Any]]:
        """Every dated value in some pieces of the rule."""
        values: list[Dated[Any]] = [part for part in parts if isinstance(part, Dated)]
        for block in self.blocks(*parts):
            values.extend(value for value in block.__dict__.values() if isinstance(value, Dated))
        return values

    def change_dates(self, *parts: object) -> list[dt.date]:
        """All days on which anything in some pieces changes, the beginning of time first."""
        dates = {BEGINNING}
        for dated in self.dated(*parts):
            dates.update(dated.dates)
        for block in self.blocks(*parts):
            if isinstance(block, Item):
                dates.update(day for day in (block.from_, block.until) if day is not None)
        return sorted(dates)


def pieces(rule: Methodology) -> list[object]:
    """What a rule says, block by block (and not the text it was read from)."""
    return [
        getattr(rule, spec.attribute)
        for name, spec in rule.language_keys.items()
        if name not in ("cases", "sources")
    ]


def place(rule: Methodology, path: str, on: dt.date | None = None) -> Span | None:
    """Where a rule says the value of a path: dates on the way are chosen by ``on``.

    The value where it is a scalar, else its key; a path that ends in a date is that date.  Words
    the rule leaves out (the ``max`` of ``rank: 50``) are passed over; what is inherited is shown at
    ``index``.
    """
    node: Node = rule.root
    span: Span | None = None
    for index, name in re.findall(_PIECE, path):
        if not (name and name[:1].isdigit()):
            span, node = _under_date(node, on, span)
        if index and isinstance(node, source.Sequence) and int(index) < len(node.items):
            node = node.items[int(index)]
            span = node.span
        elif name and isinstance(node, source.Mapping) and (found := _entry(node, name)):
            span, node = found[0].span, found[1]
    span, node = _under_date(node, on, span)
    at_a_date = path[-1:].isdigit() and re.search(_DATE_END, path) is not None
    if isinstance(node, Scalar) and span is not None and not at_a_date:
        span = node.span
    if span is None and isinstance(said := rule.root.get("index"), Scalar):
        span = said.span
    return span


def _entry(node: source.Mapping, name: str) -> tuple[Scalar, Node] | None:
    return next(((key, value) for key, value in node.entries if key.text == name), None)


def _under_date(node: Node, on: dt.date | None, span: Span | None) -> tuple[Span | None, Node]:
    """The part of a dated value in force on a day (not said: its first)."""
    while isinstance(node, source.Mapping) and node.entries and is_dated(node):
        entries = [entry for entry in node.entries if on is None or entry[0].text <= on.isoformat()]
        key, node = (entries[-1] if entries and on is not None else None) or node.entries[0]
        span = key.span
    return span, node


def both(value: object) -> tuple[Any, Any]:
    """(for existing names, for new names); None in place of ``none`` and ``unknown``."""
    pair = (value.existing, value.new) if isinstance(value, ByStatus) else (value, value)
    existing, new = (None if isinstance(bound, Special) else bound for bound in pair)
    return existing, new


def since(on: dt.date) -> str:
    """`` from 2020-06-12`` for a message; nothing for the beginning of time."""
    return "" if on == BEGINNING else f" from {on}"
