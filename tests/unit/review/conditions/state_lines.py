"""Four lines of a small market to judge by their state, and conditions to judge them by."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from indexcalc.market.calendar.sessions import day_number
from indexcalc.review.conditions.evaluate import evaluate
from indexcalc.review.conditions.judged_lines import JudgedLines
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.data.fields import Fields
from tests.unit.review.small_reviews import market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")
SECURITIES = [
    {"symbol": "A", "security_type": "stock", "tier": 1.0, "listing_date": "2019-01-02"},
    {"symbol": "B", "security_type": "reit", "tier": 2.0, "listing_date": "2020-02-03"},
    {"symbol": "C", "security_type": None, "tier": None, "listing_date": "2020-02-04"},
    {
        "symbol": "D",
        "valid_from": "2020-01-01",
        "security_type": "stock",
        "tier": 5.0,
        "listing_date": None,
    },
    {"symbol": "D", "valid_from": "2020-03-02", "security_type": "spac", "tier": None},
]


def lines_on(day: str, more: Any = (), effective: str | None = None, **tables: Any) -> JudgedLines:
    """The four lines on a day; ``more``: what the user says to assume."""
    made = market(SESSIONS, {"A": 1, "B": 2, "C": 3, "D": 4}, securities=SECURITIES, **tables)
    fields = Fields(made, SESSIONS, Assumptions(made.symbols, dict(more)))
    codes = np.arange(4, dtype=np.int32)
    at = np.full(4, day_number(dt.date.fromisoformat(day)), dtype=np.int32)
    eff = (
        at
        if effective is None
        else np.full(4, day_number(dt.date.fromisoformat(effective)), dtype=np.int32)
    )
    return JudgedLines(fields, codes, at, eff)


def condition(text: str) -> Any:
    """A condition as it is read."""
    return rule(f"eligibility: {text}\n").eligibility.value


def judged(text: str, lines: JudgedLines) -> str:
    """One letter a line: y passes, n does not, ? cannot be judged."""
    verdict = evaluate(condition(text), lines)
    return "".join(
        "y" if p else "?" if u else "n"
        for p, u in zip(verdict.passed, verdict.unknown, strict=True)
    )
