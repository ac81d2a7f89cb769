"""What of a rule is in force on a date: items, what ``none`` turns off, what is not known."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from indexcalc.methodology.model.methodology import RuleKeys
from indexcalc.methodology.model.universe_and_measures import Measure
from indexcalc.methodology.model.weighting import OF_ALL_CAPS, Weighting
from indexcalc.methodology.reading.block import Block, Item
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.values import NONE, UNKNOWN, ByStatus, Special

I = TypeVar("I", bound=Block)  # noqa: E741


def items_in_force(
    items: Dated[tuple[I, ...]], effective_date: dt.date, month: int | None = None
) -> tuple[I, ...]:
    """The steps, caps, checks, entries or deletions in force on a date, in order.

    ``month`` is that of the review's schedule (None: items of all months).  Left out are items
    outside their ``from``, ``until`` and ``months``, and those a ``none`` turns off.  Where the
    list itself is ``none`` it is empty; where it is ``unknown`` too: ask ``unknown_paths``.
    """
    value = items.at(effective_date)
    if isinstance(value, Special):
        return ()
    return tuple(
        item
        for item in value
        if not (isinstance(item, Item) and not item.in_force(effective_date, month))
        and not turned_off(item, effective_date)
    )


def cap_windows(
    weighting: Weighting, on: dt.date, month: int | None = None
) -> dict[str, Dated[Measure]]:
    """The windows caps look at on a date: of measured caps by path, of all caps by ``OF_ALL_CAPS``."""
    windows = {} if weighting.measured is None else {OF_ALL_CAPS: weighting.measured}
    for cap in items_in_force(weighting.caps, on, month):
        if cap.measured is not None:
            windows[cap.path] = cap.measured
    return windows


def cap_measures(weighting: Weighting, on: dt.date, month: int | None = None) -> dict[str, str]:
    """The measures caps rank by on a date, by the cap's path."""
    return {
        cap.path: by
        for cap in items_in_force(weighting.caps, on, month)
        if (by := value_on(cap.by, on)) is not None
    }


def turned_off(block: Block, effective_date: dt.date) -> bool:
    """Does a ``none`` among a block's own values turn it off on a date?

    A value by status turns it off when both are ``none``.  A ``none`` in a block inside (the
    ``to`` of a ``fill``) counts, one in a list inside (a step of a selection) does not: that is
    its own carrier.
    """
    for value in block.__dict__.values():
        if isinstance(value, Dated):
            inner = value.at(effective_date)
            if inner is NONE or (
                isinstance(inner, ByStatus) and inner.existing is NONE and inner.new is NONE
            ):
                return True
        elif isinstance(value, Block) and turned_off(value, effective_date):
            return True
    return False


def unknown_paths(block: Block, effective_date: dt.date) -> tuple[str, ...]:
    """The rule paths below a block whose value is not known on a date; a decision that needs one
    of them is refused."""
    paths: list[str] = []
    _search(block, effective_date, "" if isinstance(block, RuleKeys) else block.path, paths)
    return tuple(dict.fromkeys(paths))


def _search(value: object, date: dt.date, path: str, paths: list[str]) -> None:
    if isinstance(value, Dated):
        part = value.at(date)
        if part is UNKNOWN:
            paths.append(path)
        else:
            _search(part, date, path, paths)
    elif isinstance(value, ByStatus):
        _search(value.existing, date, path, paths)
        _search(value.new, date, path, paths)
    elif isinstance(value, tuple):
        for item in value:
            _search(item, date, path, paths)
    elif isinstance(value, dict):
        for name, item in value.items():
            _search(item, date, f"{path}.{name}", paths)
    elif isinstance(value, Block) and not (isinstance(value, Item) and not value.in_force(date)):
        names = {spec.attribute: name for name, spec in value.language_keys.items()}
        path = "" if isinstance(value, RuleKeys) else value.path
        for attribute, inner in value.__dict__.items():
            if isinstance(inner, Dated | Block | tuple | dict):
                word = names.get(attribute, "")
                _search(inner, date, f"{path}.{word}" if path and word else path or word, paths)
