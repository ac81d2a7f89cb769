"""One rule swept over caps: planned once, scanned once, every point of the sweep on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.analysis.sweep.capped_rules import never_binding
from indexcalc.analysis.sweep.points import Point
from indexcalc.analysis.sweep.review_caps import PointCaps, rounds_weights
from indexcalc.analysis.sweep.sweep import Sweep
from indexcalc.analysis.sweep.sweep_size import refuse_too_large
from indexcalc.analysis.sweep.variant_factors import VariantFactors
from indexcalc.arrays import Days, Floats
from indexcalc.calculation.compute import level_pass
from indexcalc.calculation.figures.returns_and_drawdown import periods_a_year
from indexcalc.calculation.findings import refuse_unknown_money, report_run
from indexcalc.calculation.members.scheduled import Scheduled
from indexcalc.calculation.plan import IndexJob, Plan, Request, ancestors, make_plan
from indexcalc.diagnostics import DataError, Diagnostic
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology


class SweptRule(Struct, frozen=True):
    """All points of a sweep over one rule.  ``days`` (n_sessions,): those with a level."""

    rule: Methodology
    points: tuple[Point, ...]
    plan: Plan
    work: IndexJob
    sweep: Sweep
    days: Days
    levels: Floats
    periods: float
    diagnostics: tuple[Diagnostic, ...]

    @property
    def reference(self) -> Floats:
        """The levels (n_sessions,) of the uncapped point."""
        levels: Floats = self.levels[self.sweep.reference]
        return levels

    def reviews_refused(self, point: int) -> int:
        """At how many reviews a point cannot be met."""
        return len(self.sweep.factors.caps.refused.get(point, ()))

    def has_levels(self, point: int) -> bool:
        """Is there a review the point can be met at?"""
        caps = self.sweep.factors.caps
        return not caps.reviews or self.reviews_refused(point) < caps.reviews


class PlannedSweep(Struct, frozen=True):
    """All points of a sweep over one rule before the scan: ``rule`` as written, ``swept`` as it is run."""

    rule: Methodology
    swept: Methodology
    family: Family
    points: tuple[Point, ...]
    plan: Plan
    sweep: Sweep

    def goes_with(self, other: PlannedSweep) -> bool:
        """Can both be scanned at once?"""
        one, two = self.plan, other.plan
        days = np.array_equal(one.sessions.days, two.sessions.days)
        return one.market is two.market and one.last == two.last and days

    def result(self) -> SweptRule:
        """What came of it, after the scan.  DataError: CAP008, or money whose worth is not known."""
        plan, sweep, rule = self.plan, self.sweep, self.swept
        work = plan.works[rule.index]
        sweep.factors.caps.forget_before(date_of(plan.market.days[sweep.begin]))
        _refuse_unlabelled(rule, sweep, self.points)
        refuse_unknown_money(rule, work.run, work.findings)
        report_run(rule, work.run, plan.market, plan.request.assume, work.findings)
        work.members.report(work.run.found.first_seen, work.run.found.last_seen, work.findings)
        days = plan.market.days[sweep.begin : plan.last + 1]
        return SweptRule(
            rule=self.rule,
            points=self.points,
            plan=plan,
            work=work,
            sweep=sweep,
            days=days,
            levels=np.concatenate(sweep.level, axis=1),
            periods=periods_a_year(days),
            diagnostics=_diagnostics(plan, self.family, rule, sweep, self.points),
        )


Progress = Callable[[int, int], None]
"""Told (sessions done, sessions in all) while a scan goes on."""


def sweep_rule(
    family: Family,
    market: Market,
    request: Request,
    points: Sequence[Point],
    full: bool,
    progress: Progress | None = None,
) -> SweptRule:
    """Every point over the one index that ``family`` was asked for.

    Raises RuleError, DataError and UsageError as a computation does, and DataError (CAL008) for a rule
    whose variants are no multiples of one holding.
    """
    planned = plan_sweep(family, market, request, points, full, progress=progress)
    level_pass(planned.plan)
    return planned.result()


def plan_sweep(
    family: Family,
    market: Market,
    request: Request,
    points: Sequence[Point],
    full: bool,
    *,
    variants: int = 1,
    progress: Progress | None = None,
) -> PlannedSweep:
    """``sweep_rule`` up to the scan.  ``variants``: so many such sweeps are held in the end.

    UsageError (ANA009): they do not fit into memory.
    """
    rule = family[family.asked[0]]
    if points[0].limits:
        rule = rule.changed(weighting=never_binding(rule.weighting, points[0]))
    swept = Family({**family.rules, rule.index: rule}, (rule.index,))
    plan = make_plan(swept, market, request)
    if rule.index not in plan.works:
        raise _not_computed(
            rule, "an overlay has no members to cap: simulate the index it stands on", "overlay"
        )
    work = plan.works[rule.index]
    membership = _scheduled(rule, work, bool(points[0].limits))
    _check_multiples(rule)
    sweep = _sweep(family[rule.index], work, membership, points, len(plan.market.symbols), full)
    origin, stop = sweep.origin, plan.last + 1
    weights = sum(item.members.size for item in work.members.results if item.sets_weights)
    refuse_too_large(len(points) * variants, stop - sweep.begin, weights, full)
    if progress is not None:
        sweep.passed = lambda session: progress(session - origin, stop - origin)
    return PlannedSweep(
        rule=family[rule.index],
        swept=rule,
        family=swept,
        points=tuple(points),
        plan=plan,
        sweep=sweep,
    )


def _sweep(
    rule: Methodology,
    work: IndexJob,
    membership: Scheduled,
    points: Sequence[Point],
    n_symbols: int,
    full: bool,
) -> Sweep:
    pers = tuple(limit.per for limit in points[0].limits) or ("security",)
    limits = np.full((len(pers), len(points)), np.inf)
    for column, point in enumerate(points):
        for row, limit in enumerate(point.limits):
            if limit.share is not None:
                limits[row, column] = float(limit.share)
    caps = PointCaps(rule, points)
    factors = VariantFactors(membership, work.run.given.scheme, caps, pers, n_symbols)
    uncapped = [number for number, point in enumerate(points) if point.uncapped]
    run = work.run
    begins = work.start
    reference = uncapped[0] if uncapped else 0
    sweep = Sweep(
        run=run,
        origin=begins.begin,
        begin=begins.session,
        factors=factors,
        limits=limits,
        reference=reference,
        full=full,
    )
    membership.weigh_all = True
    if run.given.first < run.given.start:
        # What joined before the start holds what was freed then: the run is followed from its first list.
        first = run.given.first
        run.given = replace(run.given, begin=first, start=first, lead=None)
    run.watch = sweep.take
    return sweep


def _scheduled(rule: Methodology, work: IndexJob, capped: bool) -> Scheduled:
    """The lists of the index; an index without reviews has none, and nothing to cap."""
    membership = work.members.membership
    if isinstance(membership, Scheduled):
        return membership
    if capped:
        message = f"{rule.index} has no reviews of its own at which capping factors are set"
        raise _not_computed(
            rule, message, "review", "simulate an index that is reviewed on a schedule"
        )
    return Scheduled(work.members.first_session, (), work.findings)


def _check_multiples(rule: Methodology) -> None:
    """DataError (CAL008): index shares are not in proportion to capping factors."""
    rounded = rounds_weights(rule)
    if rounded:
        raise _not_computed(
            rule, f"a sweep under {rounded[0]} is not computed by this version", rounded[0]
        )
    if rule.weighting.spread_over is not None:
        raise _not_computed(
            rule,
            "a sweep of a rebalance that is spread over several sessions is not computed by this version",
            "weighting.spread_over",
            "vary the rule (`simulate --vary weighting.caps[0].limit=...`), or take `spread_over` out",
        )


def _refuse_unlabelled(rule: Methodology, sweep: Sweep, points: Sequence[Point]) -> None:
    """DataError (CAP008): at no review is there a column to cap by, whatever the limit."""
    caps = sweep.factors.caps
    limited = [number for number, point in enumerate(points) if not point.uncapped]
    refusals = [caps.refused.get(number, []) for number in limited]
    if (
        not limited
        or not caps.reviews
        or any(len(of_point) < caps.reviews for of_point in refusals)
    ):
        return
    first = [of_point[0][1] for of_point in refusals]
    if all(item.code == "CAP008" for item in first):
        words = ", ".join(["security", "issuer", *sorted(rule.groups)])
        hint = f"{words}, or a text column of securities"
        message = first[0].message
        raise DataError.of("CAP008", message, where="caps", hint=hint, path=rule.path)


def _not_computed(rule: Methodology, message: str, where: str, hint: str = "") -> DataError:
    span = rule.span_of(where)
    return DataError.of("CAL008", message, span=span, where=where, path=rule.path, hint=hint)


def _diagnostics(
    plan: Plan, family: Family, rule: Methodology, sweep: Sweep, points: Sequence[Point]
) -> tuple[Diagnostic, ...]:
    """What was found of the rule and its data, and one finding for each point that cannot be met."""
    caps = sweep.factors.caps
    items = [found for name in ancestors(rule, family) for found in plan.works[name].findings.items]
    for noted, kind in ((caps.refused, "error"), (caps.excused, "warning")):
        for place, found in sorted(noted.items()):
            on, first = found[0]
            many = (
                "every review"
                if len(found) == caps.reviews
                else f"{len(found)} of {caps.reviews} reviews"
            )
            left = "no level is given" if len(found) == caps.reviews else "they are left uncapped"
            tail = f"; {left}" if kind == "error" else ""
            items.append(
                Diagnostic(
                    first.code,
                    f"cannot be met at {many}, first on {on}: {first.message}{tail}",
                    where=f"cap {points[place].label}",
                    hint=first.hint,
                    severity="error" if kind == "error" else "warning",
                    path=rule.path,
                )
            )
    return tuple(sorted(set(items), key=lambda item: item.sort_key))
