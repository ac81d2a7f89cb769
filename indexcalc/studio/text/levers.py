"""Levers of a rule: its caps, counts, ranks, buffers, thresholds, windows and days as values to drag.

They are made from what the rule says, whatever it says: a single value in its own file, in force on a
day, whose kind has an order.  Moving one gives other values at its rule paths, nothing else.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, Literal

from msgspec import Struct

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.values.values import (
    Duration,
    Number,
    PercentOf,
    Points,
    Share,
    UnreadableText,
    as_value,
)
from indexcalc.studio.text.edits import steps_of

Kind = Literal["cap", "count", "buffer", "threshold", "window", "date"]
KINDS: Final[tuple[Kind, ...]] = ("cap", "count", "buffer", "threshold", "window", "date")

_BLOCKS: Final = (
    "universe",
    "float",
    "review",
    "rebalance",
    "measures",
    "eligibility",
    "selection",
    "weighting",
    "maintenance",
    "overlay",
)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAYS: Final = re.compile(r"(.*?\b)(\d{1,3}) (session|month)s?( (?:before|after)\b.*)")
_COUNTS: Final = re.compile(r"selection\.(?:count|.*\.(?:fill|trim)\.to)(?:\.\d{4}-\d{2}-\d{2})?")
_CONVENTIONS: Final = ("from", "until", "months", "annual_factor", "day_count")
_STEPS: Final = 40
NO_CAP: Final = "none"
CAP_LABELS: Final = tuple(f"{percent}%" for percent in range(1, 41))
"""The caps that are dragged over; behind them comes no cap."""


class Lever(Struct, frozen=True):
    """One value to drag.  ``paths``: every rule path that must say the same (a count and the steps that
    fill and trim to it); ``values``: what it can be moved to, ascending, with ``text`` among them."""

    kind: Kind
    paths: tuple[str, ...]
    text: str
    values: tuple[str, ...]
    line: int
    per: str = ""
    """What a cap is per."""

    @property
    def path(self) -> str:
        """The first path: what the lever is called by."""
        return self.paths[0]

    @property
    def place(self) -> int:
        """Where ``text`` is among ``values``."""
        return self.values.index(self.text)

    def moved(self, value: str) -> dict[str, str]:
        """The changes of rule paths for a value."""
        return {path: value for path in self.paths}


def levers(rule: Methodology, on: dt.date) -> tuple[Lever, ...]:
    """The levers of a rule as in force on ``on``, caps first, then in the order of the file."""
    found: list[Lever] = []
    counts: list[tuple[str, str, int]] = []
    for path, node in in_force(rule, on):
        line = node.span.line
        if _COUNTS.fullmatch(path):
            counts.append((path, node.text, line))
            continue
        lever = _lever(rule, path, node, line)
        if lever is not None:
            found.append(lever)
    for text in dict.fromkeys(text for _, text, _ in counts):
        same = [(path, line) for path, said, line in counts if said == text]
        values = _values(text)
        if values:
            paths = tuple(path for path, _ in same)
            found.append(Lever("count", paths, text, values, same[0][1]))
    return tuple(sorted(found, key=lambda lever: (KINDS.index(lever.kind), lever.line)))


def in_force(rule: Methodology, on: dt.date) -> Iterator[tuple[str, source.Scalar]]:
    """The single values of the rule's own file that hold on a day, with their paths."""
    for block in _BLOCKS:
        node = rule.root.get(block)
        if node is not None:
            yield from _below(node, block, on, rule.path)


def _below(
    node: source.Node, path: str, on: dt.date, file: str
) -> Iterator[tuple[str, source.Scalar]]:
    if isinstance(node, source.Scalar):
        if node.span.path == file:
            yield path, node
    elif isinstance(node, source.Sequence):
        for number, item in enumerate(node.items):
            if _holds(item, on):
                yield from _below(item, f"{path}[{number}]", on, file)
    elif isinstance(node, source.Mapping):
        entries = node.entries
        if entries and all(_DATE.fullmatch(key.text) for key, _ in entries):
            past = [entry for entry in entries if entry[0].text <= on.isoformat()]
            entries = tuple(past[-1:])
        for key, value in entries:
            if key.text not in _CONVENTIONS:
                yield from _below(value, f"{path}.{key.text}", on, file)


def _holds(item: source.Node, on: dt.date) -> bool:
    """Does an item of a list hold on a day, by its ``from`` and ``until``?"""
    if not isinstance(item, source.Mapping):
        return True
    start, stop = item.get("from"), item.get("until")
    day = on.isoformat()
    return not (
        (isinstance(start, source.Scalar) and start.text > day)
        or (isinstance(stop, source.Scalar) and stop.text <= day)
    )


def _lever(rule: Methodology, path: str, node: source.Scalar, line: int) -> Lever | None:
    values = () if node.quoted else _values(node.text)
    if cap := re.match(r"(weighting\.caps(?:\.[\d-]+)?\[\d+\])\.limit(\.|$)", path):
        per = rule.node_of(f"{cap[1]}.per")
        by = per.text if isinstance(per, source.Scalar) else "security"
        if not values:
            return None
        labels = (*_with(node.text, CAP_LABELS), NO_CAP)
        return Lever("cap", (path,), node.text, labels, line, by)
    if not values:
        if days := _DAYS.fullmatch(node.text):
            return Lever("date", (path,), node.text, _days(days), line)
        return None
    return Lever(_kind(path, node.text), (path,), node.text, values, line)


def _kind(path: str, text: str) -> Kind:
    value = as_value(text)
    if isinstance(value, Duration):
        return "window"
    keys = {name for _, name in steps_of(path)}
    if isinstance(value, PercentOf) or keys & {"existing", "new", "beyond"}:
        return "buffer"
    return "threshold"


def _values(text: str) -> tuple[str, ...]:
    """What a value can be moved to, with itself among it; () for a value without an order."""
    try:
        value = as_value(text)
    except UnreadableText:
        return ()
    if isinstance(value, Duration):
        unit = value.unit.removesuffix("s")
        most = max(3 * value.n, value.n + 6)
        step = max(1, most // _STEPS)
        return _with(
            text,
            [
                f"{n} {unit}{'s' * (n != 1)}"
                for n in range(max(step, min(value.n, 2)), most + 1, step)
            ],
        )
    if isinstance(value, PercentOf):
        return _with(text, [f"{n}% of {value.of}" for n in range(50, 151, 5)])
    if isinstance(value, Points):
        return _with(text, [f"{_said(n)} points" for n in _around(value.exact)])
    if isinstance(value, Share) and text.endswith("%"):
        return _with(text, [f"{_said(n)}%" for n in _around(value.exact * 100) if n <= 100])
    if isinstance(value, Number) and value.is_whole and value.exact > 0:
        return _with(text, [str(int(n)) for n in _around(value.exact, whole=True) if n >= 1])
    return ()


def _around(value: Fraction, *, whole: bool = False) -> list[Fraction]:
    """Round numbers from half to twice a value."""
    if value <= 0:
        return [] if whole else [Fraction(n) for n in range(0, 21)]
    size = Fraction(1)
    while size * 10 <= value:
        size *= 10
    while not whole and size > value:
        size /= 10
    raw = Fraction(3, 2) * value / _STEPS
    parts = (Fraction(1, part) for part in (20, 10, 5, 4, 2, 1))
    steps = (size * part for part in parts)
    step = next((step for step in steps if step >= raw), size)
    if whole:
        step = Fraction(max(1, int(step)))
    first, last = int(value / 2 / step), int(2 * value / step)
    return [step * number for number in range(max(first, 0), last + 1)]


def _said(value: Fraction) -> str:
    return f"{float(value):.6g}"


def _days(said: re.Match[str]) -> tuple[str, ...]:
    most = max(2 * int(said[2]), int(said[2]) + 5)
    return _with(
        said[0], [f"{said[1]}{n} {said[3]}{'s' * (n != 1)}{said[4]}" for n in range(1, most + 1)]
    )


def _with(text: str, values: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The values with ``text`` at its place among them, in the order of their numbers."""
    by_number = {_number(value): value for value in values}
    by_number[_number(text)] = text
    return tuple(by_number[number] for number in sorted(by_number))


def _number(text: str) -> float:
    found = re.search(r"-?\d[\d_]*(?:\.\d+)?(?:/\d+)?", text)
    if found is None:
        return 0.0
    scale = 100.0 if "%" not in text and ("/" in found[0] or "." in found[0]) else 1.0
    return float(Fraction(found[0].replace("_", ""))) * scale
