"""One review before (or after) the fact: members, weights, changes, near misses, reserve, turnover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.analysis.near_misses import near_names
from indexcalc.analysis.weights_on_paper import drifted, weights_of_review
from indexcalc.arrays import Codes, Floats
from indexcalc.calculation.figures.turnover_and_concentration import one_way_turnover
from indexcalc.calculation.plan import IndexJob, Plan, Request, make_plan
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.diagnostics import DataError, Diagnostic, Findings, UsageError, quantity
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
from indexcalc.market.notebook_display import Displayed, Rows, findings_in_words
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.measures.window_end import known_end
from indexcalc.review.review import ReviewResult
from indexcalc.weighting.schemes import family_of


class ProForma(Displayed, Struct, frozen=True):
    """A review on paper.  Tables are ``pyarrow.Table``; weights are at the closes of ``pricing``.

    ``members`` symbol, name, weight, old_weight (drifted, 0 for who is new), volume (of the last session),
    needed_change (null for who is not near), float_factor, change; ``removed`` alike, weight and old_weight
    being what it had; ``near`` the names nearest to leaving and to entering, and what each would need (see
    ``near_names``); ``reserve`` place, symbol, name, group, measure, value; ``windows`` what each measure
    was measured over: measure, observed and expected sessions, until (its last day), complete, what (in
    words).
    ``priced_on``: the session whose closes were used.  ``uncertain``: what the rule's sources say since the
    regular review before, not for certain: (from, what, confidence).
    """

    index: str
    kind: str
    effective: dt.date
    cutoff: dt.date
    announcement: dt.date | None
    pricing: dt.date
    priced_on: dt.date
    data_until: dt.date
    members: Any
    removed: Any
    near: Any
    reserve: Any
    windows: Any
    turnover: float
    uncertain: tuple[tuple[dt.date, str, str], ...]
    notes: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]

    def _shown(self) -> tuple[str, Rows]:
        added = self.members.column("change").to_pylist().count("added")
        return f"Review of {self.index} effective {self.effective}", [
            ("cut-off", f"{self.cutoff}, weights at the closes of {self.priced_on}"),
            ("members", f"{self.members.num_rows}, {added} added, {self.removed.num_rows} removed"),
            ("turnover", f"{self.turnover:.2%} one way"),
            ("findings", findings_in_words([item.severity for item in self.diagnostics])),
            ("tables", "members, removed, near, reserve, windows"),
        ]


def pro_forma(
    family: Family,
    market: Market,
    on: dt.date,
    as_of: dt.date | None = None,
    request: Request | None = None,
) -> ProForma:
    """The first review of the index asked for with an effective date on or after ``on``.

    ``as_of``: nothing after that day is known, so a review whose cut-off lies later is a forecast.
    UsageError (CAL010): the index has no such review within about a year, or no data by then.
    """
    market = seen_on(market, as_of)
    request = request or Request(keep_weights=False)
    plan, row = planned_review(family, market, on, request)
    work = plan.works[family.asked[0]]
    results = work.members.results
    return _on_paper(plan, work, results[row], results[:row])


def seen_on(market: Market, as_of: dt.date | None) -> Market:
    """The market as it was known on ``as_of`` (None: as it is), with a session at least.

    Lists of members and weight factors say no day on which they are known: it is the one they take effect.
    DataError (DAT001): it has none.  UsageError (CAL010): it had none by then.
    """
    if not market.days.size:
        raise DataError.of("DAT001", "the market has no table daily", path=market.place)
    if as_of is None:
        return market
    first = date_of(market.days[0])
    if as_of < first:
        raise UsageError.of(
            "CAL010",
            f"on {as_of} nothing is known: the data begin on {first}",
            where="--as-of",
            hint=f"say {first} or a later day",
        )
    day = day_number(as_of)
    begun = {
        name: table.filter(arrow.from_bools(arrow.days(table.column("effective_date")) <= day))
        for name in ("memberships", "weight_factors")
        if (table := market.table(name)) is not None
    }
    return market.with_tables(begun).until(as_of)


def with_reviews(family: Family) -> Methodology:
    """The rule of the index asked for.  UsageError (CAL010): an overlay, which has no reviews."""
    rule = family[family.asked[0]]
    if rule.underlying is not None:
        raise UsageError.of(
            "CAL010",
            f"{rule.index} is an overlay: it has no members and no reviews",
            where=rule.index,
            hint=f"ask for a review of {rule.underlying.index}",
        )
    return rule


def planned_review(
    family: Family, market: Market, on: dt.date, request: Request
) -> tuple[Plan, int]:
    """A plan up to the first review of the index asked for effective on or after ``on``, and the place
    of that review among its results.  UsageError (CAL010): there is none."""
    with_reviews(family)
    plan = make_plan(family, market, request, on)
    work = plan.works[family.asked[0]]
    results = work.members.results
    row = next(
        (
            at
            for at, result in enumerate(results)
            if date_of(result.effective) >= on and result.kind in ("regular", "given")
        ),
        None,
    )
    if row is None:
        raise UsageError.of(
            "CAL010",
            f"{work.rule.index} has no review effective in the year from {on}"
            if results
            else f"{work.rule.index} has no scheduled reviews: its members change with every session",
            where="--on",
            hint="`indexcalc validate --dates` lists the dates of a rule",
        )
    return plan, row


def _reserve(work: IndexJob, result: ReviewResult, market: Market, names: Any) -> Any:
    """The reserve list in order, with what it is ordered by."""
    codes = result.reserve.codes
    said = None if work.rule.selection is None else work.rule.selection.reserve
    by = None if said is None else said.by.get(date_of(result.effective))
    values = result.measures.get(by or "")
    return arrow.table(
        {
            "place": arrow.from_ints(np.arange(1, codes.size + 1)),
            "symbol": arrow.from_codes(codes, market.symbols),
            "name": _names(codes, names),
            "group": arrow.from_texts(result.reserve.groups),
            "measure": arrow.from_texts([None if values is None else by] * codes.size),
            "value": arrow.from_floats(
                np.full(codes.size, np.nan) if values is None else values[codes], nan_is_null=True
            ),
        }
    )


def _on_paper(
    plan: Plan, work: IndexJob, result: ReviewResult, before: Sequence[ReviewResult]
) -> ProForma:
    market = plan.market
    names = NamesOfDay(market).all_on(result.effective)
    n = len(market.symbols)
    priced = int(market.days[np.searchsorted(market.days, result.pricing, side="right") - 1])
    own = Findings()
    family = family_of(work.rule.weighting.scheme.at(date_of(result.effective)))
    if result.sets_weights or family != "neutral":
        weight = weights_of_review(work, result, result.pricing, n, own)
    else:
        weight = drifted(
            work, [*before, result], priced=result.pricing, market=market, findings=own
        )
    past = Findings()
    old = np.zeros(n)
    if before:
        old = drifted(work, before, priced=result.pricing, market=market, findings=past)
    old = _of_those_held(old, result)
    turnover = float(one_way_turnover(old, weight))
    near = near_names(work, result, names)
    known = {"volume": _volumes(market), "needed_change": _needed(near, market)}

    def lines(codes: Codes, weights: Floats) -> dict[str, Any]:
        """What is told of lines that are in, and of those that go."""
        return {
            "symbol": arrow.from_codes(codes, market.symbols),
            "name": _names(codes, names),
            "weight": arrow.from_floats(weights[codes]),
            "old_weight": arrow.from_floats(old[codes]),
            **{
                name: arrow.from_floats(values[codes], nan_is_null=True)
                for name, values in known.items()
            },
        }

    members = arrow.table(
        {
            **lines(result.members, weight),
            "float_factor": arrow.from_floats(result.float_factor, nan_is_null=True),
            "change": arrow.from_codes(
                np.where(np.isin(result.members, result.added), 0, 1), ["added", "kept"]
            ),
        }
    )
    removed = arrow.table(lines(result.removed, old))
    reserve = _reserve(work, result, market, names)
    announced = None if result.announcement is None else date_of(result.announcement)
    assumed = tuple(plan.assumptions.notes())
    return ProForma(
        index=work.rule.index,
        kind=result.kind,
        effective=date_of(result.effective),
        cutoff=date_of(result.cutoff),
        announcement=announced,
        pricing=date_of(result.pricing),
        priced_on=date_of(priced),
        data_until=date_of(market.days[-1]),
        members=members,
        removed=removed,
        near=near,
        reserve=reserve,
        windows=_windows(plan, work, result),
        turnover=turnover,
        uncertain=_uncertain(work, result, before),
        notes=(*plan.notes, *work.members.notes, *assumed),
        diagnostics=_findings_of(work, result, own, past),
    )


def _uncertain(
    work: IndexJob, result: ReviewResult, before: Sequence[ReviewResult]
) -> tuple[tuple[dt.date, str, str], ...]:
    """What sources say since the regular review before (since the beginning, where there is none)."""
    regular = [date_of(item.effective) for item in before if item.kind == "regular"]
    since = regular[-1] if regular else dt.date.min
    return tuple(
        (source.from_, source.what, source.confidence)
        for source in work.rule.sources
        if source.from_ is not None
        and since < source.from_ <= date_of(result.effective)
        and source.confidence != "certain"
    )


def _findings_of(
    work: IndexJob, result: ReviewResult, own: Findings, past: Findings
) -> tuple[Diagnostic, ...]:
    """What is to be told of this review: the findings of its date and of no date, and as warnings
    those of the list before, whose weights the turnover is measured from."""
    on = date_of(result.effective)
    of_the_date = [finding for finding in work.findings.items if finding.on in (None, on)]
    before = [replace(finding, severity="warning") for finding in past.items if finding.on != on]
    return tuple(dict.fromkeys((*of_the_date, *own.items, *before)))


def _volumes(market: Market) -> Floats:
    """Volume (n_symbols,) of the last session; NaN where it is not known."""
    panel = market.panel
    volumes: Floats = panel.column("volume", panel.size - 1, panel.size)[0]
    return volumes


def _of_those_held(weights: Floats, result: ReviewResult) -> Floats:
    """Weights (n_symbols,) of the list before: of those that stay and those that go, summing to one."""
    held = np.zeros(weights.size, dtype=np.bool_)
    held[result.members] = True
    held[result.added] = False
    held[result.removed] = True
    weights = np.where(held, weights, 0.0)
    total = float(ordered_sum(weights))
    return weights / total if total > 0 else weights


def _needed(near: Any, market: Market) -> Floats:
    """The smallest change (n_symbols,) that moves a near name to the other side; NaN for others."""
    needed = np.full(len(market.symbols), np.nan)
    codes = arrow.codes_into(near.column("symbol"), market.order)
    needed[codes] = arrow.floats(near.column("needed_change"))
    return needed


def _names(codes: Codes, names: list[str | None]) -> Any:
    return arrow.from_texts([names[int(code)] for code in codes])


def _windows(plan: Plan, work: IndexJob, result: ReviewResult) -> Any:
    """What each measure of a review was measured over, and whether that is all of its window."""
    rows: list[dict[str, Any]] = []
    last = date_of(plan.market.days[-1])
    weighings = work.members.weighings
    for name, (observed, expected) in sorted(result.observed.items()):
        meant = None
        if weighings is not None:
            meant = weighings.reviewer.measures.meant(name, result.effective)
        if meant is None:
            continue
        over, to = meant
        sessions = quantity(expected, "session")
        until = known_end(over, plan.sessions, to, last)
        if until != to:
            what = f"the {over} to {until}; the data do not reach those to {to}"
        elif to > last:
            what = f"the {over} to {to}, so far to {last}: {observed} of {sessions}"
        else:
            what = f"the {over} to {to}: {observed} of {sessions}"
        rows.append(
            {
                "measure": name,
                "observed": observed,
                "expected": expected,
                "until": day_number(min(until, last)),
                "complete": to <= last,
                "what": what,
            }
        )
    return arrow.table(
        {
            "measure": arrow.from_texts([row["measure"] for row in rows]),
            "observed": arrow.from_ints([row["observed"] for row in rows]),
            "expected": arrow.from_ints([row["expected"] for row in rows]),
            "until": arrow.from_days([row["until"] for row in rows]),
            "complete": arrow.from_bools([row["complete"] for row in rows]),
            "what": arrow.from_texts([row["what"] for row in rows]),
        }
    )
