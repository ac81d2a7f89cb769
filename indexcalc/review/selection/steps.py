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
it missed by the least, relative to the threshold; a ``fill`` that had places to give comes after those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes
from indexcalc.methodology.model.selection import Reserve, Step
from indexcalc.methodology.values.values import Special
from indexcalc.review.conditions.evaluate import Verdict
from indexcalc.review.selection.fill_and_trim import fill, trim
from indexcalc.review.selection.replace import limit_changes, replace
from indexcalc.review.selection.selection_run import SelectionRun


class ReserveNames(Struct, frozen=True):
    """Names in waiting, in the order they are used, with the group each may fill ('' : any)."""

    codes: Codes
    groups: tuple[str, ...]


class SelectionSteps(SelectionRun):
    """One review's selection: runs the steps on ``lines.review`` and keeps the reasons."""

    def run(self, steps: Sequence[Step]) -> None:
        """All steps in force, in the order written."""
        state = self.state
        if self.at(self.selection.start, "selection.start") == "existing":
            begin = state.existing & state.remaining
            state.selected |= begin
            self.inclusion[begin] = state.inclusion[begin]
            path = self.lines.words.place("selection.start", self.selection.line)
            self.reasons.say(begin, path, self.lines.words.number("in the index before"))
        state.selected |= self.pinned
        self.inclusion[self.pinned & (self.inclusion == 0)] = 1.0
        active = [step for step in steps if step.in_force(self.date, self.month)]
        if not steps and not state.selected.any():
            everyone = state.remaining
            state.selected |= everyone
            self.inclusion[everyone] = 1.0
        for step in active:
            within = self.at(step.within, f"{step.path}.within")
            verbs[step.verb](self, step, within)

    def require(self, step: Step, within: str | None) -> None:
        """``require C``: names that do not surely meet it are out for good."""
        condition = self.at(step.require, f"{step.path}.require")
        if condition is None:
            return
        verdict = self.judge(condition, within or self.within)
        self._remove(self.state.remaining & ~verdict.passed, verdict)

    def drop(self, step: Step, within: str | None) -> None:
        """``drop C``: names that surely meet it are out for good, selected or not."""
        condition = self.at(step.drop, f"{step.path}.drop")
        if condition is None:
            return
        verdict = self.judge(condition, within or self.within)
        self._remove(self.state.remaining & verdict.passed, verdict)

    def _remove(self, rows: Bools, verdict: Verdict) -> None:
        rows = rows & ~self.pinned
        self.state.remaining = self.state.remaining & ~rows
        self.state.selected = self.state.selected & ~rows
        self.reasons.take(rows, verdict)

    def select(self, step: Step, within: str | None) -> None:
        """``select C``: names that meet it are in, with an inclusion."""
        condition = self.at(step.select, f"{step.path}.select")
        if condition is None:
            return
        verdict = self.judge(condition, within or self.within)
        self.may_choose(within, condition)
        state = self.state
        passed = self.whole(state.remaining & verdict.passed)
        share = self.at(step.inclusion, f"{step.path}.inclusion")
        target = np.ones(self.lines.n)
        if share is not None:
            both = (_share(share.existing), _share(share.new))
            target = np.where(state.existing, *both)
        # A name selected before, and as much, is not decided of again.
        self.reasons.take(passed & (~state.selected | (self.inclusion != target)), verdict)
        self.reasons.miss(state.remaining & ~passed & ~state.selected, verdict)
        state.selected = state.selected | passed
        self.inclusion[passed] = target[passed]

    def reserve(self, reserve: Reserve, waiting: Bools) -> ReserveNames:
        """The names of ``waiting`` (n,) that were not selected, best first (by group where it says so)."""
        by = self.at(reserve.by, f"{reserve.path}.by")
        count = self.at(reserve.count, f"{reserve.path}.count")
        if by is None or count is None:
            return ReserveNames(np.zeros(0, dtype=np.int32), ())
        state = self.state
        within = self.at(reserve.within, f"{reserve.path}.within")
        groups, labels = self.lines.grouping(within or "all", self.date)
        waiting = waiting & ~state.selected & (groups >= 0)
        self.unplaced(by, waiting, reserve.path, reserve.line)
        waiting &= self.known(by)
        ordered = self.ordered(waiting, by, groups)
        positions, _ = self.positions(ordered, groups)
        limit = self.count_of(count, reserve.rounding, groups)
        reserved = ordered[positions[ordered] < limit[groups[ordered]]]
        names = tuple(labels[group] if labels else "" for group in groups[reserved].tolist())
        return ReserveNames(reserved.astype(np.int32), names if within else ("",) * reserved.size)


def _share(value: Any) -> float:
    return 1.0 if isinstance(value, Special) else float(value)


verbs: dict[str, Callable[[SelectionSteps, Step, str | None], None]] = {
    "require": SelectionSteps.require,
    "drop": SelectionSteps.drop,
    "select": SelectionSteps.select,
    "fill": fill,
    "trim": trim,
    "replace": replace,
    "limit_changes": limit_changes,
}
