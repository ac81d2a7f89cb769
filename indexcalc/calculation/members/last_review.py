"""The last regular review of a written run, made again from the lists before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.calculation.members.by_reviews import reviewer_of
from indexcalc.calculation.members.from_lists import WrittenList
from indexcalc.calculation.members.index_members import Members, Setting
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.methodology.dates.schedules import review_dates
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.ledger.decisions import table
from indexcalc.review.preparation import KnownLists
from indexcalc.review.result import ReviewResult
from indexcalc.review.review import Reviewer

REVIEWS = 2
"""Regular reviews that are made again: the one before says who waits, who came and who left since."""

_COMPARED = ["step", "symbol", "outcome", "observed", "threshold"]


def last_review(
    rule: Methodology,
    setting: Setting,
    known: Mapping[str, Members],
    lists: Sequence[WrittenList],
    decisions: Any,
) -> tuple[Reviewer, ReviewResult] | None:
    """(a reviewer that can ask it again, the last regular review) of a run.

    ``known``: the members of the indices it rests on; ``lists``, ``decisions``: as the run has them.  None
    where that does not lead to its ``decisions``: what was found at all reviews before counts.
    """
    before = _lists_before(rule, setting, known, lists)
    if before is None:
        return None
    reviewer = reviewer_of(rule, setting, known, before)
    found: ReviewResult | None = None
    last = max(
        (event.effective for event in reviewer.events if "regular" in event.kinds), default=0
    )
    for event in reviewer.events:
        result = reviewer.step(event) if event.effective <= last else None
        found = result if result is not None and result.kind == "regular" else found
    if found is None or found.effective != last or any(reviewer.history.past):
        return None
    own = table(found.decisions, setting.market.symbols, reviewer.words)
    return (reviewer, found) if _rows(own, last) == _rows(decisions, last) else None


def _lists_before(
    rule: Methodology,
    setting: Setting,
    known: Mapping[str, Members],
    lists: Sequence[WrittenList],
) -> KnownLists | None:
    """The lists before the last regular reviews but one; None where there are none."""
    market = setting.market
    begin, end = date_of(lists[0].day), date_of(market.days[setting.last_session])
    days = _regular(rule, setting, known, begin, end)[-REVIEWS:]
    earlier = [item for item in lists if days and item.day < day_number(days[0])]
    if len(days) < REVIEWS or not earlier:
        return None
    last = earlier[-1]
    inclusion: Floats = np.zeros(len(market.symbols))
    inclusion[last.codes] = last.inclusion
    return KnownLists(
        days[0], tuple((item.day, item.codes, item.kind) for item in earlier), inclusion
    )


def _regular(
    rule: Methodology,
    setting: Setting,
    known: Mapping[str, Members],
    begin: dt.date,
    end: dt.date,
) -> list[dt.date]:
    """The effective dates of the regular reviews between two days, ascending."""
    if rule.review.follows:
        dates = [one for name in rule.review.follows for one in known[name].lists.reviews]
    elif rule.review.kind == "scheduled":
        dates = list(review_dates(rule, setting.sessions, begin, end))
    else:
        dates = []
    return sorted({one.effective for one in dates if begin <= one.effective <= end})


def _rows(decisions: Any, day: int) -> list[tuple[Any, ...]]:
    """What a ledger says of the members of a day, by line; its words may be others in another version."""
    days = arrow.days(decisions.column("effective_date"))
    bounds = np.searchsorted(days, [day, day + 1]).tolist()
    rows = decisions.select(_COMPARED).slice(bounds[0], bounds[1] - bounds[0]).to_pylist()
    return sorted((tuple(row.values()) for row in rows if row["step"] != "cap"), key=str)
