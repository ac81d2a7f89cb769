"""A written run on its market: its daily composition and its last review, from the lists it has.

What a run holds on a session follows from its lists and the prices of their lines, so that no review is
asked again; the values and levels it comes to are compared with those written.  Where they are others, or
the rule's last review rests on all before it, the whole is computed anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from msgspec.structs import replace

from indexcalc.arrays import Floats
from indexcalc.calculation.base_date_and_level import Start
from indexcalc.calculation.compute import compute_plan
from indexcalc.calculation.levels.index_run import IndexRun
from indexcalc.calculation.levels.share_updates import share_updates
from indexcalc.calculation.members.from_lists import FromLists, WrittenList, written_lists
from indexcalc.calculation.members.index_members import Members, Setting
from indexcalc.calculation.members.last_review import last_review
from indexcalc.calculation.members.members import members_of
from indexcalc.calculation.plan import Plan, in_order, make_plan
from indexcalc.calculation.prices.daily_rows import stretches
from indexcalc.calculation.prices.line_prices import LinePrices
from indexcalc.calculation.returns.currencies import Exchange
from indexcalc.calculation.returns.dividends import OrdinaryDividends
from indexcalc.calculation.run.composition import Holdings
from indexcalc.calculation.run.files_and_journal import read_manifest, read_table
from indexcalc.calculation.run.run import Run
from indexcalc.calculation.run.stored_manifest import is_sweep
from indexcalc.calculation.terms_of_rule import index_terms, options_of, payouts_of
from indexcalc.calculation.verify import TOLERANCE, kept_family, recompute, request_of
from indexcalc.diagnostics import Findings
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.market.holidays import sessions_of_run
from indexcalc.market.market import Market
from indexcalc.market.places.place import Place
from indexcalc.market.ticker_history import one_line_each
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.result import ReviewResult
from indexcalc.review.review import Reviewer
from indexcalc.weighting.schemes import family_of

TABLES = ("levels", "constituents", "reviews", "decisions", "events")


@dataclass(eq=False)
class StoredRun:
    """``written``: its manifest and tables, without holdings, on the ``market`` it was computed from."""

    manifest: Mapping[str, Any]
    tables: Mapping[str, Any]
    given: Market

    @cached_property
    def family(self) -> Family:
        """Its rule and all it rests on, of the texts in the manifest."""
        with kept_family(self.manifest) as family:
            return family

    @property
    def rule(self) -> Methodology:
        """Its rule."""
        return self.family[self.family.asked[0]]

    @property
    def _at_versions(self) -> Market:
        return self.given.at_versions(self.manifest["market"].get("delta"))

    @cached_property
    def market(self) -> Market:
        """The market as the run saw it."""
        market = self._at_versions
        known = request_of(self.manifest).known
        return one_line_each(market if known is None else market.known_by(known))[0]

    @cached_property
    def _rules(self) -> list[Methodology]:
        """The rules with members, each after all it rests on."""
        return [
            rule for rule in in_order(self.family, self.market, Findings()) if not rule.is_overlay
        ]

    @cached_property
    def _sessions(self) -> Sessions:
        first = self._rules[0]
        missing_row = request_of(self.manifest).assume.get("missing_row", "")
        return sessions_of_run(self.market, first.calendar, first.currency, missing_row)[0]

    @cached_property
    def _lists(self) -> tuple[WrittenList, ...]:
        """The lists that are written; none where nothing says what they came to."""
        market = self.market
        if not self.tables["levels"].num_rows:
            return ()
        return written_lists(
            self.tables["constituents"], self.tables["reviews"], market.days, market.order
        )

    @cached_property
    def plan(self) -> Plan:
        """All its reviews, made again."""
        return make_plan(self.family, self._at_versions, request_of(self.manifest))

    @cached_property
    def run(self) -> Run:
        """The run with its daily composition (an overlay has none)."""
        written = Run(
            index=self.rule.index,
            name=dict(self.rule.name),
            manifest=self.manifest,
            diagnostics=(),
            holdings=None,
            market=self.market,
            **self.tables,
        )
        if self.rule.is_overlay:
            return written
        holdings = self._holdings()
        if holdings is None:
            return compute_plan(self.plan)[self.rule.index]
        return replace(written, holdings=holdings)

    def last_review(self) -> tuple[Reviewer, ReviewResult] | None:
        """(a reviewer that can ask it again, the last regular review).

        None: nobody is selected at a review, or there is none.
        """
        if self.rule.selection is None or self.rule.review.kind == "session":
            return None
        if "plan" not in self.__dict__:
            made = self._last_review()
            if made is not None:
                return made
        work = self.plan.works.get(self.rule.index)
        if work is None or work.members.weighings is None:
            return None
        regular = [result for result in work.members.results if result.kind == "regular"]
        return (work.members.weighings.reviewer, regular[-1]) if regular else None

    def _last_review(self) -> tuple[Reviewer, ReviewResult] | None:
        """The last review from the lists before it, where it comes to what is written."""
        market = self.market
        *above, rule = self._rules
        if rule.index != self.rule.index or not self._lists:
            return None
        days = arrow.days(self.tables["levels"].column("date"))
        assumptions = Assumptions(market.symbols, dict(request_of(self.manifest).assume))
        last = int(np.searchsorted(market.days, days[-1]))
        known: dict[str, Members] = {}

        def made(one: Methodology) -> Members:
            setting = Setting(market, self._sessions, assumptions, Findings(), last)
            return members_of(one, setting, dict(known))

        for one in above:
            # Of several runs on a page many rest on the same index.
            key = ("members", one.index, one.sha256, last, tuple(sorted(assumptions.given.items())))
            known[one.index] = market.memo(key, partial(made, one))
        setting = Setting(market, self._sessions, assumptions, Findings(), last)
        return last_review(rule, setting, known, self._lists, self.tables["decisions"])

    def _holdings(self) -> Holdings | None:
        """What it holds on each session; None where its lists do not lead to what is written."""
        rule, family, market, levels = self.rule, self.family, self.market, self.tables["levels"]
        if not self._lists:
            return None
        places = np.searchsorted(market.days, arrow.days(levels.column("date")))
        begin, last = int(places[0]), int(places[-1])
        begins_on, ends_on = date_of(market.days[begin]), date_of(market.days[last])
        level, value = (arrow.floats(levels.column(name)) for name in ("level", "market_value"))
        payouts = None  # dividends move no index shares; exchange rates do
        if Exchange(market, rule.currency).foreign:
            payouts = payouts_of(rule, begins_on, (), OrdinaryDividends(market))
        begins = Start(begin, float(level[0]), (), begin)
        terms = index_terms(rule, family, begins, begins_on, last, payouts)
        terms = replace(terms, keep_weights=True)
        membership = FromLists(begin, self._lists, family_of(rule.weighting.scheme.at(begins_on)))
        updates = share_updates(rule, begins_on, ends_on, self._sessions, market.days)
        index = IndexRun(terms, membership, updates, silent=True)
        assume = request_of(self.manifest).assume
        only = np.zeros(len(market.symbols), dtype=np.bool_)
        only[np.concatenate([item.codes for item in self._lists])] = True
        options = options_of(rule, begins_on, assume, family)
        prices = LinePrices(market, self._sessions, options, only)
        for rows in stretches(market, last + 1):
            index.advance(prices.advance(rows), {})
        found = index.found
        if not _same(found.value, value) or not _same(found.level, level):
            return None
        divisor = arrow.floats(levels.column("divisor"))
        return Holdings(rule.index, begin, tuple(found.held), divisor)


def run_again(folder: Place, market: Market) -> Run:
    """The run in ``folder`` with its daily composition: as it is written, where it was computed without an
    error from the data that ``market`` has, else computed again.

    RunError (RUN003): no run there, or what it says cannot be computed.
    """
    stored = read_manifest(folder)
    if stored is not None and not is_sweep(stored) and not stored["counts"].get("errors"):
        tables = {name: read_table(folder, f"{name}.parquet") for name in TABLES}
        same = stored["market"]["tables"] == market.content_hashes()
        if same and all(table is not None for table in tables.values()):
            return StoredRun(stored, tables, market).run
    return recompute(folder, market)


def _same(parts: list[Floats], written: Floats) -> bool:
    """As equal as two runs have to be in other environments."""
    made = np.concatenate([*parts, np.zeros(0)])
    if made.shape != written.shape:
        return False
    return bool((np.abs(made - written) <= TOLERANCE * np.abs(written)).all())
