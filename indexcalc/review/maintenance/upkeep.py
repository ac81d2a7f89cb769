"""An index between its reviews: deletions, entries, exits and demergers on their days.

The order of a day: the committee; leavers (deletions, fast exits, demerged companies that are too
small); entrants (fast entries, new companies, entries of the parents) with whom they replace; then
those who take the places of the leavers.  Readings chosen:

- A fast entry or new company needs the universe (its lists and ``where``) on the day of its test,
  not the eligibility; a demerged company is held against the other members, which are the existing
  of its test; a fast exit is replaced by the largest of the eligible on the day of its check.
- Nobody enters who is not listed, is in none of the parents' lists, or of whom a fact that deletes
  members is in force; a name of the reserve keeps waiting.
- On the day of a review entrants are in and leavers out of it, and the review's own steps make the
  count.  Names that entered between its cut-off and its effective date stay; names deleted between
  the two never enter, and the reserve takes their places.
- ``unless_review_within``: the place stays vacant where a regular review takes effect that soon.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from indexcalc.diagnostics import Findings
from indexcalc.market.calendar import Sessions, date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.conditions import Condition
from indexcalc.methodology.dates import ReviewDates, months_back, review_dates
from indexcalc.methodology.model import Methodology
from indexcalc.methodology.values import Duration
from indexcalc.review.agenda import Event
from indexcalc.review.conditions import columns_used, evaluate, state_only
from indexcalc.review.fields import Fields
from indexcalc.review.maintenance.deletions import DueDeletion, due_deletions
from indexcalc.review.maintenance.facts import facts
from indexcalc.review.maintenance.outcome import Move, Outcome
from indexcalc.review.maintenance.parents import ParentLists
from indexcalc.review.maintenance.presence import presence
from indexcalc.review.maintenance.trials import (
    FAST_ENTRY,
    FAST_EXIT,
    PARENT_STAYS,
    Trial,
    trials,
)
from indexcalc.review.maintenance.waiting import WaitingList
from indexcalc.review.reasons import Reasons
from indexcalc.review.scene import History, RuleNotKnown, Scene
from indexcalc.review.screening import Screening
from indexcalc.review.timeline import MemberLists, Timeline
from indexcalc.review.unknowns import report_unknowns
from indexcalc.review.words import Words

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
_LOOK_AHEAD = dt.timedelta(days=800)


class Upkeep:
    """What falls between the reviews of one index, and what comes of it.

    ``waiting``: what the last review left; ``joined`` and ``left``: day by line of those that
    entered or left between reviews, since the last one.
    """

    def __init__(
        self,
        rule: Methodology,
        market: Market,
        sessions: Sessions,
        fields: Fields,
        parents: Mapping[str, MemberLists],
        start: dt.date,
        end: dt.date,
    ) -> None:
        self.rule, self.market, self.sessions = rule, market, sessions
        self.fields = fields
        self.n = len(market.symbols)
        self.rows_stop = (
            market.complete or fields.assumptions.given.get("missing_row") == "not_listed"
        )
        self.carried = not self.rows_stop and (
            fields.assumptions.given.get("missing_row") == "carried"
        )
        self.there = presence(market)
        self.lists = ParentLists(rule, parents, self.n)
        self.waiting = WaitingList()
        self.joined: dict[int, int] = {}
        self.left: dict[int, int] = {}
        self.due: dict[int, list[DueDeletion]] = {}
        self.trials: dict[int, list[Trial]] = {}
        self.joins: dict[int, list[int]] = {}
        self._of_line: dict[int, list[DueDeletion]] = {}
        self._checks: dict[str, History] = {}
        self._plan(start, end)

    def _plan(self, start: dt.date, end: dt.date) -> None:
        """What may happen on which day, known or not yet known."""
        rule, first, last = self.rule, day_number(start), day_number(end)
        if rule.selection is None and rule.review.follows:
            return  # it changes whenever a parent does
        found = facts(self.market, self.there, self.rows_stop)
        joins: list[tuple[int, int]] = []
        departures: list[tuple[int, int]] = []
        if rule.universe.of is not None:
            joins, departures = self.lists.changes(first, last)
        for due in due_deletions(rule, found, departures, self.there, self.sessions):
            if first <= due.day <= last:
                self.due.setdefault(due.day, []).append(due)
            self._of_line.setdefault(due.code, []).append(due)
        for trial in trials(
            rule, self.market, self.sessions, self.fields, self.there, found, start, end
        ):
            self.trials.setdefault(trial.day, []).append(trial)
        for code, day in joins:
            if rule.maintenance.follow_entries.at(date_of(day)) is True:
                self.joins.setdefault(day, []).append(code)

    @property
    def days(self) -> list[int]:
        """The days on which something may happen, ascending."""
        return sorted({*self.due, *self.trials, *self.joins})

    @property
    def test_days(self) -> list[int]:
        """The days up to which the tests need data."""
        return sorted({trial.test for found in self.trials.values() for trial in found})

    def upcoming(self, end: dt.date) -> tuple[dt.date, ...]:
        """Effective dates of the rule's own reviews after ``end``, for about two years."""
        if self.rule.review.kind == "follows":
            found = [
                list(getattr(self.lists.lists[name], "upcoming", ()))
                for name in self.rule.review.follows
            ]
            return tuple(sorted({day for dates in found for day in dates}))
        if self.rule.review.kind != "scheduled":
            return ()
        last = self.sessions.date(len(self.sessions) - 1)
        after = end + dt.timedelta(days=1)
        until = min(last, end + _LOOK_AHEAD)
        return tuple(one.effective for one in review_dates(self.rule, self.sessions, after, until))

    # --- what is asked of the data ------------------------------------------------------------------

    def listed(self, day: int) -> Bools:
        """Lines (n,) listed on a day, as the market tells it."""
        return self.there.seen(day) if self.carried else self.there.listed(day)

    def stopped(self, after: int, upto: int) -> Bools:
        """Lines (n,) whose rows stopped since a day: they have left."""
        if not self.rows_stop:
            return np.zeros(self.n, dtype=np.bool_)
        return self.there.stopped(after, upto)

    def review_days(self, timeline: Timeline) -> list[dt.date]:
        """Effective dates of the regular reviews of the run and after it, ascending."""
        return [*(dates.effective for dates in timeline.reviews), *timeline.upcoming]

    def tests(self) -> list[Event]:
        """The tests as events of their own: what measures and lists are read for."""
        return [self.event_of(one) for day in sorted(self.trials) for one in self.trials[day]]

    def event_of(self, trial: Trial) -> Event:
        """A test as an event with the test day for its cut-off."""
        effective, test = date_of(trial.day), date_of(trial.test)
        month = (effective.year, effective.month)
        before = int(self.sessions.days[self.sessions.at_or_before(effective) - 1])
        dates = ReviewDates(effective, test, None, test, month)
        return Event(
            trial.day, before, trial.test, trial.test, None, month, dates, {"test"}, is_test=True
        )

    def narrow(self, words: Words) -> None:
        """Drop candidates that a look at their columns on the test day keeps out for sure."""
        where = self.rule.universe.where
        daily = set(self.market.columns("daily")) | {"market_cap"}
        for found in self.trials.values():
            for trial in found:
                if trial.what in (FAST_EXIT, PARENT_STAYS):
                    continue
                # A new company is in its parents' lists from the session after its first close.
                day = trial.test if trial.what == FAST_ENTRY else trial.day
                inside = self.lists.members(day)
                trial.codes = [code for code in trial.codes if inside[code]]
        open_ = [
            (trial, code)
            for found in self.trials.values()
            for trial in found
            if trial.what not in (FAST_EXIT, PARENT_STAYS)
            for code in trial.codes
        ]
        held = [] if where is None else list(where.values)
        simple = all(
            state_only(one, self.rule.measures) and not daily & set(columns_used(one))
            for one in held
        )
        if where is None or not open_ or not simple or not where.is_constant:
            self._drop_empty()
            return
        scene = Scene(
            self.fields,
            np.array([code for _, code in open_], dtype=np.int32),
            np.array([trial.test for trial, _ in open_], dtype=np.int32),
            np.array([trial.day for trial, _ in open_], dtype=np.int32),
            words,
            self.rule.groups,
        )
        condition = where.value
        assert isinstance(condition, Condition)
        verdict = evaluate(condition, scene)
        for (trial, code), stays in zip(open_, verdict.passed | verdict.unknown, strict=True):
            if not stays:
                trial.codes.remove(code)
        self._drop_empty()

    def _drop_empty(self) -> None:
        """Forget the tests of nobody."""
        for day in list(self.trials):
            kept = [one for one in self.trials[day] if one.codes or one.what == FAST_EXIT]
            self.trials[day] = kept
            if not kept:
                del self.trials[day]

    # --- decisions of a day ---------------------------------------------------------------------------

    def decide(
        self,
        event: Event,
        members: Bools,
        timeline: Timeline,
        screening: Screening,
        findings: Findings,
    ) -> Outcome:
        """Who leaves and who enters on the day of an event, before the committee's word.

        ``members`` (n,): in force on the session before.
        """
        made = Outcome()
        for due in self.due.get(event.effective, ()):
            if members[due.code]:
                made.leaving.setdefault(due.code, _move(due))
        for trial in self.trials.get(event.effective, ()):
            try:
                self._try(trial, members, timeline, screening, findings, made)
            except RuleNotKnown as refused:
                screening.assumptions.scope = None
                findings.add(
                    "REV001",
                    f"the test of {date_of(trial.test)} is refused: `{refused.path}` is not known "
                    f"on {event.date}",
                    span=self.rule.span_of(refused.path),
                    where=refused.path,
                    path=self.rule.path,
                )
        for code in self._followed(event, members, screening):
            kind = self._kind_of_parents(event)
            line = self.rule.line_of("maintenance.follow_entries")
            text = f"entered {', '.join(self.lists.names('of', event.date))}"
            made.entering.setdefault(
                code, Move(code, kind, text, "maintenance.follow_entries", line)
            )
        for code in list(made.entering):
            why = "leaves on the same day" if code in made.leaving else self._hindrance(code, event)
            if why:
                move = made.entering.pop(code)
                made.failed[code] = replace(move, text=f"{move.text}; does not enter: {why}")
        return made

    def _followed(self, event: Event, members: Bools, screening: Screening) -> list[int]:
        """Entries of the parents that meet the universe's ``where`` the session before."""
        codes = [code for code in self.joins.get(event.effective, ()) if not members[code]]
        where = self.rule.universe.where
        if where is None or not codes:
            return codes
        condition = where.at(event.date)
        if not isinstance(condition, Condition):
            return codes
        test = replace(event, cutoff=event.before, is_test=True)
        scene, _, _ = screening.scene(
            test, members, members.astype(np.float64), Reasons.none(self.n), eligibility=False
        )
        screening.assumptions.scope = None
        assert scene.review is not None
        return [code for code in codes if scene.review.universe[code]]

    def _kind_of_parents(self, event: Event) -> str:
        for name in self.lists.names("of", event.date):
            lists = self.lists.lists[name]
            kind = lists.kind_at(event.effective) if isinstance(lists, Timeline) else ""
            if kind in ("fast_entry", "demerger", "committee"):
                return kind
        return "fast_entry"

    def _try(
        self,
        trial: Trial,
        members: Bools,
        timeline: Timeline,
        screening: Screening,
        findings: Findings,
        made: Outcome,
    ) -> None:
        """One test: who passes it is entered in ``made``, or leaves where it is an exit."""
        event = self.event_of(trial)
        existing = self._in_force(timeline, trial.test)
        history = History()
        if trial.what == FAST_EXIT:
            history = self._checks.setdefault(trial.path, history)
        codes = self._candidates(trial, members, existing, timeline)
        if not codes and trial.what != FAST_EXIT:
            return
        if trial.what == PARENT_STAYS:
            existing[codes] = False  # it is held against the others
        tested = np.zeros(self.n, dtype=np.bool_)
        tested[codes] = True
        tester = replace(screening, history=history)
        reasons = Reasons.none(self.n)
        scene, state, _ = tester.scene(
            event,
            existing,
            existing.astype(np.float64),
            reasons,
            eligibility=trial.what == FAST_EXIT,
            put_in=tested if trial.what not in (FAST_EXIT, PARENT_STAYS) else None,
        )
        inside = tested if trial.what in (FAST_EXIT, PARENT_STAYS) else tested & state.universe
        passed = inside.copy()
        if trial.require is not None:
            asked = inside | state.universe if trial.what == FAST_EXIT else inside
            verdict = evaluate(trial.require, scene, asked)
            passed = inside & verdict.passed
            reasons.take(inside, verdict)
        report_unknowns(scene, self.rule, findings)
        screening.assumptions.scope = None
        if trial.what == FAST_EXIT:
            history.close()
        best: tuple[int, ...] = ()
        if trial.what == FAST_EXIT and passed.any():
            best = self._best(scene, state.eligible & ~existing)
        for code in codes:
            self._record(trial, code, bool(passed[code]), reasons, best, made)

    def _in_force(self, timeline: Timeline, day: int) -> Bools:
        """Members (n,) on a day whose rows have not stopped since their list was made."""
        made = np.zeros(self.n, dtype=np.bool_)
        made[timeline.members(day)] = True
        made &= self.listed(day) & ~self.stopped(timeline.since(day) - 1, day)
        return made

    def _candidates(
        self, trial: Trial, members: Bools, existing: Bools, timeline: Timeline
    ) -> list[int]:
        if trial.what == FAST_EXIT:
            return [int(code) for code in np.flatnonzero(existing & members)]
        here = self.listed(trial.test)
        kept: list[int] = []
        for code in trial.codes:
            needed = trial.needs.get(code)
            if needed is not None and not self._in_force(timeline, needed[1])[needed[0]]:
                continue
            if bool(members[code]) == (trial.what == PARENT_STAYS) and here[code]:
                kept.append(code)
        return kept

    def _record(
        self,
        trial: Trial,
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
        numbers = screening_words(reasons, code)
        if moves is not made.failed:
            made.tested = max(trial.test, made.tested or trial.test)
        moves.setdefault(
            code,
            Move(
                code,
                kind,
                text,
                trial.path,
                trial.line,
                *numbers,
                replace_from=trial.replace_from,
                replaces=trial.replaces,
                best=best,
            ),
        )

    def _best(self, scene: Scene, rows: Bools) -> tuple[int, ...]:
        """Eligible names that are no members, best first by what the last ``fill`` orders with."""
        assert scene.review is not None
        by = last_fill_by(self.rule, date_of(int(scene.effective_days[0])))
        measure = scene.review.measures.get(by)
        if measure is None:
            column = scene.column(by)
            values = np.asarray(column.values, dtype=np.float64)
        else:
            values = -measure.values if measure.lowest_is_best else measure.values
        kept = np.flatnonzero(rows & ~np.isnan(values))
        keys = [kept, *(-tie[kept] for tie in reversed(scene.review.ties)), -values[kept]]
        return tuple(int(code) for code in kept[np.lexsort(keys)])

    # --- around a review ------------------------------------------------------------------------------

    def barred(self, cutoff: int, effective: int, kept: Callable[[int, int], bool]) -> list[Move]:
        """Names that left between a cut-off and an effective date (in it): they never enter.

        ``kept(code, day)``: the committee kept the name on the day.
        """
        found: dict[int, Move] = {}
        inside = None
        for day in range(cutoff + 1, effective + 1):
            for due in self.due.get(day, ()):
                if due.left_parents:
                    inside = self.lists.members(effective) if inside is None else inside
                    if inside[due.code]:
                        continue
                if not kept(due.code, day):
                    found.setdefault(due.code, _move(due))
        for code, day in self.left.items():
            if cutoff < day < effective and code not in found:
                line = self.rule.line_of("maintenance")
                text = f"left the index on {date_of(day)}"
                found[code] = Move(code, "deletion", text, "maintenance", line)
        return list(found.values())

    def stays(self, cutoff: int, effective: int) -> list[int]:
        """Names that entered between a cut-off and the session before an effective date."""
        return [code for code, day in self.joined.items() if cutoff < day < effective]

    def unusable(self, event: Event, members: Bools, gone: Iterable[int]) -> Callable[[int], str]:
        """Why a name cannot take a place on a day ('': it can)."""
        leaving = set(gone)

        def refused(code: int) -> str:
            if members[code]:
                return "in the index already"
            if code in leaving:
                return "leaves on the same day"
            return self._hindrance(code, event)

        return refused

    def _hindrance(self, code: int, event: Event) -> str:
        """Why a line cannot enter on a day, whoever wants it in ('': it can)."""
        if not self.listed(event.before)[code]:
            return "not listed"
        if not self.lists.members(event.effective)[code]:
            return f"not in {', '.join(self.lists.names('of', event.date))}"
        for due in self._of_line.get(code, ()):
            if due.known <= event.before and event.effective < due.until:
                return due.text
        return ""

    def review_within(self, event: Event, unless: Duration | None, reviews: Iterable[int]) -> bool:
        """Does a regular review take effect within a duration after the day of an event?"""
        if unless is None:
            return False
        following = [day for day in reviews if day > event.effective]
        if not following:
            return False
        review = date_of(min(following))
        if unless.unit == "sessions":
            gap = self.sessions.at_or_before(review) - self.sessions.at_or_before(event.date)
            return gap <= unless.n
        if unless.unit == "days":
            return (review - event.date).days <= unless.n
        return months_back(review, unless.n) <= event.date


def _move(due: DueDeletion) -> Move:
    return Move(
        due.code,
        due.kind,
        due.text,
        due.path,
        due.line,
        replace_from=due.replace_from,
        unless=due.unless,
        successor=due.successor,
    )


def screening_words(reasons: Reasons, code: int) -> tuple[float, float]:
    """(observed, threshold) of the test that decided of a line."""
    return float(reasons.observed[code]), float(reasons.threshold[code])


def last_fill_by(rule: Methodology, date: dt.date) -> str:
    """What the last ``fill`` in force orders names with; else the reserve, else the market cap."""
    selection = rule.selection
    if selection is None:
        return "market_cap"
    steps = selection.steps.at(date)
    fills = [step.fill for step in (steps if isinstance(steps, tuple) else ()) if step.fill]
    if fills:
        said = fills[-1].by.at(date)
        if isinstance(said, str):
            return said
    if selection.reserve is not None:
        said = selection.reserve.by.at(date)
        if isinstance(said, str):
            return said
    return "market_cap"
