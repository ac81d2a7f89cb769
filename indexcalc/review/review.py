"""Reviews of one index, in the order of design section 6: universe, measures, eligibility, steps,
reserve; each with the ledger rows that say why.

Readings chosen where the reference leaves room:

- ``existing`` are the members of the list before that still have rows on the session before the
  effective date and had them all the while (in a market that says it is complete).
- Names the committee refuses or removes do not remain, but keep their rank among the eligible.
- A review before the data begin is not made; one that needs an unknown value is refused (REV001)
  and leaves the members as they were.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from indexcalc.arrays import Bools, Floats
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.selection import Selection
from indexcalc.review.calendar.agenda import Agenda, Event, weight_events
from indexcalc.review.calendar.timeline import MemberLists, Timeline
from indexcalc.review.columns_read import daily_columns
from indexcalc.review.conditions.scene import History, RuleNotKnown
from indexcalc.review.conditions.unknowns import report_unknowns
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.float_factors import FloatFactors, FloatUpdate
from indexcalc.review.data.texts import Words
from indexcalc.review.ledger.decisions import Decisions
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.maintenance.apply_changes import Between
from indexcalc.review.maintenance.at_review import AtReview
from indexcalc.review.maintenance.committee import Decided
from indexcalc.review.maintenance.outcome import Outcome
from indexcalc.review.maintenance.plan import MaintenancePlan
from indexcalc.review.maintenance.reserve import NOBODY, WaitingList, waiting_after
from indexcalc.review.measures.at_reviews import ReviewMeasures
from indexcalc.review.result import ReviewResult, Staged, float_rows, membership_rows
from indexcalc.review.review_findings import ReviewFindings
from indexcalc.review.selection.eligibility import Screening, listed
from indexcalc.review.selection.steps import Selecting

__all__ = ["ReviewResult", "Reviewer"]


class Reviewer:
    """The reviews of one index, one after the other; ``timeline`` grows with each.

    ``parents``: the lists of every index the rule names.  Indices that name each other are stepped
    in turns (see ``turns``).  Findings: REV001 refused, REV002 before the data, REV003 fewer
    names than the target, REV004 nobody, REV005 factors not known yet, DAT001, DAT002 and DAT011
    values that are not known.
    """

    def __init__(
        self,
        rule: Methodology,
        market: Market,
        sessions: Sessions,
        parents: Mapping[str, MemberLists],
        start: dt.date,
        end: dt.date,
        assumptions: Assumptions,
        findings: Findings,
        words: Words | None = None,
    ) -> None:
        self.rule, self.market, self.sessions = rule, market, sessions
        self.parents = parents
        self.findings = findings
        self.reported = ReviewFindings(rule, market.symbols, findings)
        self.words = words if words is not None else Words()
        self.fields = Fields(market, sessions, assumptions, rule.currency)
        self.assumptions = assumptions
        self.n = len(market.symbols)
        self.everyone = np.arange(self.n, dtype=np.int32)
        self.history = History()
        self.floats = FloatFactors(rule, self.fields)
        self.upkeep = MaintenancePlan(
            rule=rule,
            market=market,
            sessions=sessions,
            fields=self.fields,
            parents=parents,
            start=start,
            end=end,
        )
        agenda = Agenda(
            rule=rule,
            market=market,
            sessions=sessions,
            start=start,
            end=end,
            parents=parents,
            between=self.upkeep.days,
        )
        self.reported.lists_not_taken(agenda.unused)
        self.events = [event for event in agenda.in_order() if self._has_data(event)]
        regular = tuple(
            event.dates for event in self.events if event.dates and "regular" in event.kinds
        )
        self.timeline = Timeline(rule.index, regular, self.upkeep.upcoming(end))
        self.undecided: list[Decisions] = []
        """Ledger rows of days on which tests were made and nothing came of them."""
        self.current = np.zeros(0, dtype=np.int32)
        self.inclusion = np.zeros(self.n)
        self.staged: dict[int, Staged] = {}
        """What each regular review began with, by effective day."""
        self._begun = False
        self._last_day = int(market.days[0]) if market.days.size else 0
        self._updates: dict[int, FloatUpdate] = {}
        if agenda.initial is not None:
            # A list older than the data says who is existing at the first review.
            day, self.current = agenda.initial
            self.inclusion[self.current] = 1.0
            self.timeline.record(day, self.current)
        self.decided = Decided(rule, sessions, market.order, self.words)
        self._prepare()

    # --- before the first event -------------------------------------------------------------------

    def _has_data(self, event: Event) -> bool:
        days = self.market.days
        if days.size and event.cutoff >= days[0] and event.before >= days[0]:
            return True
        if event.given is not None and days.size and event.effective >= days[0]:
            return True
        if "regular" in event.kinds and event.given is None:
            self.reported.before_the_data(event)
        return False

    def _prepare(self) -> None:
        """Everything that needs a pass over the data, for all events at once."""
        self.upkeep.narrow(self.words)
        days = [
            day
            for e in self.events
            if e.kinds != {"maintenance"}
            for day in (e.cutoff, e.before, e.pricing, e.effective)
        ]
        days += self.upkeep.test_days
        # Entries of the parents are judged on the session before.
        days += [e.before for e in self.events if e.effective in self.upkeep.joins]
        reads = [(["market_cap", *daily_columns(self.rule, self.market)], days)]
        if "holdings" in self.market.names:
            # Float factors are made from listed shares on the days of maintenance too.
            reads.append((["shares_outstanding"], [e.effective for e in self.events]))
        self.fields.prepare_daily(*((names, np.array(on, dtype=np.int32)) for names, on in reads))
        regular = [event for event in self.events if event.reviews]
        if regular:
            self.floats.first_cutoff = regular[0].cutoff
        for event in self.events:
            if event.sets_floats(self.rule):
                self._updates[event.effective] = self.floats.update(
                    event.effective, event.pricing, event.month[1]
                )
                unknown = self.floats.unknown_yet(event.effective, event.pricing)
                self.reported.factors_not_known_yet(event, unknown)
        self.measures = ReviewMeasures(
            self.rule, self.market, self.sessions, self.fields, self.floats
        )
        asked = [event for event in regular if event.dates is not None]
        self.measures.scan([*asked, *self.upkeep.tests()], weight_events(self.rule, self.events))
        self.screening = Screening(
            rule=self.rule,
            market=self.market,
            parents=self.parents,
            fields=self.fields,
            floats=self.floats,
            measures=self.measures,
            history=self.history,
            words=self.words,
            assumptions=self.assumptions,
        )

    # --- events -------------------------------------------------------------------------------------

    def run(self) -> list[ReviewResult]:
        """All events in order."""
        found = (self.step(event) for event in self.events)
        return [result for result in found if result is not None]

    def step(self, event: Event) -> ReviewResult | None:
        """One event; events come in order.  None: nothing happened, or the review was refused."""
        existing = self._existing(event)
        if not event.reviews:
            return self._unchanged(event, existing)
        try:
            result = self._review(event, existing)
        except RuleNotKnown as refused:
            self.assumptions.scope = None
            self.reported.refused(event, refused)
            return self._unchanged(event, existing) if "maintenance" in event.kinds else None
        if "regular" in event.kinds:
            self.history.close()
        return result

    def _existing(self, event: Event) -> Bools:
        """Members in force on the session before."""
        made = np.zeros(self.n, dtype=np.bool_)
        made[self.current] = True
        if self.upkeep.listed.rows_stop:
            made &= self.upkeep.listed.on(event.before)
            # A line whose rows stopped has left; it does not come back before a review.
            made &= ~self.upkeep.listed.stopped(self._last_day - 1, event.before)
        return made

    def _unchanged(self, event: Event, existing: Bools) -> ReviewResult | None:
        """A rebalance, a float update, or what the committee and ``maintenance`` do in between."""
        members = existing.copy()
        told = np.zeros(self.n, dtype=np.bool_)
        between = Between(self.upkeep, event, members, Reasons.none(self.n), self.words, told)
        if "committee" in event.kinds:
            between.committee(self.decided)
        outcome = self._maintained(event, members)
        if outcome is not None:
            kept, refused = (
                self.decided.held(event.effective, word) for word in ("keep", "refuse")
            )
            reviews = [day_number(day) for day in self.upkeep.review_days(self.timeline)]
            between.apply(outcome, kept, refused, reviews)
        if not self.current.size and not members.any():
            return None
        changed = members != existing
        if event.kinds == {"maintenance"} and not changed.any():
            if between.told.any():
                rows = self._decisions(event, between.told, members, existing, between.reasons)
                self.undecided.extend(rows)
            return None
        self.inclusion = np.where(members, np.where(self.inclusion > 0, self.inclusion, 1.0), 0.0)
        told = between.told | changed
        blocks = self._decisions(event, told, members, existing, between.reasons)
        kind = event.kind
        tested = None
        if outcome is not None:
            tested = outcome.tested
            if event.kind in ("committee", "maintenance", "float"):
                kind = outcome.kind or kind
        return self._result(
            event=event,
            members=members,
            existing=existing,
            blocks=blocks,
            observed={},
            values={},
            kind=kind,
            why=between.why,
            tested=tested,
        )

    def _maintained(self, event: Event, members: Bools) -> Outcome | None:
        """What ``maintenance`` decides on the day; None where it does not act."""
        if "maintenance" not in event.kinds or not self._begun:
            return None
        return self.upkeep.decide(event, members, self.timeline, self.screening, self.findings)

    # --- one review -----------------------------------------------------------------------------

    def _review(self, event: Event, existing: Bools) -> ReviewResult:
        reasons = Reasons.none(self.n)
        if event.given is not None:
            return self._given(event, existing, reasons)
        scene, state, asked = self.screening.scene(event, existing, self.inclusion, reasons)
        pinned, refused = self.decided.at_review(event, reasons)
        at_review = AtReview(self.upkeep, self.decided, self.words, event, reasons)
        if "regular" in event.kinds:
            held = at_review.entered_since(existing)
            leaving = np.zeros(self.n, dtype=np.bool_)
            outcome = self._maintained(event, existing)
            if outcome is not None:
                entering, leaving = at_review.moves(outcome, pinned, refused)
                held |= entering
            held &= ~refused
            refused |= leaving & ~pinned
            pinned |= held
            self.staged[event.effective] = Staged(
                event, existing, self.inclusion, pinned, refused, len(self.history.past)
            )
        state.remaining &= ~refused
        selection = self.rule.selection
        reserve = NOBODY
        inclusion = np.ones(self.n)
        waiting = WaitingList()
        if self._given_now(selection, event) and selection is not None:
            state.selected = existing.copy()
            reasons.say(
                existing,
                self.words.place("selection", selection.line),
                self.words.number("no new list"),
            )
        elif selection is None:
            state.selected = state.remaining | pinned
            self._say_lists(state.selected, reasons)
        else:
            choosing = Selecting(scene, selection, event.date, event.month[1], reasons, pinned)
            said = choosing.at(selection.steps, "selection.steps")
            choosing.run(said or ())
            if selection.reserve is not None:
                reserve = choosing.reserve(selection.reserve)
            inclusion = choosing.inclusion
            unasked = state.remaining & ~state.selected & (reasons.path == 0)
            place = self.words.place("selection.steps", selection.line)
            reasons.say(unasked, place, self.words.number("chosen by no step"))
            waiting = waiting_after(event, self.rule, choosing, state, scene, reserve)
        report_unknowns(scene, self.rule, self.findings)
        self.assumptions.scope = None
        members = state.selected.copy()
        if "regular" in event.kinds:
            self.upkeep.waiting = waiting
        at_review.refill(members, inclusion, pinned)
        self.reported.count(event, state, members)
        self.inclusion = np.where(members, inclusion, 0.0)
        told = asked | existing | members
        if "regular" not in event.kinds:
            told = members != existing
        blocks = self._decisions(event, told, members, existing, reasons)
        values = {name: measure.values for name, measure in state.measures.items()}
        return self._result(event, members, existing, blocks, self.measures.observed(event), values)

    def _say_lists(self, selected: Bools, reasons: Reasons) -> None:
        """A child that chooses nothing: its parents' lists decided of whom no test did."""
        key = "universe.of" if self.rule.universe.of is not None else "universe"
        place = self.words.place(key, self.rule.line_of(key))
        silent = selected & (reasons.path == 0)
        reasons.say(silent, place, self.words.number("in the lists it is made from"))

    def _given_now(self, selection: Selection | None, event: Event) -> bool:
        return selection is not None and selection.given.at(event.date) is True

    def _given(self, event: Event, existing: Bools, reasons: Reasons) -> ReviewResult:
        """The members a table says, listed or not: a line without a price is never in force."""
        assert event.given is not None
        members = np.zeros(self.n, dtype=np.bool_)
        members[event.given] = True
        place = self.words.place("selection", self.rule.line_of("selection"))
        reasons.say(members, place, self.words.number("given in `memberships`"))
        reasons.say(~members, place, self.words.number("not given in `memberships`"))
        told = members | existing | listed(self.fields, event.before)
        self.inclusion = np.where(members, 1.0, 0.0)
        blocks = self._decisions(event, told, members, existing, reasons)
        return self._result(event, members, existing, blocks, {}, {})

    # --- what comes out -----------------------------------------------------------------------------

    def _decisions(
        self, event: Event, told: Bools, members: Bools, existing: Bools, reasons: Reasons
    ) -> tuple[Decisions, ...]:
        rows = membership_rows(event.effective, told, members, existing, reasons)
        update = self._updates.get(event.effective)
        if update is None:
            return (rows,)
        line = self.rule.line_of("float")
        return (rows, float_rows(update, told | members, self.words, line))

    def _result(
        self,
        event: Event,
        members: Bools,
        existing: Bools,
        blocks: tuple[Decisions, ...],
        observed: Mapping[str, tuple[int, int]],
        values: Mapping[str, Floats],
        kind: str = "",
        why: Mapping[int, str] | None = None,
        tested: int | None = None,
    ) -> ReviewResult:
        codes = np.flatnonzero(members).astype(np.int32)
        factors = self.floats.in_force(event.effective)
        factors = self.floats.assumed(factors, codes, members)
        self.reported.factors_missing(event, factors, codes)
        self.current = codes
        self._begun = True
        self._last_day = event.effective
        if kind == "" and event.kind == "parent":
            kind = self._kind_of_parents(event)
        kind = kind or event.kind
        if event.given is not None:
            self.upkeep.waiting = WaitingList()
        self.timeline.record(event.effective, codes, kind)
        return ReviewResult(
            effective=event.effective,
            cutoff=event.cutoff if tested is None else tested,
            announcement=event.announcement,
            pricing=event.pricing,
            kind=kind,
            members=codes,
            inclusion=self.inclusion[codes],
            float_factor=factors[codes],
            added=np.flatnonzero(members & ~existing).astype(np.int32),
            removed=np.flatnonzero(existing & ~members).astype(np.int32),
            reserve=self.upkeep.waiting.reserve,
            decisions=blocks,
            observed=observed,
            measures=values,
            sets_weights=event.sets_weights(self.rule),
            why=why or {},
        )

    def _kind_of_parents(self, event: Event) -> str:
        """Why the list of a parent changed on the day, for an index that changes with it."""
        for name in self.rule.review.follows:
            lists = self.parents[name]
            kind = lists.kind_at(event.effective) if isinstance(lists, Timeline) else ""
            if kind not in ("", "regular", "given", "rebalance", "float"):
                return kind
        return event.kind
