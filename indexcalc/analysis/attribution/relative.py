"""Against a benchmark: allocation, selection and interaction by group, linked over a period.

Per session, with weights w and returns r of groups g, b for the benchmark's (Brinson and Fachler):
allocation ``(w_g - w^b_g)(r^b_g - r^b)``, selection ``w^b_g (r_g - r^b_g)``, interaction
``(w_g - w^b_g)(r_g - r^b_g)``.  They sum to ``r - r^b``; times ``L_{t-1} / B_t`` (levels from 1 at the
start) they sum over sessions to ``L / B - 1``, the geometric relative return.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from indexcalc.analysis.attribution.groups import Groups
from indexcalc.analysis.attribution.parts import SessionParts
from indexcalc.arrays import Floats

EFFECTS = ("allocation", "selection", "interaction")


class Relative(Struct, frozen=True):
    """``effects`` (n_groups, 3) linked over the period for ``groups``; ``rounding``: of divisors; by
    session, ``differences`` (n_sessions, 4): the three effects and r - r^b.  ``total``: L / B - 1."""

    groups: tuple[str, ...]
    effects: Floats
    rounding: float
    differences: Floats
    total: float


def relative(
    own: Sequence[SessionParts], benchmark: Sequence[SessionParts], groups: Groups
) -> Relative:
    """The sessions of an index against those of its benchmark, the same days."""
    level = mark = 1.0
    linked: dict[int, Floats] = {}
    rounding = 0.0
    rows: list[list[float]] = []
    for mine, other in zip(own, benchmark, strict=True):
        mark_after = mark * (1.0 + other.total)
        factor = level / mark_after
        effects = _session(mine, other, groups)
        for group, three in effects.items():
            linked[group] = linked.get(group, np.zeros(3)) + three * factor
        rounding += (mine.rounding - other.rounding) * factor
        sums = np.sum(list(effects.values()), axis=0) if effects else np.zeros(3)
        rows.append([*sums.tolist(), mine.total - other.total])
        level, mark = level * (1.0 + mine.total), mark_after
    order = sorted(linked, key=lambda group: groups.names[group])
    return Relative(
        tuple(groups.names[group] for group in order),
        np.array([linked[group] for group in order]).reshape(-1, 3),
        rounding,
        np.array(rows).reshape(-1, 4),
        level / mark - 1.0,
    )


def _session(mine: SessionParts, other: SessionParts, groups: Groups) -> dict[int, Floats]:
    weights, gains = _by_group(mine, groups)
    b_weights, b_gains = _by_group(other, groups)
    whole = other.total - other.rounding
    effects: dict[int, Floats] = {}
    for group in sorted({*weights, *b_weights}):
        w, w_b = weights.get(group, 0.0), b_weights.get(group, 0.0)
        r = gains[group] / w if w else None
        r_b = b_gains[group] / w_b if w_b else None
        # A line received for nothing weighs nothing until it trades: what it gains is selection.
        free = (0.0 if w else gains.get(group, 0.0)) - (0.0 if w_b else b_gains.get(group, 0.0))
        # A group only one of the two holds has one return.
        r = r_b if r is None else r
        r_b = r if r_b is None else r_b
        if r is None or r_b is None:
            r = r_b = 0.0
        selection = w_b * (r - r_b) + free
        effects[group] = np.array([(w - w_b) * (r_b - whole), selection, (w - w_b) * (r - r_b)])
    return effects


def _by_group(parts: SessionParts, groups: Groups) -> tuple[dict[int, float], dict[int, float]]:
    of = groups.of(parts.codes, parts.day)
    weights = np.bincount(of, weights=parts.weight, minlength=len(groups.names))
    gains = np.bincount(of, weights=parts.lines, minlength=len(groups.names))
    present = np.unique(of).tolist()
    return {g: float(weights[g]) for g in present}, {g: float(gains[g]) for g in present}
