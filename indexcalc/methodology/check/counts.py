"""Checks how many names a selection can have: counts, steps that do nothing, the reserve."""

from __future__ import annotations

import datetime as dt
from typing import Any

from indexcalc.diagnostics import quantity
from indexcalc.methodology.check import bounds
from indexcalc.methodology.check.bounds import Bound
from indexcalc.methodology.check.findings_in_place import Checking, since
from indexcalc.methodology.model.selection import Selection, Step
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import PercentOf, Special

_OF_SELECTED = ("trim", "replace", "limit_changes")


def check_counts(checking: Checking) -> None:
    """RUL104-RUL109, RUL119: counts that disagree or cannot be reached, steps that change nothing."""
    rule = checking.rule
    _empty_universe(checking)
    _lists_of_the_same_day(checking)
    if rule.selection is None:
        return
    for on in bounds.dates_of_counts(checking):
        if value_on(rule.selection.given, on) or isinstance(rule.selection.steps.at(on), Special):
            continue
        _check_on(checking, rule.selection, on)


def _empty_universe(checking: Checking) -> None:
    universe = checking.rule.universe
    for on in checking.change_dates(universe):
        of, out = value_on(universe.of, on), value_on(universe.except_, on)
        if of and out and set(of) <= set(out):
            checking.say(
                "RUL109",
                f"`except` takes out all of `{', '.join(of)}`{since(on)}",
                "universe.except",
                on=on,
                hint="name another index",
            )


def _lists_of_the_same_day(checking: Checking) -> None:
    """RUL119: an index reviewed on the same days, whose list before the review is what is read."""
    rule = checking.rule
    for on in checking.change_dates(rule.universe, rule.review):
        if value_on(rule.universe.as_of, on) is not None or rule.review.follows:
            continue
        own = (value_on(rule.review.months, on), value_on(rule.review.effective, on))
        for word in ("of", "except"):
            dated = rule.universe.of if word == "of" else rule.universe.except_
            for name in value_on(dated, on, ()):
                review = checking.family[name].review if name in checking.family else None
                if review is None or review.follows or None in own:
                    continue
                if own == (value_on(review.months, on), value_on(review.effective, on)):
                    checking.say(
                        "RUL119",
                        f"`{name}` is reviewed on the same days{since(on)}, and its list before "
                        "them is read: whom its review adds or removes is seen at the next one",
                        f"universe.{word}",
                        on=on,
                        hint="say `as_of: effective` to read its new list, "
                        "`as_of: cutoff` if the old one is meant",
                    )


def _check_on(checking: Checking, selection: Selection, on: dt.date) -> None:
    steps = bounds.steps_on(selection, on)
    universe = bounds.most_of_universe(checking.rule, checking.family, on)
    selected = _check_steps(checking, selection, steps, universe, on)
    count = bounds.target(selection, on)
    aims = _last_aims(checking, steps, count, on)
    if steps and selected == 0:
        checking.say(
            "RUL109",
            f"no step adds a name{since(on)}: the selection stays empty",
            "selection.steps",
            on=on,
            hint="add a `select` or a `fill`",
        )
    elif count is not None and selected is not None and selected < count and not aims:
        why = "the parent has" if universe == selected else "the steps select"
        checking.say(
            "RUL105",
            f"count is {count}, and {why} at most {selected}{since(on)}",
            "selection.count",
            on=on,
            hint=f"at most {selected} can be reached",
        )
    _check_shares(checking, selection, steps, on)
    if selection.reserve is not None and universe is not None and count is not None:
        waiting = bounds.number(selection.reserve.count, on)
        if waiting and count <= universe < count + waiting:
            checking.say(
                "RUL106",
                f"{quantity(count, 'member')} and a reserve of {waiting} are more than the "
                f"{quantity(universe, 'name')} of the parent",
                "selection.reserve.count",
                on=on,
                hint=f"at most {universe - count} can wait",
            )


def _check_steps(
    checking: Checking,
    selection: Selection,
    steps: Any,
    universe: Bound,
    on: dt.date,
) -> Bound:
    """Walk the steps: what is proved to do nothing is said; the bound at the end."""
    if not steps:
        return universe
    selected: Bound = None if value_on(selection.start, on) != "none" else 0
    everything = False  # all that remain are selected
    for position, step in enumerate(steps):
        why = _idle(step, selected, everything, on)
        if why:
            checking.say("RUL108", f"{why}{since(on)}", _at(step), on=on, hint="remove the step")
        elif step.verb == "limit_changes" and position < len(steps) - 1:
            checking.say(
                "RUL108",
                "the steps behind it may change again what it held back",
                _at(step),
                on=on,
                hint="put `limit_changes` last",
            )
        if step.verb == "select" and step.months is None:
            condition = value_on(step.select, on)
            everything |= condition is not None and not condition.parts
        elif step.verb in _OF_SELECTED:
            everything = False
        selected = bounds.after_step(step, selected, selection, on)
        if universe is not None:
            selected = bounds.least(selected, universe)
    return selected


def _idle(step: Step, selected: Bound, everything: bool, on: dt.date) -> str:
    """Why a step can do nothing; '' where it can."""
    if everything and step.verb == "select" and step.inclusion is None:
        return "everything that remains is selected already"
    if everything and step.verb == "fill":
        return "everything that remains is selected already: there is nobody to add"
    if step.verb in _OF_SELECTED and selected == 0:
        return "nothing is selected yet"
    if step.trim is not None and step.trim.where is None and step.within is None:
        aim = bounds.number(step.trim.to, on)
        if aim is not None and selected is not None and selected <= aim:
            most = quantity(selected, "name is", "names are")
            return f"at most {most} selected here, and it trims to {aim}"
    return ""


def _at(step: Step) -> str:
    return f"{step.path}.{step.verb}"


def _last_aims(checking: Checking, steps: Any, count: Bound, on: dt.date) -> bool:
    """RUL104: do the last ``trim`` and ``fill`` aim at ``count`` (or at each other)?"""
    aims: list[tuple[str, int, Step]] = []
    for step in steps:
        block = step.trim or step.fill
        if block is not None and block.where is None and step.within is None:
            aim = bounds.number(block.to, on)
            if aim is not None and step.months is None:
                aims.append((step.verb, aim, step))
    seen = False
    for verb, other in (("trim", "fill"), ("fill", "trim")):
        last = max((n for n, (v, _, _) in enumerate(aims) if v == verb), default=-1)
        if last < 0:
            continue
        _, aim, step = aims[last]
        wanted = count
        if wanted is None:  # without a count the two must agree
            before = [a for v, a, _ in aims[:last] if v == other]
            wanted = before[-1] if before and verb == "fill" and before[-1] > aim else aim
        corrected = any(v == other and a == wanted for v, a, _ in aims[last + 1 :])
        if aim != wanted and not corrected:
            what = "selection.count is" if count is not None else "the trim before leaves"
            checking.say(
                "RUL104",
                f"the {verb} ends at {quantity(aim, 'name')}, {what} {wanted}{since(on)}",
                f"{step.path}.{verb}.to",
                on=on,
                hint="say the same number",
            )
            seen = True
    return seen


def _check_shares(checking: Checking, selection: Selection, steps: Any, on: dt.date) -> None:
    """RUL107: a share of ``count`` where there is no count; one not known yet refuses the review."""
    if selection.count is not None and selection.count.at(on) is not Special.NONE:
        return
    places: list[tuple[str, Any]] = []
    for step in steps:
        for verb, word in (
            ("fill", "to"),
            ("trim", "to"),
            ("limit_changes", "to"),
            ("replace", "at_most"),
        ):
            block = getattr(step, verb)
            if block is not None:
                places.append((f"{step.path}.{verb}.{word}", getattr(block, word)))
    if selection.reserve is not None:
        places.append(("selection.reserve.count", selection.reserve.count))
    for path, dated in places:
        value = value_on(dated, on)
        if isinstance(value, PercentOf) and value.of == "count":
            checking.say(
                "RUL107",
                f"`{value}` is a share of a count that is not said",
                path,
                on=on,
                hint="add `selection.count`, or write the number",
            )
