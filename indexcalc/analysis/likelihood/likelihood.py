"""The share of resampled windows with which each name ends up in the index at its coming review.

1. The market as known is continued to the review with sessions like the last (``with_sessions_alike``);
   all that is not measured over windows - who is listed, designations, dates, float factors - is made once
   from that (``planned_review``).
2. The windows that are not over keep the sessions known so far (``OpenWindows``).
3. Each try draws the missing sessions (``Paths``), ends the windows with them and makes the selection again
   (``WhatIf.choose``), of the indices the rule rests on first where they are reviewed on the same day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.analysis.likelihood.paths import Paths
from indexcalc.analysis.next_session import with_sessions_alike
from indexcalc.analysis.pro_forma import planned_review, seen_on
from indexcalc.arrays import Bools, Codes, Floats
from indexcalc.calculation.plan import IndexJob, Plan, Request
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.diagnostics import UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.said_dates import Said, date_said
from indexcalc.market.calendar.sessions import date_of, days_later
from indexcalc.market.market import Market
from indexcalc.market.panel_cache.segment import PRESENT
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.conditions.judged_lines import MeasureValues
from indexcalc.review.data.assumptions import assumed_said
from indexcalc.review.maintenance.reserve import last_fill_by
from indexcalc.review.measures.series import Sessions
from indexcalc.review.measures.windows import OpenWindows
from indexcalc.review.result import ReviewResult
from indexcalc.review.what_if import WhatIf

TRIES = 1000


class Likelihood(Struct, frozen=True):
    """``names``: a row a name that may be in or out: symbol, name, member (in force today), forecast (in by
    what is known today), likelihood, and by ``measure`` rank_low, rank, rank_high (5, 50 and 95 % of the
    tries rank it as high); likeliest first.  ``missing``: sessions that were resampled.  Of all lines,
    ``symbols``: ``share``, ``member``, ``forecast`` (n_symbols,)."""

    index: str
    effective: dt.date
    cutoff: dt.date
    data_until: dt.date
    tries: int
    seed: int
    missing: int
    measure: str
    names: Any
    symbols: tuple[str, ...]
    share: Floats
    member: Bools
    forecast: Bools


def likelihood(
    rule: str | Path | Methodology,
    market: Market | str | Path,
    *,
    on: Said = None,
    as_of: Said = None,
    tries: int = TRIES,
    seed: int = 0,
    assume: Mapping[str, str] | None = None,
) -> Likelihood:
    """How likely each name is in the index after the first review effective on or after ``on`` (not said:
    after the data), as seen on ``as_of``.

    UsageError: CAL010 there is no such review; ANA007 the index has no selection of its own, or names that
    left between cut-off and effective date were replaced.
    """
    known = seen_on(Market.of(market), date_said(as_of, "as_of"))
    last = date_of(known.days[-1])
    begin = date_said(on, "on") or days_later(last, 1)
    return likelihood_of(
        load_family([rule]), known, begin, tries, seed, Request(assume=assumed_said(assume))
    )


def likelihood_of(
    family: Family, known: Market, on: dt.date, tries: int, seed: int, request: Request
) -> Likelihood:
    """``likelihood`` with rules that are loaded and a market that ends with what is known."""
    plan, place = planned_review(family, known, on, request)
    today, symbols = plan.works[family.asked[0]].members.results, known.symbols
    review, last = today[place], int(known.days[-1])
    event_days = plan.sessions.days
    coming = event_days[(event_days > last) & (event_days < review.effective)]
    template = with_sessions_alike(known, [date_of(day) for day in coming])
    plan, _ = planned_review(family, template, date_of(review.effective), request)
    index = family.asked[0]
    windows = coming[coming <= review.cutoff].size
    # With the lines of the template in its order, of which some may have left before today.
    known = template.until(date_of(last))
    judges = _judges(plan, review.effective, known)
    if index not in judges:
        raise UsageError.of(
            "ANA007",
            f"the review of {index} effective on {date_of(review.effective)} cannot be made again",
            where=index,
            hint="ask for the index it is made of, or look at the review itself (`indexcalc review`)",
        )
    judge, n = judges[index], len(template.symbols)
    generator = np.random.default_rng(seed)
    made = tries if windows else 1
    inside, ranks = np.zeros(n), np.full((made, n), np.nan, dtype=np.float32)
    first = template.panel.size - coming.size
    columns = {name for one in judges.values() for name in one.windows.columns}
    names = {*columns, "close", PRESENT}
    part = Sessions.read(template.panel, names, slice(first, first + windows))
    paths = Paths(known, part)
    for number in range(made):
        values = paths.draw(generator) if windows else part
        chosen = _chosen(judges, values)
        inside += chosen[index]
        ranks[number] = judge.ranked
    share = inside / made
    member, forecast = np.zeros((2, n), dtype=np.bool_)
    if place:
        member[[template.order[symbols[code]] for code in today[place - 1].members]] = True
    forecast[[template.order[symbols[code]] for code in review.members]] = True
    return Likelihood(
        index=index,
        effective=date_of(review.effective),
        cutoff=date_of(review.cutoff),
        data_until=date_of(last),
        tries=made,
        seed=seed,
        missing=int(windows),
        measure=judge.by,
        names=_table(template, share, member, forecast, ranks, review.effective),
        symbols=template.symbols,
        share=share,
        member=member,
        forecast=forecast,
    )


class _Judge:
    """The review of one index, to be made again with other windows."""

    def __init__(self, work: IndexJob, result: ReviewResult, known: Market) -> None:
        assert work.members.weighings is not None
        self.work, self.result = work, result
        self.reviewer = work.members.weighings.reviewer
        self.what_if = WhatIf(self.reviewer, result)
        self.event = self.reviewer.staged[result.effective].event if self.what_if.works else None
        self.by = self._measure()
        self.ranked: Floats = np.full(self.reviewer.n, np.nan)
        asked = next((block for block in result.decisions if block.step == "membership"), None)
        self.asked: Codes = np.zeros(0, dtype=np.int32) if asked is None else asked.codes
        if self.event is not None:
            self.windows: OpenWindows = self.reviewer.measures.open_windows(self.event, known)

    def _measure(self) -> str:
        """The measure names are ranked by: that of the last fill, else the first the rule has."""
        measures = self.what_if.measures
        by = last_fill_by(self.work.rule, date_of(self.result.effective))
        return by if by in measures else next(iter(measures), "")

    def choose(self, coming: Sessions, lists: Mapping[str, Codes]) -> Bools:
        """Who is chosen where ``coming`` follows what is known."""
        assert self.event is not None
        values = self.reviewer.measures.at(
            self.event, self.what_if.issuers, self.windows.ended(coming)
        )
        if self.by:
            self.ranked = self._ranks(values[self.by])
        own = {
            name: codes for name, codes in lists.items() if name in self.reviewer.screening.parents
        }
        return self.what_if.choose(values, own)

    def _ranks(self, measure: MeasureValues) -> Floats:
        """Ranks (n,) from 1, of the lines the review looked at; NaN for others."""
        values = measure.values[self.asked] * (1.0 if measure.lowest_is_best else -1.0)
        order = np.argsort(values, kind="stable")[: int(np.sum(~np.isnan(values)))]
        ranks = np.full(self.reviewer.n, np.nan)
        ranks[self.asked[order]] = np.arange(1, order.size + 1)
        return ranks


def _judges(plan: Plan, effective: int, known: Market) -> dict[str, _Judge]:
    """The indices of a plan that are reviewed on a day and whose review can be made again, in order."""
    judges: dict[str, _Judge] = {}
    for name, work in plan.works.items():
        result = next(
            (
                item
                for item in work.members.results
                if item.effective == effective and item.kind == "regular"
            ),
            None,
        )
        if result is not None and work.members.weighings is not None:
            judge = _Judge(work, result, known)
            if judge.what_if.works:
                judges[name] = judge
    return judges


def _chosen(judges: Mapping[str, _Judge], coming: Sessions) -> dict[str, Bools]:
    chosen: dict[str, Bools] = {}
    for name, judge in judges.items():
        lists = {other: np.flatnonzero(names).astype(np.int32) for other, names in chosen.items()}
        chosen[name] = judge.choose(coming, lists)
    return chosen


def _table(
    market: Market, share: Floats, member: Bools, forecast: Bools, ranks: Any, day: int
) -> Any:
    rows = np.flatnonzero((share > 0.0) & (share < 1.0) | ((share > 0.0) != member))
    rows = rows[np.lexsort((rows, -share[rows]))]
    low, middle, high = np.full((3, rows.size), np.nan)
    seen = ~np.isnan(ranks[:, rows]).all(axis=0)
    if seen.any():
        low[seen], middle[seen], high[seen] = np.nanquantile(
            ranks[:, rows[seen]].astype(np.float64), (0.05, 0.5, 0.95), axis=0
        )
    return arrow.table(
        {
            "symbol": arrow.from_codes(rows.astype(np.int32), market.symbols),
            "name": arrow.from_texts(NamesOfDay(market).texts(rows.astype(np.int32), day)),
            "member": arrow.from_bools(member[rows]),
            "forecast": arrow.from_bools(forecast[rows]),
            "likelihood": arrow.from_floats(share[rows]),
            "rank_low": arrow.from_floats(low, nan_is_null=True),
            "rank": arrow.from_floats(middle, nan_is_null=True),
            "rank_high": arrow.from_floats(high, nan_is_null=True),
        }
    )
