"""Ledger rows of step ``cap``: which names each cap of a review holds, at what limit, with what factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.model.caps.cap import CAP_FORMS
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.decisions import SET, Decisions
from indexcalc.review.weights.review_weights import ReviewWeights

if TYPE_CHECKING:
    from indexcalc.weighting.caps.state import CapStep


def cap_rows(done: ReviewWeights, rule: Methodology, words: Texts) -> list[Decisions]:
    """One row for each line and cap that holds it, by line, then in the order of the caps.

    ``observed``: the weight of the line's unit before that cap; ``threshold``: what it may weigh
    (not there for a cap that multiplies).
    """
    if done.made is None:
        return []
    capped: list[tuple[int, CapStep, int]] = [
        (int(row), step, order)
        for order, step in enumerate(done.made.steps)
        for row in np.flatnonzero(step.capped)
        if step.acted
    ]
    if not capped:
        return []
    capped.sort(key=lambda item: (item[0], item[2]))
    rows = np.array([row for row, _, _ in capped], dtype=np.int64)
    detail = [
        words.number(_told(step, row, float(done.factors[row]), float(done.weights[row])))
        for row, step, _ in capped
    ]
    return [
        Decisions(
            effective_day=day_number(done.effective_date),
            step="cap",
            codes=done.codes[rows],
            outcome=np.full(rows.size, SET, dtype=np.int8),
            observed=np.array([step.before[row] for row, step, _ in capped]),
            threshold=np.array([step.limit[row] for row, step, _ in capped]),
            detail=np.array(detail, dtype=np.int64),
            path=np.array(
                [words.place(step.path, rule.line_of(step.path)) for _, step, _ in capped]
            ),
            code=np.full(rows.size, -1, dtype=np.int8),
            measure=np.zeros(rows.size, dtype=np.int64),
        )
    ]


# A weight at its limit but for rounding is not below it.
_ROUNDING = 1e-12


def _told(step: CapStep, row: int, factor: float, weight: float) -> str:
    unit = "" if step.per == "security" else f" with its {step.per}"
    what = f"{CAP_FORMS[step.form].words}{unit}"
    note = f"; {step.note}" if step.note else ""
    if step.before[row] < step.limit[row] * (1.0 - _ROUNDING):
        note += "; below it until the excess of others was shared out"
    return f"{what}{note}; capping factor {factor:.6g}, weight {weight:.4%} at the pricing closes"
