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
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from indexcalc.diagnostics import Findings
from indexcalc.market.calendar import Sessions, date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.block import walk
from indexcalc.methodology.conditions import Field
from indexcalc.methodology.dated import Dated
from indexcalc.methodology.model import Methodology
from indexcalc.methodology.model_selection import Selection
from indexcalc.methodology.model_weights import Cap, Check
from indexcalc.methodology.values import Special
from indexcalc.review.agenda import Agenda, Event
from indexcalc.review.assumptions import Assumptions
from indexcalc.review.committee import Decided
from indexcalc.review.fields import Fields
from indexcalc.review.float_updates import FloatFactors, FloatUpdate
from indexcalc.review.ledger import Decisions
from indexcalc.review.maintenance.between import Between
from indexcalc.review.maintenance.outcome import Move, Outcome
from indexcalc.review.maintenance.upkeep import Upkeep
from indexcalc.review.maintenance.waiting import NOBODY, WaitingList, last_fill_by
from indexcalc.review.reasons import Reasons
from indexcalc.review.result import ReviewResult, Staged, float_rows, membership_rows
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
        self.fields = Fields(market, sessions, assumptions, rule.currency)
        self.assumptions = assumptions
        self.n = len(market.symbols)
        self.everyone = np.arange(self.n, dtype=np.int32)
        self.history = History()
        self.floats = FloatFactors(rule, self.fields)
        self.upkeep = Upkeep(rule, market, sessions, self.fields, parents, start, end)
        agenda = Agenda(rule, market, sessions, start, end, parents, self.upkeep.days)
        self._lists_not_taken(agenda.unused)
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
        self.upkeep.narrow(self.words)
        days = [
            day
            for e in self.events
            if e.kinds != {"maintenance"}
            for day in (e.cutoff, e.before, e.pricing, e.effective)
        ]
        days += [e.effective for e in self.events if e.kinds == {"maintenance"}]
        days += self.upkeep.test_days
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
        asked = [event for event in regular if event.dates is not None]
        self.measures.scan([*asked, *self.upkeep.tests()], self._weighing())
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

    def _weighing(self) -> list[Event]:
        """The events at which weights may be set: the first list sets them whatever the schedule."""
        first = next((at for at, one in enumerate(self.events) if self._sets_weights(one)), 0)
        return [
            event
            for at, event in enumerate(self.events)
            if at <= first or self._sets_weights(event)
        ]

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

    def _lists_not_taken(self, days: tuple[int, ...]) -> None:
        """Lists of ``memberships`` after the one that starts the history: the index selects."""
        if not days:
            return
        shown = ", ".join(str(date_of(day)) for day in days[:3])
        more = f" and {len(days) - 3} more" if len(days) > 3 else ""
        self.findings.add(
            "REV006",
            f"`memberships` has lists of {self.rule.index} from {shown}{more}, which are not taken: "
            "it selects its members itself",
            span=self.rule.span_of("selection"),
            where="selection",
            path=self.rule.path,
            hint="compare them with the run, or say `selection: given`",
        )

    def _float_kinds(self) -> set[str]:
        if self.rule.float.updated is not None:
            return {"float"}
        return {"regular", "rebalance", "float", "given"}

    def _daily_columns(self) -> list[str]:
        """Columns of ``daily`` that conditions, ties or ``by`` read at a cut-off."""
        rule = self.rule
        used = {node.name for node in walk(rule) if isinstance(node, Field)}
        used.update(node.per for node in walk(rule.weighting) if isinstance(node, Cap | Check))
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
        """A rebalance, a float update, or what the committee and ``maintenance`` do in between."""
        members = existing.copy()
        told = np.zeros(self.n, dtype=np.bool_)
        between = Between(self.upkeep, event, members, Reasons.none(self.n), self.words, told)
        if "committee" in event.kinds:
            self._committee(event, between)
        outcome = Outcome()
        if "maintenance" in event.kinds and self._begun:
            outcome = self.upkeep.decide(
                event, members, self.timeline, self.screening, self.findings
            )
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
        if event.kind in ("committee", "maintenance", "float") and outcome.kind:
            kind = outcome.kind
        return self._result(
            event, members, existing, blocks, {}, {}, kind, between.why, outcome.tested
        )

    def _committee(self, event: Event, between: Between) -> None:
        """What the committee adds, removes, keeps and refuses on a day that is no review."""
        before = between.members.copy()
        self.decided.between(event, between.members, between.reasons)
        between.told |= self.decided.say_held(event, between.reasons)
        between.turn_away(between.members & ~before & ~self.upkeep.listed.on(event.before))
        for code in np.flatnonzero(between.members != before).tolist():
            entered = bool(between.members[code])
            days = (self.upkeep.left, self.upkeep.joined)
            days[entered][code] = event.effective
            days[not entered].pop(code, None)
            between.why[code] = f"committee: {self.words.texts[int(between.reasons.detail[code])]}"
            if entered:
                self.upkeep.waiting.drop([code])

    # --- one review -----------------------------------------------------------------------------

    def _review(self, event: Event, existing: Bools) -> ReviewResult:
        reasons = Reasons.none(self.n)
        if event.given is not None:
            return self._given(event, existing, reasons)
        scene, state, asked = self.screening.scene(event, existing, self.inclusion, reasons)
        pinned, refused = self.decided.at_review(event, reasons)
        held, leaving = self._upkeep_at_review(event, existing, refused, pinned, reasons)
        refused |= leaving
        pinned |= held
        state.remaining &= ~refused
        if "regular" in event.kinds:
            self.staged[event.effective] = Staged(
                event, existing, self.inclusion, pinned, refused, len(self.history.past)
            )
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
            count = selection.count.at(event.date) if selection.count is not None else None
            state.count = 0 if count is None or isinstance(count, Special) else int(count)  # type: ignore[arg-type]
            choosing = Selecting(scene, selection, event.date, event.month[1], reasons, pinned)
            said = choosing.at(selection.steps, "selection.steps")
            choosing.run(said or ())
            if selection.reserve is not None:
                reserve = choosing.reserve(selection.reserve)
            inclusion = choosing.inclusion
            waiting = self._waiting(event, choosing, state, scene, reserve)
        report_unknowns(scene, self.rule, self.findings)
        self.assumptions.scope = None
        members = state.selected.copy()
        if "regular" in event.kinds:
            self.upkeep.waiting = waiting
        self._refill(event, members, inclusion, reasons, pinned)
        self._check_count(event, state, members)
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

    def _upkeep_at_review(
        self, event: Event, existing: Bools, refused: Bools, pinned: Bools, reasons: Reasons
    ) -> tuple[Bools, Bools]:
        """(names in, names out) by what ``maintenance`` does on the day of a review, shape (n,);
        in are also those that entered since its cut-off."""
        held = np.zeros(self.n, dtype=np.bool_)
        leaving = held.copy()
        if "regular" not in event.kinds:
            return held, leaving
        stays = [
            code for code in self.upkeep.stays(event.cutoff, event.effective) if existing[code]
        ]
        held[stays] = True
        if stays:
            place = self.words.place("maintenance", self.rule.line_of("maintenance"))
            reasons.say(held, place, self.words.number("entered after the cut-off"))
        if "maintenance" in event.kinds and self._begun:
            outcome = self.upkeep.decide(
                event, existing, self.timeline, self.screening, self.findings
            )
            due = {item.code for item in self.upkeep.due.get(event.effective, ())}
            for move in (*outcome.entering.values(), *outcome.leaving.values()):
                enters = move.code in outcome.entering
                # Deletions due on the day are the reserve's: see ``_refill``.
                if move.code in due or (refused if enters else pinned)[move.code]:
                    continue
                (held if enters else leaving)[move.code] = True
                row = np.zeros(self.n, dtype=np.bool_)
                row[move.code] = True
                place = self.words.place(move.path, move.line)
                text = self.words.number(move.text)
                reasons.say(row, place, text, move.observed, move.threshold)
        return held & ~refused, leaving & ~pinned

    def _waiting(
        self,
        event: Event,
        choosing: Selecting,
        state: ReviewState,
        scene: Scene,
        reserve: Reserved,
    ) -> WaitingList:
        """What this review leaves for the time until the next."""
        selection = choosing.selection
        labels: tuple[str, ...] = ()
        if selection.reserve is not None:
            within = choosing.at(selection.reserve.within, "selection.reserve.within")
            if within is not None and within != "all":
                groups, names = scene.grouping(within, event.date)
                labels = tuple(names[g] if g >= 0 and names else "" for g in groups.tolist())
        by = last_fill_by(self.rule, event.date)
        units = state.issuers if state.by_issuer else None
        place = choosing.places(by)
        return WaitingList(reserve, labels, place, state.remaining.copy(), units, by)

    def _refill(
        self, event: Event, members: Bools, inclusion: Floats, reasons: Reasons, pinned: Bools
    ) -> None:
        """Names that are no longer listed the session before, or were deleted since the cut-off,
        never enter; the reserve takes their places."""
        gone: dict[int, Move] = {}
        if "regular" in event.kinds:
            moves = self.upkeep.barred(event.cutoff, event.effective, self._kept_on)
            gone = {m.code: m for m in moves if members[m.code] and not pinned[m.code]}
        if self.upkeep.listed.rows_stop:
            text = "not listed on the session before the effective date"
            line = self.rule.line_of("review")
            for code in np.flatnonzero(members & ~self.upkeep.listed.on(event.before)).tolist():
                gone.setdefault(code, Move(code, "deletion", text, "review.effective", line))
        if not gone:
            return
        told = np.zeros(self.n, dtype=np.bool_)
        between = Between(self.upkeep, event, members, reasons, self.words, told, at_review=True)
        selection = self.rule.selection
        source = "none" if selection is None or selection.reserve is None else "reserve"
        outcome = Outcome(
            {code: replace(gone[code], replace_from=source, unless=None) for code in sorted(gone)}
        )
        between.apply(outcome, (), (), ())
        for code in between.why:
            inclusion[code] = 1.0 if members[code] else 0.0

    def _kept_on(self, code: int, day: int) -> bool:
        """Did the committee keep a line on a day?"""
        return code in self.decided.held(day, "keep")

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
        self._check_float(event, factors, codes)
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
            event.effective,
            event.cutoff if tested is None else tested,
            event.announcement,
            event.pricing,
            kind,
            codes,
            self.inclusion[codes],
            factors[codes],
            np.flatnonzero(members & ~existing).astype(np.int32),
            np.flatnonzero(existing & ~members).astype(np.int32),
            self.upkeep.waiting.reserve,
            blocks,
            observed,
            values,
            self._sets_weights(event),
            why or {},
        )

    def _kind_of_parents(self, event: Event) -> str:
        """Why the list of a parent changed on the day, for an index that changes with it."""
        for name in self.rule.review.follows:
            lists = self.parents[name]
            kind = lists.kind_at(event.effective) if isinstance(lists, Timeline) else ""
            if kind not in ("", "regular", "given", "rebalance", "float"):
                return kind
        return event.kind

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
