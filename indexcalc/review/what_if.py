"""What a review would choose if one value were another: how far each name is from the other side.

The review is made again with one name's measure scaled and everything else as it was, so the answer
holds for the whole of a rule: its buffers, groups, fills and trims, not only the test that decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from indexcalc.arrays import Bools, Codes, Days, Ints
from indexcalc.methodology.dates.schedules import ReviewDates
from indexcalc.review.calendar.timeline import MemberLists
from indexcalc.review.conditions.judged_lines import History, MeasureValues
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.result import ReviewResult
from indexcalc.review.review import Reviewer
from indexcalc.review.selection.select_members import select_members

SMALLEST = 1.0 / 4096.0  # a change is found to about a fortieth of a percent


@dataclass(frozen=True, slots=True)
class Needed:
    """The smallest change of a measure that moves a name to the other side, and whom it would replace.

    ``change``: relative (0.12: 12 % more).  ``others``: codes of names that would come or go with it.
    """

    change: float
    others: Codes


@dataclass(slots=True)
class _SupposedList:
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
        values = self._base.get(measure)
        if not self.works or values is None or np.isnan(values.values[code]):
            return None
        inside = bool(self.chosen[code])
        first = -1.0 if inside != values.lowest_is_best else 1.0
        for sign in (first, -first):

            def moved(size: float, sign: float = sign) -> Bools | None:
                chosen = self._choose({measure: _scaled(values, code, 1.0 + sign * size)})
                return chosen if bool(chosen[code]) != inside else None

            chosen = moved(most)
            if chosen is not None:
                return self._least(moved, (most, precision), chosen, code, sign)
        return None

    def _least(
        self,
        moved: Callable[[float], Bools | None],
        bounds: tuple[float, float],
        members: Bools,
        code: int,
        sign: float,
    ) -> Needed:
        low, (high, precision) = 0.0, bounds
        while high - low > max(precision * high, 1e-6):
            middle = (low + high) / 2.0
            outcome = moved(middle)
            if outcome is None:
                low = middle
            else:
                high, members = middle, outcome
        others = np.flatnonzero(members != self.chosen)
        return Needed(sign * high, others[others != code].astype(np.int32))

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
        # Results of earlier reviews as they stood then; what this asking finds is thrown away.
        past = History(past=list(reviewer.history.past[: staged.reviews_before]))
        parents = dict(reviewer.screening.parents)
        for name, codes in (lists or {}).items():
            parents[name] = _SupposedList(name, parents[name], event.effective, codes)
        screening = replace(reviewer.screening, history=past, parents=parents)
        if supposed is not None:
            reviewer.measures.supposed = {**self._base, **supposed}
        reasons = Reasons.none(reviewer.n)
        try:
            with screening.screened(event, staged.existing, staged.inclusion, reasons) as (
                lines,
                state,
                _,
            ):
                if supposed is None:
                    self._base, self.issuers = state.measures, state.issuers
                state.remaining &= ~staged.refused
                select_members(reviewer.rule, event, lines, staged.pinned, reasons)
                return state.selected.copy()
        finally:
            reviewer.measures.supposed = None


def _scaled(measure: MeasureValues, code: int, factor: float) -> MeasureValues:
    values = measure.values.copy()
    values[code] *= factor
    return replace(measure, values=values)
