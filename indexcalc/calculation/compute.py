"""Computes indices: rules and a market in, levels and their reasons out.

1. ``load_family``: the rules and all they rest on, parents first.
2. ``make_plan``: the calendar, who is in at every review, when each index starts.
3. ``level_pass``: the observed sessions, some at a time (``stretches``).  For each stretch the prices of
   lines are made once for every treatment of base prices and rights (``LinePrices.advance``), and every
   index moves through it (``take_block``, ``IndexRun.advance``), parents before children.
4. ``report_run``, ``refuse_unknown_money``: what there is to say of the data.
5. ``compute_overlays``: indices that stand on the level of another.
6. ``_run``: tables and manifest of every index asked for.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from msgspec.structs import replace

from indexcalc.arrays import Floats
from indexcalc.calculation.findings import refuse_unknown_money, report_actions, report_run
from indexcalc.calculation.levels.index_run import IndexRun
from indexcalc.calculation.members.composite import MembershipBlock
from indexcalc.calculation.plan import IndexJob, Plan, Request, ancestors, make_plan, wants
from indexcalc.calculation.plausibility_findings import implausible
from indexcalc.calculation.prices.daily_rows import stretches
from indexcalc.calculation.prices.line_prices import LineBlock, LinePrices
from indexcalc.calculation.prices.lines import Options
from indexcalc.calculation.returns.dividends import has_dividends
from indexcalc.calculation.returns.return_kinds import returns_said
from indexcalc.calculation.returns.returns import dividend_points
from indexcalc.calculation.run import tables as run_tables
from indexcalc.calculation.run.committee_log import entries
from indexcalc.calculation.run.composition import Holdings
from indexcalc.calculation.run.finite_numbers import refuse_not_finite
from indexcalc.calculation.run.level_overrides import overridden
from indexcalc.calculation.run.manifest import manifest
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import Diagnostic, FindingsWarning, quantity
from indexcalc.market.calendar.said_dates import Said, date_said
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.dates.schedules import schedule_dates
from indexcalc.methodology.load.family import Family, load_family, no_rule
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.notes import note
from indexcalc.review.data.assumptions import assumed_said

if TYPE_CHECKING:
    from concurrent.futures import Executor


@overload
def compute(
    rule: str | Path | Methodology,
    market: Market | str | Path,
    *,
    start: Said = None,
    end: Said = None,
    returns: str | Sequence[str] = (),
    assume: Mapping[str, str] | None = None,
    known: Said = None,
    executor: Executor | str | None = None,
) -> Run: ...
@overload
def compute(
    rule: list[str | Path | Methodology] | tuple[str | Path | Methodology, ...],
    market: Market | str | Path,
    *,
    start: Said = None,
    end: Said = None,
    returns: str | Sequence[str] = (),
    assume: Mapping[str, str] | None = None,
    known: Said = None,
    executor: Executor | str | None = None,
) -> dict[str, Run]: ...
def compute(
    rule: str | Path | Methodology | Sequence[str | Path | Methodology],
    market: Market | str | Path,
    *,
    start: Said = None,
    end: Said = None,
    returns: str | Sequence[str] = (),
    assume: Mapping[str, str] | None = None,
    known: Said = None,
    executor: Executor | str | None = None,
) -> Run | dict[str, Run]:
    """One index over a market: levels, members, decisions and events as Arrow tables.

    ``market``: or its folder.  ``rule``: a shipped name, a path, or a ``Methodology``; of a list of them,
    a run for each by its index's name.  ``executor``: any ``concurrent.futures.Executor`` whose workers
    compute a list, or its name: ``processes``, ``processes:N``, ``dask://HOST:PORT``.
    ``returns``: of ``pr``, ``tr``, ``ntr``.  ``known``: use what was known on that day.  Findings of
    error level that leave a result (``run.diagnostics``) do not raise: they are a
    FindingsWarning.  Raises RuleError, DataError, UsageError.
    """
    market = Market.of(market)
    request = Request(
        start=date_said(start, "start"),
        end=date_said(end, "end"),
        returns=returns_said(returns),
        assume=assumed_said(assume),
        known=date_said(known, "known"),
    )
    alone = isinstance(rule, str | Path | Methodology)
    if not alone and (not isinstance(rule, Iterable) or not rule):
        raise no_rule(rule)
    rules = [rule] if isinstance(rule, str | Path | Methodology) else list(rule)
    if executor is not None:
        from indexcalc.calculation.workers import compute_on

        runs = compute_on(executor, compute_family, rules, market, request)
    else:
        runs = compute_family(load_family(rules), market, request)
    _warn(runs)
    return next(iter(runs.values())) if alone else runs


def _warn(runs: Mapping[str, Run]) -> None:
    """A warning for a run whose findings are errors: a caller who reads its levels alone should know."""
    for name, run in runs.items():
        errors = [item for item in run.diagnostics if item.severity == "error"]
        if errors:
            more = f" and {quantity(len(errors) - 1, 'more error')}" if len(errors) > 1 else ""
            text = f"{name}: {errors[0].code} {errors[0].where}: {errors[0].message}{more}"
            warnings.warn(f"{text} (see .diagnostics)", FindingsWarning, stacklevel=3)


def compute_family(family: Family, market: Market, request: Request) -> dict[str, Run]:
    """Every index asked for; parents are computed once and not returned unless asked for."""
    return compute_plan(make_plan(family, market, request))


def compute_plan(plan: Plan) -> dict[str, Run]:
    """The indices a plan was asked for: its scan, and their tables."""
    family, request = plan.family, plan.request
    level_pass(plan)
    names = NamesOfDay(plan.market)
    runs: dict[str, Run] = {}
    for work in [work for work in plan.works.values() if not work.run.members_alone]:
        refuse_unknown_money(work.rule, work.run, work.findings)
        report_run(work.rule, work.run, plan.market, request.assume, work.findings)
        work.members.report(work.run.found.first_seen, work.run.found.last_seen, work.findings)
    if plan.overlays:
        from indexcalc.calculation.compute_overlays import compute_overlays
        from indexcalc.calculation.overlay_run import overlay_run

        compute_overlays(plan)
    for index in family.asked:
        if index in plan.overlays:
            runs[index] = overlay_run(plan, plan.overlays[index])
        else:
            runs[index] = _run(plan, plan.works[index], names)
        runs[index] = _with_records(runs[index], family[index])
    return runs


def _with_records(run: Run, rule: Methodology) -> Run:
    """The run with what people decided about it: its committee's decisions and the levels overridden."""
    levels, overrides = overridden(run.index, run.levels, run.market)
    last = levels.column("date")[levels.num_rows - 1].as_py() if levels.num_rows else None
    decided = () if last is None else entries(rule, run.market, last)
    return replace(run, levels=levels, overrides=overrides, committee=decided)


def level_pass(*plans: Plan) -> None:
    """One scan of the daily rows for the levels of every rule.

    ``plans``: over one market, the same sessions and the same last day.  Of an index that nobody asks for,
    and no overlay stands on, the members alone are made.
    """
    for plan in plans:
        # An overlay is as good as what it stands on: that is reported for it too.
        told = {*plan.family.asked, *(overlay.below for overlay in plan.overlays.values())}
        for name, work in plan.works.items():
            work.run.members_alone = name not in told
    works = [work for plan in plans for work in plan.works.values()]
    if not works:
        return  # overlays on official levels alone: there may be no daily rows
    prices = line_prices(*plans)
    for work in works:
        report_actions(prices[work.treatment], work.findings)
    for rows in stretches(plans[0].market, plans[0].last + 1):
        blocks = {option: lines.advance(rows) for option, lines in prices.items()}
        for plan in plans:
            take_block(plan, blocks)


def line_prices(*plans: Plan) -> dict[Options, LinePrices]:
    """The lines under each treatment that a rule of the plans asks for, before the first session."""
    options = sorted({job.treatment for plan in plans for job in plan.works.values()}, key=repr)
    return {option: LinePrices(plans[0].market, plans[0].sessions, option) for option in options}


def take_block(plan: Plan, prices: Mapping[Options, LineBlock]) -> None:
    """Move every index of the plan through one block, parents first."""
    members: dict[str, MembershipBlock] = {}
    for name, work in plan.works.items():
        parents = {parent: members[parent] for parent in work.rule.parents if parent in members}
        members[name] = work.run.advance(prices[work.treatment], parents)


def _points(plan: Plan, rule: Methodology, run: IndexRun) -> Floats:
    """Dividend points of the run's sessions (``returns.points``)."""
    assert rule.returns.points is not None
    days = plan.market.days[run.found.sessions]
    first, last = date_of(days[0]), date_of(days[-1])
    dates = schedule_dates(rule.returns.points, "returns.points", rule, plan.sessions, first, last)
    resets = np.searchsorted(days, [day_number(item.effective) for item in dates])
    paid, divisor = np.concatenate(run.found.paid), np.concatenate(run.found.divisor)
    return dividend_points(paid, divisor, resets.tolist())


def _holdings(run: IndexRun) -> Holdings:
    divisor = np.concatenate(run.found.divisor)
    return Holdings(run.given.index, run.given.begin, tuple(run.found.held), divisor)


def _options(request: Request) -> dict[str, Any]:
    """What was asked for, as the manifest says it."""
    days = {"known": request.known, "start": request.start, "end": request.end}
    return {
        "assume": dict(sorted(request.assume.items())),
        "returns": list(request.returns),
        **{name: None if day is None else day.isoformat() for name, day in days.items()},
    }


def _run(plan: Plan, work: IndexJob, names: NamesOfDay) -> Run:
    rule, run, results = work.rule, work.run, work.run.found
    market, request, family = plan.market, plan.request, plan.family
    days = market.days
    series = {"level_tr": run.found.total_return} if wants(rule, request, "gross") else {}
    if wants(rule, request, "net") and rule.returns.withholding is not None:
        series["level_ntr"] = run.net(rule.returns.withholding)
    if rule.returns.points is not None:
        series["dividend_points"] = [_points(plan, rule, run)]
    launch = None if rule.launch is None else day_number(rule.launch)
    levels = run_tables.levels_table(run, days, rule.published, series, launch)
    constituents = run_tables.constituents_table(run, days, market.symbols, names)
    reviews = run_tables.reviews_table(run, days, work.members.announcements, work.members.cutoffs)
    events = results.log.table(days, market.symbols, results.divisor_before, results.divisor_after)
    decisions = work.members.ledger(
        int(days[run.given.start]),
        int(days[run.given.last_session]),
        results.first_seen,
        results.last_seen,
    )
    assumed = [
        *plan.notes,
        *work.members.notes,
        *work.start.notes,
        *plan.assumptions.notes(),
    ]
    if any(wants(rule, request, kind) for kind in ("gross", "net")) and not has_dividends(market):
        assumed.append(note("no_dividends"))
    related = [family[name] for name in ancestors(rule, family)]
    # What was found of the indices it rests on is about this one too.
    items = [item for name in ancestors(rule, family) for item in plan.works[name].findings.items]
    span = int(days[results.sessions[0]]), int(days[results.sessions[-1]])
    sessions = None if plan.request.sketch else plan.sessions
    items += implausible(market, constituents, span, rule.currency, items, sessions)
    diagnostics: list[Diagnostic] = sorted(set(items), key=lambda item: item.sort_key)
    counts = {
        "sessions": len(run.found.sessions),
        "reviews": reviews.num_rows,
        "constituents": constituents.num_rows,
        "decisions": decisions.num_rows,
        "events": events.num_rows,
        "lines": len(market.symbols),
        "errors": sum(item.severity == "error" for item in diagnostics),
    }
    manifest_values = manifest(
        rule,
        related,
        market=market,
        sessions=plan.sessions,
        start=date_of(days[run.found.sessions[0]]),
        end=date_of(days[run.found.sessions[-1]]),
        options=_options(request),
        assumptions=assumed,
        counts=counts,
    )
    refuse_not_finite(
        rule.index,
        levels=levels,
        constituents=constituents,
        reviews=reviews,
        decisions=decisions,
        events=events,
    )
    return Run(
        index=rule.index,
        name=dict(rule.name),
        levels=levels,
        constituents=constituents,
        reviews=reviews,
        decisions=decisions,
        events=events,
        manifest=manifest_values,
        diagnostics=tuple(diagnostics),
        holdings=_holdings(run) if request.keep_weights else None,
        market=market,
    )
