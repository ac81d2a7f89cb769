"""The members of an index as the level pass needs them, and what they are found from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from indexcalc.arrays import Days
from indexcalc.calculation.members.composite import Membership
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import value_on
from indexcalc.review.calendar.timeline import MemberLists
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.texts import Texts
from indexcalc.review.review import ReviewResult
from indexcalc.review.weights.review_weights import ReviewWeighting

# (start day, last day, first and last day each line was seen) -> decisions.parquet
Ledger = Callable[[int, int, Days, Days], Any]


class Members(Struct):
    """An index's members as the level pass needs them, and what its files say of the reviews.

    ``lists``: what other indices ask of it.  ``announcements`` and ``cutoffs``: day by observed
    session of the review.  ``notes``: what was taken for granted.  ``results``: every review, for
    an index that has any, and ``weighings`` what their weights are made of.  ``gives_floats``: its scheme
    weighs by float factors, which an index of it may take over.
    """

    membership: Membership
    first_session: int
    lists: MemberLists
    ledger: Ledger
    report: Callable[[Days, Days, Findings], None]
    announcements: dict[int, int] = field(default_factory=dict)
    cutoffs: dict[int, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    results: tuple[ReviewResult, ...] = ()
    words: Texts = field(default_factory=Texts)
    fields: Fields | None = None
    weighings: ReviewWeighting | None = None
    gives_floats: bool = False


class Setting(Struct, frozen=True):
    """What every index of a run shares.  ``horizon``: reviews up to that day are made, also past
    the data (None: up to the last session)."""

    market: Market
    sessions: Sessions
    assumptions: Assumptions
    findings: Findings
    last_session: int
    horizon: dt.date | None = None


def float_givers(rule: Methodology, known: Mapping[str, Members]) -> bool:
    """Do all indices that a rule is chosen from weigh by float factors?"""
    parents = () if rule.universe.of is None else rule.universe.of.values
    return all(known[name].gives_floats for names in parents for name in names)


def capped_on(rule: Methodology, on: dt.date) -> bool:
    """Does a rule cap anything on a day?"""
    said = rule.weighting
    return any(value_on(dated, on) for dated in (said.caps, said.check, said.floor))
