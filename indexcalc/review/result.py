"""What an event of an index comes to: the list in force from it and the ledger rows that say why."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Codes, Floats
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.data.float_factors import FloatUpdate
from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.decisions import IN, KEPT, OUT, SET, Decisions
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.selection.steps import ReserveNames


class ReviewResult(Struct, frozen=True):
    """One event of an index: its days (since 1970-01-01) and the list in force from ``effective``.

    ``members`` (m,) ascending with ``inclusion`` and ``float_factor`` (m,; NaN: not known).
    ``reserve``: names in waiting, in order, with the group each may fill.  ``decisions``: ledger
    rows.  ``observed``: by measure, sessions with data and sessions its window spans.
    ``measures``: values of all lines at a regular review.
    """

    effective: int
    cutoff: int
    announcement: int | None
    pricing: int
    kind: str
    members: Codes
    inclusion: Floats
    float_factor: Floats
    added: Codes
    removed: Codes
    reserve: ReserveNames
    decisions: tuple[Decisions, ...] = ()
    observed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    measures: Mapping[str, Floats] = field(default_factory=dict)
    sets_weights: bool = True
    why: Mapping[int, str] = field(default_factory=dict)
    """DayChanges reviews: why each line came or went, by code."""
    places: Mapping[int, int] = field(default_factory=dict)
    """By code of who came, the line whose place it took."""


class ReviewStart(Struct, frozen=True):
    """What a regular review begins with, so that it can be asked again what it would have chosen.

    ``existing``, ``pinned`` and ``refused`` (names in and out whatever they are): shape (n,) over all
    lines; ``inclusion`` (n,) before; ``reviews_before``: how many came before it.
    """

    event: Event
    existing: Bools
    inclusion: Floats
    pinned: Bools
    refused: Bools
    reviews_before: int


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
