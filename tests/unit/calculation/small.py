"""Markets of a few lines and sessions, written as rows, and rules of a few keys, for the levels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from unittest import mock

import indexcalc as ic
from indexcalc.calculation.prices import daily_rows
from indexcalc.calculation.run.run import Run
from indexcalc.market.market import Market
from indexcalc.market.panel_cache import decode
from indexcalc.methodology.model.methodology import Methodology
from tests.oracle.rows import table_of

FIRST = dt.date(2024, 1, 2)

HEAD = """index: test
currency: KRW
calendar: XKRX
base: {date: 2024-01-02, level: 1000}
"""
# Everything that is listed, in from its second session on.
EVERY_SESSION = "universe: {where: {symbol: {not_in: []}}}\nreview: {every: session}\n"
CAP = HEAD + EVERY_SESSION + "weighting: {scheme: market_cap}\n"
# A list given for session 1, where the index starts, and held as it is.
GIVEN = HEAD.replace("2024-01-02", "2024-01-03") + (
    "universe: {where: {symbol: {not_in: []}}}\n"
    "review: {months: [1], effective: first session of month, cutoff: 1 session before effective}\n"
    "selection: given\n"
)
EQUAL = GIVEN + "weighting: {scheme: equal}\nmaintenance: {joins_at: average_weight}\n"


def day(number: int) -> dt.date:
    """The session with a number; every calendar day is one."""
    return FIRST + dt.timedelta(days=number)


def line(
    symbol: str,
    closes: Sequence[float | None],
    shares: int | Sequence[int] = 1000,
    *,
    start: int = 0,
    base: Mapping[int, float] | None = None,
    volume: Mapping[int, int] | None = None,
    skip: Sequence[int] = (),
) -> list[dict[str, Any]]:
    """Daily rows of one line from session ``start`` on; ``skip``: sessions without a row.

    ``base`` and ``volume`` by session; a session that is not in ``volume`` has traded one share.
    """
    counts = [shares] * len(closes) if isinstance(shares, int) else list(shares)
    assert len(counts) == len(closes)
    return [
        {
            "date": day(start + place),
            "symbol": symbol,
            "close": None if close is None else float(close),
            "base_price": (base or {}).get(start + place),
            "shares_outstanding": counts[place],
            "volume": (volume or {}).get(start + place, 1),
        }
        for place, close in enumerate(closes)
        if start + place not in skip
    ]


def market(
    *lines: list[dict[str, Any]],
    n_sessions: int | None = None,
    complete: bool = True,
    facts: Mapping[str, Any] | None = None,
    **tables: Sequence[Mapping[str, Any]],
) -> Market:
    """A market of lines (``line``) and rows of other tables, each session a calendar day."""
    daily = [row for rows in lines for row in rows]
    if all(row["base_price"] is None for row in daily):
        for row in daily:
            del row["base_price"]
    last = max((row["date"] - FIRST).days for row in daily)
    count = last + 1 if n_sessions is None else n_sessions
    made = {name: table_of([dict(row) for row in rows]) for name, rows in tables.items() if rows}
    if "sessions" not in made:
        made["sessions"] = table_of([{"date": day(number)} for number in range(count)])
    return Market.from_tables(daily=table_of(daily), complete=complete, facts=facts, **made)


def action(symbol: str, on: int, kind: str, **terms: Any) -> dict[str, Any]:
    """A row of ``corporate_actions``."""
    if "list_date" in terms and isinstance(terms["list_date"], int):
        terms["list_date"] = day(terms["list_date"])
    numbers = {
        name: float(value) for name, value in terms.items() if name in ("ratio", "price", "amount")
    }
    return {"symbol": symbol, "ex_date": day(on), "type": kind, **{**terms, **numbers}}


def dividend(symbol: str, on: int, amount: float, kind: str = "ordinary") -> dict[str, Any]:
    """A row of ``dividends``."""
    return {"symbol": symbol, "ex_date": day(on), "kind": kind, "amount": float(amount)}


def rates(paths: Mapping[str, Sequence[float | None]], to: str = "KRW") -> list[dict[str, Any]]:
    """Rows of ``fx``: units of ``to`` for one of each currency, session by session; None: no rate."""
    return [
        {"date": day(on), "from_currency": source, "to_currency": to, "rate": rate}
        for source, path in paths.items()
        for on, rate in enumerate(path)
        if rate is not None
    ]


def two_currencies() -> Market:
    """10 of A at 100 won, 20 of B at 5, 5 and 6 dollars of 9, 10 and 11 won; both in from session 1 on."""
    return market(
        line("A", [100] * 3, 10),
        line("B", [5, 5, 6], 20),
        memberships=given("A", "B"),
        securities=[{"symbol": "A", "currency": "KRW"}, {"symbol": "B", "currency": "USD"}],
        fx=rates({"USD": [9.0, 10.0, 11.0]}),
    )


def given(*symbols: str, on: int = 1) -> list[dict[str, Any]]:
    """Rows of ``memberships`` for the index ``test``."""
    return [{"index": "test", "effective_date": day(on), "symbol": symbol} for symbol in symbols]


def rule(text: str, **maintenance: str) -> Methodology:
    """A rule, with keys added under ``maintenance``."""
    if maintenance:
        keys = ", ".join(f"{key}: {value}" for key, value in maintenance.items())
        assert "maintenance" not in text
        text += f"maintenance: {{{keys}}}\n"
    return Methodology.from_text(text)


def run(text: str, over: Market, **options: Any) -> Run:
    """A computed run."""
    return ic.compute(rule(text) if isinstance(text, str) else text, over, **options)


def in_blocks(text: str, over: Market, block: int, **options: Any) -> Run:
    """A run whose blocks have few sessions: what one hands to the next is put to the test."""
    with (
        mock.patch.object(daily_rows, "SESSIONS", block),
        mock.patch.object(decode, "SESSIONS_PER_CHUNK", block),
    ):
        return run(text, over, **options)


def levels(made: Run, column: str = "level") -> list[float]:
    """A column of ``levels.parquet``."""
    return list(made.levels.column(column).to_pylist())


def events(made: Run, *kinds: str) -> list[tuple[Any, ...]]:
    """(session, symbol, event, before, after) of the kinds asked for, or of all."""
    return [
        ((row["date"] - FIRST).days, row["symbol"], row["event"], row["before"], row["after"])
        for row in made.events.to_pylist()
        if not kinds or row["event"] in kinds
    ]


def codes(made: Run) -> list[str]:
    """The codes of what the run has to say."""
    return [item.code for item in made.diagnostics]


def held(made: Run) -> dict[int, dict[str, float]]:
    """Index shares by session and symbol."""
    found: dict[int, dict[str, float]] = {}
    assert made.composition is not None
    for row in made.composition.to_pylist():
        found.setdefault((row["date"] - FIRST).days, {})[row["symbol"]] = row["index_shares"]
    return found
