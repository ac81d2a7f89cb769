"""A rule at other values: every combination of what ``--vary`` names, some of them in one scan."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from indexcalc.analysis.sweep.points import Point
from indexcalc.analysis.sweep.swept_rule import PlannedSweep, Progress, SweptRule, plan_sweep
from indexcalc.calculation.compute import level_pass
from indexcalc.calculation.plan import Request
from indexcalc.diagnostics import DataError, Diagnostic, Findings, RuleError, UsageError
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.model.methodology import Methodology

AS_WRITTEN = "as written"
MOST_VARIANTS = 1_000
# So many variants are scanned at once: their lists and levels are all in memory then.
_AT_ONCE = 10


def typed_changes(typed: Iterable[tuple[str, Sequence[str]]]) -> tuple[dict[str, str], ...]:
    """Every combination of values of rule paths, each value once.

    UsageError: too many, or a path without a value.
    """
    pairs = [(path, list(dict.fromkeys(values))) for path, values in typed]
    empty = [path for path, values in pairs if not path or not values]
    findings = Findings()
    for path in empty:
        findings.add("RUL006", f"`{path}` has no value to take", where="--vary", hint="PATH=V1,V2")
    combined = list(
        itertools.product(*([(path, value) for value in values] for path, values in pairs))
    )
    if len(combined) > MOST_VARIANTS:
        message = f"{len(combined):,} variants of the rule, each a run; at most {MOST_VARIANTS:,}"
        findings.add("RUL006", message, where="--vary", hint="vary fewer values at once")
    findings.raise_errors(UsageError)
    return tuple(dict(value) for value in combined)


def vary_rule(
    family: Family,
    market: Market,
    request: Request,
    points: Sequence[Point],
    changes: Sequence[Mapping[str, str]],
    full: bool,
    refused: list[Diagnostic],
    progress: Progress | None = None,
) -> Iterator[tuple[str, SweptRule]]:
    """The sweep of each variant by its name, one at a time: ``selection.count=100``.

    Without limits among ``points`` the rule as written comes first.  A variant that cannot be computed is
    told in ``refused`` and the others go on.  RuleError: a path is no single value of the rule, or a value
    is none it can have; RuleError or DataError: none of the variants can be computed.
    """
    rule = family[family.asked[0]]
    varied = [(_label(change), rule.varied(change)) for change in changes]
    if not points[0].limits:
        varied.insert(0, (AS_WRITTEN, rule))
    failed: list[RuleError | DataError] = []
    scans = range(0, len(varied), _AT_ONCE)
    for first in scans:
        asked = _Asked(family, market, request, points, full, len(varied))
        if progress is not None:
            asked = replace(
                asked, progress=partial(_of_scan, progress, first // _AT_ONCE, len(scans))
            )
        for label, swept in _together(varied[first : first + _AT_ONCE], asked):
            if isinstance(swept, SweptRule):
                yield label, swept
            elif label == AS_WRITTEN:
                raise swept
            else:
                refused += [_of(label, finding) for finding in swept.diagnostics]
                failed.append(swept)
    if len(failed) == len(varied):
        raise type(failed[-1])(refused)


class _Asked(Struct, frozen=True):
    """What is asked of every variant of the one rule of ``family``."""

    family: Family
    market: Market
    request: Request
    points: Sequence[Point]
    full: bool
    variants: int
    progress: Progress | None = None

    def plan(self, variant: Methodology) -> PlannedSweep:
        """A variant before its scan."""
        others = [rule for index, rule in self.family.rules.items() if index != variant.index]
        family = Family(load_family([variant, *others]).rules, (variant.index,))
        return plan_sweep(
            family,
            self.market,
            self.request,
            self.points,
            self.full,
            variants=self.variants,
            progress=self.progress,
        )


def _together(
    varied: Sequence[tuple[str, Methodology]], asked: _Asked
) -> Iterator[tuple[str, SweptRule | RuleError | DataError]]:
    """Variants in one scan of the prices; a refused one has its error in its place."""
    planned: dict[str, PlannedSweep] = {}
    refusals: dict[str, RuleError | DataError] = {}
    for label, variant in varied:
        try:
            planned[label] = asked.plan(variant)
        except (RuleError, DataError) as error:
            refusals[label] = error
    scans: list[list[PlannedSweep]] = []
    for item in planned.values():
        scan = next((scan for scan in scans if item.goes_with(scan[0])), None)
        if scan is None:
            scans.append([item])
        else:
            scan.append(item)
    for scan in scans:
        level_pass(*(item.plan for item in scan))
    for label, _ in varied:
        yield label, planned.pop(label).result() if label in planned else refusals[label]


def _of_scan(progress: Progress, scan: int, scans: int, done: int, total: int) -> None:
    """Tell of one scan of several that take alike long."""
    progress(scan * total + done, scans * total)


def _label(change: Mapping[str, str]) -> str:
    return " ".join(f"{path}={value}" for path, value in change.items())


def _of(label: str, found: Diagnostic) -> Diagnostic:
    return Diagnostic(
        code=found.code,
        message=f"{label}: {found.message}",
        span=found.span,
        where=found.where,
        hint=found.hint,
        severity=found.severity,
        path=found.path,
    )
