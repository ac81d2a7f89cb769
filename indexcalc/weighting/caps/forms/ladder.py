"""The form ``ladder``: a limit by rank, the largest unit first; ranks are fixed before anything moves."""

from __future__ import annotations

import datetime as dt

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.methodology.values.dated import value_on
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.forms.form import Excess, FormFunctions
from indexcalc.weighting.caps.forms.unconditional import meet_above_trigger
from indexcalc.weighting.caps.limits import Bounds, ladder_limits
from indexcalc.weighting.caps.state import State, exact
from indexcalc.weighting.caps.verify_weights import TOLERANCE


def joins(cap: Cap, on: dt.date) -> bool:
    """Without a trigger."""
    return exact(cap.trigger, on) is None


def bounds(state: State, cap: Cap, weights: Floats) -> Bounds:
    """The limit of each unit by the rank of its weight."""
    codes = state.codes[cap.per]
    steps = [step.exact for step in value_on(cap.ladder, state.on) or ()]
    limits = ladder_limits(units.sums(weights, codes), steps)
    return Bounds(cap.path, cap.per, codes, limits, "ladder")


def apply(state: State, cap: Cap) -> None:
    """Meet the ladder where the largest unit is above the trigger."""
    trigger = exact(cap.trigger, state.on)
    assert trigger is not None
    meet_above_trigger(state, cap, bounds(state, cap, state.values), float(trigger))


def excess(state: State, cap: Cap) -> Excess:
    """By how much the unit that is furthest above its own step is above it."""
    limits = bounds(state, cap, state.weights).limits
    above = state.units(cap) - limits.floats
    over = float(np.max(above, initial=0.0))
    limit = limits.shares[int(limits.index[int(np.argmax(above))])]
    return Excess(over if over > TOLERANCE else 0.0, limit, "ladder")


LADDER = FormFunctions(apply=apply, bounds=bounds, joins=joins, holds_at_end=joins, excess=excess)
