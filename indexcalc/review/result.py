"""What an event of an index comes to: the list in force from it and the ledger rows that say why."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from indexcalc.arrays import Bools, Codes, Floats
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.ledger.decisions import Decisions
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
    """Between reviews: why each line came or went, by code."""
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
