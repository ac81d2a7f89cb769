"""The coming review on a moved market, made from its first review on; how many may be made and were."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import numpy as np
from msgspec import Struct, field

from indexcalc.analysis.near.moved_market import FloatRows, MovedMarket
from indexcalc.analysis.pro_forma import planned_review
from indexcalc.analysis.weights_on_paper import weighed_on_paper
from indexcalc.arrays import Bools, Floats
from indexcalc.calculation.plan import IndexJob, Plan, Request
from indexcalc.diagnostics import Findings, IndexcalcError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import Family
from indexcalc.review.result import ReviewResult


class TimeIsUp(Exception):
    """No further review may be made for the question in hand."""


class Budget(Struct):
    """What may be spent on a search: ``seconds``, or ``most`` reviews and computations; ``made`` of them,
    ``quick`` on the last sessions alone.

    Several questions share it: ``share(n)`` opens the first of ``n`` that are left, which has an n-th of
    the rest; what it leaves is there for the others."""

    seconds: float | None
    most: int | None
    made: int = 0
    quick: int = 0
    begun: float = field(default_factory=time.monotonic)
    _until: float | None = None
    _upto: int | None = None

    def share(self, left: int) -> None:
        """Open a question, of ``left`` that are still to come."""
        if self.most is not None:
            self._upto = self.made + (self.most - self.made) // left
        elif self.seconds is not None:
            now = self.spent
            self._until = now + (self.seconds - now) / left

    def spend(self, quick: bool = False) -> None:
        """One more; TimeIsUp where the question has had its share."""
        if self._upto is not None and self.made >= self._upto:
            raise TimeIsUp
        if self._until is not None and self.spent >= self._until:
            raise TimeIsUp
        self.made += 1
        self.quick += quick

    @property
    def spent(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self.begun


class Outcome(Struct, frozen=True):
    """What a review decides, arrays (n,) over the lines of the market: ``members``; ``capped``: those some
    cap holds; ``uncapped``, ``weights``: before and after the caps."""

    members: Bools
    capped: Bools
    uncapped: Floats
    weights: Floats


class ComingReview:
    """The review of an index effective on or after a day, on a market and on others with the same lines."""

    def __init__(self, family: Family, market: Market, on: dt.date, request: Request) -> None:
        self.family, self.request = family, request
        self.index = family.asked[0]
        self.plan, place = planned_review(family, market, on, request)
        self.work: IndexJob = self.plan.works[self.index]
        self.result: ReviewResult = self.work.members.results[place]
        self.before = self.work.members.results[:place]
        self.asked = self._outcome(self.plan, self.result)

    def on(self, market: Market, family: Family | None = None) -> Outcome:
        """What it decides on a market, or with other rules."""
        on = date_of(self.result.effective)
        plan, place = planned_review(family or self.family, market, on, self.request)
        return self._outcome(plan, plan.works[self.index].members.results[place])

    def first_day(self) -> int:
        """The first day a measure of the review looks at, of its rule or one reviewed with it, but none
        that the review before could see; the cut-off, where nothing is measured; the last session of the
        data, where all that is later."""
        result, last = self.result, int(self.plan.market.days[-1])
        days = [result.cutoff, last]
        for work in self.plan.works.values():
            weighings = work.members.weighings
            if weighings is None:
                continue
            for name in work.rule.measures:
                window = weighings.reviewer.measures.window_of(result.effective, name)
                if window is not None:
                    days.append(window[0])
        past = [item.cutoff for item in self.before if item.kind == "regular"]
        return min(max(min(days), past[-1] + 1 if past else 0), last)

    @property
    def scheduled_with(self) -> tuple[str, ...]:
        """The rules with months of their own whose review is on the same days as this one."""
        result = self.result
        found = []
        for name, work in self.plan.works.items():
            days = {(item.effective, item.cutoff) for item in work.members.results}
            if work.rule.review.kind == "scheduled" and (result.effective, result.cutoff) in days:
                found.append(name)
        return tuple(found)

    def lists_before(self, earliest: int) -> Any | None:
        """The lists in force before the review of all indices that choose, as rows of ``memberships`` with
        days from ``earliest`` on; None: one of them has none."""
        symbols = self.plan.market.symbols
        rows: list[tuple[str, int, str]] = []
        for name, work in self.plan.works.items():
            if work.rule.selection is None:
                continue
            past = [one for one in work.members.results if one.effective < self.result.effective]
            if not past:
                return None
            day = max(past[-1].effective, earliest)
            rows += [(name, day, symbols[code]) for code in past[-1].members]
        rows.sort()
        return arrow.table(
            {
                "index": arrow.from_texts([row[0] for row in rows]),
                "effective_date": arrow.from_days([row[1] for row in rows]),
                "symbol": arrow.from_texts([row[2] for row in rows]),
            }
        )

    def _outcome(self, plan: Plan, result: ReviewResult) -> Outcome:
        n = len(plan.market.symbols)
        members, capped = np.zeros((2, n), dtype=np.bool_)
        uncapped, weights = np.zeros((2, n))
        members[result.members] = True
        weighed = None
        if result.sets_weights:
            work = plan.works[self.index]
            weighed = weighed_on_paper(work, result, result.pricing, Findings())
        if weighed is not None:
            capped[weighed.codes] = weighed.capped
            uncapped[weighed.codes], weights[weighed.codes] = weighed.uncapped, weighed.weights
        return Outcome(members, capped, uncapped, weights)


class Judge(Struct, frozen=True):
    """A review and the market it is made on, moved."""

    review: ComingReview
    moved: MovedMarket

    def priced(self, code: int, change: float, first_day: int) -> Outcome:
        """The review where the prices of a line are moved."""
        return self.review.on(self.moved.priced((code,), 1.0 + change, first_day))

    def floated(self, rows: FloatRows, change: float, first_day: int) -> Outcome:
        """The review where the float factor of a line is moved."""
        return self.review.on(self.moved.floated(rows, 1.0 + change, first_day))


def quick_judge(review: ComingReview, market: Market, first_day: int) -> Judge | None:
    """The review on the sessions from ``first_day`` on alone, where the lists in force before it are given;
    None: there are none, or it has other members there."""
    # A list before the first session would leave nothing for the data to decide.
    later = market.days[market.days > first_day]
    lists = review.lists_before(int(later[0])) if later.size else None
    if lists is None:
        return None
    moved = MovedMarket(market, first_day, alone=True, tables={"memberships": lists})
    on = date_of(review.result.effective)
    try:
        alone = ComingReview(review.family, moved.as_it_is(), on, review.request)
    except IndexcalcError:
        return None
    same = alone.result.cutoff == review.result.cutoff
    same = same and np.array_equal(alone.asked.members, review.asked.members)
    return Judge(alone, moved) if same else None
