"""The forms ``targets`` and ``times``: the largest units by rank are given weights, or a multiple.

Ranks are those of the measure a cap names (``by``), where it names none of the weights so far; of equals
the first line is the larger, and a unit whose measure is not known is the smallest.
"""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Ints
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.caps.by_rank import infeasible, total_of
from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.methodology.values.dated import value_on
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.forms.form import FormFunctions
from indexcalc.weighting.caps.state import State, Stop


def ranked(state: State, cap: Cap) -> Ints:
    """The units above zero from the largest down.  Raises Stop after a finding."""
    weights = state.units(cap)
    values = weights
    if cap.by is not None:
        window = state.windows.get(f"{cap.path}.by")
        if window is None:
            why = "its measure has no values"
            state.findings.add("CAP009", why, where=f"{cap.path}.by")
            raise Stop
        known = window.known
        values = units.sums(known, state.codes[cap.per])
    order = np.argsort(-values, kind="stable")
    return order[weights[order] > 0.0]


def set_targets(state: State, cap: Cap) -> None:
    """Give the largest their targets; the others share what is left.  Raises Stop after a finding."""
    weights, order = state.units(cap), ranked(state, cap)
    targets = [step.exact for step in value_on(cap.targets, state.on) or ()][: order.size]
    chosen, total = order[: len(targets)], total_of(cap, state.on, order.size)
    if total > 1:
        state.findings.add("CAP003", "the targets come to more than 100 %", where=cap.path)
        raise Stop
    problem = infeasible(cap, int(order.size), state.on)
    if problem is not None:
        where = f"{cap.path}.{problem.key}"
        if state.on_infeasible == "error" or total == 1:
            state.findings.add("CAP001", problem.message, where=where)
            raise Stop
        state.findings.add("CAP001", problem.message, where=where, severity="warning")
    held, limits = np.zeros(weights.size, dtype=np.bool_), np.full(weights.size, np.nan)
    held[chosen], limits[chosen] = True, [float(target) for target in targets]
    state.record(cap, held, limits)
    factors = np.ones(weights.size)
    others = float(ordered_sum(np.where(held, 0.0, weights)))
    wanted = np.array([float(target) for target in targets])
    left = others / float(1 - total) if others > 0.0 else 1.0
    factors[chosen] = wanted * left / weights[chosen]
    if others <= 0.0:
        factors = factors / float(factors[chosen].max())
    state.multiply(factors[state.codes[cap.per]], cap.path)


def multiply(state: State, cap: Cap) -> None:
    """Multiply the weights of the largest.  Raises Stop after a finding."""
    times, count = value_on(cap.times, state.on), value_on(cap.largest, state.on)
    assert times is not None
    assert count is not None
    held = np.zeros(units.n_units(state.codes[cap.per]), dtype=np.bool_)
    held[ranked(state, cap)[:count]] = True
    state.record(cap, held, np.full(held.size, np.nan))
    state.multiply(np.where(held, float(times), 1.0)[state.codes[cap.per]], cap.path)


TARGETS = FormFunctions(apply=set_targets)
TIMES = FormFunctions(apply=multiply)
