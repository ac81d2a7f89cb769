"""What a review would choose if one value were another: how far each name is from the other side.

The review is made again with one name's measure scaled and everything else as it was, so the answer
holds for the whole of a rule: its buffers, groups, fills and trims, not only the test that decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.arrays import Bools, Codes, Days, Ints
from indexcalc.methodology.dates.schedules import ReviewDates
from indexcalc.review.calendar.timeline import MemberLists
from indexcalc.review.conditions.judged_lines import (
    History,
    JudgedLines,
    MeasureValues,
    ReviewState,
)
from indexcalc.review.ledger.reasons import NoReasons
from indexcalc.review.measures.at_reviews import names_in
from indexcalc.review.result import ReviewResult, ReviewStart
from indexcalc.review.review import Reviewer
from indexcalc.review.selection.select_members import select_members
from indexcalc.review.selection.selection_run import KeptVerdicts

SMALLEST = 1.0 / 4096.0  # a change is found to about a fortieth of a percent


class Needed(Struct, frozen=True):
    """The smallest change of a measure that moves a name to the other side, and whom it would replace.

    ``change``: relative (0.12: 12 % more).  ``others``: codes of names that would come or go with it.
    """

    change: float
    others: Codes


def is_wide(low: float, enough: Needed, precision: float = SMALLEST) -> bool:
    """Is the span from ``low`` to a change that is enough larger than a share ``precision`` of it?"""
    return abs(enough.change) - low > max(precision * abs(enough.change), 1e-6)


class _SupposedList(Struct):
    """The lists of another index, with another one from a day on."""

    index: str
    known: MemberLists
    since: int
    codes: Codes

    def members(self, day: int) -> Codes:
        return self.codes if day >= self.since else self.known.members(day)

    @property
    def reviews(self) -> Sequence[ReviewDates]:
        return self.known.reviews

    @property
    def change_days(self) -> Days:
        return self.known.change_days


class WhatIf:
    """Asks a regular review again.  ``works`` is False where it cannot be: its rule looks at what
    names did at reviews before, weighs no measure, or the answer is not the one that was given."""

    def __init__(self, reviewer: Reviewer, result: ReviewResult) -> None:
        self._reviewer = reviewer
        self._staged = reviewer.staged.get(result.effective)
        self._base: Mapping[str, MeasureValues] = {}
        self._screened: tuple[JudgedLines, ReviewState] | None = None
        self._screens_by: set[str] = names_in((reviewer.rule.universe, reviewer.rule.eligibility))
        self._kept: dict[frozenset[str], KeptVerdicts] = {}
        self.asked = 0
        """How many times the review was made again."""
        self.issuers: Ints = np.zeros(reviewer.n, dtype=np.int64)
        self.chosen: Bools = np.zeros(reviewer.n, dtype=np.bool_)
        self.works = False
        if self._staged is None or reviewer.rule.selection is None:
            return
        self.chosen = self._choose(None)
        actual = np.zeros(reviewer.n, dtype=np.bool_)
        actual[result.members] = True
        self.works = bool((self.chosen == actual).all())

    @property
    def measures(self) -> Mapping[str, MeasureValues]:
        """The values of the review by measure."""
        return self._base

    def needed(
        self, code: int, measure: str, most: float = 0.5, precision: float = SMALLEST
    ) -> Needed | None:
        """The smallest change of ``measure`` of one name, up to ``most``, that moves it to the other
        side, at most a share ``precision`` of it too large; None: no such change does, or its value
        is not known.

        The direction that is better for a name that is out, and worse for one that is in, is tried
        first (more is better, but where the measure says ``best: lowest``), then the other.
        """
        low, enough = 0.0, self.enough(code, measure, most)
        while enough is not None and is_wide(low, enough, precision):
            low, enough = self.halved(code, measure, low, enough)
        return enough

    def enough(
        self, code: int, measure: str, by: float, signs: tuple[float, ...] = ()
    ) -> Needed | None:
        """Does a change by ``by``, in the first of ``signs`` (default: as ``needed``), move a name?"""
        values = self._base.get(measure)
        if not self.works or values is None or np.isnan(values.values[code]):
            return None
        first = -1.0 if bool(self.chosen[code]) != values.lowest_is_best else 1.0
        for sign in signs or (first, -first):
            chosen = self._choose({measure: _scaled(values, code, 1.0 + sign * by)})
            if bool(chosen[code]) != bool(self.chosen[code]):
                others = np.flatnonzero(chosen != self.chosen)
                return Needed(sign * by, others[others != code].astype(np.int32))
        return None

    def halved(self, code: int, measure: str, low: float, enough: Needed) -> tuple[float, Needed]:
        """The half of the span from ``low``, which does not move a name, to ``enough`` that has the
        smallest change that does."""
        middle = (low + abs(enough.change)) / 2.0
        sign = 1.0 if enough.change > 0 else -1.0
        found = self.enough(code, measure, middle, (sign,))
        return (middle, enough) if found is None else (low, found)

    def choose(
        self, supposed: Mapping[str, MeasureValues], lists: Mapping[str, Codes] | None = None
    ) -> Bools:
        """Who would be chosen (n,) with other values of some measures, and other ``lists`` of the indices
        the rule rests on from the effective date on."""
        return self._choose(supposed, lists)

    def _choose(
        self,
        supposed: Mapping[str, MeasureValues] | None,
        lists: Mapping[str, Codes] | None = None,
    ) -> Bools:
        """Who is chosen, before names that are no longer listed are replaced."""
        reviewer, staged = self._reviewer, self._staged
        assert staged is not None
        event = staged.event
        self.asked += 1
        if supposed and not lists and not self._screens_by & supposed.keys():
            return self._chosen_of_screened(supposed, staged)
        # Results of earlier reviews as they stood then; what this asking finds is thrown away.
        past = History(past=list(reviewer.history.past[: staged.reviews_before]))
        parents = dict(reviewer.screening.parents)
        for name, codes in (lists or {}).items():
            parents[name] = _SupposedList(name, parents[name], event.effective, codes)
        screening = replace(reviewer.screening, history=past, parents=parents)
        if supposed is not None:
            reviewer.measures.supposed = {**self._base, **supposed}
        reasons = NoReasons.none(reviewer.n)
        try:
            with screening.screened(event, staged.existing, staged.inclusion, reasons) as (
                lines,
                state,
                _,
            ):
                state.remaining &= ~staged.refused
                if supposed is None:
                    self._base, self.issuers = state.measures, state.issuers
                    self._screened = lines, _apart(state)
                select_members(reviewer.rule, event, lines, staged.pinned, reasons)
                return state.selected.copy()
        finally:
            reviewer.measures.supposed = None

    def _chosen_of_screened(
        self, supposed: Mapping[str, MeasureValues], staged: ReviewStart
    ) -> Bools:
        """Who is chosen of those who are eligible, where what is supposed does not say who is."""
        assert self._screened is not None
        lines, screened = self._screened
        state = replace(_apart(screened), measures={**self._base, **supposed})
        kept = self._kept.setdefault(frozenset(supposed), KeptVerdicts(frozenset(supposed)))
        lines.review, lines.unknowns = state, []
        rule, reasons = self._reviewer.rule, NoReasons.none(self._reviewer.n)
        with self._reviewer.screening.assumptions.only_of(state.universe):
            select_members(rule, staged.event, lines, staged.pinned, reasons, kept=kept)
        return state.selected


def _apart(state: ReviewState) -> ReviewState:
    """The same sets, in arrays of their own where steps change them in place."""
    past = History(past=list(state.history.past))
    remaining, selected = state.remaining.copy(), state.selected.copy()
    return replace(state, remaining=remaining, selected=selected, history=past)


def _scaled(measure: MeasureValues, code: int, factor: float) -> MeasureValues:
    values = measure.values.copy()
    values[code] *= factor
    return replace(measure, values=values)
