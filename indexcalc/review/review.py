"""Reviews of one index, in the order of design section 6: universe, measures, eligibility, steps,
reserve; each with the ledger rows that say why.

Readings chosen where the reference leaves room:

- The universe without ``of`` is every line with a row on the last observed session up to the
  cut-off; a parent's list is read at the cut-off, or at the effective date where the index follows.
- ``existing`` are the members of the list before that still have rows on the session before the
  effective date (in a market that says it is complete).
- Names the committee refuses or removes do not remain, but keep their rank among the eligible.
- A review before the data begin is not made; one that needs an unknown value is refused (REV001)
  and leaves the members as they were.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from indexcalc.diagnostics import Findings
from indexcalc.market.calendar import Sessions, date_of
from indexcalc.market.market import Market
from indexcalc.methodology.block import walk
from indexcalc.methodology.conditions import AllOf, Field
from indexcalc.methodology.dated import Dated
from indexcalc.methodology.model import Methodology
from indexcalc.methodology.model_selection import Selection
from indexcalc.methodology.values import Special
from indexcalc.review.agenda import Agenda, Event
from indexcalc.review.assumptions import Assumptions
from indexcalc.review.conditions import evaluate
from indexcalc.review.fields import Fields
from indexcalc.review.float_updates import FloatFactors, FloatUpdate
from indexcalc.review.ledger import IN, KEPT, OUT, SET, Decisions
from indexcalc.review.review_measures import ReviewMeasures
from indexcalc.review.scene import History, ReviewState, RuleNotKnown, Scene
from indexcalc.review.steps import Reasons, Reserved, Selecting
from indexcalc.review.timeline import MemberLists, Timeline
from indexcalc.review.unknowns import report_unknowns
from indexcalc.review.words import Words

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """One event of an index: its days (since 1970-01-01) and the list in force from ``effective``.

    ``members`` (m,) ascending with ``inclusion`` and ``float_factor`` (m,; NaN: not known).
    ``reserve``: names in waiting, in order, with the group each may fill.  ``decisions``: ledger
    rows.  ``observed``: by measure, sessions with data and sessions its window spans.
    ``measures``: values of all lines at a regular review.
    """

    effective: int
    cutoff: int
    announcement: int | None
    pricing: int
    kind: str
    members: Codes
    inclusion: Floats
    float_factor: Floats
    added: Codes
    removed: Codes
    reserve: Reserved
    decisions: tuple[Decisions, ...] = ()
    observed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    measures: Mapping[str, Floats] = field(default_factory=dict)
    sets_weights: bool = True


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
            made &= self.listed(event.before)
        return made

    def listed(self, day: int) -> Bools:
        """Lines with a row on the last observed session up to a day (where rows are carried: and
        all that had one before)."""
        days = np.full(self.n, day, dtype=np.int32)
        rows = self.fields.row_days(self.everyone, days)
        place = int(np.searchsorted(self.market.days, day, side="right")) - 1
        if place < 0:
            return np.zeros(self.n, dtype=np.bool_)
        if not self.market.complete and self.assumptions.given.get("missing_row") == "carried":
            made: Bools = rows >= self.market.days[0]
            return made
        made = rows == self.market.days[place]
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
            self._committee_between(event, members, reasons)
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

    def _committee_between(self, event: Event, members: Bools, reasons: Reasons) -> None:
        for number, item in enumerate(self.rule.committee):
            if self._effective_day(item.effective) != event.effective:
                continue
            for word, value in (("add", True), ("remove", False)):
                rows = self._rows_of(getattr(item, word))
                members[rows] = value
                self._say_committee(reasons, rows, number, word, item)

    def _effective_day(self, date: dt.date) -> int:
        place = self.sessions.at_or_after(date)
        return int(self.sessions.days[place]) if place < len(self.sessions) else -1

    def _rows_of(self, symbols: Sequence[str]) -> Bools:
        made = np.zeros(self.n, dtype=np.bool_)
        made[[self.market.order[name] for name in symbols if name in self.market.order]] = True
        return made

    def _say_committee(
        self, reasons: Reasons, rows: Bools, number: int, word: str, item: Any
    ) -> None:
        path = self.words.place(f"committee[{number}].{word}", item.line)
        reasons.say(rows, path, self.words.number(f"committee: {item.why} ({item.ref})"))

    # --- one review -----------------------------------------------------------------------------

    def _review(self, event: Event, existing: Bools) -> ReviewResult:
        reasons = Reasons.none(self.n)
        if event.given is not None:
            return self._given(event, existing, reasons)
        scene, state, asked = self._scene(event, existing, reasons)
        pinned, refused = self._committee(event, reasons)
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
        told = members | existing | self.listed(event.before)
        self.inclusion = np.where(members, 1.0, 0.0)
        blocks = self._decisions(event, told, members, existing, reasons)
        empty = Reserved(np.zeros(0, dtype=np.int32), ())
        return self._result(event, members, existing, empty, blocks, {}, {})

    def _scene(
        self, event: Event, existing: Bools, reasons: Reasons
    ) -> tuple[Scene, ReviewState, Bools]:
        """The scene of a review with universe and eligibility decided, and all that was asked of."""
        scene = Scene(
            self.fields,
            self.everyone,
            np.full(self.n, event.cutoff, dtype=np.int32),
            np.full(self.n, event.effective, dtype=np.int32),
            self.words,
            self.rule.groups,
        )
        asked, inside = self._lists(event, reasons)
        self.assumptions.scope = inside
        issuers = self._issuers(scene)
        nobody = np.zeros(self.n, dtype=np.bool_)
        at_cutoff = self.floats.at_cutoff(event.cutoff, event.effective)
        state = ReviewState(
            existing=existing,
            universe=inside,
            eligible=inside,
            remaining=inside,
            selected=nobody,
            base=inside,
            inclusion=np.where(existing, self.inclusion, 0.0),
            float_factor=self.floats.assumed(
                at_cutoff, np.flatnonzero(inside).astype(np.int32), inside
            ),
            issuers=issuers,
            ties=self._ties(scene, event),
            measures=self.measures.at(event, issuers),
            lists=lambda index, when: self._list_of(index, when, event, existing),
            history=self.history,
            by_issuer=self._by_issuer(event),
        )
        scene.review = state
        passed = self._pass(self.rule.universe.where, "universe.where", scene, inside, reasons)
        state.universe = state.base = passed
        eligible = self._pass(self.rule.eligibility, "eligibility", scene, passed, reasons)
        state.eligible = eligible
        state.remaining = eligible.copy()
        return scene, state, asked

    def _pass(
        self,
        dated: Dated[AllOf] | None,
        path: str,
        scene: Scene,
        rows: Bools,
        reasons: Reasons,
    ) -> Bools:
        """Rows that meet a condition of the rule; all where it says none."""
        if dated is None:
            return rows.copy()
        condition = dated.at(scene_date(scene))
        if condition is Special.UNKNOWN:
            later = [day for day, said in dated if not isinstance(said, Special)]
            known = [day for day in later if day > scene_date(scene)]
            raise RuleNotKnown(path, scene_date(scene), known[0] if known else None)
        if isinstance(condition, Special):
            return rows.copy()
        verdict = evaluate(condition, scene, rows)
        passed = rows & verdict.passed
        reasons.take(rows & ~passed, verdict)
        return passed

    def _lists(self, event: Event, reasons: Reasons) -> tuple[Bools, Bools]:
        """(lines asked of, lines in the universe's lists): the market's, or those of its parents."""
        universe = self.rule.universe
        as_of = universe.as_of.at(event.date) if universe.as_of is not None else None
        effective = bool(self.rule.review.follows) if as_of is None else as_of == "effective"
        listed = self.listed(event.before if effective else event.cutoff)
        when: Literal["after", "cutoff"] = "after" if effective else "cutoff"

        def names(dated: Dated[tuple[str, ...]] | None, path: str) -> tuple[str, ...]:
            if dated is None:
                return ()
            said = dated.at(event.date)
            if said is Special.UNKNOWN:
                raise RuleNotKnown(path, event.date, None)
            return () if isinstance(said, Special) else said

        inside = listed
        parents = names(universe.of, "universe.of")
        if parents:
            lists = [self._list_of(name, when, event, None) for name in parents]
            union = np.logical_or.reduce(lists)
            place = self.words.place("universe.of", self.rule.line_of("universe.of"))
            reasons.say(~union, place, self.words.number(f"not in {', '.join(parents)}"))
            inside = union & listed
            reasons.say(union & ~listed, place, self.words.number("not listed"))
        else:
            place = self.words.place("universe", self.rule.line_of("universe"))
            reasons.say(~listed, place, self.words.number("not listed"))
        asked = inside.copy()
        for name in names(universe.except_, "universe.except"):
            out = inside & self._list_of(name, when, event, None)
            place = self.words.place("universe.except", self.rule.line_of("universe.except"))
            reasons.say(out, place, self.words.number(f"in {name}"))
            inside = inside & ~out
        return asked, inside.copy()

    def _list_of(
        self,
        index: str,
        when: Literal["before", "after", "cutoff"],
        event: Event,
        existing: Bools | None,
    ) -> Bools:
        """The members of another index around an event (of this one: those before)."""
        made = np.zeros(self.n, dtype=np.bool_)
        if index == self.rule.index and existing is not None:
            return existing.copy()
        day = {"before": event.before, "after": event.effective, "cutoff": event.cutoff}[when]
        made[self.parents[index].members(day)] = True
        return made

    def _issuers(self, scene: Scene) -> Ints:
        """The issuer of each line as a number; a line of unknown issuer is its own."""
        column = scene.column("issuer")
        own = np.arange(self.n, dtype=np.int64) + len(column.labels)
        if column.kind != "text":
            made = own
        else:
            made = np.where(column.missing, own, column.values).astype(np.int64)
        if self.measures.uses_issuers:
            self.assumptions.record(
                "its own issuer where none is known", self.everyone[column.missing]
            )
        return made

    def _by_issuer(self, event: Event) -> bool:
        selection = self.rule.selection
        return selection is not None and selection.unit.at(event.date) == "issuer"

    def _ties(self, scene: Scene, event: Event) -> list[Floats]:
        """What breaks ties after the measure, largest first; the symbol comes last by itself."""
        selection = self.rule.selection
        said: Any = ("market_cap", "symbol")
        if selection is not None:
            said = selection.ties.at(event.date)
        found: list[Floats] = []
        for name in () if isinstance(said, Special) else said:
            if name == "symbol":
                break
            if name in self.rule.measures:
                found.append(self.measures.tie(name, event))
                continue
            column = scene.column(name)
            if column.kind != "text":
                found.append(np.asarray(column.values, dtype=np.float64))
        return found

    def _committee(self, event: Event, reasons: Reasons) -> tuple[Bools, Bools]:
        """(names added or kept, names refused or removed) by the committee at this review."""
        pinned = np.zeros(self.n, dtype=np.bool_)
        refused = pinned.copy()
        for number, item in enumerate(self.rule.committee):
            if self._effective_day(item.effective) != event.effective:
                continue
            for word in ("add", "keep", "refuse", "remove"):
                rows = self._rows_of(getattr(item, word))
                if word in ("add", "keep"):
                    pinned |= rows
                else:
                    refused |= rows
                self._say_committee(reasons, rows, number, word, item)
        return pinned, refused

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
        listed = self.listed(event.before)
        gone = members & ~listed
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
                if not members[name] and listed[name] and (within is None or group == label):
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
        rows = np.flatnonzero(told)
        outcome = np.where(members, np.where(existing, KEPT, IN), OUT)[rows].astype(np.int8)
        code = np.where(reasons.unknown[rows], 0, -1).astype(np.int8)
        membership = Decisions(
            event.effective,
            "membership",
            rows.astype(np.int32),
            outcome,
            reasons.observed[rows],
            reasons.threshold[rows],
            reasons.detail[rows],
            reasons.path[rows],
            code,
        )
        update = self._updates.get(event.effective)
        if update is None:
            return (membership,)
        return (membership, self._float_decisions(event, update, told | members))

    def _float_decisions(self, event: Event, update: FloatUpdate, told: Bools) -> Decisions:
        """Rows of step ``float``: each factor that was set anew, or kept although it had moved.

        ``observed``: what the steps made; ``threshold``: the factor published before.
        """
        before, made = update.before, update.made
        moved = ~np.isnan(made.factor) & (made.candidate != before)
        rows = np.flatnonzero(told & moved)
        kept = made.kept[rows]
        path = self.words.place("float", self.rule.line_of("float"))
        detail = np.where(
            kept,
            self.words.number("kept: the change is too small"),
            self.words.number("float factor set"),
        )
        return Decisions(
            event.effective,
            "float",
            rows.astype(np.int32),
            np.where(kept, KEPT, SET).astype(np.int8),
            made.candidate[rows],
            before[rows],
            detail.astype(np.int64),
            np.full(rows.size, path, dtype=np.int64),
            np.full(rows.size, -1, dtype=np.int8),
        )

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


def scene_date(scene: Scene) -> dt.date:
    """The effective date of a review's scene."""
    return date_of(int(scene.effective_days[0]))


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
