"""Rules for what happens between reviews, under each of their dated values in turn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TypeVar

from indexcalc.methodology.model.in_force import turned_off
from indexcalc.methodology.reading.block import Block, Item
from indexcalc.methodology.values.dated import Dated, breakpoints, segments
from indexcalc.methodology.values.values import Special

B = TypeVar("B", bound=Block)


def in_turn(dated: Dated[tuple[B, ...]]) -> Iterator[tuple[B, dt.date, dt.date | None]]:
    """(item, begin, stop) for each stretch of dates in which the values of an item are the same.

    What an item makes counts if its effective date lies in ``begin .. stop`` (``stop`` is out).
    """
    inner: list[Dated[object] | None] = [dated]
    for items in dated.values:
        for item in items:
            inner += [value for value in _values(item) if isinstance(value, Dated)]
    for begin, stop in segments(breakpoints(inner)):
        held = dated.at(begin)
        for item in () if isinstance(held, Special) else held:
            if not turned_off(item, begin):
                yield item, begin, stop


def counts(item: Block, effective: dt.date, begin: dt.date, stop: dt.date | None) -> bool:
    """Does a date lie in a stretch, and in the item's own ``from``, ``until`` and ``months``?"""
    inside = begin <= effective and (stop is None or effective < stop)
    if isinstance(item, Item):
        return inside and item.in_force(effective, effective.month)
    return inside


def said(dated: Dated[object] | None, date: dt.date) -> object | None:
    """A dated value on a date; None where it is not said, off or not known."""
    if dated is None:
        return None
    value = dated.at(date)
    return None if isinstance(value, Special) else value


def _values(block: Block) -> Iterator[object]:
    for value in block.__dict__.values():
        yield value
        if isinstance(value, Block):
            yield from _values(value)
