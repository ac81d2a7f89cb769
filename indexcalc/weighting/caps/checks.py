"""The limits a rule says, judged at the end apart from the path that led to the weights.

A limit, ladder or set without a trigger of its own holds at the end or is reported, as every ``check``;
one with a trigger, a factor and a measured limit say what is done, not what is true afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexcalc.codes import Severity
from indexcalc.methodology.model.caps.cap import Cap, Check
from indexcalc.methodology.values.exact_shares import percent
from indexcalc.weighting.caps.forms.all_forms import FORM_FUNCTIONS
from indexcalc.weighting.caps.state import State
from indexcalc.weighting.caps.verify_weights import TOLERANCE


def judge_at_end(state: State, caps: Sequence[Cap], checks: Sequence[Check]) -> None:
    """CAP006 for unconditional limits, checks and the floor that do not hold at the end."""
    severity: Severity | None = "warning" if state.excused else None
    binding = [
        cap for cap in caps if FORM_FUNCTIONS[cap.form_on(state.on)].holds_at_end(cap, state.on)
    ]
    items: list[Cap | Check] = [*binding, *checks]
    for item in items:
        judge = FORM_FUNCTIONS[item.form_on(state.on)].excess
        excess = None if item.path in state.excused or judge is None else judge(state, item)
        if excess is not None and excess.over:
            weight = float(excess.limit) + excess.over
            state.findings.add(
                "CAP006",
                f"after all caps it stands at {weight:.6%}, above {percent(excess.limit)}",
                where=f"{item.path}.{excess.key}",
                hint="put the cap that matters last, or give both the same `per`",
                severity=severity,
            )
    if state.floor is not None and "weighting.floor" not in state.excused:
        under = float(state.floor) - float(np.min(state.weights[state.weights > 0], initial=1.0))
        if under > TOLERANCE:
            state.findings.add(
                "CAP006",
                f"after all caps a name stands at {float(state.floor) - under:.6%}, below the floor",
                where="weighting.floor",
                severity=severity,
            )
