"""The most names a rule can have, by its own words: a bound proved without data, or None."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from indexcalc.methodology.check.findings_in_place import Checking, both
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.model.in_force import items_in_force
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.selection import Selection, Step
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.values import Number, Special

Bound = int | None
"""A largest number of names; None where nothing bounds it."""


def least(*bounds: Bound) -> Bound:
    """The smallest bound."""
    known = [bound for bound in bounds if bound is not None]
    return min(known) if known else None


def total(*bounds: Bound) -> Bound:
    """The bound of a union."""
    known = [bound for bound in bounds if bound is not None]
    return sum(known) if len(known) == len(bounds) else None


def most_members(rule: Methodology, family: Mapping[str, Methodology], on: dt.date) -> Bound:
    """The most names a rule has after a review on a day: its ``count`` where it says one."""
    if rule.selection is None:
        return most_of_universe(rule, family, on)
    if value_on(rule.selection.unit, on) != "security":
        return None  # an issuer may have many lines
    return least(target(rule.selection, on), most_after_steps(rule, family, on))


def target(selection: Selection, on: dt.date) -> Bound:
    """``count`` where it is a number."""
    count = value_on(selection.count, on)
    return int(count) if isinstance(count, Number) else None


def dates_of_counts(checking: Checking) -> list[dt.date]:
    """All days on which the number of names of a rule, or of its parents, may change."""
    parts: list[object] = []
    waiting = [checking.rule]
    while waiting:
        rule = waiting.pop()
        parts += [rule.selection, rule.universe]
        names = rule.universe.of.values if rule.universe.of is not None else ()
        waiting += [checking.family[n] for group in names for n in group if n in checking.family]
    return checking.change_dates(*parts)


def most_of_universe(rule: Methodology, family: Mapping[str, Methodology], on: dt.date) -> Bound:
    """The most names the universe has."""
    where = value_on(rule.universe.where, on)
    most = _most_of_condition(where, on, "all") if where is not None else None
    names = value_on(rule.universe.of, on)
    if names is None:
        return most
    parents = [family.get(name) for name in names]
    sizes = [None if p is None else most_members(p, family, on) for p in parents]
    return least(most, total(*sizes))


def most_after_steps(rule: Methodology, family: Mapping[str, Methodology], on: dt.date) -> Bound:
    """The most names selected when all steps are done."""
    selection = rule.selection
    assert selection is not None
    if value_on(selection.given, on) or isinstance(selection.steps.at(on), Special):
        return None
    universe = most_of_universe(rule, family, on)
    steps = steps_on(selection, on)
    if not steps:
        return universe
    bound: Bound = None if value_on(selection.start, on) != "none" else 0
    for step in steps:
        bound = after_step(step, bound, selection, on)
    return least(bound, universe)


def steps_on(selection: Selection, on: dt.date) -> Sequence[Step]:
    """The steps in force on a day, those of some months too."""
    return items_in_force(selection.steps, on)


def after_step(step: Step, bound: Bound, selection: Selection, on: dt.date) -> Bound:
    """The bound of the selected after one more step; a step of some months takes nobody out."""
    within = value_on(step.within, on) or value_on(selection.within, on)
    if step.select is not None:
        condition = value_on(step.select, on)
        return total(bound, _most_of_condition(condition, on, within or "unknown"))
    if step.fill is not None:
        aim = number(step.fill.to, on)
        counted = aim is not None and step.fill.where is None and step.within is None
        return (max(bound, aim) if bound is not None else None) if counted and aim else None
    trim = step.trim if step.months is None and step.within is None else None
    if trim is not None and trim.where is None:
        return least(bound, number(trim.to, on))
    return bound


def number(dated: Dated[Any], on: dt.date) -> Bound:
    """A number of names; None for a share of a count."""
    value = value_on(dated, on)
    return int(value) if isinstance(value, Number) else None


def _most_of_condition(condition: c.Condition | None, on: dt.date, within: str) -> Bound:
    """The most names that meet a condition, as its ranks and lists of symbols say."""
    if condition is None:
        return None
    return least(*(_most_of_part(part, on, within) for part in condition.parts))


def _most_of_part(part: c.Part, on: dt.date, within: str) -> Bound:
    if isinstance(part, c.Field):
        tests = part.tests.at(on)
        if isinstance(tests, Special):
            return None
        return least(*(_most_of_test(part.name, test, on, within) for test in tests))
    if isinstance(part, c.AnyOf):
        return total(*(_most_of_condition(inner, on, within) for inner in part.conditions))
    if isinstance(part, c.ByDate):
        return _most_of_condition(value_on(part.conditions, on), on, within)
    return None


class _Top(Struct, frozen=True):
    """The rank a test lets through at most."""

    existing: Bound
    new: Bound


def _most_of_test(field: str, test: c.AnyTest, on: dt.date, within: str) -> Bound:
    if test.unless is not None:
        return None
    if isinstance(test, c.OneOf) and test.op == "in" and field == "symbol":
        labels = value_on(test.labels, on)
        return None if labels is None else len(labels)
    if isinstance(test, c.Compare) and test.op == "equals" and field == "symbol":
        return 1
    if isinstance(test, c.Rank):
        inside = value_on(test.within, on) or within
        if inside != "all":
            return None
        tops = [_top(bound, on) for bound in (test.max, test.to) if bound is not None]
        top = least(*(bound.existing for bound in tops)), least(*(bound.new for bound in tops))
        return None if None in top else max(top[0] or 0, top[1] or 0)
    return None


def _top(threshold: c.Threshold, on: dt.date) -> _Top:
    pair = [int(v) if isinstance(v, Number) else None for v in both(value_on(threshold, on))]
    return _Top(*pair)
