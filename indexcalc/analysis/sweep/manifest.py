"""What a sweep was made from, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indexcalc.analysis.sweep.swept_rule import SweptRule
from indexcalc.analysis.sweep.tables import labels_of
from indexcalc.calculation.figures.returns_and_drawdown import SESSIONS_A_YEAR
from indexcalc.calculation.figures.volatility_and_tracking_error import DDOF
from indexcalc.calculation.plan import ancestors
from indexcalc.calculation.run.manifest import manifest
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.model.in_force import items_in_force
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import Share
from indexcalc.notes import note

CLOSED = note("closed_form")
IN_ORDER = note("line_by_line")


def sweep_manifest(
    swept: SweptRule, tables: Mapping[str, Any], vary: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The manifest of a sweep: as of a run, with its points and the arithmetic used.

    ``vary``: the other values of the rule that were asked for.
    """
    plan, rule, family = swept.plan, swept.rule, swept.plan.family
    request = plan.request
    options = {
        "caps": labels_of(swept),
        "per": list(swept.sweep.factors.pers),
        "limits": [[limit.text for limit in point.limits] for point in swept.points],
        "tables": "all" if swept.sweep.full else "levels",
        "vary": {path: list(values) for path, values in vary.items()},
        "measured": _window(swept),
        "assume": dict(sorted(request.assume.items())),
        "known": None if request.known is None else request.known.isoformat(),
        "start": None if request.start is None else request.start.isoformat(),
        "end": None if request.end is None else request.end.isoformat(),
    }
    entries = manifest(
        rule=rule,
        family=[rule if name == rule.index else family[name] for name in ancestors(rule, family)],
        market=plan.market,
        sessions=plan.sessions,
        start=date_of(swept.days[0]),
        end=date_of(swept.days[-1]),
        options=options,
        assumptions=[
            *plan.notes,
            *swept.work.members.notes,
            *swept.work.start.notes,
            *plan.assumptions.notes(),
        ],
        counts={name: table.num_rows for name, table in tables.items() if table is not None},
    )
    entries["method"] = note("method_of_caps", how=CLOSED if swept.sweep.closed else IN_ORDER)
    entries["annual"] = {
        "periods": swept.periods,
        "sessions_a_year": SESSIONS_A_YEAR,
        "ddof": DDOF,
        "reference": swept.points[swept.sweep.reference].label,
        "own_limit": _own_limit(swept),
    }
    return entries


def _own_limit(swept: SweptRule) -> str | None:
    """The point whose limits the rule has itself on the last session, as it is called; None: none."""
    end = date_of(swept.days[-1])
    own = {
        cap.per: value_on(cap.limit, end)
        for cap in items_in_force(swept.rule.weighting.caps, end)
        if cap.form == "limit"
    }
    exact = {per: share.exact for per, share in own.items() if isinstance(share, Share)}
    for point in swept.points:
        if point.limits and all(
            limit.share is not None and exact.get(limit.per) == limit.share.exact
            for limit in point.limits
        ):
            return point.label
    return None


def _window(swept: SweptRule) -> str | None:
    """The rule path of the window the limits are judged on; None: the weights of the pricing day."""
    pers = swept.sweep.factors.pers
    weightings = swept.sweep.factors.caps.patterns
    caps = [cap for weighting in weightings for dated in weighting.caps.values for cap in dated]
    paths = [
        f"{cap.path}.measured"
        for cap in caps
        if cap.measured is not None and cap.form == "limit" and cap.per in pers
    ]
    return paths[0] if paths else None
