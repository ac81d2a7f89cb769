"""A rule at other values: every combination of what ``--vary`` names, each run apart on one market."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexcalc.analysis.points import Point
from indexcalc.analysis.swept_rule import SweptRule, sweep_rule
from indexcalc.calculation.plan import Request
from indexcalc.diagnostics import Diagnostic, Findings, RuleError, UsageError
from indexcalc.market.market import Market
from indexcalc.methodology.family import load_family
from indexcalc.methodology.model import Methodology

AS_WRITTEN = "as written"
MOST_VARIANTS = 1_000


@dataclass(frozen=True, slots=True)
class VariedSweeps:
    """Sweeps by what was varied (``selection.count=100``), and findings of variants that are no rule."""

    made: Mapping[str, SweptRule]
    refused: tuple[Diagnostic, ...]


def typed_changes(said: Iterable[tuple[str, Sequence[str]]]) -> tuple[dict[str, str], ...]:
    """Every combination of values of rule paths.  UsageError: too many, or a path without a value."""
    pairs = list(said)
    empty = [path for path, values in pairs if not path or not values]
    findings = Findings()
    for path in empty:
        findings.add("RUL006", f"`{path}` has no value to take", where="--vary", hint="PATH=V1,V2")
    combined = list(itertools.product(*([(path, one) for one in values] for path, values in pairs)))
    if len(combined) > MOST_VARIANTS:
        message = f"{len(combined):,} variants of the rule, each a run; at most {MOST_VARIANTS:,}"
        findings.add("RUL006", message, where="--vary", hint="vary fewer values at once")
    findings.raise_errors(UsageError)
    return tuple(dict(one) for one in combined)


def vary_rule(
    rule: Methodology,
    market: Market,
    request: Request,
    points: Sequence[Point],
    changes: Sequence[Mapping[str, str]],
    full: bool,
) -> VariedSweeps:
    """The sweep of every variant; without limits among ``points`` the rule as written comes first.

    A variant that cannot be computed is told and the others go on.  RuleError: none of them can, or a
    path is no single value of the rule.
    """
    made: dict[str, SweptRule] = {}
    refused: list[Diagnostic] = []
    if not points[0].limits:
        made[AS_WRITTEN] = sweep_rule(load_family([rule]), market, request, points, full)
    for change in changes:
        label = " ".join(f"{path}={value}" for path, value in change.items())
        varied = rule.varied(change)
        try:
            made[label] = sweep_rule(load_family([varied]), market, request, points, full)
        except RuleError as error:
            refused += [_of(label, found) for found in error.diagnostics]
    if not made:
        raise RuleError(refused)
    return VariedSweeps(made, tuple(refused))


def _of(label: str, found: Diagnostic) -> Diagnostic:
    return Diagnostic(
        found.code,
        f"{label}: {found.message}",
        found.span,
        found.where,
        found.hint,
        found.severity,
        found.path,
    )
