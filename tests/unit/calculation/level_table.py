"""Markets that hold a table of levels, rates and currencies and nothing else, for overlays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from tests.oracle.rows import table_of

HEAD = """index: laid
currency: {currency}
calendar: XKRX
base: {{date: {date}, level: {level}}}
underlying: {{index: below, return: {kind}, levels: published{below}}}
overlay: {overlay}
"""


def dates(*days: str) -> list[dt.date]:
    """Dates from their texts."""
    return [dt.date.fromisoformat(day) for day in days]


def levels(
    days: Sequence[dt.date],
    values: Sequence[float],
    *,
    rates: Mapping[str, Sequence[float | None]] | None = None,
    fx: Mapping[tuple[str, str, str], Mapping[dt.date, float]] | None = None,
    sessions: Sequence[dt.date] | None = (),
) -> Market:
    """A market of levels of ``below``; ``rates`` by name, a value a day; ``fx`` by (from, to,
    tenor).  ``sessions``: () the days themselves, None: the table of the calendar."""
    tables: dict[str, Any] = {
        "published": [
            {"index": "below", "date": day, "level": float(value)}
            for day, value in zip(days, values, strict=True)
        ]
    }
    tables["rates"] = [
        {"date": day, "name": name, "rate": float(value)}
        for name, given in (rates or {}).items()
        for day, value in zip(days, given, strict=True)
        if value is not None
    ]
    tables["fx"] = [
        {"date": day, "from_currency": a, "to_currency": b, "tenor": tenor, "rate": float(rate)}
        for (a, b, tenor), given in (fx or {}).items()
        for day, rate in given.items()
    ]
    if sessions is not None:
        tables["sessions"] = [{"date": day} for day in sessions or days]
    return Market.from_tables(**{name: table_of(rows) for name, rows in tables.items() if rows})


def rule(
    overlay: str,
    start: dt.date | str,
    *,
    level: float | str = 1000,
    currency: str = "KRW",
    below: str = "",
    kind: str = "gross",
    more: str = "",
) -> Methodology:
    """An overlay on the table; ``below``: the currency of the levels, where it is another one."""
    said = f", currency: {below}" if below else ""
    text = HEAD.format(
        currency=currency, date=start, level=level, kind=kind, below=said, overlay=overlay
    )
    return Methodology.from_text(text + more)


def run(overlay: str, market: Market, start: dt.date | str, **said: Any) -> Run:
    """The run of an overlay on the table."""
    return ic.compute(rule(overlay, start, **said), market)


def made(overlay: str, market: Market, start: dt.date | str, **said: Any) -> list[float]:
    """The levels of an overlay on the table."""
    return list(run(overlay, market, start, **said).levels.column("level").to_pylist())
