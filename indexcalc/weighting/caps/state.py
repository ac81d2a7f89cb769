"""What caps find and leave behind: the weights so far, the limits in force, the ledger's steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from indexcalc.arrays import Bools, Floats
from indexcalc.diagnostics import Findings
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.weighting import Cap, CapForm
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.values import Share
from indexcalc.weighting.caps.limits import Bounds, Infeasible, Limited
from indexcalc.weighting.caps.nested import FREE, Nested
from indexcalc.weighting.caps.verify import verify_sum


@dataclass(frozen=True, slots=True)
class CapStep:
    """What one cap did, for the ledger; arrays (n,).

    ``before``: the weight of each line's unit before the cap; ``limit``: what its unit may weigh (NaN:
    nothing said); ``capped``: its unit stands at that limit.  ``note``: what was excused.
    """

    path: str
    per: str
    form: CapForm
    acted: bool
    before: Floats
    limit: Floats
    capped: Bools
    note: str = ""


@dataclass(slots=True)
class State:
    """What the caps so far have made: ``weights`` (n,) sum to one, ``values`` are in proportion to them.

    ``values`` are the weights as they were given until a cap acts, so that no digit is lost before.
    """

    values: Floats
    weights: Floats
    factors: Floats
    floor: Fraction | None
    on_infeasible: str
    findings: Findings
    earlier: list[Bounds] = field(default_factory=list)
    steps: list[CapStep] = field(default_factory=list)
    excused: set[str] = field(default_factory=set)

    def take(self, made: Nested) -> None:
        """Go on from new weights."""
        self.factors = self.factors * stage_factors(self.values, made)
        self.values = self.weights = made.weights


class Stop(Exception):
    """A cap cannot be applied; the finding is recorded."""


def stage_factors(before: Floats, made: Nested) -> Floats:
    """Factors (n,) of one stage: 1 for free lines; where none is free, the largest is 1."""
    live = before > 0
    ratio = np.where(live, made.weights / np.where(live, before, 1.0), 0.0)
    free = live & (made.pool == FREE)
    base = made.scale if free.any() and made.scale > 0 else float(ratio.max())
    return np.where(free | ~live, 1.0, ratio / base)


def exact(dated: Dated[Share] | None, on: dt.date) -> Fraction | None:
    share = value_on(dated, on)
    return None if share is None else share.exact


def idle(cap: Cap, before: Floats) -> CapStep:
    nobody = np.zeros(before.shape, dtype=np.bool_)
    return CapStep(
        cap.path, cap.per, cap.form, False, before, np.full(before.shape, np.nan), nobody
    )


def multiply(state: State, step: Floats, path: str) -> None:
    weights = state.weights * step
    state.values = state.weights = weights / float(ordered_sum(weights))
    state.factors = state.factors * step
    defects(state, verify_sum(state.weights), path)


def infeasible(state: State, refused: Infeasible) -> None:
    path = "weighting.floor" if refused.bounds is None else f"{refused.bounds.path}.limit"
    code = "CAP002" if refused.bounds is None else "CAP001"
    state.findings.add(code, refused.wrong.message, where=path)


def excuse(state: State, done: Limited) -> str:
    """Record what was excused; the note of the ledger."""
    for bounds, wrong in done.excused:
        state.excused.add("weighting.floor" if bounds is None else bounds.path)
        state.findings.add(
            "CAP002" if bounds is None else "CAP001",
            f"{wrong.message}; {state.on_infeasible} as the rule says",
            where="weighting.floor" if bounds is None else f"{bounds.path}.limit",
            severity="warning",
        )
    return state.on_infeasible if done.excused else ""


def defects(state: State, complaints: Sequence[str], path: str) -> None:
    for complaint in complaints:
        state.findings.add("CAP006", f"{complaint}: a defect of the program", where=path)
