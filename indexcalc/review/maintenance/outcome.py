"""What one day between reviews decides: who leaves, who enters, who did not pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct, field

from indexcalc.methodology.model.in_force import turned_off
from indexcalc.methodology.reading.block import Block, Item
from indexcalc.methodology.values.dated import Dated, breakpoints, segments
from indexcalc.methodology.values.values import UNKNOWN, Duration

KINDS = ("fast_entry", "demerger", "deletion", "transfer", "committee")
NAN = float("nan")


class Move(Struct, frozen=True, gc=False):
    """One line that leaves or enters, and why; ``kind`` of ``KINDS``.

    ``replace_from`` (a leaver), ``replaces`` and ``leaver`` (an entrant): words of the rule.
    ``if_below``: it is replaced only where fewer members remain.  ``best``: of a fast exit, the names
    that may replace, best first.
    """

    code: int
    kind: str
    text: str
    path: str
    line: int
    observed: float = NAN
    threshold: float = NAN
    replace_from: str = "none"
    replaces: str = "none"
    leaver: str = "none"
    if_below: int | None = None
    unless: Duration | None = None
    successor: int = -1
    best: tuple[int, ...] = ()


class Outcome(Struct):
    """By code: ``leaving`` and ``entering``; ``failed``: tested and neither.  ``tested``: the last
    day whose data a test of the day used."""

    leaving: dict[int, Move] = field(default_factory=dict)
    entering: dict[int, Move] = field(default_factory=dict)
    failed: dict[int, Move] = field(default_factory=dict)
    tested: int | None = None
    done: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The first of ``KINDS`` among what was done; '' where nothing was."""
        return next((kind for kind in KINDS if kind in self.done), "")


B = TypeVar("B", bound=Block)


def in_turn(dated: Dated[tuple[B, ...]]) -> Iterator[tuple[B, dt.date, dt.date | None]]:
    """(item, begin, stop) for each stretch of dates in which the values of an item are the same.

    What an item makes counts if its effective date lies in ``begin .. stop`` (``stop`` is out).  Where
    one of its terms is not known yet it does not hold, as a list that begins later.
    """
    inner: list[Dated[object] | None] = [dated]
    for items in dated.values:
        for item in items:
            inner += [value for value in _values(item) if isinstance(value, Dated)]
    for begin, stop in segments(breakpoints(inner)):
        for item in dated.get(begin, ()):
            if not (turned_off(item, begin) or not_known(item, begin)):
                yield item, begin, stop


def counts(item: Block, effective: dt.date, begin: dt.date, stop: dt.date | None) -> bool:
    """Does a date lie in a stretch, and in the item's own ``from``, ``until`` and ``months``?"""
    inside = begin <= effective and (stop is None or effective < stop)
    if isinstance(item, Item):
        return inside and item.in_force(effective, effective.month)
    return inside


def not_known(item: Block, date: dt.date) -> bool:
    """Is one of an item's own values ``unknown`` on a date?  It does not hold then."""
    values = item.__dict__.values()
    return any(isinstance(value, Dated) and value.at(date) is UNKNOWN for value in values)


def _values(block: Block) -> Iterator[object]:
    for value in block.__dict__.values():
        yield value
        if isinstance(value, Block):
            yield from _values(value)
