"""Reviews of one index, in the order of design section 6: universe, measures, eligibility, steps,
reserve; each with the ledger rows that say why.

Readings chosen where the reference leaves room:

- ``existing`` are the members of the list before that still have rows on the session before the
  effective date (in a market that says it is complete).
- Names the committee refuses or removes do not remain, but keep their rank among the eligible.
- A review before the data begin is not made; one that needs an unknown value is refused (REV001)
  and leaves the members as they were.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from indexcalc.diagnostics import Findings
from indexcalc.market.calendar import Sessions
from indexcalc.market.market import Market
from indexcalc.methodology.block import walk
from indexcalc.methodology.conditions import Field
from indexcalc.methodology.dated import Dated
from indexcalc.methodology.model import Methodology
from indexcalc.methodology.model_selection import Selection
from indexcalc.methodology.values import Special
from indexcalc.review.agenda import Agenda, Event
from indexcalc.review.assumptions import Assumptions
from indexcalc.review.committee import Decided
from indexcalc.review.fields import Fields
from indexcalc.review.float_updates import FloatFactors, FloatUpdate
from indexcalc.review.ledger import Decisions
from indexcalc.review.reasons import Reasons
from indexcalc.review.result import ReviewResult, float_rows, membership_rows
from indexcalc.review.review_measures import ReviewMeasures
from indexcalc.review.scene import History, ReviewState, RuleNotKnown, Scene
from indexcalc.review.screening import Screening, listed
from indexcalc.review.steps import Reserved, Selecting
from indexcalc.review.timeline import MemberLists, Timeline
from indexcalc.review.unknowns import report_unknowns
from indexcalc.review.words import Words

__all__ = ["ReviewResult", "Reviewer", "reviews", "together"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]


class Reviewer:
    """The reviews of one index, one after the other; ``timeline`` grows with each.

    ``parents``: the lists of every index the rule names.  Indices that name each other are stepped
    in turns (see ``together``).  Findings: REV001 refused, REV002 before the data, REV003 fewer
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
        self.words = words if words is not None else Words()
        self.fields = Fields(market, sessions, assumptions)
        self.assumptions = assumptions
        self.n = len(market.symbols)
        self.everyone = np.arange(self.n, dtype=np.int32)
        self.history = History()
        self.floats = FloatFactors(rule, self.fields)
        agenda = Agenda(rule, market, sessions, start, end, parents)
        self.events = [event for event in agenda.in_order() if self._has_data(event)]
        regular = tuple(
            event.dates for event in self.events if event.dates and "regular" in event.kinds
        )
        self.timeline = Timeline(rule.index, regular)
        self.current = np.zeros(0, dtype=np.int32)
        self.inclusion = np.zeros(self.n)
        self._reserve = Reserved(np.zeros(0, dtype=np.int32), ())
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
            self.findings.add(
                "REV002",
                f"the review of {event.date} is not made: the data begin after its cut-off",
                span=self.rule.span_of("review"),
                where="review",
                path=self.rule.path,
            )
        return False

    def _prepare(self) -> None:
        """Everything that needs a pass over the data, for all events at once."""
        days = [day for e in self.events for day in (e.cutoff, e.before, e.pricing, e.effective)]
        names = ["market_cap", *self._daily_columns()]
        if "holdings" in self.market.names:
            names.append("shares_outstanding")
        self.fields.prepare_daily(tuple(dict.fromkeys(names)), np.array(days, dtype=np.int32))
        regular = [event for event in self.events if self._reviews(event)]
        if regular:
            self.floats.first_cutoff = regular[0].cutoff
        for event in self.events:
            if event.kinds & self._float_kinds():
                self._updates[event.effective] = self.floats.update(
                    event.effective, event.pricing, event.month[1]
                )
                self._not_known_yet(event)
        self.measures = ReviewMeasures(
            self.rule, self.market, self.sessions, self.fields, self.floats
        )
        self.measures.scan([event for event in regular if event.dates is not None])
        self.screening = Screening(
            self.rule,
            self.market,
            self.parents,
            self.fields,
            self.floats,
            self.measures,
            self.history,
            self.words,
            self.assumptions,
        )

    def _not_known_yet(self, event: Event) -> None:
        """Factors effective with the review that do not say since when they were known."""
        codes = self.floats.unknown_yet(event.effective, event.pricing)
        if codes.size == 0 or self.rule.weighting.scheme.at(event.date) != "float_market_cap":
            return
        first = ", ".join(self.market.symbols[int(code)] for code in codes[:5])
        self.findings.add(
            "REV005",
            f"the float factors of {codes.size} lines ({first}) begin after the pricing day of the "
            f"review of {event.date} and have no known_at: the ones before are used",
            where="float",
            path=self.rule.path,
        )

    def _float_kinds(self) -> set[str]:
        if self.rule.float.updated is not None:
            return {"float"}
        return {"regular", "rebalance", "float", "given"}

    def _daily_columns(self) -> list[str]:
        """Columns of ``daily`` that conditions, ties or ``by`` read at a cut-off."""
        rule = self.rule
        used = {node.name for node in walk(rule) if isinstance(node, Field)}
        if rule.selection is not None:
            used.update(name for value in rule.selection.ties.values for name in value)
        for node in walk(rule):
            by = getattr(node, "by", None)
            if isinstance(by, Dated):
                used.update(by.values)
        stored = set(self.market.columns("daily")) - {"date", "symbol"}
        securities = set(self.market.columns("securities"))
        return sorted((used & stored) - securities)

    # --- events -------------------------------------------------------------------------------------

    def _reviews(self, event: Event) -> bool:
        return bool(event.kinds & {"regular", "parent"}) or event.given is not None

    def run(self) -> list[ReviewResult]:
        """All events in order."""
        found = (self.step(event) for event in self.events)
        return [result for result in found if result is not None]

    def step(self, event: Event) -> ReviewResult | None:
        """One event; events come in order.  None: nothing happened, or the review was refused."""
        existing = self._existing(event)
        if not self._reviews(event):
            return self._unchanged(event, existing)
        try:
            result = self._review(event, existing)
        except RuleNotKnown as refused:
            self.assumptions.scope = None
            self._refused(event, refused)
            return None
        if "regular" in event.kinds:
            self.history.close()
        return result

    def _existing(self, event: Event) -> Bools:
        """Members in force on the session before."""
        made = np.zeros(self.n, dtype=np.bool_)
        made[self.current] = True
        if self.market.complete or self.assumptions.given.get("missing_row") == "not_listed":
            made &= listed(self.fields, event.before)
        return made

    def _refused(self, event: Event, refused: RuleNotKnown) -> None:
        known = refused.known_from
        self.findings.add(
            "REV001",
            f"the review of {event.date} is refused: `{refused.path}` is not known on that date",
            span=self.rule.span_of(refused.path),
            where=refused.path,
            path=self.rule.path,
            hint=f"begin with --from {known}" if known else "say what held on that date",
        )

    def _unchanged(self, event: Event, existing: Bools) -> ReviewResult | None:
        """A rebalance, float update or committee decision: the members stay, but for the latter."""
        members = existing.copy()
        reasons = Reasons.none(self.n)
        if "committee" in event.kinds:
            self.decided.between(event, members, reasons)
        if not self.current.size and not members.any():
            return None
        changed = members != existing
        self.inclusion = np.where(members, np.where(self.inclusion > 0, self.inclusion, 1.0), 0.0)
        blocks = self._decisions(event, changed, members, existing, reasons)
        return self._result(
            event,
            members,
            existing,
            Reserved(self._reserve.codes, self._reserve.groups),
            blocks,
            {},
            {},
        )

    # --- one review -----------------------------------------------------------------------------

    def _review(self, event: Event, existing: Bools) -> ReviewResult:
        reasons = Reasons.none(self.n)
        if event.given is not None:
            return self._given(event, existing, reasons)
        scene, state, asked = self.screening.scene(event, existing, self.inclusion, reasons)
        pinned, refused = self.decided.at_review(event, reasons)
        state.remaining &= ~refused
        selection = self.rule.selection
        reserve = Reserved(np.zeros(0, dtype=np.int32), ())
        inclusion = np.ones(self.n)
        if self._given_now(selection, event) and selection is not None:
            state.selected = existing.copy()
            reasons.say(
                existing,
                self.words.place("selection", selection.line),
                self.words.number("no new list"),
            )
        elif selection is None:
            state.selected = state.remaining | pinned
        else:
            count = selection.count.at(event.date) if selection.count is not None else None
            state.count = 0 if count is None or isinstance(count, Special) else int(count)  # type: ignore[arg-type]
            choosing = Selecting(scene, selection, event.date, event.month[1], reasons, pinned)
            said = choosing.at(selection.steps, "selection.steps")
            choosing.run(said or ())
            if selection.reserve is not None:
                reserve = choosing.reserve(selection.reserve)
            inclusion = choosing.inclusion
        report_unknowns(scene, self.rule, self.findings)
        self.assumptions.scope = None
        members = state.selected.copy()
        self._refill(event, members, inclusion, reserve, reasons, scene)
        self._check_count(event, state, members)
        self.inclusion = np.where(members, inclusion, 0.0)
        told = asked | existing | members
        if "regular" not in event.kinds:
            told = members != existing
        blocks = self._decisions(event, told, members, existing, reasons)
        values = {name: measure.values for name, measure in state.measures.items()}
        return self._result(
            event, members, existing, reserve, blocks, self.measures.observed(event), values
        )

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
        empty = Reserved(np.zeros(0, dtype=np.int32), ())
        return self._result(event, members, existing, empty, blocks, {}, {})

    # --- what comes out -----------------------------------------------------------------------------

    def _refill(
        self,
        event: Event,
        members: Bools,
        inclusion: Floats,
        reserve: Reserved,
        reasons: Reasons,
        scene: Scene,
    ) -> None:
        """Names that are no longer listed the session before never enter; the reserve replaces."""
        if not self.market.complete and (self.assumptions.given.get("missing_row") != "not_listed"):
            return
        here = listed(self.fields, event.before)
        gone = members & ~here
        if not gone.any():
            return
        place = self.words.place("review.effective", self.rule.line_of("review"))
        reasons.say(
            gone, place, self.words.number("not listed on the session before the effective date")
        )
        members &= ~gone
        selection = self.rule.selection
        if selection is None or selection.reserve is None:
            return
        within = selection.reserve.within
        said = "all" if within is None else within.at(event.date)
        groups, labels = scene.grouping(str(said) if isinstance(said, str) else "all", event.date)
        path = self.words.place("selection.reserve", selection.reserve.line)
        for code in np.flatnonzero(gone):
            label = labels[groups[code]] if labels and groups[code] >= 0 else ""
            for name, group in zip(reserve.codes, reserve.groups, strict=True):
                if not members[name] and here[name] and (within is None or group == label):
                    members[name] = True
                    inclusion[name] = 1.0
                    row = np.zeros(self.n, dtype=np.bool_)
                    row[name] = True
                    reasons.say(row, path, self.words.number("takes a place from the reserve"))
                    break

    def _check_count(self, event: Event, state: ReviewState, members: Bools) -> None:
        rows = np.flatnonzero(members)
        names = np.unique(state.issuers[rows]).size if state.by_issuer else rows.size
        if rows.size == 0:
            self.findings.add(
                "REV004",
                f"nobody is in the index after the review of {event.date}",
                span=self.rule.span_of("selection") or self.rule.span_of("universe"),
                where="selection" if self.rule.selection is not None else "universe",
                path=self.rule.path,
                hint="look at decisions.parquet for what each name failed",
            )
        elif state.count and names != state.count:
            self.findings.add(
                "REV003",
                f"{names} names after the review of {event.date}; the target is {state.count}",
                span=self.rule.span_of("selection.count"),
                where="selection.count",
                path=self.rule.path,
            )

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
        reserve: Reserved,
        blocks: tuple[Decisions, ...],
        observed: Mapping[str, tuple[int, int]],
        values: Mapping[str, Floats],
    ) -> ReviewResult:
        codes = np.flatnonzero(members).astype(np.int32)
        factors = self.floats.in_force(event.effective)
        factors = self.floats.assumed(factors, codes, members)
        self._check_float(event, factors, codes)
        self.current = codes
        self._reserve = reserve
        self.timeline.record(event.effective, codes)
        return ReviewResult(
            event.effective,
            event.cutoff,
            event.announcement,
            event.pricing,
            event.kind,
            codes,
            self.inclusion[codes],
            factors[codes],
            np.flatnonzero(members & ~existing).astype(np.int32),
            np.flatnonzero(existing & ~members).astype(np.int32),
            reserve,
            blocks,
            observed,
            values,
            self._sets_weights(event),
        )

    def _sets_weights(self, event: Event) -> bool:
        if self.rule.rebalance is None:
            return "regular" in event.kinds or event.given is not None
        return "rebalance" in event.kinds

    def _check_float(self, event: Event, factors: Floats, codes: Codes) -> None:
        """Members without a float factor, where the weights need one."""
        scheme = self.rule.weighting.scheme.at(event.date)
        missing = codes[np.isnan(factors[codes])]
        if scheme != "float_market_cap" or not missing.size:
            return
        named = ", ".join(self.market.symbols[int(code)] for code in missing[:5])
        self.findings.add(
            "DAT011",
            f"float_factor is not known of {missing.size} members on {event.date}: {named}",
            span=self.rule.span_of("weighting.scheme"),
            where="weighting.scheme",
            path=self.rule.path,
            hint="give `float_factors` or `holdings`, or say --assume float_factor=1",
        )


def reviews(
    rule: Methodology,
    market: Market,
    sessions: Sessions,
    parents: Mapping[str, MemberLists],
    start: dt.date,
    end: dt.date,
    assumptions: Assumptions,
    findings: Findings,
) -> list[ReviewResult]:
    """All reviews, rebalances and float updates of a rule with an effective date in ``start .. end``."""
    return Reviewer(rule, market, sessions, parents, start, end, assumptions, findings).run()


def together(reviewers: Iterable[Reviewer]) -> dict[str, list[ReviewResult]]:
    """Indices that ask for each other's lists ``before``, stepped in turns: by day, then in order."""
    ordered = list(reviewers)
    turns = [
        (event.effective, place, event)
        for place, reviewer in enumerate(ordered)
        for event in reviewer.events
    ]
    found: dict[str, list[ReviewResult]] = {reviewer.rule.index: [] for reviewer in ordered}
    for _, place, event in sorted(turns, key=lambda turn: turn[:2]):
        result = ordered[place].step(event)
        if result is not None:
            found[ordered[place].rule.index].append(result)
    return found
