"""Small hand-made markets and rules for the tests of reviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from indexcalc.market.calendar import Sessions, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.model import Methodology


def weekdays(first: str, last: str) -> Sessions:
    """Every weekday from one date to another."""
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    days = [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]
    kept = [day_number(day) for day in days if day.weekday() < 5]
    return Sessions("weekdays", "1", np.array(kept, dtype=np.int32))


def table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as a table; a text that is an ISO date under a date's name becomes a date."""
    dates = {
        "date",
        "valid_from",
        "listing_date",
        "effective_date",
        "from",
        "to",
        "ex_date",
        "known_at",
        "delisting_date",
    }
    names = list(dict.fromkeys(name for row in rows for name in row))
    made = [
        {
            name: dt.date.fromisoformat(row[name])
            if name in dates and row.get(name) is not None
            else row.get(name)
            for name in names
        }
        for row in rows
    ]
    return pa.Table.from_pylist(made)


def daily(
    sessions: Sessions,
    caps: Mapping[str, float | Sequence[float]],
    traded: Mapping[str, float] | None = None,
    absent: Mapping[str, Sequence[str]] | None = None,
    **columns: Mapping[str, Any],
) -> pa.Table:
    """One row a line and session: 100 shares, the close such that close x shares is the cap."""
    rows = []
    for place in range(len(sessions)):
        day = sessions.date(place)
        for symbol, cap in caps.items():
            if absent and day.isoformat() in absent.get(symbol, ()):
                continue
            value = cap if isinstance(cap, int | float) else cap[place]
            row: dict[str, Any] = {
                "date": day.isoformat(),
                "symbol": symbol,
                "close": value / 100.0,
                "shares_outstanding": 100,
                "volume": 1,
                "traded_value": int((traded or {}).get(symbol, 1)),
            }
            row.update({name: values.get(symbol) for name, values in columns.items()})
            rows.append(row)
    return table(rows)


def market(sessions: Sessions, caps: Mapping[str, Any], **more: Any) -> Market:
    """A complete market of ``daily`` and the given tables (as rows)."""
    traded = more.pop("traded", None)
    absent = more.pop("absent", None)
    columns = more.pop("columns", {})
    tables = {name: table(rows) for name, rows in more.items()}
    return Market.from_tables(
        daily=daily(sessions, caps, traded, absent, **columns), complete=True, **tables
    )


HEAD = """index: test
currency: KRW
calendar: XKRX
base: {date: 2020-01-02, level: 100}
"""
REVIEW = (
    "review: {months: [3, 6, 9, 12], effective: session after 2nd thursday, "
    "cutoff: last session 1 month before}\n"
)


def rule(text: str, review: str = REVIEW, universe: bool = True) -> Methodology:
    """A rule from the keys that matter to a test."""
    head = HEAD + (review if "review:" not in text else "")
    if universe and "universe:" not in text:
        head += "universe: {where: {symbol: {not_in: []}}}\n"
    return Methodology.from_text(head + text)
