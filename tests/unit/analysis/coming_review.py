"""A rule with two reviews a year and a market of five lines, for the tests of coming reviews."""

from __future__ import annotations

import datetime as dt
from typing import Any

import indexcalc as ic
from indexcalc.analysis.pro_forma import ProForma, pro_forma
from indexcalc.market.calendar.packaged import packaged
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from tests.oracle.rows import table_of

AS_OF = dt.date(2024, 5, 14)
# The first review is that of 15 December 2023.  The second Thursday of June 2024 is the 13th: the next is
# effective on the 14th, cut-off 31 May.
RULE = """index: test
currency: KRW
calendar: XKRX
base: {date: 2023-09-01, level: 1000}
universe: {where: {symbol: {not_in: []}}}
review: {months: [6, 12], effective: session after 2nd thursday, cutoff: last session 1 month before}
measures:
  size: {mean: market_cap, over: 3 calendar months}
  recent: {mean: market_cap, over: 5 sessions}
selection:
  count: 3
  steps: STEPS
weighting: {scheme: market_cap}
"""
FILL = "[{require: {recent: {min: 1}}}, {fill: {to: 3, by: size}}]"
CLOSES = {"A": 100.0, "B": 90.0, "C": 80.0, "D": 76.0, "E": 10.0}


def market_until(last: dt.date, later: dict[str, float] | None = None) -> Market:
    """Closes as above to the day of the forecast, then ``later``; a thousand shares each."""
    sessions = packaged("XKRX")
    rows: list[dict[str, Any]] = []
    for place in range(sessions.at_or_after(dt.date(2023, 9, 1)), sessions.at_or_before(last) + 1):
        date = sessions.date(place)
        closes = CLOSES if date <= AS_OF or later is None else {**CLOSES, **later}
        rows += [
            {"date": date, "symbol": symbol, "close": close, "shares_outstanding": 1000}
            for symbol, close in closes.items()
        ]
    return ic.Market.from_tables(daily=table_of(rows), complete=True)


def review_of(
    market: Market,
    as_of: dt.date | None = AS_OF,
    steps: str = FILL,
    on: str = "2024-06-01",
) -> ProForma:
    """The review after ``on`` as known on ``as_of``."""
    family = load_family([ic.Methodology.from_text(RULE.replace("STEPS", steps))])
    return pro_forma(family, market, dt.date.fromisoformat(on), as_of)
