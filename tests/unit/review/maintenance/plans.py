"""The plan of an index of four lines for half a year, and its days."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from indexcalc.review.calendar.agenda import Event
from indexcalc.review.maintenance.plan import MaintenancePlan
from tests.unit.review.data.fields_made import fields_of, on
from tests.unit.review.small_reviews import market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-12-31")


def plan(maintenance: str, more: str = "", **tables: Any) -> MaintenancePlan:
    """What a rule with these keys may do between its reviews, from January to June 2020."""
    parents = tables.pop("parents", {})
    made = market(SESSIONS, dict.fromkeys("ABCD", 1.0), **tables)
    text = f"weighting: {{scheme: market_cap}}\nmaintenance: {maintenance}\n{more}"
    return MaintenancePlan(
        rule=rule(text),
        fields=fields_of(made, SESSIONS),
        parents=parents,
        start=SESSIONS.date(0),
        end=dt.date(2020, 6, 30),
    )


def event(day: str) -> Event:
    """A day, by the data of the session before."""
    at = int(np.searchsorted(SESSIONS.days, on(day)))
    before = int(SESSIONS.days[at - 1])
    return Event(on(day), before, before, before)
