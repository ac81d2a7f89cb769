"""Caps in the order a rule writes them: weights in, capped weights and capping factors out.

Unconditional limits that stand next to each other and lie in each other (line, issuer, sector) are
met at once, on the weights the caps before them left; every other cap acts on the weights the one
before it left.  Limits already met bind what a later cap hands out.  At the end every unconditional
limit and every ``check`` is judged, apart from the path (design 7; rule language ``weighting``).

A *capping factor* is 1 for a name that nothing holds; weights are in proportion to weight before
times factor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.diagnostics import Findings, quantity
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.caps.cap import Cap, Check
from indexcalc.methodology.model.in_force import turned_off, unknown_paths
from indexcalc.methodology.model.weighting import OF_ALL_CAPS
from indexcalc.methodology.values.values import Share
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.checks import judge_at_end
from indexcalc.weighting.caps.forms.all_forms import FORM_FUNCTIONS
from indexcalc.weighting.caps.forms.unconditional import meet_limits
from indexcalc.weighting.caps.limits import Bounds
from indexcalc.weighting.caps.measured import Window
from indexcalc.weighting.caps.state import CapStep, State, Stop, report_defects
from indexcalc.weighting.caps.verify_weights import TOLERANCE


class Capped(Struct, frozen=True):
    """Weights (n,) that sum to one, capping factors (n,), and one step a cap in force, in order."""

    weights: Floats
    factors: Floats
    steps: tuple[CapStep, ...]

    @property
    def capped(self) -> Bools:
        """Lines that some cap holds (n,)."""
        capped = np.zeros(self.weights.shape, dtype=np.bool_)
        for step in self.steps:
            capped |= step.capped
        return capped


def cap_weights(
    weights: Floats,
    caps: Sequence[Cap],
    effective_date: dt.date,
    *,
    groups: Mapping[str, npt.NDArray[np.integer[Any]]],
    findings: Findings,
    floor: Share | None = None,
    on_infeasible: str = "error",
    checks: Sequence[Check] = (),
    triggers: Sequence[Check] = (),
    windows: Mapping[str, Window] | None = None,
) -> Capped | None:
    """Apply the caps in force on a date, in order; None after a finding of error level.

    ``weights`` (n,): any positive scale, lines in ascending order of their symbols' bytes.
    ``groups``: codes (n,) by the name a cap's ``per`` says (``issuer``, ``sector`` ...; -1: no label).
    ``windows``: what the window of a measured cap found, by the cap's path.  ``triggers``: the caps act
    only where one of these is exceeded by ``weights``; without any they always do.  Where there is a window
    of all caps (``OF_ALL_CAPS``) they act on its means, and ``weights`` take the factors.
    Findings: CAP001, CAP002 (infeasible; a warning where excused), CAP006 (a limit or check broken),
    CAP007 (weights), CAP008 (labels), CAP009 (a value not known, a window not there).
    """
    n = weights.size
    in_force = [
        cap for cap in caps if _holds(cap, effective_date) and not cap.left_out(n, effective_date)
    ]
    judged = [check for check in checks if _holds(check, effective_date)]
    asked = [check for check in triggers if _holds(check, effective_date)]
    n_errors = len(findings.errors)
    codes = _groupings(weights, [*in_force, *judged, *asked], effective_date, groups, findings)
    of_all = (windows or {}).get(OF_ALL_CAPS)
    acted_on = weights if of_all is None else np.nan_to_num(of_all.means)
    if not (acted_on > 0).any() and codes is not None:
        findings.add("CAP009", "no member has a value in the window", where="weighting.measured")
        return None
    values = _scaled(acted_on, findings) if codes is not None else None
    if codes is None or values is None:
        return None
    state = State(
        on=effective_date,
        codes=codes,
        windows=windows or {},
        values=values,
        weights=values / float(ordered_sum(values)),
        factors=np.ones(values.shape),
        floor=None if floor is None else floor.exact,
        on_infeasible=on_infeasible,
        findings=findings,
        given=values,
    )
    if asked and not any(_exceeded(state, item) for item in asked):
        for cap in in_force:
            state.record_idle(cap)
        in_force = []
    try:
        for stage in _stages(state, in_force):
            if stage and not _joins(stage[0], effective_date):
                FORM_FUNCTIONS[stage[0].form_on(effective_date)].apply(state, stage[0])
            else:
                meet_limits(state, [(cap, _bounds(state, cap)) for cap in stage])
    except Stop:
        return None
    judge_at_end(state, in_force, judged)
    by_factor = values * state.factors
    apart = np.abs(by_factor / float(ordered_sum(by_factor)) - state.weights).max()
    if apart > TOLERANCE:
        defect = f"weights differ by {apart:.3g} from weights before times factors"
        report_defects(state, [defect], "weighting.caps")
    if len(findings.errors) > n_errors:
        return None
    if of_all is None:
        return Capped(state.weights, state.factors, tuple(state.steps))
    multiplied = weights * state.factors
    return Capped(multiplied / float(ordered_sum(multiplied)), state.factors, tuple(state.steps))


def _holds(item: Cap | Check, on: dt.date) -> bool:
    return item.in_force(on) and not turned_off(item, on)


def _scaled(weights: Floats, findings: Findings) -> Floats | None:
    """The weights with the largest between a half and one, no digit changed; None after a finding."""
    values: Floats = np.ldexp(weights, -int(np.frexp(weights.max())[1]))
    lost = int(np.count_nonzero((values == 0) & (weights > 0)))
    if lost:
        findings.add(
            "CAP007",
            f"{lost} weights are too small to represent next to the largest, {float(weights.max())!r}",
        )
        return None
    return values


def _groupings(
    weights: Floats,
    items: Sequence[Cap | Check],
    on: dt.date,
    groups: Mapping[str, npt.NDArray[np.integer[Any]]],
    findings: Findings,
) -> dict[str, Ints] | None:
    """The unit of each line by ``per``, codes without gaps.

    None after findings about weights, labels or unknown values.
    """
    before = len(findings.errors)
    wrong = ~np.isfinite(weights) | (weights < 0)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        findings.add(
            "CAP007",
            f"{int(wrong.sum())} weights are missing, negative or not finite; the first is "
            f"{float(weights[first])!r} in row {first}",
            hint="a name without a weight is left out",
        )
    elif not (weights > 0).any():
        findings.add("CAP007", "no weight is above zero")
    groupings = {"security": units.each_line(weights.size)}
    for item in items:
        for path in unknown_paths(item, on):
            message = f"`{path}` is not known on {on}"
            findings.add("CAP009", message, where=path, hint="say what holds then, or none")
        if item.per in groupings:
            continue
        codes = groups.get(item.per)
        missing = None if codes is None else int(np.count_nonzero(codes < 0))
        if codes is None or missing:
            what = (
                "there is no such column"
                if codes is None
                else quantity(missing or 0, "name has none", "names have none")
            )
            findings.add("CAP008", f"caps by `{item.per}`, but {what}", where=f"{item.path}.per")
            continue
        groupings[item.per] = units.dense(codes)
    return groupings if len(findings.errors) == before else None


def _exceeded(state: State, item: Check) -> bool:
    """Are the weights so far above a limit?"""
    judge = FORM_FUNCTIONS[item.form_on(state.on)].excess
    excess = None if judge is None else judge(state, item)
    return excess is not None and excess.over > 0


def _joins(cap: Cap, on: dt.date) -> bool:
    """Is it an unconditional limit, met together with those beside it?"""
    return FORM_FUNCTIONS[cap.form_on(on)].joins(cap, on)


def _bounds(state: State, cap: Cap) -> Bounds:
    """The limits of a cap that joins others, on the weights it finds."""
    bounds = FORM_FUNCTIONS[cap.form_on(state.on)].bounds
    assert bounds is not None
    return bounds(state, cap, state.values)


def _stages(state: State, caps: Sequence[Cap]) -> list[list[Cap]]:
    """The caps in stages: limits that join and are nested together, every other cap alone.

    A floor without any limit has a stage of its own, without caps.
    """
    stages: list[list[Cap]] = []
    open_stage = False
    for cap in caps:
        now = _joins(cap, state.on)
        together = [*(stages[-1] if stages else []), cap]
        if now and open_stage and units.chain([state.codes[other.per] for other in together]):
            stages[-1].append(cap)
        else:
            stages.append([cap])
        open_stage = now
    if state.floor is not None and not any(_joins(stage[0], state.on) for stage in stages):
        stages.append([])
    return stages
