"""What another cap would have done: every limit of a sweep on one review pass and one scan.

The question KRX's 30 % cap leaves open, for any limit, any grouping and any index.  Levels are those of
separate computations to 1e-12; docs/simulate.md says how, docs/figures.md what every figure is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from indexcalc.analysis.sweep.manifest import sweep_manifest
from indexcalc.analysis.sweep.points import CapLimit, Point, points_of
from indexcalc.analysis.sweep.rule_variants import AS_WRITTEN, typed_changes, vary_rule
from indexcalc.analysis.sweep.summary import summary_table
from indexcalc.analysis.sweep.swept_rule import Progress, SweptRule, sweep_rule
from indexcalc.analysis.sweep.tables import (
    factors_table,
    in_force_table,
    levels_table,
    reviews_table,
    weights_table,
)
from indexcalc.arrays import Floats
from indexcalc.calculation.plan import Request
from indexcalc.diagnostics import Diagnostic
from indexcalc.market import arrow
from indexcalc.market.calendar.said_dates import Said, date_said
from indexcalc.market.market import Market
from indexcalc.market.notebook_display import Displayed, Rows, findings_in_words
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import assumed_said

TABLES = ("summary", "levels", "reviews", "factors", "weights")


class CapSweep(Displayed, Struct, frozen=True):
    """The results of a sweep.  All tables are ``pyarrow.Table``, keyed by ``cap`` as typed.

    ``summary``: a row a cap.  ``levels``: a row a cap and session.  ``reviews``: a row a cap and session at
    which members or weights change.  ``factors``: the capped members of every review that sets weights;
    ``weights``: all of them.  ``in_force``: a row a cap and member of the list in force at the end, which a
    change between reviews may have made; it is not written.  Without ``tables="all"`` the last four are
    None.  Where other values of the rule were varied too, ``variant`` comes before ``cap``.
    """

    index: str
    name: Mapping[str, str]
    per: str
    summary: Any
    levels: Any
    reviews: Any | None
    factors: Any | None
    weights: Any | None
    in_force: Any | None
    manifest: Mapping[str, Any]
    diagnostics: tuple[Diagnostic, ...]
    market: Market

    def _shown(self) -> tuple[str, Rows]:
        tables = ("summary", "levels", "reviews", "factors", "weights", "in_force")
        return f"Sweep of {self.index}, caps per {self.per}", [
            ("points", f"{self.summary.num_rows:,}"),
            ("findings", findings_in_words([item.severity for item in self.diagnostics])),
            ("tables", ", ".join(name for name in tables if getattr(self, name) is not None)),
        ]


def simulate_caps(
    rule: str | Path | Methodology,
    market: Market | str | Path,
    *,
    caps: CapLimit | Iterable[CapLimit] = None,
    per: str = "security",
    also: Mapping[str, Iterable[CapLimit]] | None = None,
    vary: Mapping[str, Sequence[str]] | None = None,
    tables: str = "all",
    start: Said = None,
    end: Said = None,
    assume: Mapping[str, str] | None = None,
    known: Said = None,
    progress: Progress | None = None,
) -> CapSweep:
    """What every limit of ``caps`` would have made of an index, beside the index uncapped.

    ``rule``: a shipped name, a path, or a ``Methodology``.  ``caps``: ``"30%"``, ``0.3``, a
    ``Fraction``, None for no cap; ``percent_range`` makes a range.  ``per``: ``security``, ``issuer``, or
    any group or text column.  ``also``: further limits by their ``per``; every pair is a point.
    ``vary``: other values at rule paths, each combination a run of its own; without ``caps`` they are
    compared with the rule as written.  ``tables="levels"`` leaves out weights, concentration and
    turnover.  ``progress`` is told (sessions done, sessions in all).  A limit that cannot be met is an
    error among ``diagnostics``, and the sweep goes on.

    Raises RuleError, DataError and UsageError as ``compute`` does.
    """
    market = Market.of(market)
    request = Request(
        date_said(start, "start"),
        date_said(end, "end"),
        assume=assumed_said(assume),
        known=date_said(known, "known"),
        keep_weights=False,
    )
    points: tuple[Point, ...] = (Point(AS_WRITTEN, ()),)
    if isinstance(caps, str):
        caps = [part.strip() for part in caps.split(",")]
    elif isinstance(caps, int | float | Fraction):
        caps = [caps]
    if caps is not None:
        points = points_of(caps, per, tuple((also or {}).items()))
    full = tables == "all"
    return sweep_points(
        load_family([rule]), market, request, points, vary or {}, full=full, progress=progress
    )


def sweep_points(
    family: Family,
    market: Market,
    request: Request,
    points: Sequence[Point],
    vary: Mapping[str, Sequence[str]],
    *,
    full: bool,
    progress: Progress | None = None,
) -> CapSweep:
    """``simulate_caps`` of the one index that ``family`` was asked for, over points.

    ``full``: all tables, not levels alone.
    """
    if not vary:
        swept = sweep_rule(family, market, request, points, full, progress)
        return _joined({"": _part(swept, None, vary)}, (), vary)
    refused: list[Diagnostic] = []
    parts: dict[str, CapSweep] = {}
    reference: Floats | None = None
    for label, swept in vary_rule(
        family=family,
        market=market,
        request=request,
        points=points,
        changes=typed_changes(vary.items()),
        full=full,
        refused=refused,
        progress=progress,
    ):
        if label == AS_WRITTEN:
            reference = swept.reference
        parts[label] = _part(swept, reference, vary)
    return _joined(parts, refused, vary)


def _part(
    swept: SweptRule, reference: Floats | None, vary: Mapping[str, Sequence[str]]
) -> CapSweep:
    """The tables of one rule; ``reference``: levels to compare with in the place of the uncapped."""
    full = swept.sweep.full
    tables: dict[str, Any] = {
        "summary": summary_table(swept, reference),
        "levels": levels_table(swept),
        "reviews": reviews_table(swept) if full else None,
        "factors": factors_table(swept) if full else None,
        "weights": weights_table(swept) if full else None,
    }
    return CapSweep(
        index=swept.rule.index,
        name=dict(swept.rule.name),
        per=swept.sweep.factors.pers[0],
        manifest=sweep_manifest(swept, tables, vary),
        diagnostics=swept.diagnostics,
        market=swept.plan.market,
        in_force=in_force_table(swept) if full else None,
        **tables,
    )


def _joined(
    parts: Mapping[str, CapSweep],
    refused: Sequence[Diagnostic],
    vary: Mapping[str, Sequence[str]],
) -> CapSweep:
    """The tables of all variants one below the other, with the manifest of the first."""
    first = next(iter(parts.values()))
    if not vary:
        return first
    tables: dict[str, Any] = {
        name: None
        if getattr(first, name) is None
        else arrow.stacked("variant", {label: getattr(part, name) for label, part in parts.items()})
        for name in (*TABLES, "in_force")
    }
    manifest = {**first.manifest}
    manifest["counts"] = {
        name: tables[name].num_rows for name in TABLES if tables[name] is not None
    }
    reference = AS_WRITTEN if AS_WRITTEN in parts else "none, of the same variant"
    manifest["annual"] = {**manifest["annual"], "reference": reference}
    findings = {item: None for part in parts.values() for item in part.diagnostics}
    diagnostics = sorted([*findings, *refused], key=lambda item: item.sort_key)
    return replace(first, manifest=manifest, diagnostics=tuple(diagnostics), **tables)
