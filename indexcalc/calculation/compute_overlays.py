"""Lays overlays over the levels of a computation, each after what it stands on."""

from __future__ import annotations

import numpy as np

from indexcalc.calculation.base_date_and_level import level_on
from indexcalc.calculation.overlays.advance import advance
from indexcalc.calculation.overlays.currency_weights import Parts
from indexcalc.calculation.overlays.forms import form_of
from indexcalc.calculation.overlays.overlay_inputs import Ground
from indexcalc.calculation.overlays.overlay_plan import OverlayWork, tax_of
from indexcalc.calculation.overlays.quotes import Quotes
from indexcalc.calculation.overlays.series import Series, published_levels
from indexcalc.calculation.plan import Plan
from indexcalc.diagnostics import DataError, quantity
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.notes import note

_SHOWN = 5


def compute_overlays(plan: Plan) -> None:
    """Compute every overlay of a plan whose other indices have their levels.

    DataError: there is nothing to stand on (CAL016), no session to start (CAL010), a rate is
    missing (CAL013, CAL014) or the rule does not say what holds (CAL017).
    """
    for work in plan.overlays.values():
        _compute_one(plan, work)


def _compute_one(plan: Plan, work: OverlayWork) -> None:
    rule, findings = work.rule, work.findings
    assert rule.base is not None
    below = _below(plan, work)
    ground = Ground(rule, below, Quotes(plan.market, below.days), plan.sessions, findings)
    if rule.overlay is not None and rule.overlay.of == "members" and not work.published:
        ground.parts = Parts(plan.works[work.below].run, plan.market, below.currency)
    requested = plan.request.start
    earliest = rule.base.date if requested is None else max(rule.base.date, requested)
    begin = int(np.searchsorted(below.days, day_number(earliest)))
    if begin >= below.days.size:
        message = f"{rule.index} cannot start: the levels of {work.below} end before {earliest}"
        ground.refuse("CAL010", message, "base", "import more data, or ask for an earlier --from")
    form = form_of(ground, begin)
    first = form.first(begin)
    if first >= below.days.size:
        ground.quotes.report(rule, findings)
        message = f"{rule.index} cannot start: no estimate of volatility is whole from {earliest}"
        ground.refuse("CAL010", message, "overlay", "import earlier levels")
    level, notes = level_on(rule, date_of(below.days[first]))
    if (
        requested is not None
        and rule.base.date < requested == earliest
        and any(rule.index in n for n in notes)
    ):
        message = f"the overlay begins anew on {date_of(below.days[first])}, at its base level"
        findings.add("CAL020", message, where="--from", path=str(rule.path or rule.index))
    ground.notes += notes
    work.track = advance(ground, form, first, level)
    work.ground = ground
    ground.quotes.report(rule, findings)
    if any(finding.code in ("CAL013", "CAL014") for finding in findings.errors):
        raise DataError(findings.items)
    ground.notes += _taken_for_granted(plan, work, ground)


def _below(plan: Plan, work: OverlayWork) -> Series:
    """The levels an overlay stands on, up to the end of the run."""
    underlying = work.rule.underlying
    assert underlying is not None
    if work.published:
        series = _published(plan, work)
    elif work.below in plan.overlays:
        other = plan.overlays[work.below]
        assert other.ground is not None
        assert other.track is not None
        days = other.ground.below.days[other.track.first :]
        series = Series(
            work.below, "price", other.rule.currency, "computed", days, other.track.level
        )
    else:
        run = plan.works[work.below].run
        parts = run.found.total_return if underlying.return_ == "gross" else run.found.level
        if underlying.return_ == "net":
            tax = tax_of(work, plan.family)
            assert tax is not None
            parts = run.net(tax)
        days = plan.market.days[np.array(run.found.sessions, dtype=np.int64)]
        currency = plan.works[work.below].rule.currency
        level = np.concatenate(parts)
        series = Series(work.below, underlying.return_, currency, "computed", days, level)
    bad = np.flatnonzero(~(series.level > 0.0))
    if bad.size:
        day = date_of(series.days[bad[0]])
        raise _unusable(work, "CAL016", f"the level of {work.below} is not above zero on {day}")
    return series


def _published(plan: Plan, work: OverlayWork) -> Series:
    underlying = work.rule.underlying
    assert underlying is not None
    days, level = published_levels(plan.market, work.below)
    if plan.request.end is not None:
        in_time = days <= day_number(plan.request.end)
        days, level = days[in_time], level[in_time]
    if not days.size:
        raise _unusable(work, "CAL016", f"`published` has no level of `{work.below}`")
    strange = plan.sessions.strange(days)
    if strange.size:
        shown = ", ".join(str(date_of(day)) for day in strange[:_SHOWN])
        message = f"{quantity(strange.size, 'level')} of {work.below} outside the sessions of "
        raise _unusable(work, "DAT007", f"{message}{plan.sessions.name}: {shown}")
    family = plan.family.rules
    home = family[work.below].currency if work.below in family else underlying.currency
    currency = home or work.rule.currency
    return Series(work.below, underlying.return_, currency, "published", days, level)


def _unusable(work: OverlayWork, code: str, message: str) -> DataError:
    path = "underlying.index"
    span = work.rule.span_of(path)
    work.findings.add(code, message, span=span, where=path, path=work.rule.path)
    return DataError(work.findings.items)


def _taken_for_granted(plan: Plan, work: OverlayWork, ground: Ground) -> list[str]:
    """What the manifest says was assumed of one overlay."""
    assert work.track is not None
    below = ground.below
    notes = ground.quotes.notes()
    if below.source == "published":
        notes.append(note("published_below", index=below.index, kind=below.return_))
        first, last = below.days[work.track.first], below.days[-1]
        calendar = plan.sessions.days
        expected = int(((calendar >= first) & (calendar <= last)).sum())
        if expected > work.track.level.size:
            left = expected - work.track.level.size
            notes.append(note("no_level", n=left, index=below.index))
    if set(plan.request.returns) - {"pr"}:
        notes.append(note("one_level", index=work.rule.index))
    if ground.converts:
        source, target = below.currency, work.rule.currency
        notes.append(note("converted", index=below.index, source=source, target=target))
    return notes
