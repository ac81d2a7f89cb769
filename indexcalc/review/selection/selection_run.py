"""One review's selection while its steps run: names remaining and selected, their order and rank.

Where the unit is the issuer, its lines come and go together and count as one place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Ints
from indexcalc.methodology.model.conditions import AllOf
from indexcalc.methodology.model.selection import Selection
from indexcalc.methodology.values import values as v
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.values import NONE, UNKNOWN
from indexcalc.review.conditions.evaluate import Verdict, could_pass, evaluate
from indexcalc.review.conditions.judged_lines import (
    JudgedLines,
    ReviewState,
    RuleNotKnown,
    Unknown,
    known_from,
)
from indexcalc.review.conditions.ranking import Rounding, best_first, in_groups, percent_of
from indexcalc.review.conditions.ranks_and_buffers import counts_by_group, set_of
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.measures.at_reviews import names_in


class KeptVerdicts(Struct):
    """Verdicts on conditions of steps, for a review that is asked again with other values of the measures
    ``supposed``: a condition that reads none of them, of the same names, is judged once."""

    supposed: frozenset[str]
    found: dict[tuple[int, str], tuple[Bools, Bools, Verdict]] = field(default_factory=dict)
    reads: dict[int, bool] = field(default_factory=dict)

    def of(self, condition: AllOf, within: str, state: ReviewState) -> Verdict | None:
        """What was found before of the names remaining and selected; None: nothing."""
        kept = self.found.get((id(condition), within))
        if kept is None:
            return None
        remaining, selected, verdict = kept
        same = np.array_equal(remaining, state.remaining)
        return verdict if same and np.array_equal(selected, state.selected) else None

    def keep(self, condition: AllOf, within: str, state: ReviewState, verdict: Verdict) -> None:
        """Keep a verdict that the supposed values do not change."""
        number = id(condition)
        if number not in self.reads:
            self.reads[number] = bool(names_in((condition,)) & self.supposed)
        if not self.reads[number]:
            self.found[number, within] = (state.remaining.copy(), state.selected.copy(), verdict)


class SelectionRun:
    """One review's selection while its steps run: ``lines.review`` and the reasons change in place.

    ``inclusion`` (n,): of the selected names.  ``pinned`` (n,): selected whatever the steps say.
    ``kept``: verdicts of the same review asked before.  ``choosing``: what each step chooses by, with the
    names remaining and the grouping then.
    """

    def __init__(
        self,
        lines: JudgedLines,
        selection: Selection,
        effective: dt.date,
        month: int,
        reasons: Reasons,
        pinned: Bools,
        kept: KeptVerdicts | None = None,
    ) -> None:
        assert lines.review is not None
        self.lines = lines
        self.state: ReviewState = lines.review
        self.selection = selection
        self.date = effective
        self.month = month
        self.reasons = reasons
        self.pinned = pinned
        self.kept = kept
        self.inclusion = np.zeros(lines.n)
        self.choosing: list[tuple[Sequence[AllOf], Bools, str]] = []
        self.state.count = int(value_on(selection.count, effective, 0))
        self.within = self.at(selection.within, "selection.within") or "all"

    # --- values ---------------------------------------------------------------------------------

    def at(self, dated: Dated[Any] | None, path: str) -> Any:
        """A dated value on the effective date, None where it is off; RuleNotKnown: unknown."""
        if dated is None:
            return None
        value = dated.at(self.date)
        if value is UNKNOWN:
            raise RuleNotKnown(path, self.date, known_from(dated, self.date))
        return None if value is NONE else value

    def judge(self, condition: AllOf, within: str) -> Verdict:
        """A condition of a step, for the names remaining."""
        self.state.base = self.state.remaining.copy()
        self.state.step_within = within
        if self.kept is None:
            return evaluate(condition, self.lines, self.state.remaining)
        verdict = self.kept.of(condition, within, self.state)
        if verdict is None:
            verdict = evaluate(condition, self.lines, self.state.remaining)
            self.kept.keep(condition, within, self.state, verdict)
        return verdict

    def may_choose(self, within: str | None, *conditions: AllOf | None) -> None:
        """A step chooses among the names that remain and meet its conditions."""
        asked = [condition for condition in conditions if condition is not None]
        self.choosing.append((asked, self.state.remaining, within or self.within))

    def waiting(self) -> Bools:
        """Names (n,) that remain and that some step could choose, were their ranks others: who may wait for
        a place.  All that remain, where no step chooses."""
        state = self.state
        if not self.choosing:
            return state.remaining
        now = state.remaining, state.base, state.step_within
        able = np.zeros(self.lines.n, dtype=np.bool_)
        for conditions, remaining, within in self.choosing:
            state.remaining = state.base = remaining
            state.step_within = within
            passing = [could_pass(condition, self.lines) for condition in conditions]
            able |= np.logical_and.reduce([remaining, *passing])
        state.remaining, state.base, state.step_within = now
        return state.remaining & self.whole(state.remaining & able)

    def unplaced(self, by: str, rows: Bools, path: str, line: int) -> None:
        """Note the ``rows`` (n,) whose place nobody can tell, because ``by`` is not known of them."""
        missing = rows & ~self.known(by)
        if missing.any():
            self.lines.unknowns.append(Unknown(by, f"{path}.by", line, missing))

    def known(self, by: str) -> Bools:
        """Rows (n,) with a value of ``by``."""
        known: Bools = ~np.isnan(self.lines.measure(by, self.date).values)
        return known

    def ordered(self, rows: Bools, by: str, groups: Ints, safer: Bools | None = None) -> Ints:
        """``rows`` best first by group; names of ``safer`` before all others, those without a value of
        ``by`` after them."""
        measure = self.lines.measure(by, self.date)
        best = self.lines.best_first(by, measure, by_issuer=False)
        best = best[rows[best]]
        if best.size < np.count_nonzero(rows):
            unknown = (rows & np.isnan(measure.values)).nonzero()[0]
            unknown = best_first(unknown, None, (measure.values, *self.state.ties))
            best = np.concatenate((best, unknown))
        if safer is not None:
            first = safer[best]
            best = np.concatenate((best[first], best[~first]))
        return in_groups(best, groups)

    def places(self, by: str) -> Ints:
        """Place (n,) from 0 of each line among all that have a value of ``by``; -1 for others."""
        best = self.lines.best_first(by, self.lines.measure(by, self.date), by_issuer=False)
        places = np.full(self.lines.n, -1, dtype=np.int64)
        places[best] = np.arange(best.size)
        return places

    def count_of(self, value: v.Number | v.PercentOf, rounding: Rounding, groups: Ints) -> Ints:
        """A number of names for each group (n_groups + 1,)."""
        n_groups = int(groups.max(initial=-1)) + 1
        if isinstance(value, v.Number):
            return np.full(n_groups + 1, int(value), dtype=np.int64)
        if value.of == "count":
            number = percent_of(value.share, self.state.count, rounding)
            return np.full(n_groups + 1, number, dtype=np.int64)
        counts = counts_by_group(set_of(value.of, self.state), groups, self.state)
        return np.array([percent_of(value.share, int(c), rounding) for c in counts], np.int64)

    def grouping(self, name: str | None) -> Ints:
        """The group of each line; one group where ``name`` is None."""
        return self.lines.grouping(name or "all", self.date)[0]

    # --- units ----------------------------------------------------------------------------------

    def units(self) -> Ints | None:
        """The issuer of each line where that is the unit, else None."""
        return self.state.issuers if self.state.by_issuer else None

    def whole(self, rows: Bools) -> Bools:
        """Remaining lines of the units of ``rows``."""
        if not self.state.by_issuer:
            return rows
        return rows | (self.of_issuers(rows) & self.state.remaining)

    def of_issuers(self, rows: Bools) -> Bools:
        """All lines (n,) of the issuers of ``rows``."""
        issuers = self.state.issuers
        named = np.zeros(int(issuers.max(initial=-1)) + 1, dtype=np.bool_)
        named[issuers[rows]] = True
        return named[issuers]

    def positions(self, ordered: Ints, groups: Ints) -> tuple[Ints, Ints]:
        """(place (n,) from 0 of each of the ``ordered`` rows in its group, -1 for all others; places given
        in each group (n_groups + 1,)).

        Lines of an issuer, where that is the unit, share the place of the first of them.
        """
        n_groups = int(groups.max(initial=-1)) + 1
        positions = np.full(self.lines.n, -1, dtype=np.int64)
        units = self.units()
        group = groups[ordered]
        if units is None:
            counts = np.bincount(group, minlength=n_groups + 1)
            place = np.arange(ordered.size)
        else:
            pairs = group * (int(units.max(initial=0)) + 1) + units[ordered]
            _, first, inverse = np.unique(pairs, return_index=True, return_inverse=True)
            counts = np.bincount(group[first], minlength=n_groups + 1)
            leads = np.zeros(ordered.size, dtype=np.int64)
            leads[first] = 1
            place = (np.cumsum(leads) - 1)[first[inverse]]
        # Less the places of the groups before.
        positions[ordered] = place - (np.cumsum(counts) - counts)[group]
        return positions, counts
