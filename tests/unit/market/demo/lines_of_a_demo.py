"""Lines, sessions and plans of a demo market of three lines, by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.demo.agenda import ORDER, Event, Kind, Plan
from indexcalc.market.demo.clock import Clock
from indexcalc.market.demo.lines import Line, Roster
from indexcalc.market.demo.walk import Walk

FIRST = dt.date(2024, 1, 1)


def clock(n_sessions: int) -> Clock:
    """Every day is a session; no month has an end."""
    days = np.arange(n_sessions, dtype=np.int32) + np.int32(day_number(FIRST))
    return Clock(Sessions("DAILY", "1", days), {})


def line(symbol: str, **facts: Any) -> Line:
    """A line of the information technology sector that hardly moves by itself."""
    plain: dict[str, Any] = {
        "name": f"가상{symbol}",
        "name_en": f"Mock {symbol}",
        "number": 1,
        "market": "KOSPI",
        "sector": "information_technology",
        "size": 1e12,
        "price": 40_000.0,
        "volatility": 1e-4,
        "turnover": 0.01,
    }
    return Line(symbol, **(plain | facts))


def roster(*lines: Line) -> Roster:
    """The lines in the order given; the first is the largest."""
    for index, item in enumerate(lines):
        item.index = index
    return Roster(list(lines), lines[0], lines[1])


def event(session: int, kind: Kind, of: Line, *values: float, **more: Any) -> Event:
    """An event; ``values``: its value, and what else its kind has."""
    return Event(session, kind, of, *values, **more)


def plan(lines: Roster, n_sessions: int, *events: Event) -> Plan:
    """A plan of these events, in their order."""
    made = Plan(lines, clock(n_sessions))
    made.events = sorted(events, key=lambda item: (item.session, ORDER[item.kind]))
    return made


def walked(of: Plan) -> tuple[Walk, Any]:
    """A walk to its end, and its only block."""
    walk = Walk(of, 7)
    (block,) = walk.blocks()
    return walk, block
