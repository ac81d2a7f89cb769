"""Reads conditions from nodes."""

from __future__ import annotations

from typing import Any, Final

from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.model.value_kinds import FIELD_NAME, IndexName
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.containers import DatedKind, ListOf, is_dated
from indexcalc.methodology.reading.kinds import Word
from indexcalc.methodology.reading.reader import BAD, At, Kind, Schema, did_you_mean, wrong_shape
from indexcalc.methodology.reading.yaml import Node, Scalar


class ConditionKind(Kind, eq=False):
    """A condition; ``all`` (where ``everything`` says so) is the condition all names meet."""

    everything: bool = False

    def read(self, node: Node, at: At) -> Any:
        if self.everything and isinstance(node, Scalar) and node.text == "all":
            return c.AllOf(parts=(), path=at.path, line=node.span.line)
        if self.everything and isinstance(node, Scalar) and node.text:
            return wrong_shape(node, at, "`all` or a condition {field: test, ...}")
        return read_condition(node, at)

    def schema(self) -> Schema:
        reference: Schema = {"$ref": "#/$defs/Condition"}
        return {"anyOf": [{"const": "all"}, reference]} if self.everything else reference


def read_condition(node: Node, at: At) -> Any:
    """A condition (``conditions.AllOf``), or BAD after findings."""
    line = at.key.span.line if at.key is not None else node.span.line
    if is_dated(node):
        dated = DatedKind(ConditionKind()).read(node, at)
        if dated is BAD:
            return BAD
        return c.AllOf(
            parts=(c.ByDate(conditions=dated, path=at.path, line=line),), path=at.path, line=line
        )
    if not isinstance(node, source.Mapping):
        return wrong_shape(node, at, "a condition {field: test, ...}")
    if not node.entries:
        return at.refuse("RUL016", "is an empty condition", node, "name a field and its test")
    parts = [_part(key, value, at) for key, value in node.entries]
    if any(part is BAD for part in parts):
        return BAD
    return c.AllOf(parts=tuple(parts), path=at.path, line=line)


def _part(key: Scalar, value: Node, at: At) -> Any:
    word = key.text
    if word in c.CONDITION_WORDS:
        inside = at.into(key)
        at.reading.uses.add(inside.pattern)
        return _WORDS[word](key, value, inside)
    return read_field(key, value, at.into(key, named=True))


def _any(key: Scalar, value: Node, at: At) -> Any:
    conditions = ListOf(ConditionKind()).read(value, at)
    return (
        BAD
        if conditions is BAD
        else c.AnyOf(conditions=conditions, path=at.path, line=key.span.line)
    )


def _not(key: Scalar, value: Node, at: At) -> Any:
    inner = read_condition(value, at)
    return BAD if inner is BAD else c.Not(condition=inner, path=at.path, line=key.span.line)


def _was(key: Scalar, value: Node, at: At) -> Any:
    inner = read_condition(value, at)
    return BAD if inner is BAD else c.Was(condition=inner, path=at.path, line=key.span.line)


def _status(key: Scalar, value: Node, at: At) -> Any:
    status = Word(("existing", "new")).read(value, at)
    return BAD if status is BAD else c.Status(status=status, path=at.path, line=key.span.line)


def _member_of(key: Scalar, value: Node, at: At) -> Any:
    when: Any = "before"
    index_node, inside = value, at
    if isinstance(value, source.Mapping):
        entries: dict[str, tuple[Scalar, Node]] = {k.text: (k, v) for k, v in value.entries}
        for name in entries.keys() - {"index", "when"}:
            at.refuse(
                "RUL001",
                f"the key `{name}` is not known here",
                entries[name][0].span,
                did_you_mean(name, ("index", "when")),
            )
        if "index" not in entries:
            return at.refuse("RUL002", "the key `index` is missing", key.span, "add `index: ...`")
        if "when" in entries:
            when_key, when_node = entries["when"]
            when = Word(("before", "after")).read(when_node, at.into(when_key))
        if when is BAD or entries.keys() - {"index", "when"}:
            return BAD
        index_key, index_node = entries["index"]
        inside = at.into(index_key)
    index = IndexName().read(index_node, inside)
    if index is BAD:
        return BAD
    if when == "after":
        at.reading.after.append(inside.mention(index, index_node))
    return c.MemberOf(index=index, when=when, path=at.path, line=key.span.line)


def _group(key: Scalar, value: Node, at: At) -> Any:
    if not isinstance(value, source.Mapping) or not value.entries:
        return wrong_shape(
            value,
            at,
            "tests of the group {existing_count|screened_count|joining_count|MEASURE: TEST}",
        )
    fields = [read_field(name, test, at.into(name, named=True)) for name, test in value.entries]
    if any(field is BAD for field in fields):
        return BAD
    return c.GroupTests(fields=tuple(fields), path=at.path, line=key.span.line)


_WORDS: Final = {
    "any": _any,
    "not": _not,
    "was": _was,
    "status": _status,
    "member_of": _member_of,
    "group": _group,
}


def read_field(key: Scalar, value: Node, at: At) -> Any:
    if not FIELD_NAME.fullmatch(key.text):
        return at.refuse(
            "RUL001", f"`{key.text}` is not the name of a field", key.span, "a column or a measure"
        )
    # A test of a field may hold a condition itself (`among`, `unless`): the two modules read each other.
    from indexcalc.methodology.model.field_conditions import FieldTests

    at.reading.fields.append(at.mention(key.text, key))
    tests = FieldTests(key.text).read(value, at)
    return (
        BAD
        if tests is BAD
        else c.Field(name=key.text, tests=tests, path=at.path, line=key.span.line)
    )
