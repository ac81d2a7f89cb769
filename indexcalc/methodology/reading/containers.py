"""Kinds that hold others: lists, names, values by date and by status."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.kinds import DATE_PATTERN, read_date
from indexcalc.methodology.reading.reader import (
    BAD,
    At,
    Bad,
    Kind,
    Schema,
    did_you_mean,
    wrong_shape,
)
from indexcalc.methodology.reading.yaml import Node, Scalar, Sequence
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import NONE, UNKNOWN, ByStatus, Special

_DATE_LIKE = r"(?a)\d{1,4}([-/.])\d{1,2}\1\d{1,4}|\d{8}"


class ListOf(Kind, eq=False):
    """A list as a tuple; with ``or_one`` a single value counts as a list of one."""

    inner: Kind
    or_one: bool = False
    least: int = 1
    most: int | None = None
    distinct: bool = False

    def read(self, node: Node, at: At) -> Any:
        if not isinstance(node, Sequence):
            if self.or_one and isinstance(node, Scalar):
                value = self.inner.read(node, at)
                return BAD if value is BAD else (value,)
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


class MapOf(Kind, eq=False):
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


class DatedKind(Kind, eq=False):
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
        inner: Schema = {"anyOf": [self.inner.schema(), {"enum": ["none", "unknown"]}]}
        return {
            "anyOf": [
                inner,
                {
                    "type": "object",
                    "patternProperties": {DATE_PATTERN: inner},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }


class ByStatusKind(Kind, eq=False):
    """One value for all names, or ``{existing: X, new: Y}``; always a ``values.ByStatus``."""

    inner: Kind

    def read(self, node: Node, at: At) -> Any:
        if isinstance(node, source.Mapping) and by_status(node):
            return self._both(node, at)
        value = self.inner.read(node, at)
        return BAD if value is BAD else ByStatus(value, value)

    def _both(self, node: source.Mapping, at: At) -> Any:
        values: dict[str, Any] = {}
        for key, value in node.entries:
            if key.text not in ("existing", "new"):
                values[key.text] = at.refuse(
                    "RUL001",
                    f"`{key.text}` is no status",
                    key.span,
                    did_you_mean(key.text, ("existing", "new")),
                )
                continue
            special = special_word(value, own_none=False)
            inside = at.into(key)
            values[key.text] = special if special is NONE else self.inner.read(value, inside)
        for word in ("existing", "new"):
            if word not in values:
                at.refuse(
                    "RUL015", f"`{word}` is not said", node, "say both: {existing: X, new: Y}"
                )
                values[word] = BAD
        if any(value is BAD for value in values.values()):
            return BAD
        return ByStatus(values["existing"], values["new"])

    def schema(self) -> Schema:
        inner = self.inner.schema()
        return {
            "anyOf": [
                inner,
                {
                    "type": "object",
                    "properties": {"existing": inner, "new": inner},
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
        key.text[:1].isdigit() and re.fullmatch(_DATE_LIKE, key.text) for key, _ in node.entries
    )


def read_dates(node: Node, at: At) -> list[tuple[dt.date, Scalar, Node]] | None:
    """The parts of a dated value, ascending; None after a finding about its keys."""
    assert isinstance(node, source.Mapping)
    parts: list[tuple[dt.date, Scalar, Node]] = []
    good = True
    for key, value in node.entries:
        if not re.fullmatch(_DATE_LIKE, key.text):
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
