"""The form ``measured``: capping factors from the means of a window, frozen whatever prices do after."""

from __future__ import annotations

import numpy as np

from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.bounded import CommonLimits
from indexcalc.weighting.caps.feasibility import Limits
from indexcalc.weighting.caps.forms.form import FormFunctions
from indexcalc.weighting.caps.limits import Bounds, Infeasible, limit_weights
from indexcalc.weighting.caps.measured import measured_factors
from indexcalc.weighting.caps.state import (
    CapStep,
    State,
    Stop,
    exact,
    excuse,
    refuse,
    report_defects,
    stage_factors,
)
from indexcalc.weighting.caps.verify_weights import TOLERANCE, over_limit


def apply(state: State, cap: Cap) -> None:
    """Multiply by the factors that cap the means of the window.  Raises Stop after a finding."""
    limit, window = exact(cap.limit, state.on), state.windows.get(cap.path)
    if limit is None or window is None:
        why = "a `measured` cap needs a `limit`" if limit is None else "its window has no means"
        state.findings.add("CAP009", why, where=f"{cap.path}.measured")
        raise Stop
    codes = state.codes[cap.per]
    means, tested = window.of_units(codes)
    if not (means > 0).any():
        why = "no member has a value in the window"
        state.findings.add("CAP009", why, where=f"{cap.path}.measured")
        raise Stop
    bounds = Bounds(
        cap.path, cap.per, units.each_line(means.size), Limits.common(limit, means.size)
    )
    try:
        met = limit_weights(means, [bounds], None, state.on_infeasible)
    except Infeasible as refused:
        refuse(state, refused)
        raise
    note = excuse(state, met)
    limit = met.bounds[0].limits.shares[0]
    if met.equal or limit * int(np.count_nonzero(means > 0)) == 1:
        factors, held = stage_factors(means, met.filled), means > 0
    else:
        capped = measured_factors(means, CommonLimits.of([limit]), tested)
        factors, held = capped.factors[:, 0], capped.capped[:, 0]
        weights = capped.window_weights[:, 0]
        off = float(np.max(np.abs(weights - float(limit))[held], initial=0.0))
        if off > TOLERANCE or (tested is None and over_limit(weights, limit)):
            report_defects(state, [f"the limit is missed on the window by {off:.3g}"], cap.path)
    before = means / float(ordered_sum(window.known))
    state.steps.append(
        CapStep(
            path=cap.path,
            per=cap.per,
            form="measured",
            acted=bool(held.any()),
            before=before[codes],
            limit=np.full(codes.shape, float(limit)),
            capped=held[codes],
            note=note,
        )
    )
    state.multiply(factors[codes], cap.path)


MEASURED = FormFunctions(apply=apply)
