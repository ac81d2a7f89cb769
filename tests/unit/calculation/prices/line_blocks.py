"""Blocks of sessions of a small market, as the price pass hands them on."""

from __future__ import annotations

from typing import Any

from indexcalc.calculation.prices.daily_rows import rows_between
from indexcalc.calculation.prices.line_prices import LineBlock, LinePrices
from indexcalc.calculation.prices.lines import Options
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.market.market import Market


def line_prices(over: Market, **options: Any) -> LinePrices:
    """The lines of a market before its first session; every observed session is one of the calendar."""
    return LinePrices(over, Sessions("XKRX", "", over.days), Options(**options))


def blocks(over: Market, *stops: int, **options: Any) -> list[LineBlock]:
    """The blocks that end before each of some sessions, one after the other from the first session on."""
    prices = line_prices(over, **options)
    made, first = [], 0
    for stop in stops:
        made.append(prices.advance(rows_between(over, first, stop)))
        first = stop
    return made
