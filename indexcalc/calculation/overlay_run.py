"""The run of an overlay: its tables, and a manifest that names what it stands on."""

from __future__ import annotations

import hashlib
from typing import Any

from indexcalc.calculation.overlays import tables
from indexcalc.calculation.overlays.overlay_plan import OverlayWork
from indexcalc.calculation.overlays.series import Series
from indexcalc.calculation.plan import Plan, ancestors
from indexcalc.calculation.run.finite_numbers import refuse_not_finite
from indexcalc.calculation.run.manifest import manifest
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import Diagnostic
from indexcalc.market.calendar.sessions import date_of, day_number


def overlay_run(plan: Plan, work: OverlayWork) -> Run:
    """The run of one overlay that ``lay`` has computed; members, reviews and decisions are empty."""
    rule, ground, track = work.rule, work.ground, work.track
    assert ground is not None
    assert track is not None
    days = ground.below.days
    last = date_of(days[-1])
    launch = None if rule.launch is None else day_number(rule.launch)
    levels = tables.levels_table(ground, track, rule.published, launch)
    events = ground.log.table(days, (), {}, {})
    names = _below(plan, rule.index)
    request = plan.request
    options = {
        "assume": dict(sorted(request.assume.items())),
        "returns": list(request.returns),
        "known": None if request.known is None else request.known.isoformat(),
        "start": None if request.start is None else request.start.isoformat(),
        "end": None if request.end is None else request.end.isoformat(),
    }
    assumed = [*plan.notes, *ground.notes]
    for name in names:
        if name in plan.works:
            below = plan.works[name]
            assumed += [*below.members.notes, *below.start.notes]
    assumed += plan.assumptions.notes()
    counts = {"sessions": levels.num_rows, "events": events.num_rows}
    manifest_values = manifest(
        rule,
        [plan.family[name] for name in (*names, rule.index)],
        market=plan.market,
        sessions=plan.sessions,
        start=date_of(days[track.first]),
        end=last,
        options=options,
        assumptions=assumed,
        counts=counts,
    )
    manifest_values["underlying"] = _told(ground.below)
    refuse_not_finite(rule.index, levels=levels, events=events)
    return Run(
        index=rule.index,
        name=dict(rule.name),
        levels=levels,
        constituents=tables.empty(tables.CONSTITUENTS),
        reviews=tables.empty(tables.REVIEWS),
        decisions=tables.empty(tables.DECISIONS),
        events=events,
        manifest=manifest_values,
        diagnostics=_findings(plan, work, names),
        holdings=None,
        market=plan.market,
    )


def _below(plan: Plan, index: str) -> list[str]:
    """The indices computed below an overlay, in family order."""
    if plan.overlays[index].published:
        return []
    names = ancestors(plan.family[index], plan.family)
    return [name for name in names if name != index and name in {**plan.works, **plan.overlays}]


def _findings(plan: Plan, work: OverlayWork, names: list[str]) -> tuple[Diagnostic, ...]:
    findings = set(work.findings.items)
    for name in names:
        one = plan.works[name] if name in plan.works else plan.overlays[name]
        findings |= set(one.findings.items)
    return tuple(sorted(findings, key=lambda item: item.sort_key))


def _told(below: Series) -> dict[str, Any]:
    """What the manifest says of the levels below: whose, which, and a hash of days and levels."""
    digest = hashlib.sha256(
        below.days.astype("<i4").tobytes() + below.level.astype("<f8").tobytes()
    )
    return {
        "index": below.index,
        "return": below.return_,
        "currency": below.currency,
        "levels": below.source,
        "first": date_of(below.days[0]).isoformat(),
        "last": date_of(below.days[-1]).isoformat(),
        "sessions": int(below.days.size),
        "sha256": digest.hexdigest(),
    }
