"""Small markets to check: daily rows, lines, and the codes of what is found."""

from __future__ import annotations

import datetime as dt
from typing import Any

from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.checks.check import CheckResult, check_market
from indexcalc.market.market import Market


def days(*texts: str | None) -> Any:
    return arrow.from_days(
        [
            arrow.NULL_DAY if text is None else day_number(dt.date.fromisoformat(text))
            for text in texts
        ]
    )


def daily(*rows: tuple[str, str, float, int]) -> Any:
    return arrow.table(
        {
            "date": days(*(row[0] for row in rows)),
            "symbol": arrow.from_texts(row[1] for row in rows),
            "close": arrow.from_floats([row[2] for row in rows]),
            "shares_outstanding": arrow.from_ints([row[3] for row in rows]),
        }
    )


def securities(**kinds: str) -> Any:
    return arrow.table(
        {
            "symbol": arrow.from_texts(kinds),
            "market": arrow.from_texts(kinds.values()),
            "security_type": arrow.from_texts(["stock"] * len(kinds)),
        }
    )


def check(facts: dict[str, Any] | None = None, **tables: Any) -> CheckResult:
    return check_market(Market.from_tables(facts=facts, **tables))


def codes(result: CheckResult) -> list[str]:
    return [found.code for found in result.findings.items]


# Monday to Wednesday of one week.
SOUND = daily(
    ("2024-01-08", "A", 100.0, 10),
    ("2024-01-08", "B", 50.0, 3),
    ("2024-01-09", "A", 101.0, 10),
    ("2024-01-09", "B", 51.0, 3),
    ("2024-01-10", "A", 102.0, 10),
    ("2024-01-10", "B", 52.0, 3),
)
LINES = securities(A="KOSPI", B="KOSPI")
