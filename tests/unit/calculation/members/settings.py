"""What every index of a run shares, for a small market whose sessions are calendar days."""

from __future__ import annotations

import datetime as dt

import numpy as np

from indexcalc.calculation.members.index_members import Setting
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.market import Market
from indexcalc.review.data.assumptions import Assumptions
from tests.unit.calculation.small import day

# What follows its parent `test`, without a word on weights.
CHILD = (
    "index: child\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2024-01-03, level: 1}\n"
    "universe: {of: test}\nreview: {follows: test}\n"
)


def setting(over: Market, *, before: int = 0, horizon: dt.date | None = None) -> Setting:
    """Sessions are the days from ``before`` days before the first of the market on."""
    first = day_number(day(-before))
    return Setting(
        market=over,
        sessions=Sessions("XKRX", "", np.arange(first, first + 800, dtype=np.int32)),
        assumptions=Assumptions(over.symbols, {}),
        findings=Findings(),
        last_session=over.days.size - 1,
        horizon=horizon,
    )
