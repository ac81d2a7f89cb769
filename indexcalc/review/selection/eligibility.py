"""Who may be chosen: the universe and the eligibility of a review.

Readings chosen where the reference leaves room:

- The universe without ``of`` is every line with a row on the last observed session up to the
  cut-off; a parent's list is read at the cut-off, or at the effective date where the index follows.
- A line whose issuer is not known is its own issuer: an assumption, recorded where it matters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.market.market import Market
from indexcalc.methodology.model.conditions import AllOf
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Special
from indexcalc.notes import note
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.calendar.timeline import MemberLists
from indexcalc.review.conditions.evaluate import evaluate
from indexcalc.review.conditions.judged_lines import (
    History,
    JudgedLines,
    ReviewState,
    RuleNotKnown,
    known_from,
)
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.float_factors import FloatFactors
from indexcalc.review.data.issuers import issuer_numbers
from indexcalc.review.data.line_facts import still_there
from indexcalc.review.data.presence import presence
from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.measures.at_reviews import ReviewMeasures


def listed(fields: Fields, day: int) -> Bools:
    """Lines (n,) with a row on the last observed session up to a day (where the user has rows
    carried: and all that had one before and are not said to be gone)."""
    there = presence(fields.market)
    carried = fields.assumptions.given.get("missing_row") == "carried"
    if carried and not fields.market.complete:
        return still_there(fields.market, there, day)
    return there.listed(day)


class Screening(Struct, frozen=True):
    """Screens the lines of the market at each review of one rule; ``parents``: lists of the indices it
    names."""

    rule: Methodology
    market: Market
    parents: Mapping[str, MemberLists]
    fields: Fields
    floats: FloatFactors
    measures: ReviewMeasures
    history: History
    words: Texts
    assumptions: Assumptions

    @property
    def n(self) -> int:
        """Lines of the market."""
        return len(self.market.symbols)

    @property
    def everyone(self) -> Codes:
        """The code of each line."""
        return np.arange(self.n, dtype=np.int32)

    @contextmanager
    def screened(
        self,
        event: Event,
        existing: Bools,
        inclusion: Floats,
        reasons: Reasons,
        eligibility: bool = True,
        put_in: Bools | None = None,
    ) -> Iterator[tuple[JudgedLines, ReviewState, Bools]]:
        """(lines, sets of the review, rows asked of) with universe and eligibility decided.

        ``eligibility`` False: it is not asked for (a test between reviews).  ``put_in`` (n,): lines
        that are put into the universe's lists to be tested.  Inside the ``with`` block only
        assumptions about lines of the universe are recorded.
        """
        lines = JudgedLines(
            self.fields,
            self.everyone,
            np.full(self.n, event.cutoff, dtype=np.int32),
            np.full(self.n, event.effective, dtype=np.int32),
            self.words,
            self.rule.groups,
        )
        asked, inside = self._lists(event, reasons, put_in)
        with self.assumptions.only_of(inside):
            state = self._state(lines, event, existing, inclusion, inside)
            self._screen(lines, state, event, reasons, eligibility)
            yield lines, state, asked

    def _state(
        self, lines: JudgedLines, event: Event, existing: Bools, inclusion: Floats, inside: Bools
    ) -> ReviewState:
        """The sets and values of a review before any condition is judged."""
        issuers = self._issuers(event.cutoff)
        nobody = np.zeros(self.n, dtype=np.bool_)
        codes = inside.nonzero()[0].astype(np.int32)

        @cache
        def float_factor() -> Floats:
            at_cutoff = self.floats.at_cutoff(event.cutoff, event.effective)
            return self.floats.assumed(at_cutoff, codes, inside)

        if "float_factor" in self.assumptions.given:
            float_factor()  # what is taken for granted of the universe is told, asked for or not
        state = ReviewState(
            existing=existing,
            universe=inside,
            eligible=inside,
            remaining=inside,
            selected=nobody,
            base=inside,
            inclusion=np.where(existing, inclusion, 0.0),
            float_factor=float_factor,
            issuers=issuers,
            ties=self._ties(event),
            measures=self.measures.at(event, issuers),
            lists=lambda index, when: self._list_of(index, when, event, existing),
            history=self.history,
            by_issuer=self._by_issuer(event),
        )
        lines.review = state
        return state

    def _screen(
        self,
        lines: JudgedLines,
        state: ReviewState,
        event: Event,
        reasons: Reasons,
        eligibility: bool,
    ) -> None:
        """Judge ``universe.where``, then the eligibility where it is asked for."""
        inside = state.universe
        on_the_day = self.rule.universe.where_on.at(event.date) == "effective"
        passed = self._pass(
            self.rule.universe.where,
            "universe.where",
            self._on_effective(lines) if on_the_day and not event.is_test else lines,
            event.date,
            inside,
            reasons,
        )
        state.universe = state.base = passed
        eligible = passed
        if eligibility:
            eligible = self._pass(
                self.rule.eligibility, "eligibility", lines, event.date, passed, reasons
            )
        state.eligible = eligible
        state.remaining = eligible.copy()

    def _on_effective(self, lines: JudgedLines) -> JudgedLines:
        """The lines with columns as they are on the effective date; what is not known is reported
        with the others."""
        return JudgedLines(
            fields=lines.fields,
            codes=lines.codes,
            days=lines.effective_days,
            effective_days=lines.effective_days,
            words=lines.words,
            groups=lines.groups,
            review=lines.review,
            unknowns=lines.unknowns,
        )

    def _pass(
        self,
        dated: Dated[AllOf] | None,
        path: str,
        lines: JudgedLines,
        date: dt.date,
        rows: Bools,
        reasons: Reasons,
    ) -> Bools:
        """Rows that meet a condition of the rule; all where it says none."""
        if dated is None:
            return rows.copy()
        condition = dated.at(date)
        if condition is Special.UNKNOWN:
            raise RuleNotKnown(path, date, known_from(dated, date))
        if isinstance(condition, Special):
            return rows.copy()
        verdict = evaluate(condition, lines, rows)
        passed = rows & verdict.passed
        reasons.take(rows & ~passed, verdict)
        return passed

    def _lists(
        self, event: Event, reasons: Reasons, put_in: Bools | None = None
    ) -> tuple[Bools, Bools]:
        """(lines asked of, lines in the universe's lists): the market's, or those of its parents."""
        universe = self.rule.universe
        as_of = universe.as_of.at(event.date) if universe.as_of is not None else None
        effective = bool(self.rule.review.follows) if as_of is None else as_of == "effective"
        effective &= not event.is_test
        on_market = listed(self.fields, event.before if effective else event.cutoff)
        when: Literal["after", "cutoff"] = "after" if effective else "cutoff"

        def names(dated: Dated[tuple[str, ...]] | None, path: str) -> tuple[str, ...]:
            if dated is None:
                return ()
            value = dated.at(event.date)
            if value is Special.UNKNOWN:
                raise RuleNotKnown(path, event.date, None)
            return () if isinstance(value, Special) else value

        inside = on_market
        parents = names(universe.of, "universe.of")
        if parents:
            lists = [self._list_of(name, when, event, None) for name in parents]
            union = np.logical_or.reduce(lists)
            if put_in is not None:
                union = union | put_in
            rule_path = self.words.place("universe.of", self.rule.line_of("universe.of"))
            outside = self.words.number(f"not in {', '.join(parents)}")
            inside = union & on_market
            why = np.where(union, self.words.number("not listed"), outside)
            reasons.say(~inside, rule_path, why)
        else:
            rule_path = self.words.place("universe", self.rule.line_of("universe"))
            reasons.say(~on_market, rule_path, self.words.number("not listed"))
        candidates = inside.copy()
        for name in names(universe.except_, "universe.except"):
            out = inside & self._list_of(name, when, event, None)
            rule_path = self.words.place("universe.except", self.rule.line_of("universe.except"))
            reasons.say(out, rule_path, self.words.number(f"in {name}"))
            inside = inside & ~out
        return candidates, inside.copy()

    def _list_of(
        self,
        index: str,
        when: Literal["before", "after", "cutoff"],
        event: Event,
        existing: Bools | None,
    ) -> Bools:
        """The members of another index around an event (of this one: those before)."""
        members = np.zeros(self.n, dtype=np.bool_)
        if index == self.rule.index and existing is not None:
            return existing.copy()
        day = {"before": event.before, "after": event.effective, "cutoff": event.cutoff}[when]
        members[self.parents[index].members(day)] = True
        return members

    def _issuers(self, cutoff: int) -> Ints:
        """The issuer of each line as a number; a line of unknown issuer is its own."""
        column = self.fields.on_day("issuer", cutoff)
        if self.measures.uses_issuers:
            self.assumptions.record(note("own_issuer"), self.everyone[column.missing])
        return issuer_numbers(column)

    def _by_issuer(self, event: Event) -> bool:
        selection = self.rule.selection
        return selection is not None and selection.unit.at(event.date) == "issuer"

    def _ties(self, event: Event) -> list[Floats]:
        """What breaks ties after the measure, largest first; the symbol comes last by itself."""
        selection = self.rule.selection
        names: Any = ("market_cap", "symbol")
        if selection is not None:
            names = selection.ties.get(event.date, ())
        keys: list[Floats] = []
        for name in names:
            if name == "symbol":
                break
            if name in self.rule.measures:
                keys.append(self.measures.tie(name, event))
                continue
            column = self.fields.on_day(name, event.cutoff)
            if column.kind != "text":
                keys.append(np.asarray(column.values, dtype=np.float64))
        return keys
