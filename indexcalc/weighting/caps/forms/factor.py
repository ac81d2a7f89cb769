"""The form ``factor``: the capping factor of every unit above the trigger is multiplied by a share."""

from __future__ import annotations

import numpy as np

from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.forms.form import FormFunctions
from indexcalc.weighting.caps.state import State, exact


def apply(state: State, cap: Cap) -> None:
    """Multiply the factor of every unit above the trigger (none said: of every unit)."""
    weights = state.units(cap)
    factor, trigger = exact(cap.factor, state.on), exact(cap.trigger, state.on)
    assert factor is not None
    above = np.round(weights, units.DECIMALS) > (-1.0 if trigger is None else float(trigger))
    state.record(cap, above, np.full(above.shape, np.nan))
    state.multiply(np.where(above, float(factor), 1.0)[state.codes[cap.per]], cap.path)


FACTOR = FormFunctions(apply=apply)
