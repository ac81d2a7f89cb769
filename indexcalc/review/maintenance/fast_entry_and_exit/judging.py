"""A test between reviews put to its candidates: who passes it enters, stays or leaves."""

from __future__ import annotations

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

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
from indexcalc.review.maintenance.fast_entry_and_exit.entry_exit_test import (
    FAST_ENTRY,
    FAST_EXIT,
    PARENT_STAYS,
    EntryExitTest,
)
from indexcalc.review.maintenance.listed_lines import Listed
from indexcalc.review.maintenance.outcome import Move, Outcome
from indexcalc.review.maintenance.reserve import last_fill_by
from indexcalc.review.selection.eligibility import Screening


class EntryExitTests(Struct, frozen=True):
    """Runs the tests of one rule; it remembers what each fast exit found at its checks before."""

    rule: Methodology
    sessions: Sessions
    listed: Listed
    _checks: dict[str, History] = field(default_factory=dict)

    def run(
        self,
        test: EntryExitTest,
        members: Bools,
        timeline: Timeline,
        screening: Screening,
        findings: Findings,
        outcome: Outcome,
    ) -> None:
        """One test: who passes it is entered in ``outcome``, or leaves where it is an exit."""
        event = event_of(test, self.sessions)
        existing = self.listed.members(timeline, test.test)
        history = History()
        if test.what == FAST_EXIT:
            history = self._checks.setdefault(test.path, history)
        codes = self._candidates(test, members, existing, timeline)
        if not codes and test.what != FAST_EXIT:
            return
        if test.what == PARENT_STAYS:
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
            eligibility=test.what == FAST_EXIT,
            put_in=tested if test.what not in (FAST_EXIT, PARENT_STAYS) else None,
        ) as (lines, state, _):
            inside = tested if test.what in (FAST_EXIT, PARENT_STAYS) else tested & state.universe
            passed = inside.copy()
            if test.require is not None:
                candidates = inside | state.universe if test.what == FAST_EXIT else inside
                verdict = evaluate(test.require, lines, candidates)
                passed = inside & verdict.passed
                reasons.take(inside, verdict)
            report_unknowns(lines, self.rule, findings)
            if test.what == FAST_EXIT:
                history.close()
            best: tuple[int, ...] = ()
            if test.what == FAST_EXIT and passed.any():
                best = self._best(lines, state.eligible & ~existing)
        for code in codes:
            self._record(test, code, bool(passed[code]), reasons, best, outcome)

    def _candidates(
        self, test: EntryExitTest, members: Bools, existing: Bools, timeline: Timeline
    ) -> list[int]:
        if test.what == FAST_EXIT:
            return [int(code) for code in np.flatnonzero(existing & members)]
        listed = self.listed.on(test.test)
        candidates: list[int] = []
        for code in test.codes:
            needed = test.needs.get(code)
            if needed is not None and not self.listed.members(timeline, needed[1])[needed[0]]:
                continue
            if bool(members[code]) == (test.what == PARENT_STAYS) and listed[code]:
                candidates.append(code)
        return candidates

    def _record(
        self,
        test: EntryExitTest,
        code: int,
        passed: bool,
        reasons: Reasons,
        best: tuple[int, ...],
        outcome: Outcome,
    ) -> None:
        on = date_of(test.test)
        kind = FAST_ENTRY if test.what == FAST_ENTRY else "demerger"
        moves = outcome.failed
        text = f"test of {on} not passed"
        if test.what == FAST_EXIT:
            if not passed:
                return
            kind, text, moves = "deletion", f"fast exit, checked on {on}", outcome.leaving
        elif test.what == PARENT_STAYS:
            text = f"demerged: stays, tested on {on}"
            if not passed:
                text, moves = f"demerged: test of {on} not passed", outcome.leaving
        elif passed:
            text, moves = f"{test.what.replace('_', ' ')}, tested on {on}", outcome.entering
        if moves is not outcome.failed:
            outcome.tested = max(test.test, outcome.tested or test.test)
        moves.setdefault(
            code,
            Move(
                code=code,
                kind=kind,
                text=text,
                path=test.path,
                line=test.line,
                observed=float(reasons.observed[code]),
                threshold=float(reasons.threshold[code]),
                replace_from=test.replace_from,
                replaces=test.replaces,
                leaver=test.leaver,
                if_below=test.if_below,
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
        known = np.flatnonzero(rows & ~np.isnan(values))
        keys = [known, *(-tie[known] for tie in reversed(lines.review.ties)), -values[known]]
        return tuple(int(code) for code in known[np.lexsort(keys)])


def event_of(test: EntryExitTest, sessions: Sessions) -> Event:
    """A test as an event with the test day for its cut-off."""
    effective, test_date = date_of(test.day), date_of(test.test)
    month = (effective.year, effective.month)
    before = int(sessions.days[sessions.at_or_before(effective) - 1])
    dates = ReviewDates(effective, test_date, None, test_date, month)
    return Event(
        effective=test.day,
        before=before,
        cutoff=test.test,
        pricing=test.test,
        announcement=None,
        month=month,
        dates=dates,
        kinds={"test"},
        is_test=True,
        condition=None if test.what == FAST_EXIT else test.require,
        halt=test.halt,
        parts=test.parts,
    )
