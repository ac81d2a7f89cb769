"""The seven verbs: who is required, dropped, selected, filled up, trimmed, replaced, held back.

Readings chosen where the reference leaves room:

- A condition of a step is judged for the names remaining when the step begins.
- ``select`` gives all it matches its ``inclusion``, those already selected too.
- ``trim`` takes names out of the selection but leaves them remaining, so that a later ``fill`` or
  the reserve may take them.  A name without a value of ``by`` is filled by nobody and trimmed first;
  where that decides a place it is reported (DAT011).
- Where the unit is the issuer, ``require`` and ``drop`` act on lines, the other verbs on issuers: an
  issuer is taken where one of its remaining lines passes, with all of them, and counts once.
- ``replace`` and ``limit_changes`` work within each group where the step itself says ``within``.
- ``limit_changes`` holds nothing back where neither entrants nor leavers are more than the limit.
  Leavers that do not remain (dropped, not eligible) leave in any case, before others.  Where there
  was no list before, there are no changes to limit.
- Names the committee adds or keeps are selected from the start and are taken out by no step.

The ledger names the last step that decided of a name.  A name that is never selected has the step
it missed by the least, relative to the line; a ``fill`` that had places to give comes after those.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.methodology import values as v
from indexcalc.methodology.conditions import AllOf
from indexcalc.methodology.dated import Dated
from indexcalc.methodology.model_selection import (
    Adjust,
    LimitChanges,
    Replace,
    Reserve,
    Selection,
    Step,
)
from indexcalc.methodology.values import NONE, UNKNOWN, Special
from indexcalc.review.conditions import Verdict, evaluate
from indexcalc.review.rank_tests import counts_by_group, set_of
from indexcalc.review.ranking import Rounding, best_first, percent_of
from indexcalc.review.reasons import Reasons
from indexcalc.review.scene import MeasureValues, ReviewState, RuleNotKnown, Scene, Unknown

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reserved:
    """Names in waiting, in the order they are used, with the group each may fill ('' : any)."""

    codes: npt.NDArray[np.int32]
    groups: tuple[str, ...]


class Selecting:
    """One review's selection: runs the steps on ``scene.review`` and keeps the reasons.

    ``inclusion`` (n,): of the selected names.  ``pinned`` (n,): selected whatever the steps say.
    """

    def __init__(
        self,
        scene: Scene,
        selection: Selection,
        effective: dt.date,
        month: int,
        reasons: Reasons,
        pinned: Bools,
    ) -> None:
        assert scene.review is not None
        self.scene = scene
        self.state: ReviewState = scene.review
        self.selection = selection
        self.date = effective
        self.month = month
        self.reasons = reasons
        self.pinned = pinned
        self.inclusion = np.zeros(scene.n)
        self.within = self.at(selection.within, "selection.within") or "all"

    # --- values ---------------------------------------------------------------------------------

    def at(self, dated: Dated[Any] | None, path: str) -> Any:
        """A dated value on the effective date, None where it is off; RuleNotKnown: unknown."""
        if dated is None:
            return None
        value = dated.at(self.date)
        if value is UNKNOWN:
            later = [
                day for day, said in dated if day > self.date and not isinstance(said, Special)
            ]
            raise RuleNotKnown(path, self.date, later[0] if later else None)
        return None if value is NONE else value

    def judge(self, condition: AllOf, within: str) -> Verdict:
        """A condition of a step, for the names remaining."""
        self.state.base = self.state.remaining.copy()
        self.state.step_within = within
        return evaluate(condition, self.scene, self.state.remaining)

    def order_key(self, by: str) -> MeasureValues:
        """What ``by`` orders names with."""
        measure = self.state.measures.get(by)
        if measure is not None:
            return measure
        column = self.scene.values(by, self.date)
        if column.kind == "text":
            return MeasureValues(np.full(self.scene.n, np.nan))
        return MeasureValues(np.asarray(column.values, dtype=np.float64))

    def unplaced(self, by: str, rows: Bools, path: str, line: int) -> None:
        """Note the ``rows`` (n,) whose place nobody can tell, because ``by`` is not known of them."""
        missing = rows & np.isnan(self.order_key(by).values)
        if missing.any():
            self.scene.unknowns.append(Unknown(by, f"{path}.by", line, missing))

    def ordered(self, rows: Ints, by: str, groups: Ints, safer: Bools | None = None) -> Ints:
        """Rows best first by group; names of ``safer`` before all others."""
        measure = self.order_key(by)
        values = -measure.values if measure.lowest_is_best else measure.values
        keys = [values, *self.state.ties]
        if safer is not None:
            keys = [safer.astype(np.float64), *keys]
        return best_first(rows, groups, keys)

    def places(self, by: str) -> Ints:
        """Place (n,) from 0 of each line among all that have a value of ``by``; -1 for others."""
        known = np.flatnonzero(~np.isnan(self.order_key(by).values))
        made = np.full(self.scene.n, -1, dtype=np.int64)
        made[self.ordered(known, by, np.zeros(self.scene.n, dtype=np.int64))] = np.arange(
            known.size
        )
        return made

    def count_of(self, value: v.Number | v.PercentOf, rounding: Rounding, groups: Ints) -> Ints:
        """A number of names for each group (n_groups + 1,)."""
        n_groups = int(groups.max(initial=-1)) + 1
        if isinstance(value, v.Number):
            return np.full(n_groups + 1, int(value), dtype=np.int64)
        if value.of == "count":
            made = percent_of(value.share, self.state.count, rounding)
            return np.full(n_groups + 1, made, dtype=np.int64)
        counts = counts_by_group(set_of(value.of, self.state), groups, self.state)
        return np.array([percent_of(value.share, int(c), rounding) for c in counts], np.int64)

    def grouping(self, name: str | None) -> Ints:
        """The group of each line; one group where ``name`` is None."""
        return self.scene.grouping(name or "all", self.date)[0]

    # --- units ----------------------------------------------------------------------------------

    def units(self) -> Ints | None:
        """The issuer of each line where that is the unit, else None."""
        return self.state.issuers if self.state.by_issuer else None

    def whole(self, rows: Bools) -> Bools:
        """Remaining lines of the units of ``rows``."""
        units = self.units()
        if units is None:
            return rows
        taken: Bools = np.isin(units, units[rows]) & self.state.remaining
        return taken | rows

    def positions(self, ordered: Ints, groups: Ints) -> Ints:
        """Place (n,) from 0 of each of the ``ordered`` rows in its group; -1 for all others.

        Lines of an issuer, where that is the unit, share the place of the first of them.
        """
        made = np.full(self.scene.n, -1, dtype=np.int64)
        units = self.units()
        group = groups[ordered]
        if units is None:
            starts = np.searchsorted(group, np.arange(int(group.max(initial=-1)) + 1), side="left")
            made[ordered] = np.arange(ordered.size) - (starts[group] if ordered.size else 0)
            return made
        pairs = group * (int(units.max(initial=0)) + 1) + units[ordered]
        _, first, inverse = np.unique(pairs, return_index=True, return_inverse=True)
        leads = np.zeros(ordered.size, dtype=np.int64)
        leads[first] = 1
        running = np.cumsum(leads) - 1
        starts = np.searchsorted(group, np.arange(int(group.max(initial=-1)) + 1), side="left")
        offset = running[np.minimum(starts, ordered.size - 1)][group] if ordered.size else 0
        made[ordered] = running[first[inverse]] - offset
        return made

    # --- the steps ------------------------------------------------------------------------------

    def run(self, steps: Sequence[Step]) -> None:
        """All steps in force, in the order written."""
        state = self.state
        if self.at(self.selection.start, "selection.start") == "existing":
            begin = state.existing & state.remaining
            state.selected |= begin
            self.inclusion[begin] = state.inclusion[begin]
            place = self.scene.words.place("selection.start", self.selection.line)
            self.reasons.say(begin, place, self.scene.words.number("in the index before"))
        state.selected |= self.pinned
        self.inclusion[self.pinned & (self.inclusion == 0)] = 1.0
        active = [step for step in steps if step.in_force(self.date, self.month)]
        if not steps and not state.selected.any():
            everyone = state.remaining
            state.selected |= everyone
            self.inclusion[everyone] = 1.0
        for step in active:
            said = self.at(step.within, f"{step.path}.within")
            verbs[step.verb](self, step, said)

    def require(self, step: Step, said: str | None) -> None:
        """``require C``: names that do not surely meet it are out for good."""
        condition = self.at(step.require, f"{step.path}.require")
        if condition is None:
            return
        verdict = self.judge(condition, said or self.within)
        self._remove(self.state.remaining & ~verdict.passed, verdict)

    def drop(self, step: Step, said: str | None) -> None:
        """``drop C``: names that surely meet it are out for good, selected or not."""
        condition = self.at(step.drop, f"{step.path}.drop")
        if condition is None:
            return
        verdict = self.judge(condition, said or self.within)
        self._remove(self.state.remaining & verdict.passed, verdict)

    def _remove(self, rows: Bools, verdict: Verdict) -> None:
        rows = rows & ~self.pinned
        self.state.remaining = self.state.remaining & ~rows
        self.state.selected = self.state.selected & ~rows
        self.reasons.take(rows, verdict)

    def select(self, step: Step, said: str | None) -> None:
        """``select C``: names that meet it are in, with an inclusion."""
        condition = self.at(step.select, f"{step.path}.select")
        if condition is None:
            return
        verdict = self.judge(condition, said or self.within)
        state = self.state
        passed = self.whole(state.remaining & verdict.passed)
        share = self.at(step.inclusion, f"{step.path}.inclusion")
        given = np.ones(self.scene.n)
        if share is not None:
            both = (_share(share.existing), _share(share.new))
            given = np.where(state.existing, *both)
        # A name selected before, and as much, is not decided of again.
        self.reasons.take(passed & (~state.selected | (self.inclusion != given)), verdict)
        self.reasons.miss(state.remaining & ~passed & ~state.selected, verdict)
        state.selected = state.selected | passed
        self.inclusion[passed] = given[passed]

    def _choice(
        self, adjust: Adjust | Reserve, step: Step, said: str | None
    ) -> tuple[Ints, Bools, Bools, Bools | None]:
        """(groups, who counts, who may be chosen, who is safer) of a fill or trim."""
        groups = self.grouping(said)
        counted = np.ones(self.scene.n, dtype=np.bool_)
        chosen = counted
        safer: Bools | None = None
        if isinstance(adjust, Adjust):
            within = said or self.within
            for name in ("where", "from_", "prefer"):
                condition = self.at(getattr(adjust, name), f"{adjust.path}.{name.rstrip('_')}")
                if condition is None:
                    continue
                passed = self.judge(condition, within).passed
                if name == "where":
                    counted = passed
                elif name == "from_":
                    chosen = passed
                else:
                    safer = passed
        return groups, counted, counted & chosen, safer

    def fill(self, step: Step, said: str | None) -> None:
        """``fill``: the best remaining names until there are as many as said."""
        assert step.fill is not None
        by = self.at(step.fill.by, f"{step.fill.path}.by")
        target = self.at(step.fill.to, f"{step.fill.path}.to")
        if by is None or target is None:
            return
        state = self.state
        groups, counted, chosen, safer = self._choice(step.fill, step, said)
        to = self.count_of(target, step.fill.rounding, groups)
        have = counts_by_group(state.selected & counted, groups, state)
        free = np.maximum(to - have, 0)[groups]
        known = ~np.isnan(self.order_key(by).values)
        candidates = state.remaining & ~state.selected & chosen & (groups >= 0)
        if state.by_issuer:
            candidates &= ~np.isin(state.issuers, state.issuers[state.selected])
        self.unplaced(by, candidates & (free > 0), step.fill.path, step.fill.line)
        candidates &= known
        ordered = self.ordered(np.flatnonzero(candidates), by, groups, safer)
        place = self.positions(ordered, groups)
        taken = self.whole(candidates & (place < free))
        words = self.scene.words
        path = words.place(step.fill.path, step.fill.line)
        detail = words.number(f"place by {by} among those left, places free")
        observed, threshold = (place + 1).astype(np.float64), free.astype(np.float64)
        self.reasons.say(candidates & (free > 0) & ~taken, path, detail, observed, threshold)
        self.reasons.settled[candidates & ~taken] = False
        self.reasons.say(taken, path, detail, observed, threshold)
        state.selected = state.selected | taken
        self.inclusion[taken] = 1.0

    def trim(self, step: Step, said: str | None) -> None:
        """``trim``: the worst selected names go until there are no more than said."""
        assert step.trim is not None
        by = self.at(step.trim.by, f"{step.trim.path}.by")
        target = self.at(step.trim.to, f"{step.trim.path}.to")
        if by is None or target is None:
            return
        state = self.state
        groups, counted, chosen, safer = self._choice(step.trim, step, said)
        to = self.count_of(target, step.trim.rounding, groups)
        have = counts_by_group(state.selected & counted, groups, state)
        excess = np.maximum(have - to, 0)
        removable = state.selected & chosen & ~self.pinned & (groups >= 0)
        self.unplaced(by, removable & (excess[groups] > 0), step.trim.path, step.trim.line)
        ordered = self.ordered(np.flatnonzero(removable), by, groups, safer)
        place = self.positions(ordered, groups)
        n_removable = _units_by_group(place, groups, removable)
        gone = removable & (place >= (n_removable - excess)[groups])
        words = self.scene.words
        path = words.place(step.trim.path, step.trim.line)
        # Seen from the best: the first name out is one place beyond those that stay.
        standing = (have - n_removable)[groups] + place + 1
        detail = words.number(f"place by {by} of those selected, at most")
        self.reasons.say(
            gone, path, detail, standing.astype(np.float64), to[groups].astype(np.float64)
        )
        state.selected = state.selected & ~gone
        self.inclusion[gone] = 0.0

    def replace_(self, step: Step, said: str | None) -> None:
        """``replace``: the worst of those that may go for the best of those that may come."""
        assert step.replace is not None
        rule: Replace = step.replace
        out = self.at(rule.out, f"{rule.path}.out")
        in_ = self.at(rule.in_, f"{rule.path}.in")
        by = self.at(rule.by, f"{rule.path}.by")
        if out is None or in_ is None or by is None:
            return
        state = self.state
        groups = self.grouping(said)
        leaving = self.judge(out, said or self.within)
        coming = self.judge(in_, said or self.within)
        outs = state.selected & leaving.passed & ~self.pinned & (groups >= 0)
        known = ~np.isnan(self.order_key(by).values)
        ins = state.remaining & ~state.selected & coming.passed & (groups >= 0)
        if state.by_issuer:
            outs = self.whole(outs) & state.selected
            ins &= ~np.isin(state.issuers, state.issuers[state.selected])
        leaves = counts_by_group(outs, groups, state)[groups] > 0
        comes = counts_by_group(ins, groups, state)[groups] > 0
        self.unplaced(by, (ins & leaves) | (outs & comes), rule.path, rule.line)
        ins &= known
        out_place = self.positions(self.ordered(np.flatnonzero(outs), by, groups), groups)
        in_place = self.positions(self.ordered(np.flatnonzero(ins), by, groups), groups)
        n_out = _units_by_group(out_place, groups, outs)
        n_in = _units_by_group(in_place, groups, ins)
        pairs = np.minimum(n_out, n_in)
        limit = self.at(rule.at_most, f"{rule.path}.at_most")
        if limit is not None:
            pairs = np.minimum(pairs, self.count_of(limit, rule.rounding, groups))
        gone = outs & (out_place >= (n_out - pairs)[groups])
        come = self.whole(ins & (in_place < pairs[groups]))
        self.reasons.take(gone, leaving)
        self.reasons.take(come, coming)
        self.reasons.miss(state.remaining & ~state.selected & ~come, coming)
        state.selected = (state.selected & ~gone) | come
        self.inclusion[gone] = 0.0
        self.inclusion[come] = 1.0

    def limit_changes(self, step: Step, said: str | None) -> None:
        """``limit_changes``: no more entrants than said, and as many leavers; the rest is undone."""
        assert step.limit_changes is not None
        rule: LimitChanges = step.limit_changes
        state = self.state
        by = self.at(rule.by, f"{rule.path}.by")
        target = self.at(rule.to, f"{rule.path}.to")
        if by is None or target is None or not state.existing.any():
            return
        groups = self.grouping(said)
        limit = self.count_of(target, rule.rounding, groups)
        before = state.existing
        if state.by_issuer:
            before = np.isin(state.issuers, state.issuers[state.existing])
        entrants = state.selected & ~before & ~self.pinned & (groups >= 0)
        leavers = before & state.existing & ~state.selected & (groups >= 0)
        if state.by_issuer:
            leavers &= ~np.isin(state.issuers, state.issuers[state.selected])
        in_place = self.positions(self.ordered(np.flatnonzero(entrants), by, groups), groups)
        # Worst first, and before all others those that cannot stay.
        rows = np.flatnonzero(leavers)
        out_place = self.positions(self.ordered(rows, by, groups, state.remaining), groups)
        n_in = _units_by_group(in_place, groups, entrants)
        n_out = _units_by_group(out_place, groups, leavers)
        over = (n_in > limit) | (n_out > limit)
        enter = np.where(over, np.minimum(n_in, limit), n_in)
        leave = np.where(over, np.minimum(n_out, enter), n_out)
        undone_in = entrants & (in_place >= enter[groups])
        undone_out = leavers & state.remaining & (out_place < (n_out - leave)[groups])
        words = self.scene.words
        path = words.place(rule.path, rule.line)
        self.reasons.say(
            undone_in,
            path,
            words.number(f"entrant by {by}, changes allowed"),
            (in_place + 1).astype(np.float64),
            limit[groups].astype(np.float64),
        )
        self.reasons.say(
            undone_out,
            path,
            words.number(f"leaver from the worst by {by}, changes allowed"),
            (n_out[groups] - out_place).astype(np.float64),
            leave[groups].astype(np.float64),
        )
        state.selected = (state.selected & ~undone_in) | undone_out
        self.inclusion[undone_in] = 0.0
        self.inclusion[undone_out] = np.where(
            state.inclusion[undone_out] > 0, state.inclusion[undone_out], 1.0
        )

    def reserve(self, reserve: Reserve) -> Reserved:
        """Names remaining that were not selected, best first (by group where it says so)."""
        by = self.at(reserve.by, f"{reserve.path}.by")
        count = self.at(reserve.count, f"{reserve.path}.count")
        if by is None or count is None:
            return Reserved(np.zeros(0, dtype=np.int32), ())
        state = self.state
        said = self.at(reserve.within, f"{reserve.path}.within")
        groups, labels = self.scene.grouping(said or "all", self.date)
        known = ~np.isnan(self.order_key(by).values)
        waiting = state.remaining & ~state.selected & (groups >= 0)
        self.unplaced(by, waiting, reserve.path, reserve.line)
        waiting &= known
        ordered = self.ordered(np.flatnonzero(waiting), by, groups)
        place = self.positions(ordered, groups)
        limit = self.count_of(count, reserve.rounding, groups)
        kept = ordered[place[ordered] < limit[groups[ordered]]]
        names = tuple(labels[group] if labels else "" for group in groups[kept].tolist())
        return Reserved(kept.astype(np.int32), names if said else ("",) * kept.size)


def _share(value: Any) -> float:
    return 1.0 if isinstance(value, Special) else float(value)


def _units_by_group(place: Ints, groups: Ints, rows: Bools) -> Ints:
    """How many places were given in each group (n_groups + 1,)."""
    n_groups = int(groups.max(initial=-1)) + 1
    made = np.zeros(n_groups + 1, dtype=np.int64)
    np.maximum.at(made, groups[rows], place[rows] + 1)
    return made


verbs: dict[str, Callable[[Selecting, Step, str | None], None]] = {
    "require": Selecting.require,
    "drop": Selecting.drop,
    "select": Selecting.select,
    "fill": Selecting.fill,
    "trim": Selecting.trim,
    "replace": Selecting.replace_,
    "limit_changes": Selecting.limit_changes,
}
