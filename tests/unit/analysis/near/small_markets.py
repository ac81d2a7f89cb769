"""Small markets for the nearest changes: the five lines of the coming review, and variations of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import indexcalc as ic
from indexcalc.market.calendar.packaged import packaged
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from tests.oracle.rows import table_of
from tests.unit.analysis.coming_review import AS_OF, CLOSES, RULE

FIRST = dt.date(2023, 9, 1)
FILL = "[{fill: {to: 3, by: size}}]"
Row = dict[str, Any]


def sessions_to(last: dt.date) -> list[dt.date]:
    """The sessions from the first of the market to a day."""
    sessions = packaged("XKRX")
    places = range(sessions.at_or_after(FIRST), sessions.at_or_before(last) + 1)
    return [sessions.date(place) for place in places]


def rows_of(last: dt.date = AS_OF, closes: dict[str, float] | None = None) -> list[Row]:
    """A row a session and line: a close, which is also the base price, and a thousand shares."""
    return [
        {
            "date": date,
            "symbol": symbol,
            "close": close,
            "base_price": close,
            "shares_outstanding": 1000,
            "traded_value": int(close) * 10,
        }
        for date in sessions_to(last)
        for symbol, close in (closes or CLOSES).items()
    ]


def market_of(rows: Iterable[Row], floats: Iterable[Row] = ()) -> Market:
    """The market of such rows."""
    factors = list(floats)
    return ic.Market.from_tables(
        daily=table_of(list(rows)),
        float_factors=table_of(factors) if factors else None,
        complete=True,
    )


def scaled(rows: Iterable[Row], symbol: str, factor: float, first: dt.date) -> list[Row]:
    """The rows with the prices of a line times a factor from a day on, written out cell by cell."""
    made = []
    for row in rows:
        new = dict(row)
        if row["symbol"] == symbol and row["date"] >= first:
            new["close"] = row["close"] * factor
            new["traded_value"] = round(row["traded_value"] * factor)
            if row["date"] > first:
                new["base_price"] = row["base_price"] * factor
        made.append(new)
    return made


def rule_of(change: Callable[[str], str] = lambda text: text, steps: str = FILL) -> Methodology:
    """The rule of the coming review, with its text changed."""
    return ic.Methodology.from_text(change(RULE.replace("STEPS", steps)))
