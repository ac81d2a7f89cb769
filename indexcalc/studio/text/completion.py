"""What may stand at a place of a rule, and what it means: words for the editor from the JSON Schema.

A text that is being typed rarely reads, so the place is found from the lines above: by their indentation,
and inside braces by the brackets that are open.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from indexcalc.methodology.describe.json_schema import json_schema

_KEY: Final = re.compile(r"^(\s*)((?:- +)*)(?:([\w.-]+|\"[^\"]*\")\s*:(?:\s+|$))?(.*)$")
_WORD: Final = re.compile(r"[\w.-]*")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
MOST: Final = 80
_FAR: Final = 2_000
"""Lines above the cursor that are looked at."""


class Place(Struct, frozen=True):
    """Where the cursor is: the keys above it (an item of a list is ``[]``), whether a ``key`` is being
    written there or a ``value``, and the beginning of the word."""

    path: tuple[str, ...]
    kind: str
    word: str


class Offer(Struct, frozen=True):
    """A word that may stand at a place: ``apply`` is what is put in."""

    label: str
    apply: str
    info: str
    kind: str


def place_at(text: str) -> Place:
    """The place of a cursor that stands at the end of ``text``."""
    lines = text.split("\n")[-_FAR:]
    last = lines[-1]
    # Backwards from the cursor: a search for the end would try every place of a long line.
    found = _WORD.match(last[::-1])
    word = found[0][::-1] if found else ""
    _, path, rest = _line(last)
    above = _above(lines[:-1], last)
    brackets = _open_brackets(lines)
    if brackets is not None:
        return Place(*brackets, word)
    if rest is None:
        return Place((*above, *path), "key", word)
    return Place((*above, *path), "value", word)


def offers(place: Place) -> list[Offer]:
    """What may stand at a place, in the order of the schema, those that begin with the word first."""
    found: dict[str, Offer] = {}
    for node in _nodes_at(place.path):
        if place.kind == "key":
            for name, below in node.get("properties", {}).items():
                info = str(below.get("description", ""))
                found.setdefault(name, Offer(name, f"{name}: ", info, "property"))
        # Where a key is written, a word alone is one only as an item of a list.
        for word in (
            node.get("enum", ()) if place.kind == "value" or place.path[-1:] == ("[]",) else ()
        ):
            said = str(word)
            found.setdefault(said, Offer(said, said, "", "constant"))
    listed = sorted(found.values(), key=lambda item: not item.label.startswith(place.word))
    return listed[:MOST]


def help_of(path: str) -> str:
    """What the key at the end of a rule path means; '' where nothing is said of it."""
    names = tuple(
        "[]" if step.startswith("[") else step for step in re.findall(r"\[\d+\]|[^.\[\]]+", path)
    )
    while names and (names[-1] == "[]" or _DATE.fullmatch(names[-1])):
        names = names[:-1]
    if not names:
        return ""
    for node in _nodes_at(names[:-1]):
        below = node.get("properties", {}).get(names[-1])
        if below is not None and below.get("description"):
            return str(below["description"])
    return ""


# --- the place ------------------------------------------------------------------------------------


def _line(line: str) -> tuple[int, tuple[str, ...], str | None]:
    """Indentation of a line, its items and key, and what follows the key (None: there is no key)."""
    found = _KEY.match(line)
    if found is None:
        return 0, (), None
    dashes = found[2]
    path = ("[]",) * dashes.count("-")
    if found[3] is None:
        return len(found[1]) + len(dashes), path, None
    return len(found[1]) + len(dashes), (*path, found[3].strip('"')), found[4]


def _above(lines: list[str], line: str) -> tuple[str, ...]:
    """The keys above a line, outermost first."""
    path: list[str] = []
    limit, item = len(line) - len(line.lstrip(" ")), line.lstrip().startswith("- ")
    for above in reversed(lines):
        bare = above.strip()
        if not bare or bare.startswith("#"):
            continue
        column = len(above) - len(above.lstrip(" "))
        own, keys, rest = _line(above)
        dashes = tuple(key for key in keys if key == "[]")
        # A list may stand as far left as the key that holds it.
        if (own < limit or (item and own == limit and not dashes)) and keys[len(dashes) :]:
            # A key whose value began on its own line holds no block below.
            holds = rest is not None and not rest.split("#")[0].strip()
            path[:0] = keys if holds else dashes
            limit, item = column, bool(dashes)
        elif dashes and column < limit:
            path[:0] = dashes
            limit, item = column, True
        if limit <= 0 and not item:
            break
    return tuple(path)


def _open_brackets(lines: list[str]) -> tuple[tuple[str, ...], str] | None:
    """Path and kind of a cursor inside open brackets; None where none is open."""
    first = next(
        (
            at
            for at in range(len(lines) - 1, -1, -1)
            if lines[at].strip() and not lines[at].lstrip().startswith("#") and _begins(lines, at)
        ),
        len(lines) - 1,
    )
    start = lines[first]
    _, path, rest = _line(start)
    if rest is None:
        found = _KEY.match(start)
        rest = found[4] if found is not None else start
    text = "\n".join([rest, *lines[first + 1 :]])
    stack = _stack(text)
    if not stack:
        return None
    outer = (*_above(lines[:first], start), *path)
    inner: list[str] = []
    for number, (opened, key) in enumerate(stack):
        if opened == "[":
            inner.append("[]")
        elif key and number < len(stack) - 1:
            inner.append(key)
    opened, key = stack[-1]
    if opened == "{" and key:
        return (*outer, *inner, key), "value"
    return (*outer, *inner), "key" if opened == "{" else "value"


def _begins(lines: list[str], at: int) -> bool:
    """Does a block's line begin here: is no bracket open from a line before it?"""
    found = _KEY.match(lines[at])
    if found is None or (found[3] is None and not found[2]):
        return False
    column = len(found[1])
    return at == 0 or column == 0 or not lines[at].lstrip().startswith(("{", "[", "}", "]"))


def _stack(text: str) -> list[tuple[str, str]]:
    """The brackets open at the end of a text, each with the key whose value is being written in it."""
    stack: list[tuple[str, str]] = []
    word, quote, comment = "", "", False
    before = ""
    for sign in text:
        if comment:
            comment = sign != "\n"
        elif quote:
            if sign == quote:
                quote = ""
            else:
                word += sign
        elif sign in "'\"" and not word.strip():
            quote, word = sign, ""
        elif sign == "#" and before in " \n":
            comment = True
        elif sign in "[{":
            stack.append((sign, ""))
            word = ""
        elif sign in "]}":
            if stack:
                stack.pop()
            word = ""
        elif sign == "," and stack:
            stack[-1] = (stack[-1][0], "")
            word = ""
        elif sign == ":" and stack and stack[-1][0] == "{":
            stack[-1] = ("{", word.strip())
            word = ""
        else:
            word += sign
        before = sign
    return stack


# --- the schema -----------------------------------------------------------------------------------


@functools.cache
def _schema() -> Mapping[str, Any]:
    return json_schema()


@functools.lru_cache(maxsize=4_096)
def _nodes_at(path: tuple[str, ...]) -> tuple[Mapping[str, Any], ...]:
    """The schemas that may hold at a path."""
    nodes = list(_alternatives(_schema(), 0))
    for step in path:
        below = [found for node in nodes for found in _into(node, step)]
        nodes = [found for node in below for found in _alternatives(node, 0)]
    return tuple(nodes)


def _into(node: Mapping[str, Any], step: str) -> Iterator[Mapping[str, Any]]:
    if step == "[]":
        items = node.get("items")
        if isinstance(items, dict):
            yield items
        return
    properties = node.get("properties", {})
    if step in properties:
        yield properties[step]
        return
    for pattern, below in node.get("patternProperties", {}).items():
        if re.search(pattern, step):
            yield below
            return
    more = node.get("additionalProperties")
    if isinstance(more, dict):
        yield more


def _alternatives(node: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    """A schema with its references followed and its alternatives apart."""
    if depth > 12:
        return
    reference = node.get("$ref")
    if isinstance(reference, str):
        yield from _alternatives(_schema()["$defs"][reference.rsplit("/", 1)[-1]], depth + 1)
        return
    for word in ("anyOf", "oneOf"):
        for one in node.get(word, ()):
            # `oneOf` of blocks only says which keys exclude each other.
            if isinstance(one, dict) and ("required" not in one or "properties" in one):
                yield from _alternatives(one, depth + 1)
    yield node
