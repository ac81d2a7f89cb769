"""The float factors of an index over time: what is published at each update, and in force between.

An update is each review and rebalance (``updated: at_review``) or each day of the schedule said, and
each day on which a step's dated value changes.  Readings chosen:

- A line without a published factor (listed since) has what an update on the day would give it.
- In a measure, a rule that says nothing of ``float`` has the source's factor of each day, as known at
  the window's end; one that does has what it had published by then, and before its first update
  its steps put on the day's factors.
- At a cut-off (``eligibility``), the steps are put on what was known then.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Hashable
from itertools import chain
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints, position_in
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.methodology.model.float_rules import FloatStep
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import breakpoints, value_on
from indexcalc.methodology.values.values import as_share
from indexcalc.notes import note
from indexcalc.review.data.fields import Fields
from indexcalc.weighting.float_factors.holdings import Excluded, Holdings
from indexcalc.weighting.float_factors.steps import SteppedFactors, apply_steps, step_dates
from indexcalc.weighting.float_factors.table import FloatTable

SHARES = "shares_outstanding"
_KEPT_BYTES = 64_000_000
"""How much of factors before any step is kept for the other rules of a run."""


class FloatUpdate(Struct, frozen=True):
    """One update: factors (n,) from ``day`` on, the factors before, and what the steps made."""

    day: int
    before: Floats
    made: SteppedFactors
    raw: Floats


class _Kept(Struct):
    """The factors last made for a day of a long window, and what they were made from.

    Right for ``rows`` (n,).  ``counting``: how many rows of the table counted for them, of those that come
    to count on ``days``; ``said``: what the rule said.  Of the ``lines`` among them without a factor in
    the table: the same of their ``holdings``, and their listed ``shares``.
    """

    rows: Bools
    days: Codes
    counting: int = -1
    said: tuple[Any, ...] = ()
    lines: Ints = msgspec.field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    holdings: Codes = msgspec.field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    held: int = 0
    shares: bytes = b""
    factor: Floats = msgspec.field(default_factory=lambda: np.zeros(0))


class _Filled(Struct):
    """The factors last in force: those an update published, ``others`` where it has none (``open_``)."""

    factor: Floats
    open_: Bools
    others: Floats
    in_force: Floats


class FloatFactors:
    """Float factors of one rule, for all lines of the market."""

    def __init__(self, rule: Methodology, fields: Fields) -> None:
        self.rule, self.fields, market = rule, fields, fields.market
        self.updates: list[FloatUpdate] = []
        self.first_cutoff: int | None = None
        self._asked: list[tuple[int, int, int | None]] = []
        self._cache: dict[int, Floats] = {}
        self._kept: _Kept | None = None
        self._filled: _Filled | None = None
        self._changes: list[int] | None = None
        self._said_in: dict[int, tuple[str, tuple[Excluded, ...], tuple[Any, ...]]] = {}
        self._table = market.memo("float factors", lambda: FloatTable(market))
        self._holdings = market.memo("holdings", lambda: Holdings(market))

    @property
    def key(self) -> Hashable | None:
        """What the factors depend on besides the market, so that rules with the same share what is
        made from them; None: on what the user said to assume, which is recorded rule by rule."""
        if self.fields.assumptions.given.keys() & {"float_factor", SHARES}:
            return None
        own_float = "float" in self.rule.said
        return (
            self.rule.float,
            own_float,
            tuple(self._asked) if own_float else (),
            self.first_cutoff,
        )

    @property
    def n(self) -> int:
        """Lines of the market."""
        return len(self.fields.market.symbols)

    @property
    def days_counting(self) -> Codes:
        """The days, ascending, on which rows of the tables come to count."""
        days = self._table.change_days
        if self._holdings.given:
            everyone = np.ones(self.n, dtype=np.bool_)
            days = np.unique(np.concatenate((days, self._holdings.days_counting(everyone))))
        return days

    def update(self, day: int, known_by: int, month: int | None = None) -> FloatUpdate:
        """Publish the factors of ``day`` as known on ``known_by``; updates come in order."""
        self._asked.append((day, known_by, month))
        before = self._published(day - 1)
        raw = self.raw(day, known_by)
        stepped = self._stepped(raw, before, date_of(day), month)
        update = FloatUpdate(day, before, stepped, raw)
        self.updates.append(update)
        return update

    def at_cutoff(self, cutoff: int, effective: int) -> Floats:
        """Factors (n,) after the steps, from what was known at a cut-off."""
        before = self._published(cutoff)
        return self._stepped(self.raw(cutoff, cutoff), before, date_of(effective), None).factor

    def _published(self, day: int) -> Floats:
        """What was published last, up to a day in it; NaN for a line that had no factor then."""
        number = bisect_right(self.updates, day, key=lambda update: update.day) - 1
        return self.updates[number].made.factor if number >= 0 else np.full(self.n, np.nan)

    def in_force(
        self, day: int, shares: Floats | None = None, codes: Codes | None = None
    ) -> Floats:
        """Factors (n,) in force on a day; NaN where none is known.

        ``shares`` (n,): the listed shares of the day, where they are at hand.  ``codes``: the lines asked
        for, where those are not all.
        """
        number = bisect_right(self.updates, day, key=lambda update: update.day) - 1
        if number < 0:
            return self._before_updates(day, shares)
        factor = self.updates[number].made.factor
        if self._filled is None or self._filled.factor is not factor:
            self._filled = _Filled(factor, np.isnan(factor), np.zeros(0), factor)
        filled = self._filled
        # What is assumed of listed shares is told of every line, asked for or not.
        few = codes is not None and SHARES not in self.fields.assumptions.given
        if not (filled.open_[codes] if few else filled.open_).any():
            return factor
        others = self._before_updates(day, shares, filled.open_)
        if filled.others is not others:
            filled.others = others
            filled.in_force = np.where(filled.open_, others, factor)
        return filled.in_force

    @property
    def late(self) -> bool:
        """May a factor of a day depend on when it is asked for?"""
        return "float" not in self.rule.said and self._table.late

    def on_day(self, day: int, known_by: int, shares: Floats | None = None) -> Floats:
        """Factors (n,) that enter a measure on a day: see the readings above.

        ``shares`` (n,): the listed shares of the day, where they are at hand.
        """
        if "float" in self.rule.said:
            return self.in_force(day, shares)
        if self._table.late:
            return self.raw(day, known_by, shares if day == known_by else None)
        return self._before_updates(day, shares)

    def unknown_yet(self, day: int, known_by: int) -> Codes:
        """Lines whose factor of ``day`` is not used because it says no ``known_at``."""
        return self._table.unknown_yet(day, known_by)

    def raw(self, day: int, known_by: int, shares: Floats | None = None) -> Floats:
        """Factors (n,) before any step, from the sources the rule names.

        ``shares`` (n,): the listed shares last known on ``known_by``; looked up where not given.
        """
        if shares is not None or self.key is None:
            return self._made_raw(day, known_by, shares)
        source, excluded, _ = self._said(day)
        memo: dict[Hashable, Floats] = self.fields.market.memo("raw float factors", dict)
        key = (day, known_by, source, excluded)
        factors = memo.get(key)
        if factors is None:
            factors = self._made_raw(day, known_by, None)
            if len(memo) * factors.nbytes < _KEPT_BYTES:
                memo[key] = factors
        return factors

    def _made_raw(
        self, day: int, known_by: int, shares: Floats | None, rows: Bools | None = None
    ) -> Floats:
        """``raw``, right for ``rows`` (n,) where those are said."""
        source, excluded, _ = self._said(day)
        factors = self._by_table(day, known_by, source)
        open_ = np.isnan(factors) if rows is None else np.isnan(factors) & rows
        if source != "factors" and self._holdings.given and open_.any():
            if shares is None:
                shares = self.fields.on_day(SHARES, known_by).values
            from_holdings = self._holdings.at(day, known_by, shares, excluded, open_)
            factors = np.where(open_, from_holdings, factors)
        return factors

    def assumed(self, factors: Floats, codes: Codes, rows: Bools) -> Floats:
        """``factors`` (n,) with the user's assumption where those of ``rows`` are not known.

        ``codes``: the lines of ``rows``, of which it is recorded.
        """
        stated = self.fields.assumptions.given.get("float_factor")
        if stated is None:
            return factors
        missing = np.isnan(factors) & rows
        if not missing.any():
            return factors
        self.fields.assumptions.record(
            note("assumed_value", name="float_factor", value=stated),
            codes[missing[codes]],
            "float_factor",
        )
        assumed = 1.0 if stated == "1" else float(as_share(stated))
        return np.where(missing, assumed, factors)

    def _said(self, day: int) -> tuple[str, tuple[Excluded, ...], tuple[Any, ...]]:
        """(source, excluded holders, what each step says) on a day, whatever the month."""
        rules = self.rule.float
        if self._changes is None:
            dates = breakpoints((rules.source, rules.exclude, rules.steps))
            of_steps = (step_dates(steps) for steps in rules.steps.values)
            self._changes = sorted({day_number(date) for date in chain(dates, *of_steps)})
        span = bisect_right(self._changes, day)
        if span not in self._said_in:
            date = date_of(day)
            excluded = tuple(
                Excluded(item.kind, 0.0 if item.min is None else float(item.min))
                for item in value_on(rules.exclude, date, ())
            )
            in_force = (step for step in self.steps_at(date) if step.in_force(date))
            steps = tuple(getattr(step, step.verb).at(date) for step in in_force)
            self._said_in[span] = value_on(rules.source, date, ""), excluded, steps
        return self._said_in[span]

    def _before_updates(
        self, day: int, shares: Floats | None = None, rows: Bools | None = None
    ) -> Floats:
        """What an update on the day would publish, or the table's own factor of the day.

        ``rows`` (n,): the lines asked for, where those are not all.
        """
        if "float" in self.rule.said and not self.updates and self.first_cutoff is not None:
            early = min(day, self.first_cutoff) if self._holdings.given else day
            day, shares = early, shares if early == day else None
        if shares is not None and self._holdings.given:
            return self._of_day(day, shares, np.ones(self.n, np.bool_) if rows is None else rows)
        changes = self._table.change_days
        key = position_in(changes, day, "right")
        if self._holdings.given:
            key = -1 - day
        factors = self._cache.get(key)
        if factors is None:
            raw = self.raw(day, day)
            factors = self._stepped(raw, np.full(self.n, np.nan), date_of(day), None).factor
            self._cache[key] = factors
        return factors

    def _of_day(self, day: int, shares: Floats, rows: Bools) -> Floats:
        """What an update on one day of a long window would publish, right for ``rows`` (n,).

        From one day to the next nothing changes for most lines, so the last answer is kept and given
        again while neither what it was made from nor the shares of ``rows`` have changed.
        """
        kept = self._kept
        if kept is None or (kept.rows is not rows and not np.array_equal(kept.rows, rows)):
            kept = self._kept = _Kept(rows, self._table.days_counting(rows))
        counting, said = position_in(kept.days, day, "right"), self._said(day)
        same = kept.counting == counting and kept.said == said
        if not same:
            kept.counting, kept.said = counting, said
            open_ = rows & np.isnan(self._by_table(day, day, said[0]))
            kept.lines, kept.holdings = np.flatnonzero(open_), self._holdings.days_counting(open_)
        # Bit by bit, for a NaN is as good as the NaN before.
        held, asked = position_in(kept.holdings, day, "right"), shares[kept.lines].tobytes()
        if not same or kept.held != held or kept.shares != asked:
            kept.held, kept.shares = held, asked
            lines = np.flatnonzero(rows)
            raw = self._made_raw(day, day, shares, rows)[lines]
            made = self._stepped(raw, np.full(lines.size, np.nan), date_of(day), None)
            kept.factor = np.full(self.n, np.nan)
            kept.factor[lines] = made.factor
        return kept.factor

    def _by_table(self, day: int, known_by: int, source: str) -> Floats:
        """Factors (n,) as the table gives them; NaN where holdings are asked, or nothing is."""
        if source == "holdings":
            return np.full(self.n, np.nan)
        return self._table.at(day, known_by)

    def _stepped(
        self, raw: Floats, before: Floats, effective: dt.date, month: int | None
    ) -> SteppedFactors:
        steps = self.steps_at(effective)
        return apply_steps(raw, before, steps, effective, month)

    def steps_at(self, effective: dt.date) -> tuple[FloatStep, ...]:
        """The steps the rule says on a date."""
        return self.rule.float.steps.get(effective, ())
