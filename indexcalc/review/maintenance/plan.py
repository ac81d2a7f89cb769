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

import numpy as np
from msgspec.structs import replace

from indexcalc.arrays import Bools, Codes
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import date_of, day_number, days_later
from indexcalc.methodology.dates.schedules import review_dates
from indexcalc.methodology.model.conditions import Condition
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.calendar.timeline import MemberLists, Timeline
from indexcalc.review.conditions.judged_lines import RuleNotKnown
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.line_facts import DELISTING, MERGER, Fact, facts
from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.maintenance.conditions_turned_true import turned_true
from indexcalc.review.maintenance.deletions import DueDeletion, due_deletions
from indexcalc.review.maintenance.fast_entry_and_exit.candidates import narrow
from indexcalc.review.maintenance.fast_entry_and_exit.entry_exit_test import EntryExitTest
from indexcalc.review.maintenance.fast_entry_and_exit.judging import EntryExitTests, event_of
from indexcalc.review.maintenance.fast_entry_and_exit.lines_to_test import entry_and_exit_tests
from indexcalc.review.maintenance.listed_lines import listed_lines
from indexcalc.review.maintenance.outcome import Move, Outcome
from indexcalc.review.maintenance.parents import ParentLists
from indexcalc.review.maintenance.reserve import ReserveList
from indexcalc.review.maintenance.trading_days import trading_days
from indexcalc.review.selection.eligibility import Screening

_LOOK_AHEAD = 800


class MaintenancePlan:
    """What falls between the reviews of one index, and what comes of it.

    ``waiting``: what the last review left; ``joined`` and ``left``: day by line of those that
    entered or left between reviews, since the last one.
    """

    def __init__(
        self,
        rule: Methodology,
        fields: Fields,
        parents: Mapping[str, MemberLists],
        start: dt.date,
        end: dt.date,
    ) -> None:
        self.rule, self.fields, self.sessions = rule, fields, fields.sessions
        self.n = len(fields.market.symbols)
        self.listed = listed_lines(fields)
        self.entry_exit_tests = EntryExitTests(rule, fields.sessions, self.listed)
        self.lists = ParentLists(rule, parents, self.n)
        self.waiting = ReserveList()
        self.joined: dict[int, int] = {}
        self.left: dict[int, int] = {}
        self.due: dict[int, list[DueDeletion]] = {}
        self.tests_by_day: dict[int, list[EntryExitTest]] = {}
        self.joins: dict[int, list[int]] = {}
        self._deletions: list[DueDeletion] = []
        self._codes: Codes = np.zeros(0, dtype=np.int32)
        self.endings: list[Fact] = []
        self._plan(start, end)

    def _plan(self, start: dt.date, end: dt.date) -> None:
        """What may happen on which day, known or not yet known."""
        rule, first, last = self.rule, day_number(start), day_number(end)
        presence = self.listed.there
        if rule.selection is None and rule.review.follows:
            return  # it changes whenever a parent does
        known_facts = facts(self.fields.market, presence, self.listed.rows_stop)
        told = facts(self.fields.market, presence, stops_are_delistings=False)
        self.endings = [fact for fact in told if fact.kind in (DELISTING, MERGER)]
        joins: list[tuple[int, int]] = []
        departures: list[tuple[int, int]] = []
        if rule.universe.of is not None:
            joins, departures = self.lists.changes(first, last)
        trading = trading_days(self.fields.market, self.sessions, told)
        known_facts += turned_true(rule, self.fields)
        self._deletions = due_deletions(rule, known_facts, departures, presence, trading)
        self._codes = np.array([due.code for due in self._deletions], dtype=np.int32)
        for due in self._deletions:
            if first <= due.day <= last:
                self.due.setdefault(due.day, []).append(due)
        for test in entry_and_exit_tests(rule, self.fields, trading, start, end):
            self.tests_by_day.setdefault(test.day, []).append(test)
        for code, day in joins:
            if rule.maintenance.follow_entries.at(date_of(day)) is True:
                self.joins.setdefault(day, []).append(code)

    @property
    def days(self) -> list[int]:
        """The days on which something may happen, ascending."""
        return sorted({*self.due, *self.tests_by_day, *self.joins})

    def upcoming(self, end: dt.date) -> tuple[dt.date, ...]:
        """Effective dates of the rule's own reviews after ``end``, for about two years."""
        if self.rule.review.kind == "follows":
            dates_of_parents = [
                list(getattr(self.lists.lists[name], "upcoming", ()))
                for name in self.rule.review.follows
            ]
            return tuple(sorted({day for dates in dates_of_parents for day in dates}))
        if self.rule.review.kind != "scheduled":
            return ()
        last = self.sessions.date(len(self.sessions) - 1)
        after = days_later(end, 1)
        until = min(last, days_later(end, _LOOK_AHEAD))
        return tuple(
            review.effective for review in review_dates(self.rule, self.sessions, after, until)
        )

    def recall(self, day: int, before: Codes, members: Codes) -> None:
        """Take up a list that was made between reviews, and the list before it."""
        for code in np.setdiff1d(members, before).tolist():
            self.joined[code] = day
            self.left.pop(code, None)
        for code in np.setdiff1d(before, members).tolist():
            self.left[code] = day
            self.joined.pop(code, None)

    # --- what is asked of the data ------------------------------------------------------------------

    def review_days(self, timeline: Timeline) -> list[dt.date]:
        """Effective dates of the regular reviews of the run and after it, ascending."""
        return [*(dates.effective for dates in timeline.reviews), *timeline.upcoming]

    def tests(self) -> list[Event]:
        """The tests as events of their own: what measures and lists are read for."""
        return [
            event_of(test, self.sessions)
            for day in sorted(self.tests_by_day)
            for test in self.tests_by_day[day]
        ]

    def narrow(self, words: Texts) -> None:
        """Drop candidates that a look at their columns on the test day keeps out for sure."""
        narrow(self.tests_by_day, self.rule, self.fields, self.lists, words)

    # --- decisions of a day ---------------------------------------------------------------------------

    def acts(self, event: Event, members: Codes) -> bool:
        """May the day of an event change the list ``members`` (n,) or say anything of it?

        On a day on which only lines that are no members are due, nothing is to be decided.
        """
        day = event.effective
        if day in self.tests_by_day or day in self.joins:
            return True
        return any(bool((members == item.code).any()) for item in self.due.get(day, ()))

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
        outcome = Outcome()
        for due in self.due.get(event.effective, ()):
            if members[due.code]:
                outcome.leaving.setdefault(due.code, due.move)
        for test in self.tests_by_day.get(event.effective, ()):
            try:
                self.entry_exit_tests.run(test, members, timeline, screening, findings, outcome)
            except RuleNotKnown as refused:
                findings.add(
                    "REV001",
                    f"the test of {date_of(test.test)} is refused: `{refused.path}` is not known "
                    f"on {event.date}",
                    span=self.rule.span_of(refused.path),
                    where=refused.path,
                    path=self.rule.path,
                    on=event.date,
                )
        for code in self._followed(event, members, screening):
            kind = self.lists.kind_of_change(event.effective) or "fast_entry"
            line = self.rule.line_of("maintenance.follow_entries")
            text = f"entered {', '.join(self.lists.names('of', event.date))}"
            outcome.entering.setdefault(
                code, Move(code, kind, text, "maintenance.follow_entries", line)
            )
        for code in list(outcome.entering):
            why = (
                "leaves on the same day"
                if code in outcome.leaving
                else self._hindrance(code, event)
            )
            if why:
                move = outcome.entering.pop(code)
                outcome.failed[code] = replace(move, text=f"{move.text}; does not enter: {why}")
        return outcome

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
        # The session before they are in no list of the parents yet.
        entering = np.zeros(self.n, dtype=np.bool_)
        entering[codes] = True
        with screening.screened(
            test,
            members,
            members.astype(np.float64),
            Reasons.none(self.n),
            eligibility=False,
            put_in=entering,
        ) as (_, state, _):
            return [code for code in codes if state.universe[code]]

    # --- around a review ------------------------------------------------------------------------------

    def barred(
        self, cutoff: int, effective: int, was_kept: Callable[[int, int], bool]
    ) -> list[Move]:
        """Names that left between a cut-off and an effective date (in it): they never enter.

        ``kept(code, day)``: the committee kept the name on the day.
        """
        moves: dict[int, Move] = {}
        inside = None
        for day in range(cutoff + 1, effective + 1):
            for due in self.due.get(day, ()):
                if due.left_parents:
                    inside = self.lists.members(effective) if inside is None else inside
                    if inside[due.code]:
                        continue
                if not was_kept(due.code, day):
                    moves.setdefault(due.code, due.move)
        for code, day in self.left.items():
            if cutoff < day < effective and code not in moves:
                line = self.rule.line_of("maintenance")
                text = f"left the index on {date_of(day)}"
                moves[code] = Move(code, "deletion", text, "maintenance", line)
        return list(moves.values())

    def ended(self, effective: int, members: Bools) -> dict[int, Fact]:
        """Lines of ``members`` (n,) that are gone by an effective date, as the tables say by then, and have
        no row on it."""
        held = set(members.nonzero()[0].tolist())
        told = [fact for fact in self.endings if fact.code in held and fact.gone <= effective]
        told = [fact for fact in told if fact.known <= effective]
        if not told:
            return {}
        there = self.listed.there.listed(effective)
        return {fact.code: fact for fact in told if not there[fact.code]}

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
        if not self.listed.on(event.before)[code]:
            return "not listed"
        if not self.lists.members(event.effective)[code]:
            return f"not in {', '.join(self.lists.names('of', event.date))}"
        for at in np.flatnonzero(self._codes == code).tolist():
            due = self._deletions[at]
            if due.fact.known <= event.before and event.effective < due.fact.until:
                return due.text
        return ""
