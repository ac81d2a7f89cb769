"""Lookups on a small hand-made market, and rows to ask them for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from indexcalc.arrays import Codes, Days
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.market import Market
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.data.fields import Fields


def on(day: str) -> int:
    """A date as days since 1970-01-01."""
    return day_number(dt.date.fromisoformat(day))


def rows(made: Market, *asked: tuple[str, str]) -> tuple[Codes, Days]:
    """(codes, days) of (symbol, day) pairs."""
    codes = np.array([made.order[symbol] for symbol, _ in asked], dtype=np.int32)
    return codes, np.array([on(day) for _, day in asked], dtype=np.int32)


def fields_of(
    made: Market, sessions: Sessions, assume: Mapping[str, str] | None = None, **more: Any
) -> Fields:
    """Lookups of a market, with what the user says to assume."""
    return Fields(made, sessions, Assumptions(made.symbols, dict(assume or {})), **more)


def recorded(fields: Fields) -> dict[str, int]:
    """How many lines each assumption was taken of."""
    return {item.what: item.lines for item in fields.assumptions.recorded()}
