"""Reads conditions and their tests from nodes."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Final

from indexcalc.methodology import conditions as c
from indexcalc.methodology import source, values
from indexcalc.methodology.dated import BEGINNING, Dated
from indexcalc.methodology.kinds import (
    BAD,
    At,
    Bad,
    ByStatusKind,
    DatedKind,
    Kind,
    ListOf,
    ScalarKind,
    Schema,
    ShareKind,
    Symbol,
    Word,
    by_status,
    did_you_mean,
    is_dated,
    nearest,
    read_dates,
    special_word,
    wrong_shape,
)
from indexcalc.methodology.source import Node, Scalar, Sequence
from indexcalc.methodology.values import NONE, UNKNOWN, Label, NotRead

INDEX_NAME: Final = r"[a-z0-9][a-z0-9-]*"
SHARE_FIELDS: Final = ("float_factor", "inclusion")
_FIELD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_FOR = re.compile(r"(\d{1,3}) reviews?", re.ASCII)
_MODIFIERS: Final = ("among", "within", "for", "unless")
_COMPARES: Final = ("min", "max", "above", "below")
_LISTS: Final = ("in", "not_in", "none_of")
_RANK_KEYS: Final = ("max", "beyond", "from", "to")
_COVERAGE_KEYS: Final = ("reach", "max", "below", "above", "nearest", "from", "to")
_TEST_KEYS: Final = (*_COMPARES, *_LISTS, "rank", "coverage", "share", *_MODIFIERS)
_ROUNDINGS: Final = ("floor", "ceil", "half_up")


@dataclass(eq=False, repr=False)
class ValueKind(ScalarKind):
    """A value of some types: what a test compares with, a count, a target."""

    types: tuple[type, ...]
    wanted: str = "a number, a share, a duration or a word"

    def parse(self, node: Scalar, at: At) -> Any:
        value = values.as_value(node.text, quoted=node.quoted)
        if not isinstance(value, self.types):
            hint = ""
            if isinstance(value, values.Number) and values.Share in self.types:
                hint = f"{node.text}%"
            elif isinstance(value, values.Number) and values.Duration in self.types:
                hint = f"{node.text} sessions"
            elif re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", node.text):
                hint = node.text.replace(",", "_")
            return at.refuse("RUL008", f"`{node.text}` is not {self.wanted}", node, hint)
        if isinstance(value, values.MeasureAtRank):
            at.reading.measures.append(at.mention(value.measure, node))
        return value


class RankKind(ScalarKind):
    """A rank: a whole number from 1, a share of the names ranked, ``N% of existing``."""

    wanted = "a rank such as 50, 85% or 110% of existing"

    def parse(self, node: Scalar, at: At) -> Any:
        value = values.as_value(node.text, quoted=node.quoted)
        if isinstance(value, values.PercentOf):
            return value
        if isinstance(value, values.Number):
            if not value.is_whole or value.exact < 1:
                hint = (
                    f"{float(value) * 100:g}%" if 0 < value.exact < 1 else "ranks are 1, 2, 3 ..."
                )
                return at.refuse("RUL011", f"`{node.text}` is no rank", node, hint)
            return value
        if isinstance(value, values.Share):
            return values.as_share(node.text)
        return at.refuse("RUL008", f"`{node.text}` is not {self.wanted}", node)


class CoverageKind(ScalarKind):
    """A cumulative share, or ``rank 1000 + 2.5 points``."""

    wanted = "a share such as 85%"
    code = "RUL006"

    def parse(self, node: Scalar, at: At) -> Any:
        if node.text.startswith("rank "):
            return values.as_rank_points(node.text)
        return values.as_share(node.text)


_ANY_VALUE = ValueKind(
    (
        values.Number,
        values.Share,
        values.PercentOf,
        values.MeasureAtRank,
        values.Flag,
        values.Label,
        values.Points,
        values.Duration,
    )
)
_LIMIT = ValueKind(
    (values.Number, values.Share, values.PercentOf, values.MeasureAtRank),
    wanted="a number, a share or a measure at a rank",
)
_LISTED = ValueKind((values.Duration,), wanted="a duration such as 6 calendar months")
_SHARE: Final = ShareKind()


class LabelKind(ScalarKind):
    """A label of a list: a sector, a kind, a class."""

    wanted = "a word"

    def parse(self, node: Scalar, at: At) -> Label:
        return Label(node.text)


class SymbolLabel(Symbol):
    """A symbol as a label."""

    def parse(self, node: Scalar, at: At) -> Any:
        symbol = super().parse(node, at)
        return symbol if isinstance(symbol, Bad) else Label(symbol)


class ConditionKind(Kind):
    """A condition; ``all`` (where ``everything`` says so) is the condition all names meet."""

    def __init__(self, *, everything: bool = False) -> None:
        self.everything = everything

    def read(self, node: Node, at: At) -> Any:
        if self.everything and isinstance(node, Scalar) and node.text == "all":
            return c.AllOf(parts=(), path=at.path, line=node.span.line)
        return read_condition(node, at)

    def schema(self) -> Schema:
        one: Schema = {"$ref": "#/$defs/Condition"}
        return {"anyOf": [{"const": "all"}, one]} if self.everything else one


class GroupingKind(ScalarKind):
    """``within``: a name in ``groups``, a text column, ``issuer`` or ``all``."""

    wanted = "a group, issuer or all"

    def parse(self, node: Scalar, at: At) -> Any:
        if not _FIELD.fullmatch(node.text):
            return at.refuse("RUL008", f"`{node.text}` is no name of a group or column", node)
        if node.text not in ("all", "issuer", "security"):
            at.reading.groupings.append(at.mention(node.text, node))
        return node.text


WITHIN: Final = DatedKind(GroupingKind())


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
    return _field(key, value, at.into(key, named=True))


def _any(key: Scalar, value: Node, at: At) -> Any:
    found = ListOf(ConditionKind()).read(value, at)
    return BAD if found is BAD else c.AnyOf(conditions=found, path=at.path, line=key.span.line)


def _not(key: Scalar, value: Node, at: At) -> Any:
    found = read_condition(value, at)
    return BAD if found is BAD else c.Not(condition=found, path=at.path, line=key.span.line)


def _was(key: Scalar, value: Node, at: At) -> Any:
    found = read_condition(value, at)
    return BAD if found is BAD else c.Was(condition=found, path=at.path, line=key.span.line)


def _status(key: Scalar, value: Node, at: At) -> Any:
    found = Word(("existing", "new")).read(value, at)
    return BAD if found is BAD else c.Status(status=found, path=at.path, line=key.span.line)


def _member_of(key: Scalar, value: Node, at: At) -> Any:
    when: Any = "before"
    index_node, inside = value, at
    if isinstance(value, source.Mapping):
        found: dict[str, tuple[Scalar, Node]] = {k.text: (k, v) for k, v in value.entries}
        for name in found.keys() - {"index", "when"}:
            at.refuse(
                "RUL001",
                f"the key `{name}` is not known here",
                found[name][0].span,
                did_you_mean(name, ("index", "when")),
            )
        if "index" not in found:
            return at.refuse("RUL002", "the key `index` is missing", key.span, "add `index: ...`")
        if "when" in found:
            when_key, when_node = found["when"]
            when = Word(("before", "after")).read(when_node, at.into(when_key))
        if when is BAD or found.keys() - {"index", "when"}:
            return BAD
        index_key, index_node = found["index"]
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
            value, at, "tests of the group {existing_count|screened_count|MEASURE: TEST}"
        )
    fields = [_field(name, test, at.into(name, named=True)) for name, test in value.entries]
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


class IndexName(ScalarKind):
    """The name of another index."""

    wanted = "the name of an index"

    def parse(self, node: Scalar, at: At) -> Any:
        if not re.fullmatch(INDEX_NAME, node.text, re.ASCII):
            return at.refuse(
                "RUL010", f"`{node.text}` is no name of an index", node, "a-z, 0-9 and - only"
            )
        at.reading.indices.append(at.mention(node.text, node))
        return node.text

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{INDEX_NAME}$"}


def _field(key: Scalar, value: Node, at: At) -> Any:
    if not _FIELD.fullmatch(key.text):
        return at.refuse(
            "RUL001", f"`{key.text}` is no name of a field", key.span, "a column or a measure"
        )
    at.reading.fields.append(Mention_at(at, key))
    tests = _FieldTests(key.text).read(value, at)
    return (
        BAD
        if tests is BAD
        else c.Field(name=key.text, tests=tests, path=at.path, line=key.span.line)
    )


def Mention_at(at: At, key: Scalar) -> Any:  # noqa: N802
    """A field named by a key."""
    return at.mention(key.text, key)


@dataclass(eq=False, repr=False)
class _FieldTests(Kind):
    """What stands behind a field: a value, or tests with their modifiers; dated as a whole too."""

    field: str

    def read(self, node: Node, at: At) -> Any:
        if not is_dated(node):
            special = special_word(node, own_none=False)
            return Dated.constant(special) if special is not None else self._tests(node, at)
        parts = read_dates(node, at)
        read: list[tuple[dt.date, Any]] = []
        for date, key, value in parts or ():
            special = special_word(value, own_none=False)
            inside = at.on(key)
            one = Dated.constant(special) if special is not None else self._tests(value, inside)
            read.append((date, one))
        if parts is None or any(one is BAD for _, one in read):
            return BAD
        entries: list[tuple[dt.date, Any]] = []
        for index, (start, one) in enumerate(read):
            stop = read[index + 1][0] if index + 1 < len(read) else None
            entries.extend(one.between(start, stop).entries)
        return Dated(tuple(entries))

    def _tests(self, node: Node, at: At) -> Any:
        """Dated tuple of tests: constant, but where a rank or coverage block is dated."""
        if isinstance(node, Sequence):
            return at.refuse("RUL003", "is a list; a test is needed", node, "write {in: [...]}")
        if isinstance(node, Scalar) or (isinstance(node, source.Mapping) and by_status(node)):
            value = self._threshold(node, at, equals=True)
            if value is BAD:
                return BAD
            return Dated.constant(
                (c.Compare(op="equals", value=value, path=at.path, line=node.span.line),)
            )
        if not isinstance(node, source.Mapping):
            return BAD
        if not node.entries:
            return at.refuse("RUL016", "has no test", node, did_you_mean("", _TEST_KEYS))
        beside = _modifiers(node, at, {})
        read = [
            self._test(key, value, at, beside)
            for key, value in node.entries
            if key.text not in _MODIFIERS
        ]
        if beside is None or any(one is BAD for one in read):
            return BAD
        if not read:
            return at.refuse(
                "RUL002",
                "has no test beside its modifiers",
                at.key and at.key.span,
                did_you_mean("", _TEST_KEYS),
            )
        return _together(read)

    def _test(self, key: Scalar, node: Node, at: At, beside: dict[str, Any] | None) -> Any:
        """One test as a dated value (constant unless its whole block is dated)."""
        word = key.text
        if word not in _TEST_KEYS:
            return at.refuse(
                "RUL001",
                f"`{word}` is no test",
                key.span,
                did_you_mean(word, _TEST_KEYS, otherwise="tests are: "),
            )
        at = at.into(key)
        at.reading.uses.add(at.pattern)
        common = {**(beside or {}), "path": at.path, "line": key.span.line}
        if word in _COMPARES:
            value = self._threshold(node, at, equals=False)
            return (
                BAD
                if value is BAD
                else Dated.constant(
                    c.Compare(op=word, value=value, **common)  # type: ignore[arg-type]
                )
            )
        if word in _LISTS:
            label: Kind = SymbolLabel() if self.field == "symbol" else LabelKind()
            labels = DatedKind(ListOf(label, distinct=True, least=0)).read(node, at)
            return (
                BAD
                if labels is BAD
                else Dated.constant(
                    c.OneOf(op=word, labels=labels, **common)  # type: ignore[arg-type]
                )
            )
        if _is_dated_block(node):
            return self._dated_block(word, node, at, common)
        one = _block_test(word, node, at, common)
        return BAD if one is BAD else Dated.constant(one)

    def _dated_block(self, word: str, node: Node, at: At, common: dict[str, Any]) -> Any:
        entries: list[tuple[dt.date, Any]] = []
        parts = read_dates(node, at)
        for date, key, value in parts or ():
            special = special_word(value, own_none=False)
            one = special if special is not None else _block_test(word, value, at.on(key), common)
            entries.append((date, one))
        if parts is None or any(one is BAD for _, one in entries):
            return BAD
        return Dated(tuple(entries))

    def _threshold(self, node: Node, at: At, *, equals: bool) -> Any:
        inner: Kind = _ANY_VALUE if equals else _LIMIT
        if self.field == "listed_for":
            inner = _LISTED
        elif self.field in SHARE_FIELDS:
            inner = ValueKindOrShare()
        elif self.field == "symbol" and equals:
            inner = SymbolLabel()
        return DatedKind(ByStatusKind(inner)).read(node, at)


class ValueKindOrShare(ScalarKind):
    """A share, or a measure at a rank: for fields that are shares themselves."""

    wanted = "a share such as 10%"
    code = "RUL006"

    def parse(self, node: Scalar, at: At) -> Any:
        if " at rank " in node.text:
            return values.as_measure_at_rank(node.text)
        return values.as_share(node.text)


def _is_dated_block(node: Node) -> bool:
    """Is it a dated value of whole rank, coverage or share blocks?"""
    return (
        isinstance(node, source.Mapping)
        and is_dated(node)
        and any(isinstance(v, source.Mapping) and not by_status(v) for _, v in node.entries)
    )


def _together(read: list[Dated[Any]]) -> Dated[Any]:
    """Dated tests of several keys as one dated tuple; a test that is off is left out."""
    dates = sorted({date for one in read for date in one.dates} | {BEGINNING})
    entries: list[tuple[dt.date, Any]] = []
    for date in dates:
        held = [one.at(date) for one in read]
        entries.append(
            (
                date,
                UNKNOWN
                if any(test is UNKNOWN for test in held)
                else tuple(test for test in held if test is not NONE),
            )
        )
    return Dated(tuple(entries))


def _block_test(word: str, node: Node, at: At, common: dict[str, Any]) -> Any:
    """A rank, coverage or share test from a value, a value by status or its own mapping."""
    threshold = _BOUNDS[word]
    short = {"rank": "max", "coverage": "reach"}.get(word)
    made: dict[str, Any] = dict(common)
    if not isinstance(node, source.Mapping) or by_status(node) or is_dated(node):
        if short is None:
            return wrong_shape(node, at, "a mapping of min, max, above or below")
        value = threshold.read(node, at)
        if value is BAD:
            return BAD
        made[short] = value
        return _TESTS[word](**made)
    inside = _modifiers(node, at, common)
    good = inside is not None
    made.update(inside or {})
    own = {"rank": _RANK_KEYS, "coverage": _COVERAGE_KEYS, "share": _COMPARES}[word]
    rounded = ("rounding",) if word != "share" else ()
    for key, value_node in node.entries:
        if key.text in _MODIFIERS:
            continue
        into = at.into(key)
        if key.text in rounded:
            read = Word(_ROUNDINGS).read(value_node, into)
        elif key.text in own:
            at.reading.uses.add(into.pattern)
            read = threshold.read(value_node, into)
        else:
            read = at.refuse(
                "RUL001",
                f"the key `{key.text}` is not known here",
                key.span,
                did_you_mean(key.text, (*own, *rounded, *_MODIFIERS), otherwise="known here: "),
            )
        good &= read is not BAD
        made["from_" if key.text == "from" else key.text] = read
    if not any(name.text in own for name, _ in node.entries):
        at.refuse(
            "RUL002",
            f"the {word} says no bound",
            at.key and at.key.span,
            "one of: " + ", ".join(own),
        )
        return BAD
    return _TESTS[word](**made) if good else BAD


_BOUNDS: Final = {
    "rank": DatedKind(ByStatusKind(RankKind())),
    "coverage": DatedKind(ByStatusKind(CoverageKind())),
    "share": DatedKind(ByStatusKind(_SHARE)),
}
_TESTS: Final[dict[str, Any]] = {"rank": c.Rank, "coverage": c.Coverage, "share": c.ShareOf}


def _modifiers(node: source.Mapping, at: At, outer: dict[str, Any]) -> dict[str, Any] | None:
    """``among``, ``within``, ``for`` and ``unless`` of a mapping over those of the outer place."""
    words = ("among", "within", "for_reviews", "unless")
    made: dict[str, Any] = {name: outer[name] for name in words if name in outer}
    good = True
    for key, value in node.entries:
        if key.text not in _MODIFIERS:
            continue
        inside = at.into(key)
        at.reading.uses.add(inside.pattern)
        read: Any
        if key.text == "among":
            read = _among(value, inside)
        elif key.text == "within":
            read = WITHIN.read(value, inside)
        elif key.text == "for":
            read = _ForReviews().read(value, inside)
        else:
            read = DatedKind(_UnlessKind()).read(value, inside)
        good &= read is not BAD
        made["for_reviews" if key.text == "for" else key.text] = read
    return made if good else None


class _ForReviews(ScalarKind):
    wanted = "a number of reviews such as 3 reviews"

    def parse(self, node: Scalar, at: At) -> int:
        match = _FOR.fullmatch(node.text)
        if match is None or int(match[1]) < 1:
            raise NotRead(f"`{node.text}` is not {self.wanted}", "3 reviews")
        return int(match[1])


def _among(node: Node, at: At) -> Any:
    line = node.span.line
    if isinstance(node, source.Mapping):
        found = read_condition(node, at)
        return (
            BAD
            if found is BAD
            else c.Among(kind="condition", condition=found, path=at.path, line=line)
        )
    if isinstance(node, Scalar) and node.text in c.AMONG_WORDS:
        return c.Among(kind=node.text, path=at.path, line=line)  # type: ignore[arg-type]
    if isinstance(node, Scalar) and (close := nearest(node.text, c.AMONG_WORDS, 0.8)):
        return at.refuse(
            "RUL004", f"`{node.text}` is not known here", node, f"did you mean `{close}`?"
        )
    index = IndexName().read(node, at)
    return BAD if index is BAD else c.Among(kind="index", index=index, path=at.path, line=line)


class _UnlessKind(Kind):
    """A flag, a condition, or a list of them."""

    def read(self, node: Node, at: At) -> Any:
        items = node.items if isinstance(node, Sequence) else (node,)
        flags: list[Any] = []
        found: list[Any] = []
        for index, item in enumerate(items):
            inside = at.item(index) if isinstance(node, Sequence) else at
            if isinstance(item, Scalar):
                flags.append(Word(c.FLAGS).read(item, inside))
            else:
                found.append(read_condition(item, inside))
        if any(item is BAD for item in (*flags, *found)):
            return BAD
        if not items:
            return at.refuse("RUL011", "has no items", node, "name a flag or a condition")
        return c.Unless(
            flags=tuple(flags), conditions=tuple(found), path=at.path, line=node.span.line
        )

    def schema(self) -> Schema:
        one: Schema = {"anyOf": [{"enum": list(c.FLAGS)}, {"$ref": "#/$defs/Condition"}]}
        return {"anyOf": [one, {"type": "array", "items": one}]}
