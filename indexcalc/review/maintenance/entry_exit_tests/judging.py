"""A test between reviews put to its candidates: who passes it enters, stays or leaves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from indexcalc.arrays import Bools
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.methodology.dates.schedules import ReviewDates
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.calendar.timeline import Timeline
from indexcalc.review.conditions.evaluate import evaluate
from indexcalc.review.conditions.judged_lines import History, JudgedLines
from indexcalc.review.conditions.unknowns import report_unknowns
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.maintenance.entry_exit_tests.entry_exit_test import (
    FAST_ENTRY,
    FAST_EXIT,
    PARENT_STAYS,
    EntryExitTest,
)
from indexcalc.review.maintenance.listed import Listed
from indexcalc.review.maintenance.outcome import Move, Outcome
from indexcalc.review.maintenance.reserve import last_fill_by
from indexcalc.review.selection.eligibility import Screening


@dataclass(frozen=True, slots=True)
class Judging:
    """Runs the tests of one rule; it remembers what each fast exit found at its checks before."""

    rule: Methodology
    sessions: Sessions
    listed: Listed
    _checks: dict[str, History] = field(default_factory=dict)

    def run(
        self,
        trial: EntryExitTest,
        members: Bools,
        timeline: Timeline,
        screening: Screening,
        findings: Findings,
        made: Outcome,
    ) -> None:
        """One test: who passes it is entered in ``made``, or leaves where it is an exit."""
        event = event_of(trial, self.sessions)
        existing = self.listed.members(timeline, trial.test)
        history = History()
        if trial.what == FAST_EXIT:
            history = self._checks.setdefault(trial.path, history)
        codes = self._candidates(trial, members, existing, timeline)
        if not codes and trial.what != FAST_EXIT:
            return
        if trial.what == PARENT_STAYS:
            existing[codes] = False  # it is held against the others
        tested = np.zeros(self.listed.there.n, dtype=np.bool_)
        tested[codes] = True
        tester = replace(screening, history=history)
        reasons = Reasons.none(self.listed.there.n)
        with tester.screened(
            event,
            existing,
            existing.astype(np.float64),
            reasons,
            eligibility=trial.what == FAST_EXIT,
            put_in=tested if trial.what not in (FAST_EXIT, PARENT_STAYS) else None,
        ) as (lines, state, _):
            inside = tested if trial.what in (FAST_EXIT, PARENT_STAYS) else tested & state.universe
            passed = inside.copy()
            if trial.require is not None:
                asked = inside | state.universe if trial.what == FAST_EXIT else inside
                verdict = evaluate(trial.require, lines, asked)
                passed = inside & verdict.passed
                reasons.take(inside, verdict)
            report_unknowns(lines, self.rule, findings)
            if trial.what == FAST_EXIT:
                history.close()
            best: tuple[int, ...] = ()
            if trial.what == FAST_EXIT and passed.any():
                best = self._best(lines, state.eligible & ~existing)
        for code in codes:
            self._record(trial, code, bool(passed[code]), reasons, best, made)

    def _candidates(
        self, trial: EntryExitTest, members: Bools, existing: Bools, timeline: Timeline
    ) -> list[int]:
        if trial.what == FAST_EXIT:
            return [int(code) for code in np.flatnonzero(existing & members)]
        here = self.listed.on(trial.test)
        kept: list[int] = []
        for code in trial.codes:
            needed = trial.needs.get(code)
            if needed is not None and not self.listed.members(timeline, needed[1])[needed[0]]:
                continue
            if bool(members[code]) == (trial.what == PARENT_STAYS) and here[code]:
                kept.append(code)
        return kept

    def _record(
        self,
        trial: EntryExitTest,
        code: int,
        passed: bool,
        reasons: Reasons,
        best: tuple[int, ...],
        made: Outcome,
    ) -> None:
        on = date_of(trial.test)
        kind = FAST_ENTRY if trial.what == FAST_ENTRY else "demerger"
        moves = made.failed
        text = f"test of {on} not passed"
        if trial.what == FAST_EXIT:
            if not passed:
                return
            kind, text, moves = "deletion", f"fast exit, checked on {on}", made.leaving
        elif trial.what == PARENT_STAYS:
            text = f"demerged: stays, tested on {on}"
            if not passed:
                text, moves = f"demerged: test of {on} not passed", made.leaving
        elif passed:
            text, moves = f"{trial.what.replace('_', ' ')}, tested on {on}", made.entering
        if moves is not made.failed:
            made.tested = max(trial.test, made.tested or trial.test)
        moves.setdefault(
            code,
            Move(
                code=code,
                kind=kind,
                text=text,
                path=trial.path,
                line=trial.line,
                observed=float(reasons.observed[code]),
                threshold=float(reasons.threshold[code]),
                replace_from=trial.replace_from,
                replaces=trial.replaces,
                leaver=trial.leaver,
                if_below=trial.if_below,
                best=best,
            ),
        )

    def _best(self, lines: JudgedLines, rows: Bools) -> tuple[int, ...]:
        """Eligible names that are no members, best first by what the last ``fill`` orders with."""
        assert lines.review is not None
        by = last_fill_by(self.rule, date_of(int(lines.effective_days[0])))
        measure = lines.review.measures.get(by)
        if measure is None:
            column = lines.column(by)
            values = np.asarray(column.values, dtype=np.float64)
        else:
            values = -measure.values if measure.lowest_is_best else measure.values
        kept = np.flatnonzero(rows & ~np.isnan(values))
        keys = [kept, *(-tie[kept] for tie in reversed(lines.review.ties)), -values[kept]]
        return tuple(int(code) for code in kept[np.lexsort(keys)])


def event_of(trial: EntryExitTest, sessions: Sessions) -> Event:
    """A test as an event with the test day for its cut-off."""
    effective, test = date_of(trial.day), date_of(trial.test)
    month = (effective.year, effective.month)
    before = int(sessions.days[sessions.at_or_before(effective) - 1])
    dates = ReviewDates(effective, test, None, test, month)
    return Event(
        effective=trial.day,
        before=before,
        cutoff=trial.test,
        pricing=trial.test,
        announcement=None,
        month=month,
        dates=dates,
        kinds={"test"},
        is_test=True,
        halt=trial.halt,
        parts=trial.parts,
    )
