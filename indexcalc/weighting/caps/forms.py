"""What each form of cap does to the weights so far: limits, sets, factors, measured limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from indexcalc.arrays import Floats, Ints
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.weighting import Cap
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import Share
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.feasibility import Limits, fewest, percent
from indexcalc.weighting.caps.limits import (
    Bounds,
    Infeasible,
    ladder_limits,
    limit_weights,
    nested_bounds,
)
from indexcalc.weighting.caps.measured import Window, measured_factors
from indexcalc.weighting.caps.nested import Level, Nested, fill_levels
from indexcalc.weighting.caps.sets import SetLimits, SetRule, set_limits
from indexcalc.weighting.caps.state import (
    CapStep,
    State,
    Stop,
    defects,
    exact,
    excuse,
    idle,
    infeasible,
    multiply,
    stage_factors,
)
from indexcalc.weighting.caps.verify import TOLERANCE, over_limit, verify_filled

_DECIMALS = 12
_NO_LIMITS = Limits((), np.zeros(0, dtype=np.int64))


def joins(cap: Cap, on: dt.date) -> bool:
    """Is it an unconditional limit, met together with those beside it?"""
    if value_on(cap.measured, on) is not None:
        return False
    if cap.form == "ladder":
        return value_on(cap.trigger, on) is None
    return cap.form == "limit" and exact(cap.trigger, on) in (None, exact(cap.limit, on))


def bounds_of(cap: Cap, on: dt.date, codes: Ints, weights: Floats) -> Bounds:
    """The limits a cap says, on the weights it finds."""
    steps: Sequence[Share] | None = value_on(cap.ladder, on)
    if steps is not None:
        limits = ladder_limits(units.sums(weights, codes), [step.exact for step in steps])
    else:
        limit = exact(cap.limit, on)
        assert limit is not None
        limits = Limits.common(limit, units.n_units(codes))
    return Bounds(cap.path, cap.per, codes, limits)


def meet_limits(state: State, caps: Sequence[Cap], on: dt.date, codes: Mapping[str, Ints]) -> None:
    """Meet unconditional limits that are nested in each other."""
    now = [bounds_of(cap, on, codes[cap.per], state.values) for cap in caps]
    bounds = nested_bounds(state.earlier, now)
    try:
        done = limit_weights(state.values, bounds, state.floor, state.on_infeasible)
    except Infeasible as refused:
        infeasible(state, refused)
        raise Stop from refused
    note = excuse(state, done)
    if not done.equal:
        levels = [bound.level for bound in done.bounds]
        defects(state, verify_filled(state.values, done.made, levels, done.floors), "weighting")
    by_path = {b.path: (b, held) for b, held in zip(done.bounds, done.made.held, strict=False)}
    for cap in caps:
        bound, held = by_path.get(cap.path, (None, None))
        if bound is None or held is None or done.equal:
            bound, held = now[caps.index(cap)], np.zeros(units.n_units(codes[cap.per]), np.bool_)
        before = units.sums(state.weights, bound.codes)[bound.codes]
        limit, capped = bound.limits.floats[bound.codes], held[bound.codes]
        acted = bool(capped.any())
        state.steps.append(CapStep(cap.path, cap.per, cap.form, acted, before, limit, capped, note))
    state.take(done.made)
    state.floor = done.floor  # as far as it can be met, for the caps that follow
    if not done.equal:
        state.earlier = [*(b for b in state.earlier if b not in bounds), *done.bounds]


def meet_triggered(state: State, cap: Cap, on: dt.date, codes: Mapping[str, Ints]) -> None:
    """A limit or ladder that acts only where the largest weight is above its trigger."""
    whole = units.sums(state.weights, codes[cap.per])
    trigger = exact(cap.trigger, on)
    assert trigger is not None
    if np.round(whole.max(), _DECIMALS) > float(trigger):
        meet_limits(state, [cap], on, codes)
        return
    state.steps.append(idle(cap, whole[codes[cap.per]]))


def _set_rule(cap: Cap, on: dt.date) -> SetRule:
    assert cap.set is not None
    together = exact(cap.together, on)
    assert together is not None
    others = cap.others
    return SetRule(
        together=together,
        above=exact(cap.set.above, on),
        largest=value_on(cap.set.largest, on),
        trigger=exact(cap.trigger, on),
        method=value_on(cap.method, on) or "proportional",
        each=exact(cap.each, on),
        others=None if others is None else exact(others.limit, on),
        not_above_smallest=others is not None and value_on(others.not_above, on) is not None,
    )


def hold_set(state: State, cap: Cap, on: dt.date, codes: Ints) -> None:
    """A limit on a set together."""
    rule = _set_rule(cap, on)
    whole = units.sums(state.weights, codes)
    relax = state.on_infeasible == "relax"
    found = set_limits(whole, rule, _ceiling(state.earlier, codes), relax=relax)
    if not found.acts:
        state.steps.append(idle(cap, whole[codes]))
        return
    earlier = nested_bounds(state.earlier, [Bounds(cap.path, cap.per, codes, _NO_LIMITS)])
    levels = [
        Level(codes, found.limits) if one.limits is _NO_LIMITS else one.level for one in earlier
    ]
    floors = None
    if state.floor is not None:
        floors = np.where((state.weights > 0) & ~found.members[codes], float(state.floor), 0.0)
    wrong = _not_met(state, rule, found, int(np.count_nonzero(whole > 0)), cap.per)
    if not wrong and floors is not None and (units.sums(floors, codes) > found.limits).any():
        wrong = "the floor is above what a name outside the set may weigh"
    made = None if wrong else fill_levels(state.values, levels, floors)
    if made is not None and abs(float(ordered_sum(made.weights)) - 1.0) > TOLERANCE:
        wrong = "what the set releases finds no room under the limits of the caps before it"
    if made is None or wrong:
        _equal_set(state, cap, codes, wrong)
        return
    note = ""
    if found.together > float(rule.together) + TOLERANCE:
        state.excused.add(cap.path)
        note = f"together raised to {found.together:.4%}"
        state.findings.add(
            "CAP001",
            f"a set of at most {percent(rule.together)} leaves more than the others may take; {note}",
            where=f"{cap.path}.together",
            severity="warning",
        )
    defects(state, verify_filled(state.values, made, levels, floors), cap.path)
    depth = next(i for i, one in enumerate(earlier) if one.limits is _NO_LIMITS)
    state.steps.append(
        CapStep(
            cap.path,
            cap.per,
            cap.form,
            True,
            whole[codes],
            found.limits[codes],
            made.held[depth][codes],
            note,
        )
    )
    state.take(made)


def _ceiling(earlier: Sequence[Bounds], codes: Ints) -> Floats:
    """What earlier limits allow each unit at most (m,)."""
    made = np.ones(units.n_units(codes))
    for bounds in earlier:
        if units.finer(bounds.codes, codes):
            inside = units.sums(bounds.limits.floats, units.homes(bounds.codes, codes))
            made = np.minimum(made, inside)
    return made


def _not_met(state: State, rule: SetRule, found: SetLimits, n: int, per: str) -> str:
    """Why a set and the others never come to the whole; '' where they do."""
    if found.most >= 1.0:
        return ""
    needs = ""
    rest = rule.others or rule.above
    if rule.above is not None and rest is not None:
        limits = [one.limits.shares[0] for one in state.earlier if one.per == per]
        most_each = min([*limits, rule.together])
        needs = f"; {fewest([(most_each, rule.together)], rest)} are needed"
    return (
        f"the set at {percent(rule.together)} and the others come to {found.most:.2%} of 100 % "
        f"with {n} names by method `{rule.method}`{needs}"
    )


def _equal_set(state: State, cap: Cap, codes: Ints, wrong: str) -> None:
    """CAP001 for a set that cannot be held: equal weights where it is excused, else Stop."""
    excused = state.on_infeasible != "error"
    state.findings.add(
        "CAP001",
        f"{wrong}; equal weights instead" if excused else wrong,
        where=f"{cap.path}.together",
        hint="raise `together` or the limit of the others, or have more names",
        severity="warning" if excused else None,
    )
    if not excused:
        raise Stop
    state.excused.add(cap.path)
    whole = units.sums(state.weights, codes)
    each = 1.0 / int(np.count_nonzero(whole > 0))
    equal = state.weights / np.where(whole > 0, whole, 1.0)[codes] * each
    step = idle(cap, whole[codes])
    state.steps.append(replace(step, acted=True, note="equal"))
    state.take(Nested(equal, np.inf, codes + 1, ()))


def scale_by_factor(state: State, cap: Cap, on: dt.date, codes: Ints) -> None:
    """Multiply the factor of every unit above the trigger (none said: of every unit)."""
    whole = units.sums(state.weights, codes)
    factor, trigger = exact(cap.factor, on), exact(cap.trigger, on)
    assert factor is not None
    above = np.round(whole, _DECIMALS) > (-1.0 if trigger is None else float(trigger))
    capped = above[codes]
    step = np.where(capped, float(factor), 1.0)
    limit = np.full(step.shape, np.nan)
    state.steps.append(
        CapStep(cap.path, cap.per, cap.form, bool(above.any()), whole[codes], limit, capped)
    )
    multiply(state, step, cap.path)


def hold_measured(state: State, cap: Cap, on: dt.date, codes: Ints, window: Window | None) -> None:
    """Factors from the means of a window."""
    limit = exact(cap.limit, on)
    if limit is None or window is None:
        why = "a `measured` cap says a `limit`" if limit is None else "the window is not there"
        state.findings.add("CAP009", why, where=f"{cap.path}.measured")
        raise Stop
    lines = np.where(np.isfinite(window.means), window.means, 0.0)
    means = units.sums(lines, codes)
    if not (means > 0).any():
        state.findings.add(
            "CAP009", "no member is worth anything in the window", where=f"{cap.path}.measured"
        )
        raise Stop
    tested = None
    if window.mean_weights is not None:
        tested = units.sums(np.nan_to_num(window.mean_weights), codes)
    bounds = Bounds(cap.path, cap.per, codes, Limits.common(limit, means.size))
    try:
        done = limit_weights(means, [replace_codes(bounds)], None, state.on_infeasible)
    except Infeasible as refused:
        infeasible(state, Infeasible(bounds, refused.wrong))
        raise Stop from refused
    note = excuse(state, done)
    k = done.bounds[0].limits.shares[0]
    if done.equal or k * int(np.count_nonzero(means > 0)) == 1:
        each = stage_factors(means, done.made)
        capped, weights = means > 0, done.made.weights
    else:
        found = measured_factors(means, k, tested)
        each, capped, weights = found.factors, found.capped, found.window_weights
        off = float(np.max(np.abs(weights - float(k))[capped], initial=0.0))
        if off > TOLERANCE or (tested is None and over_limit(weights, k)):
            defects(state, [f"the limit is missed on the window by {off:.3g}"], cap.path)
    whole = units.sums(lines, codes) / float(ordered_sum(lines))
    at = np.full(codes.shape, float(k))
    state.steps.append(
        CapStep(
            cap.path,
            cap.per,
            cap.form,
            bool(capped.any()),
            whole[codes],
            at,
            capped[codes],
            note,
        )
    )
    multiply(state, each[codes], cap.path)


def replace_codes(bounds: Bounds) -> Bounds:
    """The same limits on units that stand alone."""
    return Bounds(bounds.path, bounds.per, units.each_line(bounds.limits.index.size), bounds.limits)
