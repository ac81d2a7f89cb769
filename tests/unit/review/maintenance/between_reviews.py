"""Rules and markets for the tests of what happens between reviews: a year and a half of weekdays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indexcalc.market.calendar.sessions import date_of
from tests.unit.review.small_reviews import Ran, market, rule, weekdays

SPAN = weekdays("2020-01-02", "2021-06-30")
SIZES = {name: 100.0 - 10 * place for place, name in enumerate("ABCDEFGHIJ")}
# Reviews on 2020-03-13, 06-12, 09-11, 12-11, 2021-03-12 and 06-11; cut-offs at the ends of the months
# before.
SELECTION = (
    "measures: {size: {last: market_cap}}\n"
    "weighting: {scheme: market_cap}\n"
    "selection: {count: 4, steps: [{fill: {to: 4, by: size}}], reserve: {count: 2, by: size}}\n"
)


def before(day: str, first: float, then: float) -> list[float]:
    """A market cap of ``first`` up to the session before ``day``, then of another."""
    return [first if str(SPAN.date(at)) < day else then for at in range(len(SPAN))]


def absent_until(day: str) -> list[str]:
    """The sessions before a day: a line listed on it has no rows on them."""
    return [str(SPAN.date(at)) for at in range(len(SPAN)) if str(SPAN.date(at)) < day]


def absent_from(day: str, until: str = "9999") -> list[str]:
    """The sessions from a day on (to another, out)."""
    return [str(SPAN.date(at)) for at in range(len(SPAN)) if day <= str(SPAN.date(at)) < until]


def told(symbols: str = "ABCDEFGHIJ", **more: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row of ``securities`` for each line; ``more``: by symbol, other values."""
    rows = []
    for name in symbols:
        row: dict[str, Any] = {
            "symbol": name,
            "valid_from": None,
            "listing_date": "2010-01-04",
            "listed_by": "new",
            "sector": "x",
        }
        rows.append(row | dict(more.get(name, {})))
    return rows


def run(
    maintenance: str,
    caps: Mapping[str, Any] | None = None,
    securities: Sequence[Mapping[str, Any]] = (),
    extra: str = "",
    text: str = SELECTION,
    **more: Any,
) -> Ran:
    """The events of a rule with four members, over the span."""
    options = {key: more.pop(key) for key in ("parents", "start", "end", "assume") if key in more}
    made = market(SPAN, caps or SIZES, securities=list(securities) or told(), **more)
    return Ran(made, SPAN, rule(text + f"maintenance: {maintenance}\n" + extra), **options)


def changes(ran: Ran) -> list[tuple[str, str, str, str]]:
    """(day, kind, added, removed) of every event that changed members."""
    return [
        (
            str(date_of(result.effective)),
            result.kind,
            ran.names(result.added),
            ran.names(result.removed),
        )
        for result in ran.results[1:]
        if result.added.size or result.removed.size
    ]


def row(ran: Ran, day: str, symbol: str) -> dict[str, Any]:
    """The ledger row of a line on a day, of a result or of a day on which nothing came of a test."""
    from indexcalc.review.ledger.decisions import table as as_table

    blocks = [block for result in ran.results for block in result.decisions]
    rows = as_table([*blocks, *ran.reviewer.undecided], ran.market.symbols, ran.reviewer.words)
    found = [
        one
        for one in rows.to_pylist()
        if str(one["effective_date"]) == day
        and one["symbol"] == symbol
        and one["step"] == "membership"
    ]
    assert len(found) == 1, found
    return found[0]
