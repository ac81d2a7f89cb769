"""Limits that nothing conditions, met together: line, issuer, sector at once, with the floor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.limits import Bounds, Infeasible, limit_weights, nested_bounds
from indexcalc.weighting.caps.state import State, excuse, refuse, report_defects
from indexcalc.weighting.caps.verify_weights import verify_filled


def meet_limits(state: State, caps: Sequence[tuple[Cap, Bounds]]) -> None:
    """Meet limits that are nested in each other; without caps, the floor alone.

    Limits of earlier caps go on binding.  Raises Stop after CAP001 or CAP002.
    """
    bounds = nested_bounds(state.earlier, [now for _, now in caps])
    try:
        met = limit_weights(state.values, bounds, state.floor, state.on_infeasible)
    except Infeasible as refused:
        refuse(state, refused)
        raise
    note = excuse(state, met)
    if not met.equal:
        levels = [bound.level for bound in met.bounds]
        defects = verify_filled(state.values, met.filled, levels, met.floors)
        report_defects(state, defects, "weighting")
    by_path = {b.path: (b, held) for b, held in zip(met.bounds, met.filled.held, strict=False)}
    for cap, now in caps:
        bound, held = now, np.zeros(units.n_units(now.codes), np.bool_)
        if cap.path in by_path and not met.equal:
            bound, held = by_path[cap.path]
        state.record(cap, held, bound.limits.floats, note)
    state.continue_from(met.filled)
    state.floor = met.floor  # as far as it can be met, for the caps that follow
    if not met.equal:
        state.earlier = [*(b for b in state.earlier if b not in bounds), *met.bounds]


def meet_above_trigger(state: State, cap: Cap, bounds: Bounds, trigger: float) -> None:
    """Meet the limits of one cap where the largest unit is above its trigger."""
    if np.round(state.units(cap).max(), units.DECIMALS) > trigger:
        meet_limits(state, [(cap, bounds)])
    else:
        state.record_idle(cap)
