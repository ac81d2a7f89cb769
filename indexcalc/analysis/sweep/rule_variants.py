"""A rule at other values: every combination of what ``--vary`` names, each run apart on one market."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from indexcalc.analysis.sweep.points import Point
from indexcalc.analysis.sweep.swept_rule import SweptRule, sweep_rule
from indexcalc.calculation.plan import Request
from indexcalc.diagnostics import Diagnostic, Findings, RuleError, UsageError
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology

AS_WRITTEN = "as written"
MOST_VARIANTS = 1_000


def typed_changes(typed: Iterable[tuple[str, Sequence[str]]]) -> tuple[dict[str, str], ...]:
    """Every combination of values of rule paths.  UsageError: too many, or a path without a value."""
    pairs = list(typed)
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
    rule: Methodology,
    market: Market,
    request: Request,
    points: Sequence[Point],
    changes: Sequence[Mapping[str, str]],
    full: bool,
    refused: list[Diagnostic],
) -> Iterator[tuple[str, SweptRule]]:
    """The sweep of each variant by its name, one at a time: ``selection.count=100``.

    Without limits among ``points`` the rule as written comes first.  A variant that cannot be computed is
    told in ``refused`` and the others go on.  RuleError: none of them can, or a path is no single value
    of the rule.
    """
    varied = [(_label(change), rule.varied(change)) for change in changes]
    if not points[0].limits:
        varied.insert(0, (AS_WRITTEN, rule))
    failed = 0
    for label, variant in varied:
        try:
            swept = sweep_rule(load_family([variant]), market, request, points, full)
        except RuleError as error:
            if label == AS_WRITTEN:
                raise
            refused += [_of(label, finding) for finding in error.diagnostics]
            failed += 1
            continue
        yield label, swept
    if failed == len(varied):
        raise RuleError(refused)


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
