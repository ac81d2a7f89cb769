"""What another cap would have done: every limit of a sweep on one review pass and one scan.

The question KRX's 30 % cap leaves open, for any limit, any grouping and any index.  Levels are those of
separate computations to 1e-12; docs/simulate.md says how, docs/figures.md what every figure is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexcalc.analysis.points import CapLimit, points_of
from indexcalc.analysis.sweep_manifest import sweep_manifest
from indexcalc.analysis.sweep_summary import summary_table
from indexcalc.analysis.sweep_tables import (
    factors_table,
    levels_table,
    reviews_table,
    weights_table,
)
from indexcalc.analysis.swept_rule import SweptRule, sweep_rule
from indexcalc.calculation.plan import Request
from indexcalc.diagnostics import Diagnostic
from indexcalc.market.market import Market
from indexcalc.methodology.family import load_family
from indexcalc.methodology.model import Methodology


@dataclass(frozen=True, slots=True)
class CapSweep:
    """The results of a sweep.  All tables are ``pyarrow.Table``, keyed by ``cap`` as typed.

    ``summary``: a row a cap.  ``levels``: a row a cap and session.  ``reviews``: a row a cap and session at
    which members or weights change.  ``factors``: the capped members of every review that sets weights;
    ``weights``: all of them.  Without ``tables="all"`` the last three are None.
    """

    index: str
    name: Mapping[str, str]
    per: str
    summary: Any
    levels: Any
    reviews: Any | None
    factors: Any | None
    weights: Any | None
    manifest: Mapping[str, Any]
    diagnostics: tuple[Diagnostic, ...]
    market: Market


def simulate_caps(
    rule: str | Path | Methodology,
    market: Market,
    *,
    caps: Iterable[CapLimit],
    per: str = "security",
    also: Mapping[str, Iterable[CapLimit]] | None = None,
    tables: str = "all",
    start: dt.date | str | None = None,
    end: dt.date | str | None = None,
    assume: Mapping[str, str] | None = None,
    known: dt.date | str | None = None,
) -> CapSweep:
    """What every limit of ``caps`` would have made of an index, beside the index uncapped.

    ``rule``: a shipped name, a path, or a ``Methodology``.  ``caps``: ``"30%"``, ``0.3``, a
    ``Fraction``, None for no cap; ``percent_range`` makes a range.  ``per``: ``security``, ``issuer``, or
    any group or text column.  ``also``: further limits by their ``per``; every pair is a point.
    ``tables="levels"`` leaves out weights, concentration and turnover.  A limit that cannot be met is an
    error among ``diagnostics``, and the sweep goes on.

    Raises RuleError, DataError and UsageError as ``compute`` does.
    """
    points = points_of(caps, per, tuple((also or {}).items()))
    request = Request(
        _date(start), _date(end), assume=dict(assume or {}), known=_date(known), keep_weights=False
    )
    family = load_family([rule])
    return cap_sweep(sweep_rule(family, market, request, points, tables == "all"))


def cap_sweep(swept: SweptRule) -> CapSweep:
    """The tables and the manifest of a sweep."""
    full = swept.sweep.full
    made = {
        "levels": levels_table(swept),
        "summary": summary_table(swept),
        "reviews": reviews_table(swept) if full else None,
        "factors": factors_table(swept) if full else None,
        "weights": weights_table(swept) if full else None,
    }
    return CapSweep(
        swept.rule.index,
        dict(swept.rule.name),
        swept.sweep.factors.pers[0],
        made["summary"],
        made["levels"],
        made["reviews"],
        made["factors"],
        made["weights"],
        sweep_manifest(swept, made),
        swept.diagnostics,
        swept.plan.market,
    )


def _date(said: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(said) if isinstance(said, str) else said
