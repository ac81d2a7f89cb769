"""The limits a rule says, judged at the end apart from the path that led to the weights.

A limit, ladder or set without a trigger of its own holds at the end or is reported, as every ``check``;
one with a trigger, a factor and a measured limit say what is done, not what is true afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Ints
from indexcalc.methodology.model.weighting import Cap, Check
from indexcalc.methodology.values.dated import value_on
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.feasibility import percent
from indexcalc.weighting.caps.forms import bounds_of, joins
from indexcalc.weighting.caps.sets import SetRule, set_members
from indexcalc.weighting.caps.state import State, exact
from indexcalc.weighting.caps.verify import TOLERANCE, over_limit, over_together


def judge_all(
    state: State,
    caps: Sequence[Cap],
    checks: Sequence[Check],
    on: dt.date,
    codes: Mapping[str, Ints],
) -> None:
    """CAP006 for unconditional limits and checks that do not hold at the end."""
    severity: Any = "warning" if state.excused else None
    items: list[Cap | Check] = [*(cap for cap in caps if _unconditional(cap, on)), *checks]
    for item in items:
        if item.path in state.excused:
            continue
        whole = units.sums(state.weights, codes[item.per])
        if item.set is not None:
            together = exact(item.together, on)
            assert together is not None
            rule = SetRule(together, exact(item.set.above, on), value_on(item.set.largest, on))
            over, of = over_together(whole, set_members(whole, rule), together), together
            key = "together"
        elif isinstance(item, Cap) and item.form == "ladder":
            bounds = bounds_of(item, on, codes[item.per], state.weights)
            excess = whole - bounds.limits.floats
            over, key = float(np.max(excess, initial=0.0)), "ladder"
            of = bounds.limits.shares[int(bounds.limits.index[int(np.argmax(excess))])]
            over = over if over > TOLERANCE else 0.0
        else:
            limit = exact(item.limit, on)
            if limit is None:
                continue
            over, of, key = over_limit(whole, limit), limit, "limit"
        if over:
            state.findings.add(
                "CAP006",
                f"after all caps it stands at {float(of) + over:.6%}, above {percent(of)}",
                where=f"{item.path}.{key}",
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


def _unconditional(cap: Cap, on: dt.date) -> bool:
    """Is it a limit that holds whatever the weights: no trigger but the limit itself, no window?"""
    if cap.form == "set":
        return exact(cap.trigger, on) in (None, exact(cap.together, on))
    return joins(cap, on)
