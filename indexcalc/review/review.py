"""The reviews of one index, each with the ledger rows that say why.

``Reviewer.run`` takes the events of the agenda (``calendar/agenda.py``) in the order of their
effective days.  What they need of the market is read once before the first (``preparation.prepare``).

On the day of a review (``_review``):

1. ``_existing``: the members in force on the session before.
2. ``Screening.screened``: the universe, the values of the measures, who is eligible.
3. ``_held_in_and_out``: names the committee or the changes of the day keep in or out
   (``CommitteeDecisions.at_review``, ``MaintenancePlan.decide``, ``ReviewDayChanges.moves``).
4. ``_select``: the steps of the selection in the order written (``select_members``), then the reserve
   list (``SelectionSteps.reserve``, ``waiting_after``).
5. ``ReviewDayChanges.refill``: names that are no longer listed, or were deleted since the cut-off,
   give their places to the reserve.
6. ``membership_rows`` and ``float_rows``: the rows of ``decisions.parquet``.

On any other day (``_between_reviews``): the committee's decisions, then deletions, entries, exits
and replacements (``MaintenancePlan.decide``, ``DayChanges.apply``).

Readings chosen where the reference leaves room:

- ``existing`` are the members of the list before that still have rows on the session before the
  effective date and had them all the while (in a market that says it is complete).
- Names the committee refuses or removes do not remain, but keep their rank among the eligible.
- A review before the data begin is not made; one that needs an unknown value is refused (REV001)
  and leaves the members as they were.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from indexcalc.arrays import Bools, Codes, Floats
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.calendar.timeline import MemberLists, Timeline
from indexcalc.review.conditions.judged_lines import History, JudgedLines, RuleNotKnown
from indexcalc.review.conditions.unknowns import report_unknowns
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.float_factors import FloatFactors
from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.decision_rows import float_rows, membership_rows
from indexcalc.review.ledger.decisions import Decisions
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.maintenance.apply_changes import DayChanges
from indexcalc.review.maintenance.at_review import ReviewDayChanges
from indexcalc.review.maintenance.committee import CommitteeDecisions
from indexcalc.review.maintenance.outcome import Outcome
from indexcalc.review.maintenance.parents import kind_of_change
from indexcalc.review.maintenance.plan import MaintenancePlan
from indexcalc.review.maintenance.reserve import EMPTY_RESERVE, ReserveList, waiting_after
from indexcalc.review.measures.at_reviews import ReviewMeasures
from indexcalc.review.preparation import KnownLists, Preparation, ReviewInputs, prepare
from indexcalc.review.result import ReviewResult, ReviewStart
from indexcalc.review.review_findings import ReviewFindings
from indexcalc.review.selection.eligibility import Screening, listed
from indexcalc.review.selection.select_members import select_members

__all__ = ["ReviewResult", "Reviewer"]


class Reviewer:
    """The reviews of one index, one after the other; ``timeline`` grows with each.

    Making one reads nothing: the market is read when its events are first asked for.  ``parents``:
    the lists of every index the rule names; ``known``: its own up to the day it goes on from.
    Findings: REV001 refused, REV002 before the data, REV003 fewer names than the target, REV004 no
    name, REV005 factors not known yet, REV006 lists not used, DAT001, DAT002 and DAT011 values that
    are not known.
    """

    def __init__(
        self,
        *,
        rule: Methodology,
        market: Market,
        sessions: Sessions,
        parents: Mapping[str, MemberLists],
        start: dt.date,
        end: dt.date,
        assumptions: Assumptions,
        findings: Findings,
        words: Texts | None = None,
        floats: FloatFactors | None = None,
        known: KnownLists | None = None,
    ) -> None:
        self.words = words if words is not None else Texts()
        self.given = ReviewInputs(
            rule=rule,
            market=market,
            sessions=sessions,
            parents=parents,
            start=start,
            end=end,
            assumptions=assumptions,
            findings=findings,
            words=self.words,
            floats=floats,
            known=known,
        )
        self.rule, self.market, self.findings = rule, market, findings
        self.reported = ReviewFindings(rule, market.symbols, findings)
        self.n = len(market.symbols)
        self.history = History()
        self.committee = CommitteeDecisions(rule, sessions, market.order, self.words)
        self.undecided: list[Decisions] = []
        """Ledger rows of days on which tests were made and nothing came of them."""
        self.staged: dict[int, ReviewStart] = {}
        """What each regular review began with, by effective day."""
        self.current: Codes = np.zeros(0, dtype=np.int32)
        self.inclusion = np.zeros(self.n)
        self._begun = False
        self._last_day = 0

    # --- what is read once --------------------------------------------------------------------------

    @cached_property
    def prepared(self) -> Preparation:
        """What all reviews need of the market, read when first asked for."""
        prepared = prepare(self.given, self.history, self.reported)
        days = self.market.days
        self._last_day = int(days[0]) if days.size else 0
        if prepared.initial is not None:
            # A list older than the data says who is existing at the first review.
            day, self.current = prepared.initial
            self.inclusion[self.current] = 1.0
            prepared.timeline.record(day, self.current)
        if (known := self.given.known) is not None:
            for day, codes, kind in known.lists:
                prepared.timeline.record(day, codes, kind)
                if kind != "regular":
                    prepared.maintenance.recall(day, self.current, codes)
                self.current, self._last_day, self._begun = codes, day, True
            self.inclusion = known.inclusion
        return prepared

    @property
    def events(self) -> Sequence[Event]:
        """The events the data reach, by effective day."""
        return self.prepared.events

    @property
    def timeline(self) -> Timeline:
        """The lists so far: what other indices ask of this one."""
        return self.prepared.timeline

    @property
    def fields(self) -> Fields:
        """Look-ups of the market's columns."""
        return self.prepared.fields

    @property
    def measures(self) -> ReviewMeasures:
        """The values of the rule's measures at its reviews."""
        return self.prepared.measures

    @property
    def maintenance(self) -> MaintenancePlan:
        """What happens between the reviews."""
        return self.prepared.maintenance

    @property
    def screening(self) -> Screening:
        """Universe and eligibility of each review."""
        return self.prepared.screening

    # --- events -------------------------------------------------------------------------------------

    def run(self) -> list[ReviewResult]:
        """All events in order."""
        results = (self.step(event) for event in self.events)
        return [result for result in results if result is not None]

    def step(self, event: Event) -> ReviewResult | None:
        """One event; events come in order.  None: nothing happened, or the review was refused."""
        if event.kinds == {"maintenance"} and not self.maintenance.acts(event, self.current):
            return None
        existing = self._existing(event)
        if not event.reviews:
            return self._between_reviews(event, existing)
        try:
            result = self._review(event, existing)
        except RuleNotKnown as refused:
            self.reported.refused(event, refused)
            return self._between_reviews(event, existing) if "maintenance" in event.kinds else None
        if "regular" in event.kinds:
            self.history.close()
        return result

    def _existing(self, event: Event) -> Bools:
        """Members in force on the session before."""
        members = np.zeros(self.n, dtype=np.bool_)
        members[self.current] = True
        if self.maintenance.listed.rows_stop:
            members &= self.maintenance.listed.on(event.before)
            # A line whose rows stopped has left; it does not come back before a review.
            members &= ~self.maintenance.listed.stopped(self._last_day - 1, event.before)
        return members

    def _between_reviews(self, event: Event, existing: Bools) -> ReviewResult | None:
        """A rebalance, a float update, or what the committee and ``maintenance`` do in between."""
        members = existing.copy()
        changes = DayChanges(self.maintenance, event, members, Reasons.none(self.n), self.words)
        if "committee" in event.kinds:
            changes.committee(self.committee)
        outcome = self._maintained(event, members)
        if outcome is not None:
            kept, refused = (
                self.committee.held(event.effective, word) for word in ("keep", "refuse")
            )
            reviews = [day_number(day) for day in self.maintenance.review_days(self.timeline)]
            changes.apply(outcome, kept, refused, reviews)
        if not self.current.size and not members.any():
            return None
        changed = members != existing
        if event.kinds == {"maintenance"} and not changed.any():
            if changes.reported.any():
                rows = self._decisions(event, changes.reported, members, existing, changes.reasons)
                self.undecided.extend(rows)
            return None
        self.inclusion = np.where(members, np.where(self.inclusion > 0, self.inclusion, 1.0), 0.0)
        reported = changes.reported | changed
        blocks = self._decisions(event, reported, members, existing, changes.reasons)
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
            why=changes.why,
            places=changes.places,
            tested=tested,
        )

    def _maintained(self, event: Event, members: Bools) -> Outcome | None:
        """What ``maintenance`` decides on the day; None where it does not act."""
        if "maintenance" not in event.kinds or not self._begun:
            return None
        return self.maintenance.decide(event, members, self.timeline, self.screening, self.findings)

    # --- one review -----------------------------------------------------------------------------

    def _review(self, event: Event, existing: Bools) -> ReviewResult:
        reasons = Reasons.none(self.n)
        if event.given is not None:
            return self._given(event, existing, reasons)
        changes = ReviewDayChanges(self.maintenance, self.committee, self.words, event, reasons)
        with self.screening.screened(event, existing, self.inclusion, reasons) as (
            lines,
            state,
            asked,
        ):
            pinned, refused = self._held_in_and_out(event, existing, changes)
            state.remaining &= ~refused
            inclusion, waiting = self._select(event, lines, pinned, reasons)
            report_unknowns(lines, self.rule, self.findings)
        members = state.selected.copy()
        if "regular" in event.kinds:
            self.maintenance.waiting = waiting
        changes.refill(members, inclusion, pinned)
        self.reported.count(event, state, members)
        self.inclusion = np.where(members, inclusion, 0.0)
        reported = asked | existing | members
        if "regular" not in event.kinds:
            reported = members != existing
        return self._result(
            event=event,
            members=members,
            existing=existing,
            blocks=self._decisions(event, reported, members, existing, reasons),
            observed=self.measures.observed(event),
            values={name: measure.values for name, measure in state.measures.items()},
        )

    def _held_in_and_out(
        self, event: Event, existing: Bools, changes: ReviewDayChanges
    ) -> tuple[Bools, Bools]:
        """(names in whatever the steps say, names out) of a review, shape (n,) each."""
        pinned, refused = self.committee.at_review(event, changes.reasons)
        if "regular" not in event.kinds:
            return pinned, refused
        stays = changes.entered_since(existing)
        leaving = np.zeros(self.n, dtype=np.bool_)
        outcome = self._maintained(event, existing)
        if outcome is not None:
            entering, leaving = changes.moves(outcome, pinned, refused)
            stays |= entering
        stays &= ~refused
        refused |= leaving & ~pinned
        pinned |= stays
        self.staged[event.effective] = ReviewStart(
            event, existing, self.inclusion, pinned, refused, len(self.history.past)
        )
        return pinned, refused

    def _select(
        self, event: Event, lines: JudgedLines, pinned: Bools, reasons: Reasons
    ) -> tuple[Floats, ReserveList]:
        """(Inclusion (n,) of the names chosen, who waits until the next)."""
        steps = select_members(self.rule, event, lines, pinned, reasons)
        if steps is None:
            return np.ones(self.n), ReserveList()
        rule = steps.selection.reserve
        waiting = steps.waiting()
        reserve = EMPTY_RESERVE if rule is None else steps.reserve(rule, waiting)
        left = waiting_after(event, self.rule, steps, lines, reserve, waiting)
        return steps.inclusion, left

    def _given(self, event: Event, existing: Bools, reasons: Reasons) -> ReviewResult:
        """The members a table says, listed or not: a line without a price is never in force."""
        assert event.given is not None
        members = np.zeros(self.n, dtype=np.bool_)
        members[event.given] = True
        path = self.words.place("selection", self.rule.line_of("selection"))
        reasons.say(members, path, self.words.number("given in `memberships`"))
        reasons.say(~members, path, self.words.number("not given in `memberships`"))
        reported = members | existing | listed(self.fields, event.before)
        self.inclusion = np.where(members, 1.0, 0.0)
        blocks = self._decisions(event, reported, members, existing, reasons)
        return self._result(event, members, existing, blocks, {}, {})

    # --- what comes out -----------------------------------------------------------------------------

    def _decisions(
        self, event: Event, reported: Bools, members: Bools, existing: Bools, reasons: Reasons
    ) -> tuple[Decisions, ...]:
        rows = membership_rows(event.effective, reported, members, existing, reasons)
        update = self.prepared.float_updates.get(event.effective)
        if update is None:
            return (rows,)
        line = self.rule.line_of("float")
        return (rows, float_rows(update, reported | members, self.words, line))

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
        places: Mapping[int, int] | None = None,
        tested: int | None = None,
    ) -> ReviewResult:
        codes = np.flatnonzero(members).astype(np.int32)
        factors = self.prepared.floats.in_force(event.effective, codes=codes)
        factors = self.prepared.floats.assumed(factors, codes, members)
        self.reported.factors_missing(event, factors, codes)
        self.current = codes
        self._begun = True
        self._last_day = event.effective
        if kind == "" and event.kind == "parent":
            # The index changes with its parents: for their reason.
            kind = kind_of_change(self.rule.review.follows, self.given.parents, event.effective)
        kind = kind or event.kind
        if event.given is not None:
            self.maintenance.waiting = ReserveList()
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
            reserve=self.maintenance.waiting.reserve,
            decisions=blocks,
            observed=observed,
            measures=values,
            sets_weights=event.sets_weights(self.rule),
            why=why or {},
            places=places or {},
        )
