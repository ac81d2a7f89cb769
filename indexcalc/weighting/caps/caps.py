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
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.diagnostics import Findings
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.in_force import turned_off, unknown_paths
from indexcalc.methodology.model.weighting import Cap, Check
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import Share
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.checks import judge_all
from indexcalc.weighting.caps.forms import (
    hold_measured,
    hold_set,
    joins,
    meet_limits,
    meet_triggered,
    scale_by_factor,
)
from indexcalc.weighting.caps.measured import Window
from indexcalc.weighting.caps.state import CapStep, State, Stop, defects
from indexcalc.weighting.caps.verify import TOLERANCE


@dataclass(frozen=True, slots=True)
class Capped:
    """Weights (n,) that sum to one, capping factors (n,), and one step a cap in force, in order."""

    weights: Floats
    factors: Floats
    steps: tuple[CapStep, ...]

    @property
    def capped(self) -> Bools:
        """Lines that some cap holds (n,)."""
        made = np.zeros(self.weights.shape, dtype=np.bool_)
        for step in self.steps:
            made |= step.capped
        return made


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
    windows: Mapping[str, Window] | None = None,
) -> Capped | None:
    """Apply the caps in force on a date, in order; None after a finding of error level.

    ``weights`` (n,): any positive scale, lines in ascending order of their symbols' bytes.
    ``groups``: codes (n,) by the name a cap's ``per`` says (``issuer``, ``sector`` ...; -1: no label).
    ``windows``: what the window of a measured cap found, by the cap's path.
    Findings: CAP001, CAP002 (infeasible; a warning where excused), CAP006 (a limit or check broken),
    CAP007 (weights), CAP008 (labels), CAP009 (a value not known, a window not there).
    """
    n = weights.size
    in_force = [
        cap for cap in caps if _holds(cap, effective_date) and not cap.left_out(n, effective_date)
    ]
    judged = [check for check in checks if _holds(check, effective_date)]
    known = len(findings.errors)
    codes = _groupings(weights, [*in_force, *judged], effective_date, groups, findings)
    values = _scaled(weights, findings) if codes is not None else None
    if codes is None or values is None:
        return None
    start = values / float(ordered_sum(values))
    exact_floor = None if floor is None else floor.exact
    state = State(values, start, np.ones(start.shape), exact_floor, on_infeasible, findings)
    try:
        for stage in _stages(in_force, effective_date, codes, floored=exact_floor is not None):
            if not stage or joins(stage[0], effective_date):
                meet_limits(state, stage, effective_date, codes)
                continue
            cap = stage[0]
            if cap.measured is not None and value_on(cap.measured, effective_date) is not None:
                hold_measured(
                    state, cap, effective_date, codes[cap.per], (windows or {}).get(cap.path)
                )
            elif cap.form == "set":
                hold_set(state, cap, effective_date, codes[cap.per])
            elif cap.form == "factor":
                scale_by_factor(state, cap, effective_date, codes[cap.per])
            else:
                meet_triggered(state, cap, effective_date, codes)
    except Stop:
        return None
    judge_all(state, in_force, judged, effective_date, codes)
    by_factor = values * state.factors
    apart = np.abs(by_factor / float(ordered_sum(by_factor)) - state.weights).max()
    if apart > TOLERANCE:
        defects(state, [f"weights and factors part by {apart:.3g}"], "weighting.caps")
    if len(findings.errors) > known:
        return None
    return Capped(state.weights, state.factors, tuple(state.steps))


def _holds(item: Cap | Check, on: dt.date) -> bool:
    return item.in_force(on) and not turned_off(item, on)


def _scaled(weights: Floats, findings: Findings) -> Floats | None:
    """The weights with the largest between a half and one, no digit changed; None after a finding."""
    values: Floats = np.ldexp(weights, -int(np.frexp(weights.max())[1]))
    lost = int(np.count_nonzero((values == 0) & (weights > 0)))
    if lost:
        findings.add("CAP007", f"{lost} weights are nothing beside {float(weights.max())!r}")
        return None
    return values


def _groupings(
    weights: Floats,
    items: Sequence[Cap | Check],
    on: dt.date,
    groups: Mapping[str, npt.NDArray[np.integer[Any]]],
    findings: Findings,
) -> dict[str, Ints] | None:
    """Ints without gaps by ``per``; None after findings about weights, labels or unknown values."""
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
    made = {"security": units.each_line(weights.size)}
    for item in items:
        for path in unknown_paths(item, on):
            findings.add("CAP009", f"is not known on {on}", where=path, hint="say its value")
        if item.per in made:
            continue
        codes = groups.get(item.per)
        missing = None if codes is None else int(np.count_nonzero(codes < 0))
        if codes is None or missing:
            what = "there is no such column" if codes is None else f"{missing} names have none"
            findings.add("CAP008", f"caps by `{item.per}`, but {what}", where=f"{item.path}.per")
            continue
        made[item.per] = units.dense(codes)
    return made if len(findings.errors) == before else None


def _stages(
    caps: Sequence[Cap], on: dt.date, codes: Mapping[str, Ints], *, floored: bool
) -> list[list[Cap]]:
    """The caps in stages: limits that join and are nested together, every other cap alone."""
    made: list[list[Cap]] = []
    open_stage = False
    for cap in caps:
        now = joins(cap, on)
        if now and open_stage and units.chain([codes[one.per] for one in (*made[-1], cap)]):
            made[-1].append(cap)
        else:
            made.append([cap])
        open_stage = now
    if floored and not any(joins(stage[0], on) for stage in made):
        made.append([])
    return made
