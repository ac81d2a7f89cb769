"""What the reviews of one index need of the market, read once before the first of them.

``prepare`` reads; a ``Reviewer`` that is only made has read nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from msgspec import Struct

from indexcalc.arrays import Codes, Floats
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.calendar.agenda import Agenda, Event, weight_events
from indexcalc.review.calendar.timeline import MemberLists, Timeline
from indexcalc.review.conditions.judged_lines import History
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.float_factors import FloatFactors, FloatUpdate
from indexcalc.review.data.texts import Texts
from indexcalc.review.maintenance.plan import MaintenancePlan
from indexcalc.review.measures.at_reviews import ReviewMeasures
from indexcalc.review.review_findings import ReviewFindings
from indexcalc.review.selection.eligibility import Screening


class KnownLists(Struct, frozen=True):
    """The lists of an index up to some day: its reviews go on from there.

    ``since``: the first effective date that is asked for.  ``lists``: (day, members, kind) of each list
    before, ascending; ``inclusion`` (n,) of the last.
    """

    since: dt.date
    lists: tuple[tuple[int, Codes, str], ...]
    inclusion: Floats


class ReviewInputs(Struct, frozen=True):
    """What the reviews of one index are made from.

    ``parents``: the lists of every index the rule names.  ``start``, ``end``: the effective dates
    lie between them, both in.  ``words``: the texts of the ledger.  ``floats``: the float factors of the
    index it is chosen from, where it says nothing of its own.  ``known``: None: all reviews are asked.
    """

    rule: Methodology
    market: Market
    sessions: Sessions
    parents: Mapping[str, MemberLists]
    start: dt.date
    end: dt.date
    assumptions: Assumptions
    findings: Findings
    words: Texts
    floats: FloatFactors | None = None
    known: KnownLists | None = None

    @property
    def first(self) -> dt.date:
        """The first effective date that is asked for."""
        return self.start if self.known is None else self.known.since


class Preparation(Struct, frozen=True):
    """What ``prepare`` has read.

    ``events``: those the data reach, by effective day.  ``initial``: (day, members) of a list older
    than the data, None where there is none.  ``before_the_data``: effective dates of the reviews
    whose cut-off is before the first row.  ``float_updates``: by effective day.
    """

    events: tuple[Event, ...]
    initial: tuple[int, Codes] | None
    before_the_data: tuple[dt.date, ...]
    timeline: Timeline
    fields: Fields
    floats: FloatFactors
    float_updates: Mapping[int, FloatUpdate]
    measures: ReviewMeasures
    maintenance: MaintenancePlan
    screening: Screening


def prepare(inputs: ReviewInputs, history: History, report: ReviewFindings) -> Preparation:
    """Read what all events of an index need, in one scan of the daily rows for each purpose.

    Findings: REV002 reviews before the data, REV005 float factors not known yet, REV006 lists that
    are not used.
    """
    rule, market, sessions = inputs.rule, inputs.market, inputs.sessions
    fields = Fields(market, sessions, inputs.assumptions, rule.currency)
    floats = FloatFactors(rule, fields) if inputs.floats is None else inputs.floats
    maintenance = MaintenancePlan(
        rule=rule,
        fields=fields,
        parents=inputs.parents,
        start=inputs.first,
        end=inputs.end,
    )
    agenda = Agenda(
        rule=rule,
        market=market,
        sessions=sessions,
        start=inputs.start,
        end=inputs.end,
        parents=inputs.parents,
        between=maintenance.days,
        float_days=_days_of(inputs.floats, rule),
    )
    report.lists_not_taken(agenda.unused)
    events = tuple(event for event in agenda.in_order() if _has_data(event, market))
    before = tuple(
        event.date
        for event in agenda.in_order()
        if not _has_data(event, market) and "regular" in event.kinds and event.given is None
    )
    report.before_the_data(before)
    maintenance.narrow(inputs.words)
    # Factors are published one after the other from the first on: each may rest on the one before.
    own = inputs.floats is None
    weighing = weight_events(rule, events)
    regular = tuple(event.dates for event in events if event.dates and "regular" in event.kinds)
    asked = tuple(event for event in events if event.date >= inputs.first)
    float_updates = _float_updates(rule, floats, events, report) if own else {}
    measures = ReviewMeasures(rule, market, sessions, fields, floats)
    requested = [event for event in asked if event.reviews and event.dates is not None]
    measures.scan([*requested, *maintenance.tests()], [] if inputs.known is not None else weighing)
    return Preparation(
        events=asked,
        initial=agenda.initial,
        before_the_data=before,
        timeline=Timeline(rule.index, regular, maintenance.upcoming(inputs.end)),
        fields=fields,
        floats=floats,
        float_updates=float_updates,
        measures=measures,
        maintenance=maintenance,
        screening=Screening(
            rule=rule,
            market=market,
            parents=inputs.parents,
            fields=fields,
            floats=floats,
            measures=measures,
            history=history,
            words=inputs.words,
            assumptions=inputs.assumptions,
        ),
    )


def _days_of(floats: FloatFactors | None, rule: Methodology) -> tuple[int, ...]:
    """The days on which factors of another index change the weights of this one."""
    if floats is None or not {"float_market_cap", "tilt"} & set(rule.weighting.scheme.values):
        return ()
    return tuple(update.day for update in floats.updates)


def _has_data(event: Event, market: Market) -> bool:
    """Do the data reach an event: its cut-off, or its effective day where its list is given?"""
    days = market.days
    if not days.size:
        return False
    if event.cutoff >= days[0] and event.before >= days[0]:
        return True
    return event.given is not None and bool(event.effective >= days[0])


def _float_updates(
    rule: Methodology, floats: FloatFactors, events: Sequence[Event], report: ReviewFindings
) -> dict[int, FloatUpdate]:
    """The float factors that each event sets, by effective day."""
    reviews = [event for event in events if event.reviews]
    if reviews:
        floats.first_cutoff = reviews[0].cutoff
    updates: dict[int, FloatUpdate] = {}
    for event in events:
        if event.sets_floats(rule):
            updates[event.effective] = floats.update(event.effective, event.pricing, event.month[1])
            unknown = floats.unknown_yet(event.effective, event.pricing)
            report.factors_not_known_yet(event, unknown)
    return updates
