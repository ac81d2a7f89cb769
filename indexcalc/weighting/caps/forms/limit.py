"""The form ``limit``: no unit above one common share; with a ``trigger``, only once one is above that."""

from __future__ import annotations

import datetime as dt

from indexcalc.arrays import Floats
from indexcalc.methodology.model.caps.cap import Cap, Check
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.feasibility import Limits
from indexcalc.weighting.caps.forms.form import Excess, FormFunctions
from indexcalc.weighting.caps.forms.unconditional import meet_above_trigger
from indexcalc.weighting.caps.limits import Bounds
from indexcalc.weighting.caps.state import State, exact
from indexcalc.weighting.caps.verify_weights import over_limit


def joins(cap: Cap, on: dt.date) -> bool:
    """Without a trigger, or with the limit itself as its trigger."""
    return exact(cap.trigger, on) in (None, exact(cap.limit, on))


def bounds(state: State, cap: Cap, weights: Floats) -> Bounds:
    """The same limit for every unit."""
    limit, codes = exact(cap.limit, state.on), state.codes[cap.per]
    assert limit is not None
    return Bounds(cap.path, cap.per, codes, Limits.common(limit, units.n_units(codes)))


def apply(state: State, cap: Cap) -> None:
    """Meet the limit where the largest unit is above the trigger."""
    trigger = exact(cap.trigger, state.on)
    assert trigger is not None
    meet_above_trigger(state, cap, bounds(state, cap, state.values), float(trigger))


def excess(state: State, item: Cap | Check) -> Excess | None:
    """By how much the heaviest unit is above the limit."""
    limit = exact(item.limit, state.on)
    return None if limit is None else Excess(over_limit(state.units(item), limit), limit, "limit")


LIMIT = FormFunctions(apply=apply, bounds=bounds, joins=joins, holds_at_end=joins, excess=excess)
