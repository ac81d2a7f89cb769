"""The form ``set``: all units above a weight, or the largest N, held at what they may weigh together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from msgspec.structs import replace

from indexcalc.arrays import Floats, Ints
from indexcalc.diagnostics import quantity
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.caps.cap import Cap, Check
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.exact_shares import fewest, percent
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.feasibility import Limits
from indexcalc.weighting.caps.forms.form import Excess, FormFunctions
from indexcalc.weighting.caps.limits import Bounds, nested_bounds
from indexcalc.weighting.caps.nested import BOUND, FREE, Level, Nested, fill_levels
from indexcalc.weighting.caps.set_and_others import share_out
from indexcalc.weighting.caps.sets import SetLimits, SetRule, set_limits, set_members
from indexcalc.weighting.caps.state import State, Stop, exact, report_defects
from indexcalc.weighting.caps.verify_weights import (
    TOLERANCE,
    over_limit,
    over_together,
    verify_filled,
    verify_sum,
)

_NO_LIMITS = Limits((), np.zeros(0, dtype=np.int64))


def holds_at_end(cap: Cap, on: dt.date) -> bool:
    """Without a trigger, or with ``together`` itself as its trigger."""
    return exact(cap.trigger, on) in (None, exact(cap.together, on))


def excess(state: State, item: Cap | Check) -> Excess:
    """By how much the set is above what it may weigh together, or else a unit outside it above its own."""
    assert item.set is not None
    together, weights = exact(item.together, state.on), state.units(item)
    assert together is not None
    above, largest = exact(item.set.above, state.on), value_on(item.set.largest, state.on)
    members = set_members(weights, SetRule(together, above, largest))
    whole = Excess(over_together(weights, members, together), together, "together")
    others = item.others
    if whole.over or others is None or not isinstance(item, Check):
        return whole
    limit = exact(others.limit, state.on)
    if value_on(others.not_above, state.on) is not None and members.any():
        smallest = Fraction(float(weights[members].min()))
        limit = smallest if limit is None else min(limit, smallest)
    if limit is None:
        return whole
    return Excess(over_limit(weights[~members], limit), limit, "others.limit")


def apply(state: State, cap: Cap) -> None:
    """Hold the set, within the limits of the caps before.  Raises Stop after CAP001."""
    rule, codes, weights = _rule(cap, state.on), state.codes[cap.per], state.units(cap)
    relax = state.on_infeasible == "relax"
    limits = set_limits(weights, rule, _ceiling(state.earlier, codes), relax=relax)
    if not limits.acts:
        state.record_idle(cap)
        return
    if value_on(cap.acts_on, state.on) == "uncapped":
        state.begin_anew()
        weights = state.units(cap)
        limits = set_limits(weights, rule, _ceiling(state.earlier, codes), relax=relax)
    if rule.shares_out:
        _share_out(state, cap, rule)
        return
    earlier = nested_bounds(state.earlier, [Bounds(cap.path, cap.per, codes, _NO_LIMITS)])
    levels = [
        Level(codes, limits.limits) if bounds.limits is _NO_LIMITS else bounds.level
        for bounds in earlier
    ]
    floors = None
    if state.floor is not None:
        floors = np.where((state.weights > 0) & ~limits.members[codes], float(state.floor), 0.0)
    reason = _not_met(state, rule, limits, int(np.count_nonzero(weights > 0)), cap.per)
    if not reason and floors is not None and (units.sums(floors, codes) > limits.limits).any():
        reason = "the floor is above what a name outside the set may weigh"
    filled = None if reason else fill_levels(state.values, levels, floors)
    if filled is not None and abs(float(ordered_sum(filled.weights)) - 1.0) > TOLERANCE:
        reason = "what the set releases finds no room under the limits of the caps before it"
    if filled is None or reason:
        _take_equal(state, cap, reason)
        return
    note = ""
    if limits.together > float(rule.together) + TOLERANCE:
        note = f"together raised to {limits.together:.4%}"
        _report_raised(state, cap, rule, note)
    report_defects(state, verify_filled(state.values, filled, levels, floors), cap.path)
    depth = next(i for i, bounds in enumerate(earlier) if bounds.limits is _NO_LIMITS)
    state.record(cap, filled.held[depth], limits.limits, note)
    # It acts also where no unit stands at its limit: the set as a whole is scaled.
    state.steps[-1] = replace(state.steps[-1], acted=True)
    state.continue_from(filled)


def _share_out(state: State, cap: Cap, rule: SetRule) -> None:
    """Bring the set to what it may weigh, within the bounds of its names.  Raises Stop after CAP001."""
    codes, weights = state.codes[cap.per], state.units(cap)
    members = set_members(weights, rule)
    found = share_out(weights, members, rule, _ceiling(state.earlier, codes))
    if found.reason:
        _take_equal(state, cap, found.reason)
        return
    state.record(cap, found.held, found.limits)
    state.steps[-1] = replace(state.steps[-1], acted=True)
    ratio = np.where(weights > 0, found.weights / np.where(weights > 0, weights, 1.0), 0.0)
    made = state.weights * ratio[codes]
    made = made / float(ordered_sum(made))
    free = np.flatnonzero(found.free[codes])
    scale = float(made[free[0]] / state.values[free[0]]) if free.size else np.inf
    pool = np.where(found.free[codes], FREE, BOUND)
    report_defects(state, verify_sum(made), cap.path)
    state.continue_from(Nested(made, scale, pool, ()))


def _rule(cap: Cap, on: dt.date) -> SetRule:
    """The keys of the cap as they read on a date."""
    assert cap.set is not None
    together = exact(cap.together, on)
    assert together is not None
    others = cap.others
    return SetRule(
        together=together,
        above=exact(cap.set.above, on),
        largest=value_on(cap.set.largest, on),
        trigger=exact(cap.trigger, on),
        method=cap.method.get(on, "proportional"),
        each=exact(cap.each, on),
        others=None if others is None else exact(others.limit, on),
        not_above_smallest=others is not None and value_on(others.not_above, on) is not None,
        least=exact(cap.least, on),
        equal_excess=value_on(cap.excess, on) == "equal",
    )


def _ceiling(earlier: Sequence[Bounds], codes: Ints) -> Floats:
    """What earlier limits allow each unit at most (m,)."""
    ceiling = np.ones(units.n_units(codes))
    for bounds in earlier:
        if units.finer(bounds.codes, codes):
            inside = units.sums(bounds.limits.floats, units.homes(bounds.codes, codes))
            ceiling = np.minimum(ceiling, inside)
    return ceiling


def _not_met(state: State, rule: SetRule, found: SetLimits, n: int, per: str) -> str:
    """Why a set and the others never come to the whole; '' where they do."""
    if found.most >= 1.0:
        return ""
    needs = ""
    rest = rule.others or rule.above
    if rule.above is not None and rest is not None:
        limits = [bounds.limits.shares[0] for bounds in state.earlier if bounds.per == per]
        most_each = min([*limits, rule.together])
        needs = f"; {fewest([(most_each, rule.together)], rest)} are needed"
    return (
        f"the set at {percent(rule.together)} and the others come to {found.most:.2%} of 100 % "
        f"with {quantity(n, 'name')} by method `{rule.method}`{needs}"
    )


def _report_raised(state: State, cap: Cap, rule: SetRule, note: str) -> None:
    """CAP001 as a warning: ``together`` was raised as far as the others need."""
    state.excused.add(cap.path)
    message = (
        f"a set of at most {percent(rule.together)} leaves more than the others may take; {note}"
    )
    state.findings.add("CAP001", message, where=f"{cap.path}.together", severity="warning")


def _take_equal(state: State, cap: Cap, reason: str) -> None:
    """CAP001 for a set that cannot be held: equal weights where it is excused, else Stop."""
    excused = state.on_infeasible != "error"
    state.findings.add(
        "CAP001",
        f"{reason}; equal weights instead" if excused else reason,
        where=f"{cap.path}.together",
        hint="raise `together` or the limit of the others, or have more names",
        severity="warning" if excused else None,
    )
    if not excused:
        raise Stop
    state.excused.add(cap.path)
    codes, weights = state.codes[cap.per], state.units(cap)
    each = 1.0 / int(np.count_nonzero(weights > 0))
    equal = state.weights / np.where(weights > 0, weights, 1.0)[codes] * each
    state.record_idle(cap)
    state.steps[-1] = replace(state.steps[-1], acted=True, note="equal")
    state.continue_from(Nested(equal, np.inf, codes + 1, ()))


SET = FormFunctions(apply=apply, holds_at_end=holds_at_end, excess=excess)
