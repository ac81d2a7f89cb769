"""Ledger rows of one event: who is in, kept or out, and each float factor that was set or kept."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Bools
from indexcalc.review.data.float_factors import FloatUpdate
from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.decisions import IN, KEPT, OUT, SET, Decisions
from indexcalc.review.ledger.reasons import Reasons


def membership_rows(
    day: int, reported: Bools, members: Bools, existing: Bools, reasons: Reasons
) -> Decisions:
    """One row for each line of ``reported`` (n,): in, kept or out, and what decided last."""
    rows = np.flatnonzero(reported)
    outcome = np.where(members, np.where(existing, KEPT, IN), OUT)[rows].astype(np.int8)
    return Decisions(
        effective_day=day,
        step="membership",
        codes=rows.astype(np.int32),
        outcome=outcome,
        observed=reasons.observed[rows],
        threshold=reasons.threshold[rows],
        detail=reasons.detail[rows],
        path=reasons.path[rows],
        code=np.where(reasons.unknown[rows], 0, -1).astype(np.int8),
        measure=reasons.measure[rows],
    )


def float_rows(update: FloatUpdate, reported: Bools, words: Texts, line: int) -> Decisions:
    """Rows of step ``float``: each factor that was set anew, or kept although it had moved.

    ``observed``: what the steps made; ``threshold``: the factor published before.
    """
    before, stepped = update.before, update.made
    moved = ~np.isnan(stepped.factor) & (stepped.candidate != before)
    rows = np.flatnonzero(reported & moved)
    unchanged = stepped.kept[rows]
    detail = np.where(
        unchanged,
        words.number("kept: the change is too small"),
        words.number("float factor set"),
    )
    return Decisions(
        effective_day=update.day,
        step="float",
        codes=rows.astype(np.int32),
        outcome=np.where(unchanged, KEPT, SET).astype(np.int8),
        observed=stepped.candidate[rows],
        threshold=before[rows],
        detail=detail.astype(np.int64),
        path=np.full(rows.size, words.place("float", line), dtype=np.int64),
        code=np.full(rows.size, -1, dtype=np.int8),
        measure=np.zeros(rows.size, dtype=np.int64),
    )
