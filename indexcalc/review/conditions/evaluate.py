"""Conditions judged for many names at once: who passes, who cannot be judged, and by which test.

Three-valued: a test whose value is not known neither passes nor fails.  A name passes a condition
only where it surely passes; where an unknown value decides, it does not pass and is reported.

The deciding test of a name that fails is its first failing test; of one that passes, the test it
passed by the least, relative to the threshold (so that near misses can be read off the ledger); under
``any``, the first that held, or the nearest miss.

State-only conditions (columns, designations, time listed) are judged on rows with a day each; the
rest needs the sets of a review.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.arrays import Bools, Floats, Ints, States
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.reading.block import Block, walk
from indexcalc.methodology.values.dated import Dated, breakpoints
from indexcalc.methodology.values.values import NONE, UNKNOWN, MeasureAtRank
from indexcalc.review.conditions.groups import judge_groups
from indexcalc.review.conditions.judged_lines import (
    FAILS,
    PASSES,
    UNKNOWN_STATE,
    JudgedLines,
    RuleNotKnown,
    Unknown,
    known_from,
)
from indexcalc.review.conditions.outcome import Leaf, blank, either, of_measure, states, together
from indexcalc.review.conditions.ranks_and_buffers import BOUNDS, judge_ranked
from indexcalc.review.conditions.thresholds import compare, one_of


class Verdict(Struct, frozen=True):
    """What a condition says of each row, ``leaf``, as arrays (n,).

    ``path``, ``detail`` and ``measure`` (tested by the deciding test; 0: none) are numbers of
    ``lines.words``; ``observed`` and ``threshold`` float64, NaN where it compares words.
    """

    leaf: Leaf

    @property
    def states(self) -> States:
        """0 fails, 1 cannot be judged, 2 passes."""
        return self.leaf.state

    @property
    def passed(self) -> Bools:
        """Who surely passes."""
        passed: Bools = self.leaf.state == PASSES
        return passed

    @property
    def unknown(self) -> Bools:
        """Who cannot be judged."""
        unknown: Bools = self.leaf.state == UNKNOWN_STATE
        return unknown

    @property
    def path(self) -> Ints:
        """Of the deciding test."""
        return np.broadcast_to(self.leaf.path, self.leaf.state.shape)

    @property
    def observed(self) -> Floats:
        """What the deciding test saw."""
        return np.broadcast_to(self.leaf.observed, self.leaf.state.shape)

    @property
    def threshold(self) -> Floats:
        """What it was held against."""
        return np.broadcast_to(self.leaf.threshold, self.leaf.state.shape)

    @property
    def detail(self) -> Ints:
        """What it says."""
        return np.broadcast_to(self.leaf.detail, self.leaf.state.shape)

    @property
    def measure(self) -> Ints:
        """What it tested."""
        return np.broadcast_to(self.leaf.measure, self.leaf.state.shape)


def could_pass(condition: c.AllOf, lines: JudgedLines) -> Bools:
    """Which lines (n,) meet what a condition asks of a name by itself, at a review.

    What it asks of its standing among others counts as met, as it changes with them: ranks, coverages,
    shares, values at a rank, tests of the group, and ``not`` and ``was`` of such; only an ``unless`` must
    hold.
    """
    assert lines.review is not None
    date = date_of(int(lines.effective_days[0]))
    nobody = np.zeros(lines.n, dtype=np.bool_)
    passes: Bools = _Judge(lines, date, nobody, [], True).all_of(condition).state == PASSES
    return passes


def evaluate(condition: c.AllOf, lines: JudgedLines, tested: Bools | None = None) -> Verdict:
    """Judge every row of a lines; rows of ``tested`` (default: all) whose unknown values decide are
    added to ``lines.unknowns``.

    Dated values are read at each row's effective day.  Raises RuleNotKnown where one is ``unknown``.
    """
    tested = np.ones(lines.n, dtype=np.bool_) if tested is None else tested
    if lines.n == 0:
        return Verdict(blank(lines.n, PASSES))
    if lines.review is not None or (lines.effective_days == lines.effective_days[0]).all():
        return _judge(condition, lines, tested, date_of(int(lines.effective_days[0])))
    days = [day_number(date) for date in breakpoints(dated_values(condition))]
    segment = np.searchsorted(np.array(days, dtype=np.int64), lines.effective_days, side="right")
    nothing = Verdict(blank(lines.n, PASSES))
    columns = {name: getattr(nothing, name).copy() for name in Leaf.__struct_fields__[1:]}
    whole = Leaf(nothing.states, **columns)
    for number in np.unique(segment):
        rows = np.flatnonzero(segment == number)
        part = lines.take(rows)
        date = date_of(int(part.effective_days.min()))
        verdict = _judge(condition, part, tested[rows], date)
        for name in Leaf.__struct_fields__:
            getattr(whole, name)[rows] = getattr(verdict.leaf, name)
        for unknown in part.unknowns:
            of_all = np.zeros(lines.n, dtype=np.bool_)
            of_all[rows] = unknown.rows
            lines.unknowns.append(replace(unknown, rows=of_all))
    return Verdict(whole)


def columns_used(condition: c.AllOf) -> tuple[str, ...]:
    """The names of the columns a condition reads, without the words of the language."""
    words = ("symbol", "listed_for", "designation", "inclusion")
    return tuple(name for name in c.fields_used(condition) if name not in words)


def dated_values(condition: c.AllOf) -> list[Dated[Any]]:
    """Every dated value in a condition."""
    values: list[Dated[Any]] = []
    for node in walk(condition):
        if isinstance(node, c.Field):
            values.append(node.tests)
        elif isinstance(node, c.ByDate):
            values.append(node.conditions)
        elif isinstance(node, c.Compare):
            values.append(node.value)
        elif isinstance(node, c.OneOf):
            values.append(node.labels)
        if isinstance(node, c.Test):
            values.extend(value for value in (node.within, node.unless) if value is not None)
        if isinstance(node, c.Rank | c.Coverage | c.ShareOf):
            bounds = (getattr(node, name, None) for name in BOUNDS)
            values.extend(value for value in bounds if value is not None)
    return values


# --- judging one date ---------------------------------------------------------------------------


def _judge(condition: c.AllOf, lines: JudgedLines, tested: Bools, date: dt.date) -> Verdict:
    met: list[Unknown] = []
    leaf = _Judge(lines, date, tested, met).all_of(condition)
    undecided = tested & (leaf.state == UNKNOWN_STATE)
    if undecided.any():
        for unknown in met:
            rows = unknown.rows & undecided
            if rows.any():
                lines.unknowns.append(replace(unknown, rows=rows))
    return Verdict(leaf)


class _Judge(Struct):
    lines: JudgedLines
    date: dt.date
    tested: Bools
    met: list[Unknown]
    alone: bool = False
    """Is what a name has to be among others passed over?"""

    def all_of(self, condition: c.AllOf) -> Leaf:
        parts = [self.part(part) for part in condition.parts]
        if not parts:
            path = self.lines.words.place(condition.path, condition.line)
            return replace(blank(self.lines.n, PASSES), path=path)
        return together(parts)

    def part(self, part: c.Part) -> Leaf:
        if self.alone and isinstance(part, c.GroupTests | c.Not | c.Was) and _ranks(part):
            return blank(self.lines.n, PASSES)
        if isinstance(part, c.Field):
            return self.field(part)
        if isinstance(part, c.Status):
            review = self._review(part.path)
            existing = part.status == "existing"
            passes = review.existing if existing else ~review.existing
            word = np.where(
                review.existing,
                self.lines.words.number("existing"),
                self.lines.words.number("new"),
            )
            return self._plain(part, passes, word)
        if isinstance(part, c.AnyOf):
            return either([self.all_of(condition) for condition in part.conditions])
        if isinstance(part, c.Not):
            inner = self.all_of(part.condition)
            return replace(inner, state=PASSES - inner.state)
        if isinstance(part, c.ByDate):
            condition = self.at(part.conditions, part.path)
            return blank(self.lines.n, PASSES) if condition is NONE else self.all_of(condition)
        if isinstance(part, c.MemberOf):
            members = self._review(part.path).lists(part.index, part.when)
            number = self.lines.words.number(f"member of {part.index}")
            other = self.lines.words.number(f"not a member of {part.index}")
            return self._plain(part, members, np.where(members, number, other))
        if isinstance(part, c.Was):
            return self.was(part)
        return judge_groups(part, self)

    def was(self, part: c.Was) -> Leaf:
        """The condition at the regular review before; false where there was none."""
        review = self._review(part.path)
        inner = self.all_of(part.condition)
        review.history.now[part.path] = inner.state
        before = review.history.past[-1].get(part.path) if review.history.past else None
        if before is None:
            nobody = np.zeros(self.lines.n, dtype=np.bool_)
            return self._plain(part, nobody, self.lines.words.number("no review before"))
        number = self.lines.words.number("at the review before")
        return self._plain(part, before == PASSES, number)

    def field(self, field: c.Field) -> Leaf:
        tests = self.at(field.tests, field.path)
        if tests is NONE or not tests:
            return blank(self.lines.n, PASSES)
        return together([self.test(field.name, test) for test in tests])

    def test(self, name: str, test: c.AnyTest) -> Leaf:
        """One test with what excuses from it and for how many reviews it must have held."""
        if self.alone and _ranks(test):
            return blank(self.lines.n, PASSES)
        if isinstance(test, c.Compare):
            leaf = compare(name, test, self)
        elif isinstance(test, c.OneOf):
            leaf = one_of(name, test, self)
        else:
            leaf = judge_ranked(name, test, self)
        leaf = of_measure(leaf, name, self.lines)
        if test.for_reviews > 1:
            leaf = self._over_reviews(test, leaf)
        if test.unless is not None:
            unless = self.at(test.unless, f"{test.path}.unless")
            if unless is not NONE:
                leaf = self._excused(test, leaf, unless)
        return leaf

    def _over_reviews(self, test: c.AnyTest, leaf: Leaf) -> Leaf:
        """Held at this and the N-1 reviews before, of those there were and could be judged."""
        history = self._review(test.path).history
        history.now[test.path] = leaf.state
        state = leaf.state
        for past in history.past[-(test.for_reviews - 1) :]:
            before = past.get(test.path)
            if before is not None:
                state = np.where(before == FAILS, FAILS, state)
        changed = state != leaf.state
        number = self.lines.words.number("failed at an earlier review")
        return replace(leaf, state=state, detail=np.where(changed, number, leaf.detail))

    def _excused(self, test: c.AnyTest, leaf: Leaf, unless: c.Unless) -> Leaf:
        short = leaf.state != PASSES
        if not short.any():
            return leaf
        outcomes = [leaf]
        path = self.lines.words.place(unless.path, unless.line)
        for flag in unless.flags:
            if flag == "existing":
                excused = self._review(test.path).existing
            else:
                excused = np.zeros(self.lines.n, dtype=np.bool_)
                codes, days = self.lines.codes[short], self.lines.days[short]
                excused[short] = self.lines.fields.flagged(flag, codes, days)
            detail = self.lines.words.number(flag)
            outcomes.append(Leaf(states(excused), path, np.nan, np.nan, detail, 0))
        judge = replace(self, alone=False)
        outcomes.extend(judge.all_of(condition) for condition in unless.conditions)
        return either(outcomes, first_miss=True)

    # --- what tests ask of the judge --------------------------------------------------------------

    def at(self, dated: Dated[Any], path: str) -> Any:
        """A dated value on the date of the decision; RuleNotKnown where it is unknown."""
        value = dated.at(self.date)
        if value is UNKNOWN:
            raise RuleNotKnown(path, self.date, known_from(dated, self.date))
        return value

    def leaf(
        self,
        test: c.Test,
        passes: Bools,
        observed: Floats | float,
        threshold: Floats | float,
        detail: Ints | int,
        field: str,
        missing: Bools,
    ) -> Leaf:
        """The outcome of one test; ``missing`` rows cannot be judged and are noted."""
        path = self.lines.words.place(test.path, test.line)
        state = states(passes)
        if missing.any():
            np.copyto(state, UNKNOWN_STATE, where=missing)
            detail = np.where(missing, self.lines.words.number(f"{field} is not known"), detail)
            self.met.append(Unknown(field, test.path, test.line, missing))
        return Leaf(state, path, observed, threshold, detail, 0)

    def _plain(self, part: Any, passes: Bools, detail: Ints | int) -> Leaf:
        path = self.lines.words.place(part.path, part.line)
        return Leaf(states(passes), path, np.nan, np.nan, detail, 0)

    def _review(self, path: str) -> Any:
        if self.lines.review is None:
            raise ValueError(f"{path} needs the sets of a review")
        return self.lines.review


def _ranks(piece: Block) -> bool:
    """Does a test, or a part of a condition, ask how a name stands among others?"""
    if isinstance(piece, c.Compare):
        values = (value for both in piece.value.values for value in (both.existing, both.new))
        return any(isinstance(value, MeasureAtRank) for value in values)
    if isinstance(piece, c.Rank | c.Coverage | c.ShareOf | c.GroupTests):
        return True
    inner = (node for node in walk(piece) if node is not piece)
    return any(isinstance(node, c.Test | c.GroupTests) and _ranks(node) for node in inner)
