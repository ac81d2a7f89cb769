"""Computes indices: rules and a market in, levels and their reasons out.

Order of work: the family of rules, parents first; who is in at every review (``plan``); then one
scan of the daily rows for the levels of all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.calculation.compute_overlays import lay
from indexcalc.calculation.findings import refuse_unknown_money, report_actions, report_run
from indexcalc.calculation.implausible import implausible
from indexcalc.calculation.levels.index_run import IndexRun
from indexcalc.calculation.members.composite import MembershipBlock
from indexcalc.calculation.overlay_run import overlay_run
from indexcalc.calculation.plan import (
    IndexJob,
    Plan,
    Request,
    ancestors,
    make_plan,
    options_of,
    wants,
)
from indexcalc.calculation.prices.line_prices import LinePrices
from indexcalc.calculation.prices.lines import Lines
from indexcalc.calculation.returns.returns import dividend_points
from indexcalc.calculation.run import tables as run_tables
from indexcalc.calculation.run.finite import refuse_not_finite
from indexcalc.calculation.run.manifest import manifest
from indexcalc.calculation.run.run import Holdings, Run
from indexcalc.diagnostics import DataError, Diagnostic
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market, line_names
from indexcalc.methodology.dates.schedules import schedule_dates
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.model.methodology import Methodology

if TYPE_CHECKING:
    from concurrent.futures import Executor


@overload
def compute(
    rule: str | Path | Methodology,
    market: Market,
    *,
    start: dt.date | str | None = None,
    end: dt.date | str | None = None,
    returns: Sequence[str] = (),
    assume: Mapping[str, str] | None = None,
    known: dt.date | str | None = None,
    executor: Executor | None = None,
) -> Run: ...
@overload
def compute(
    rule: list[str | Path | Methodology] | tuple[str | Path | Methodology, ...],
    market: Market,
    *,
    start: dt.date | str | None = None,
    end: dt.date | str | None = None,
    returns: Sequence[str] = (),
    assume: Mapping[str, str] | None = None,
    known: dt.date | str | None = None,
    executor: Executor | None = None,
) -> dict[str, Run]: ...
def compute(
    rule: str | Path | Methodology | Sequence[str | Path | Methodology],
    market: Market,
    *,
    start: dt.date | str | None = None,
    end: dt.date | str | None = None,
    returns: Sequence[str] = (),
    assume: Mapping[str, str] | None = None,
    known: dt.date | str | None = None,
    executor: Executor | None = None,
) -> Run | dict[str, Run]:
    """One index over a market: levels, members, decisions and events as Arrow tables.

    ``rule``: a shipped name, a path, or a ``Methodology``; of a list of them, a run for each by its
    index's name.  ``executor``: any ``concurrent.futures.Executor`` whose workers compute a list.
    ``returns``: of ``pr``, ``tr``, ``ntr``.  ``known``: use what was known on that day.  Findings of
    error level that leave a result (``run.diagnostics``) do not raise.  Raises RuleError, DataError,
    UsageError.
    """
    request = Request(_date(start), _date(end), tuple(returns), dict(assume or {}), _date(known))
    alone = isinstance(rule, str | Path | Methodology)
    rules = [rule] if isinstance(rule, str | Path | Methodology) else list(rule)
    if executor is not None:
        from indexcalc.calculation.fan_out import compute_on

        runs = compute_on(executor, compute_family, rules, market, request)
    else:
        runs = compute_family(load_family(rules), market, request)
    return next(iter(runs.values())) if alone else runs


def _date(said: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(said) if isinstance(said, str) else said


def compute_family(family: Family, market: Market, request: Request) -> dict[str, Run]:
    """Every index asked for; parents are computed once and not returned unless asked for."""
    plan = make_plan(family, market, request)
    level_pass(plan)
    names = line_names(plan.market)
    made: dict[str, Run] = {}
    # An overlay is as good as what it stands on: that is reported for it too.
    below = {overlay.below for overlay in plan.overlays.values()}
    for index in [name for name in plan.works if name in {*family.asked, *below}]:
        work = plan.works[index]
        refuse_unknown_money(work.rule, work.run, work.findings)
        report_run(work.rule, work.run, plan.market, request.assume, work.findings)
        work.members.report(work.run.first_seen, work.run.last_seen, work.findings)
    lay(plan)
    for index in family.asked:
        if index in plan.overlays:
            made[index] = overlay_run(plan, plan.overlays[index])
        else:
            made[index] = _run(plan, plan.works[index], names)
    return made


def level_pass(plan: Plan) -> None:
    """One scan of the daily rows for every set of rules that treat lines alike."""
    if not plan.works:
        return  # overlays on official levels alone: there may be no daily rows
    final = int(plan.market.days[plan.last])
    for lines, chosen in line_passes(plan):
        for work in chosen.values():
            report_actions(lines, work.findings)
        for block in lines.stream(None, final, plan.request.threads):
            take_block(chosen, block)


def take_block(works: Mapping[str, IndexJob], lines: Lines) -> None:
    """Move indices that treat lines alike through one block, parents first."""
    dense: dict[str, MembershipBlock] = {}
    for name, work in works.items():
        parents = {parent: dense[parent] for parent in work.rule.parents if parent in dense}
        dense[name] = work.run.advance(lines, parents)


def line_passes(plan: Plan) -> list[tuple[LinePrices, dict[str, IndexJob]]]:
    """The sets of rules that treat lines alike, each with line prices that have not begun.

    DataError (CAL008): the rules of one family do not.
    """
    market, works = plan.market, plan.works
    begin = {
        name: options_of(work.rule, date_of(market.days[work.start.session]), plan.request)
        for name, work in works.items()
    }
    options = sorted(set(begin.values()), key=repr)
    if len(options) > 1 and any(work.rule.parents for work in works.values()):
        # A child reads its parents' members block by block, so a family shares one treatment.
        plan.findings.add(
            "CAL008",
            "rules of one family treat base prices or rights differently; compute them apart",
        )
        raise DataError(plan.findings.items)
    return [
        (
            LinePrices(market, plan.sessions, option),
            {name: work for name, work in works.items() if begin[name] == option},
        )
        for option in options
    ]


def _points(plan: Plan, rule: Methodology, run: IndexRun) -> Floats:
    """Dividend points of the run's sessions (``returns.points``)."""
    assert rule.returns.points is not None
    days = plan.market.days[run.sessions]
    first, last = date_of(days[0]), date_of(days[-1])
    dates = schedule_dates(rule.returns.points, "returns.points", rule, plan.sessions, first, last)
    resets = np.searchsorted(days, [day_number(item.effective) for item in dates])
    return dividend_points(np.concatenate(run.paid), np.concatenate(run.divisor), resets.tolist())


def _run(plan: Plan, work: IndexJob, names: Sequence[str | None]) -> Run:
    rule, run = work.rule, work.run
    market, request, family = plan.market, plan.request, plan.family
    days = market.days
    series = {"level_tr": run.total_return} if wants(rule, request, "gross") else {}
    if wants(rule, request, "net") and rule.returns.withholding is not None:
        series["level_ntr"] = run.net(rule.returns.withholding)
    if rule.returns.points is not None:
        series["dividend_points"] = [_points(plan, rule, run)]
    launch = None if rule.launch is None else day_number(rule.launch)
    levels = run_tables.levels_table(run, days, rule.published, series, launch)
    constituents = run_tables.constituents_table(run, days, market.symbols, names)
    reviews = run_tables.reviews_table(run, days, work.members.announcements, work.members.cutoffs)
    events = run.log.table(days, market.symbols, run.divisor_before, run.divisor_after)
    decisions = work.members.ledger(
        int(days[run.start]), int(days[run.last_session]), run.first_seen, run.last_seen
    )
    composition = (
        run_tables.composition_table(run, days, market.symbols) if request.keep_weights else None
    )
    assumed = [
        *plan.notes,
        *work.members.notes,
        *work.start.notes,
        *(f"{item.what}: {item.lines} lines" for item in plan.assumptions.recorded()),
    ]
    related = [family[name] for name in ancestors(rule, family)]
    counts = {
        "sessions": len(run.sessions),
        "reviews": reviews.num_rows,
        "constituents": constituents.num_rows,
        "decisions": decisions.num_rows,
        "events": events.num_rows,
        "lines": len(market.symbols),
    }
    options = {
        "assume": dict(sorted(request.assume.items())),
        "returns": list(request.returns),
        "known": None if request.known is None else request.known.isoformat(),
        "start": None if request.start is None else request.start.isoformat(),
        "end": None if request.end is None else request.end.isoformat(),
    }
    said = manifest(
        rule,
        related,
        market,
        plan.sessions,
        date_of(days[run.sessions[0]]),
        date_of(days[run.sessions[-1]]),
        options,
        assumed,
        counts,
    )
    # What was found of the indices it rests on is about this one too.
    items = [found for name in ancestors(rule, family) for found in plan.works[name].findings.items]
    span = int(days[run.sessions[0]]), int(days[run.sessions[-1]])
    items += implausible(market, constituents, span, rule.currency, items)
    found: list[Diagnostic] = sorted(set(items), key=lambda item: item.sort_key)
    refuse_not_finite(
        rule.index,
        levels=levels,
        constituents=constituents,
        reviews=reviews,
        decisions=decisions,
        events=events,
        composition=composition,
    )
    return Run(
        index=rule.index,
        name=dict(rule.name),
        levels=levels,
        constituents=constituents,
        reviews=reviews,
        decisions=decisions,
        events=events,
        composition=composition,
        manifest=said,
        diagnostics=tuple(found),
        holdings=Holdings(run.start, tuple(run.weights)),
        market=market,
    )
