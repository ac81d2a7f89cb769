"""Checks the tests of conditions: those no name can meet, those all meet, buffers that cross."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, Final

from msgspec import Struct

from indexcalc.methodology.check.findings_in_place import Checking, both, since
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.model.in_force import items_in_force
from indexcalc.methodology.model.selection import Step
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import (
    Duration,
    Label,
    MeasureAtRank,
    Number,
    PercentOf,
    RankPoints,
    Share,
    Special,
)

_DAYS: Final = {"months": 30, "calendar months": 30, "years": 365, "days": 1}
STATUSES: Final = ("existing", "new")
_LOWER: Final = {"min": False, "above": True, "from": False, "beyond": True}
_UPPER: Final = {"max": False, "below": True, "to": False}
_WHOLE: Final = Fraction(1)


class Edge(Struct, frozen=True):
    """One bound of a test for one status: what it says, whether the value itself is outside, where."""

    value: Any
    strict: bool
    path: str
    word: str


def check_conditions(checking: Checking) -> None:
    """RUL101 (never true), RUL102 (always true), RUL103 (buffers cross)."""
    rule = checking.rule
    for part in (rule.universe, rule.eligibility, rule.selection, rule.maintenance):
        for block in checking.blocks(part):
            if isinstance(block, c.Field):
                for on in checking.change_dates(block):
                    tests = block.tests.at(on)
                    if not isinstance(tests, Special):
                        _check_field(checking, block, tests, on)
    if rule.selection is not None:
        for on in checking.change_dates(rule.selection):
            _check_steps(checking, items_in_force(rule.selection.steps, on), on)


def _check_field(
    checking: Checking, field: c.Field, tests: Iterable[c.AnyTest], on: dt.date
) -> None:
    tests = list(tests)
    _check_labels(checking, field, tests, on)
    groups: list[list[tuple[str, str, c.Threshold | None]]] = [
        [(test.op, test.path, test.value) for test in tests if isinstance(test, c.Compare)]
    ]
    for test in tests:
        if not isinstance(test, c.Compare | c.OneOf):
            groups.append(list(_bounds_of(test)))
        _check_buffer(checking, test, on)
    for group in groups:
        _check_interval(checking, group, on)
    for test in tests:
        if isinstance(test, c.Coverage):
            _coverage(checking, test, on)
        if isinstance(test, c.Coverage | c.ShareOf):
            above = both(value_on(test.above, on))
            if all(isinstance(bound, Share) and bound.exact >= 1 for bound in above):
                _never(checking, "no share is above 100 %", f"{test.path}.above", on)
    if field.name in c.GROUP_COUNTS:
        for test in tests:
            if isinstance(test, c.Compare) and test.op == "below":
                values = both(value_on(test.value, on))
                if all(isinstance(bound, Number) and bound.exact <= 0 for bound in values):
                    _never(checking, "a count is never below 0", test.path, on)


def _never(checking: Checking, why: str, path: str, on: dt.date, severity: Any = None) -> None:
    checking.say(
        "RUL101",
        f"never true: {why}{since(on)}",
        path,
        on=on,
        hint="correct one of the two" if " and " in why else "correct or remove it",
        severity=severity,
    )


def _bounds_of(test: c.AnyTest) -> Iterator[tuple[str, str, c.Threshold | None]]:
    """The bounds of a rank, coverage or share test by word, with their rule paths."""
    if isinstance(test, c.Compare | c.OneOf):
        return
    for word in ("min", "max", "above", "below", "beyond", "from", "to"):
        yield word, f"{test.path}.{word}", getattr(test, {"from": "from_"}.get(word, word), None)


def _check_interval(
    checking: Checking, bounds: list[tuple[str, str, c.Threshold | None]], on: dt.date
) -> None:
    """Is there any value between the lower and the upper bounds, for either status?"""
    empty: list[tuple[str, Edge, Edge]] = []
    for index, status in enumerate(STATUSES):
        lower: list[Edge] = []
        upper: list[Edge] = []
        for word, path, threshold in bounds:
            value = both(value_on(threshold, on))[index]
            if value is None:
                continue
            if word == "equals" or word in _LOWER:
                lower.append(Edge(value, _LOWER.get(word, False), path, word))
            if word == "equals" or word in _UPPER:
                upper.append(Edge(value, _UPPER.get(word, False), path, word))
        clash = next(((lo, hi) for lo in lower for hi in upper if _empty(lo, hi)), None)
        if clash is not None:
            empty.append((status, *clash))
    if not empty:
        return
    status, low, high = empty[0]
    later = high if low.path in [path for _, path, _ in bounds] else low
    of_whom = f" for {status} names" if len(empty) == 1 else ""
    _never(
        checking,
        f"`{low.word}: {low.value}` and `{high.word}: {high.value}` leave nothing{of_whom}",
        later.path,
        on,
        severity="warning" if of_whom else None,
    )


def _empty(low: Edge, high: Edge) -> bool:
    if low.path == high.path:
        return False
    order = compare(low.value, high.value)
    return order is not None and (order > 0 or (order == 0 and (low.strict or high.strict)))


def compare(first: Any, second: Any) -> int | None:
    """-1, 0 or 1 for two values of one kind; None where only data can tell."""
    a, b = _ordinal(first), _ordinal(second)
    if a is None or b is None or a[0] != b[0]:
        return None
    return (a[1] > b[1]) - (a[1] < b[1])


def _ordinal(value: Any) -> tuple[Any, Fraction] | None:
    if isinstance(value, Number | Share):
        # A rank of 50 and one of 85 % are not comparable, 0.5 and 50 % are.
        return (isinstance(value, Share) or value.exact < 1), value.exact
    if isinstance(value, PercentOf):
        return value.of, value.share
    if isinstance(value, Duration):
        days = _DAYS.get(value.unit)
        return (
            ("sessions", Fraction(value.n)) if days is None else ("days", Fraction(value.n * days))
        )
    if isinstance(value, RankPoints):
        return ("rank", value.rank.exact), value.points
    if isinstance(value, MeasureAtRank):
        return (value.measure, str(value.rank), str(value.share_cap)), value.share
    return None


def _coverage(checking: Checking, test: c.Coverage, on: dt.date) -> None:
    """``from .. to`` of coverage leaves out its end: equal ends hold nobody."""
    first, last = both(value_on(test.from_, on)), both(value_on(test.to, on))
    same = [a is not None and compare(a, b) == 0 for a, b in zip(first, last, strict=True)]
    if all(same):
        _never(checking, f"`from` and `to` are both {first[0]}", f"{test.path}.to", on)


def _check_labels(
    checking: Checking, field: c.Field, tests: Iterable[c.AnyTest], on: dt.date
) -> None:
    allowed: set[str] | None = None
    excluded: set[str] = set()
    last = ""
    for test in tests:
        if isinstance(test, c.OneOf):
            labels = value_on(test.labels, on)
            if labels is None:
                continue
            words = {label.text for label in labels}
            if test.op == "in":
                if not words:
                    _never(checking, "the list is empty", test.path, on)
                    return
                allowed = words if allowed is None else allowed & words
            elif not words:
                checking.say(
                    "RUL102",
                    f"the list is empty{since(on)}: nothing is excluded",
                    test.path,
                    on=on,
                    hint="name what to exclude, or write `none` to turn it off",
                )
            else:
                excluded |= words
            last = test.path
        elif isinstance(test, c.Compare) and test.op == "equals":
            value = both(value_on(test.value, on))
            if value[0] == value[1] and isinstance(value[0], Label):
                words = {value[0].text}
                allowed = words if allowed is None else allowed & words
                last = test.path
    # A line may have several designations at once.
    if field.name != "designation" and allowed is not None and allowed <= excluded:
        _never(checking, "`in` and `not_in` leave no label", last, on)


# --- buffers --------------------------------------------------------------------------------------


def _check_buffer(checking: Checking, test: c.AnyTest, on: dt.date) -> None:
    """RUL103 within one test: ``{existing: 90, new: 110}``."""
    if isinstance(test, c.OneOf):
        return
    bounds: list[tuple[str, str, c.Threshold]]
    if isinstance(test, c.Compare):
        bounds = [(test.op, test.path, test.value)]
    else:
        bounds = [(w, p, t) for w, p, t in _bounds_of(test) if t is not None]
        for word in ("reach", "nearest"):
            if (threshold := getattr(test, word, None)) is not None:
                bounds.append((word, f"{test.path}.{word}", threshold))
        if any(word in ("from", "beyond") for word, _, _ in bounds):
            return  # a band of the middle: neither end is the better one
    for word, path, threshold in bounds:
        existing, new = both(value_on(threshold, on))
        if existing is None or new is None or word == "equals":
            continue
        order = compare(existing, new)
        tighter = order == (1 if word in ("min", "above") else -1)
        if order and tighter:
            # What a plain number measures may be better small or large; a rank is plain.
            plain = isinstance(test, c.Compare)
            words = f"{existing} to stay, {new} to enter"
            _cross(checking, words, f"{path}.existing", on, plain)


def _cross(checking: Checking, what: str, path: str, on: dt.date, plain: bool = False) -> None:
    checking.say(
        "RUL103",
        f"{what}{since(on)}: it is harder to stay than to enter",
        path,
        on=on,
        hint="exchange the two",
        severity="warning" if plain else None,
    )


def _check_steps(checking: Checking, steps: Iterable[Step], on: dt.date) -> None:
    """RUL103 across steps: a ``select`` of existing names beside one of new; ``replace``."""
    stays: dict[Any, Any] = {}
    enters: dict[Any, tuple[Any, str]] = {}
    for step in steps:
        if step.select is not None:
            condition = value_on(step.select, on)
            status = _status(condition)
            for key, value, path in _lines(condition, on):
                if status == "existing":
                    stays.setdefault((key, step.months), value)
                elif status == "new":
                    enters.setdefault((key, step.months), (value, path))
        elif step.replace is not None:
            _check_replace(checking, step, on)
    for key, (value, path) in enters.items():
        if key in stays and compare(stays[key], value) == -1:
            _cross(checking, f"{stays[key]} to stay, {value} to enter", path, on)


def _status(condition: c.Condition | None) -> str:
    parts = () if condition is None else condition.parts
    return next((part.status for part in parts if isinstance(part, c.Status)), "")


def _lines(condition: c.Condition | None, on: dt.date) -> Iterator[tuple[Any, Any, str]]:
    """(field and test, the threshold up to which it holds, its path) of ranks and coverages."""
    for part in () if condition is None else condition.parts:
        tests = value_on(part.tests, on) if isinstance(part, c.Field) else ()
        for test in tests or ():
            word = {"Rank": "max", "Coverage": "reach"}.get(type(test).__name__)
            threshold = value_on(getattr(test, word), on) if word else None
            existing, new = both(threshold)
            if existing is not None and existing == new and isinstance(part, c.Field):
                key = (part.name, type(test), test.among, value_on(test.within, on))
                yield key, existing, f"{test.path}.{word}"


def _check_replace(checking: Checking, step: Step, on: dt.date) -> None:
    assert step.replace is not None
    ins = {key: value for key, value, _ in _lines(value_on(step.replace.in_, on), on)}
    for part in (value_on(step.replace.out, on) or c.AllOf(parts=())).parts:
        tests = value_on(part.tests, on) if isinstance(part, c.Field) else ()
        for test in tests or ():
            if not isinstance(test, c.Rank) or not isinstance(part, c.Field):
                continue
            beyond = both(value_on(test.beyond, on))[0]
            key = (part.name, c.Rank, test.among, value_on(test.within, on))
            if beyond is not None and compare(beyond, ins.get(key)) == -1:
                _cross(
                    checking,
                    f"names beyond rank {beyond} go out, names up to {ins[key]} come in",
                    f"{test.path}.beyond",
                    on,
                )
