"""Markets and rules small enough to work out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tests.oracle.language import Rule
from tests.oracle.rows import Row, SmallMarket

WEEKDAYS = tuple(
    day
    for day in (dt.date(2021, 1, 4) + dt.timedelta(days=i) for i in range(210))
    if day.weekday() < 5
)


def flat(
    sizes: Mapping[str, int],
    *,
    labels: Mapping[str, Mapping[str, Any]] | None = None,
    existing: Mapping[str, Any] | list[str] | tuple[str, ...] = (),
    traded: Mapping[str, int] | None = None,
    sessions: tuple[dt.date, ...] = WEEKDAYS,
    **tables: list[Row],
) -> SmallMarket:
    """Lines whose market cap never changes; ``existing``: the list before the first review."""
    securities: list[Row] = []
    for name in sizes:
        said = {"issuer": f"{name} Inc", "listing_date": dt.date(2010, 1, 4), "listed_by": "new"}
        securities.append(
            {
                "symbol": name,
                "valid_from": dt.date(2010, 1, 4),
                **said,
                **(labels or {}).get(name, {}),
            }
        )
    daily = [
        {
            "date": day,
            "symbol": name,
            "close": 1.0,
            "shares_outstanding": size,
            "traded_value": (traded or {}).get(name, size),
        }
        for day in sessions
        for name, size in sizes.items()
    ]
    made = {"daily": daily, "securities": securities, **tables}
    if existing:
        made["memberships"] = [
            {"index": "small", "effective_date": sessions[1], "symbol": name} for name in existing
        ]
    return SmallMarket(sessions, made)


def rule(steps: list[dict[str, Any]], **more: Any) -> Rule:
    """A rule reviewed in March whose size is the last market cap."""
    selection = {key: more.pop(key) for key in list(more) if key in SELECTION}
    made: Rule = {
        "index": "small",
        "currency": "KRW",
        "calendar": "XKRX",
        "base": {"date": dt.date(2021, 3, 12), "level": 100},
        "universe": {},
        "review": {
            "months": [3],
            "effective": "session after 2nd thursday",
            "cutoff": "last session 1 month before",
        },
        "measures": {"size": {"last": "market_cap"}},
    }
    made.update(more)
    if not made["universe"]:
        made["universe"] = {"as_of": "cutoff"}
    made["selection"] = {**selection, "steps": steps}
    return made


SELECTION = ("count", "start", "within", "ties", "reserve", "unit")
