"""Reads the tests of a field, with their modifiers, from nodes."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.model.condition_kinds import read_condition
from indexcalc.methodology.model.value_kinds import (
    ANY_VALUE,
    LIMIT,
    LISTED,
    SHARE,
    SHARE_FIELDS,
    WITHIN,
    CoverageKind,
    IndexName,
    LabelKind,
    RankKind,
    ShareOrAtRank,
    SymbolLabel,
)
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.containers import (
    ByStatusKind,
    DatedKind,
    ListOf,
    by_status,
    is_dated,
    read_dates,
    special_word,
)
from indexcalc.methodology.reading.kinds import ShareKind, Word
from indexcalc.methodology.reading.reader import (
    BAD,
    At,
    Kind,
    ScalarKind,
    Schema,
    did_you_mean,
    nearest,
    wrong_shape,
)
from indexcalc.methodology.reading.yaml import Node, Scalar, Sequence
from indexcalc.methodology.values.dated import BEGINNING, Dated
from indexcalc.methodology.values.values import NONE, UNKNOWN, UnreadableText

_FOR = re.compile(r"(\d{1,3}) reviews?", re.ASCII)
_MODIFIERS: Final = ("among", "within", "for", "unless")
_COMPARES: Final = ("min", "max", "above", "below")
_LISTS: Final = ("in", "not_in", "none_of")
_RANK_KEYS: Final = ("max", "beyond", "from", "to")
_COVERAGE_KEYS: Final = ("reach", "max", "below", "above", "nearest", "from", "to")
_TEST_KEYS: Final = (*_COMPARES, *_LISTS, "rank", "coverage", "share", *_MODIFIERS)
_ROUNDINGS: Final = ("floor", "ceil", "half_up")


class FieldTests(Kind, eq=False):
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
        if beside is None or any(part is BAD for part in read):
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
        test = _block_test(word, node, at, common)
        return BAD if test is BAD else Dated.constant(test)

    def _dated_block(self, word: str, node: Node, at: At, common: dict[str, Any]) -> Any:
        entries: list[tuple[dt.date, Any]] = []
        parts = read_dates(node, at)
        for date, key, value in parts or ():
            special = special_word(value, own_none=False)
            value_read = (
                special if special is not None else _block_test(word, value, at.on(key), common)
            )
            entries.append((date, value_read))
        if parts is None or any(value_read is BAD for _, value_read in entries):
            return BAD
        return Dated(tuple(entries))

    def _threshold(self, node: Node, at: At, *, equals: bool) -> Any:
        inner: Kind = ANY_VALUE if equals else LIMIT
        if self.field == "listed_for":
            inner = LISTED
        elif self.field in SHARE_FIELDS:
            inner = ShareOrAtRank()
        elif self.field == "symbol" and equals:
            inner = SymbolLabel()
        return DatedKind(ByStatusKind(inner)).read(node, at)


def _is_dated_block(node: Node) -> bool:
    """Is it a dated value of whole rank, coverage or share blocks?"""
    return (
        isinstance(node, source.Mapping)
        and is_dated(node)
        and any(isinstance(v, source.Mapping) and not by_status(v) for _, v in node.entries)
    )


def _together(read: list[Dated[Any]]) -> Dated[Any]:
    """Dated tests of several keys as one dated tuple; a test that is off is left out."""
    dates = sorted({date for dated in read for date in dated.dates} | {BEGINNING})
    entries: list[tuple[dt.date, Any]] = []
    for date in dates:
        values = [dated.at(date) for dated in read]
        entries.append(
            (
                date,
                UNKNOWN
                if any(test is UNKNOWN for test in values)
                else tuple(test for test in values if test is not NONE),
            )
        )
    return Dated(tuple(entries))


def _block_test(word: str, node: Node, at: At, common: dict[str, Any]) -> Any:
    """A rank, coverage or share test from a value, a value by status or its own mapping."""
    threshold = _BOUNDS[word]
    short = {"rank": "max", "coverage": "reach"}.get(word)
    fields: dict[str, Any] = dict(common)
    if not isinstance(node, source.Mapping) or by_status(node) or is_dated(node):
        if short is None:
            return wrong_shape(node, at, "a mapping of min, max, above or below")
        value = threshold.read(node, at)
        if value is BAD:
            return BAD
        fields[short] = value
        return _TESTS[word](**fields)
    inside = _modifiers(node, at, common)
    good = inside is not None
    fields.update(inside or {})
    own = {"rank": _RANK_KEYS, "coverage": _COVERAGE_KEYS, "share": _COMPARES}[word]
    rounded = ("rounding",) if word != "share" else ()
    capped = {"coverage": ("share_cap",), "rank": ("of_ranks_in",)}.get(word, ())
    for key, value_node in node.entries:
        if key.text in _MODIFIERS:
            continue
        into = at.into(key)
        if key.text in rounded:
            read = Word(_ROUNDINGS).read(value_node, into)
        elif key.text in capped:
            at.reading.uses.add(into.pattern)
            read = (WITHIN if word == "rank" else _SHARE_CAP).read(value_node, into)
        elif key.text in own:
            at.reading.uses.add(into.pattern)
            read = threshold.read(value_node, into)
        else:
            read = at.refuse(
                "RUL001",
                f"the key `{key.text}` is not known here",
                key.span,
                did_you_mean(
                    key.text, (*own, *rounded, *capped, *_MODIFIERS), otherwise="known here: "
                ),
            )
        good &= read is not BAD
        fields["from_" if key.text == "from" else key.text] = read
    if not any(name.text in own for name, _ in node.entries):
        at.refuse(
            "RUL002",
            f"the {word} says no bound",
            at.key and at.key.span,
            "one of: " + ", ".join(own),
        )
        return BAD
    return _TESTS[word](**fields) if good else BAD


_SHARE_CAP: Final = DatedKind(ShareKind(positive=True))
_BOUNDS: Final = {
    "rank": DatedKind(ByStatusKind(RankKind())),
    "coverage": DatedKind(ByStatusKind(CoverageKind())),
    "share": DatedKind(ByStatusKind(SHARE)),
}
_TESTS: Final[dict[str, Any]] = {"rank": c.Rank, "coverage": c.Coverage, "share": c.ShareOf}


def _modifiers(node: source.Mapping, at: At, outer: dict[str, Any]) -> dict[str, Any] | None:
    """``among``, ``within``, ``for`` and ``unless`` of a mapping over those of the outer place."""
    words = ("among", "within", "for_reviews", "unless")
    modifiers: dict[str, Any] = {name: outer[name] for name in words if name in outer}
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
        modifiers["for_reviews" if key.text == "for" else key.text] = read
    return modifiers if good else None


class _ForReviews(ScalarKind):
    wanted = "a number of reviews such as 3 reviews"

    def parse(self, node: Scalar, at: At) -> int:
        match = _FOR.fullmatch(node.text)
        if match is None or int(match[1]) < 1:
            raise UnreadableText(f"`{node.text}` is not {self.wanted}", "3 reviews")
        return int(match[1])


def _among(node: Node, at: At) -> Any:
    line = node.span.line
    if isinstance(node, source.Mapping):
        inner = read_condition(node, at)
        return (
            BAD
            if inner is BAD
            else c.Among(kind="condition", condition=inner, path=at.path, line=line)
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
        words: list[Any] = []
        for index, item in enumerate(items):
            inside = at.item(index) if isinstance(node, Sequence) else at
            if isinstance(item, Scalar):
                flags.append(Word(c.FLAGS).read(item, inside))
            else:
                words.append(read_condition(item, inside))
        if any(item is BAD for item in (*flags, *words)):
            return BAD
        if not items:
            return at.refuse("RUL011", "has no items", node, "name a flag or a condition")
        return c.Unless(
            flags=tuple(flags), conditions=tuple(words), path=at.path, line=node.span.line
        )

    def schema(self) -> Schema:
        item: Schema = {"anyOf": [{"enum": list(c.FLAGS)}, {"$ref": "#/$defs/Condition"}]}
        return {"anyOf": [item, {"type": "array", "items": item}]}
