"""Small hand-made markets and rules for the tests of reviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology


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


class Ran:
    """The reviews of a rule on a market, read by symbol."""

    def __init__(self, made: Market, sessions: Sessions, methodology: Methodology, **options: Any):
        from indexcalc.diagnostics import Findings
        from indexcalc.review.data.assumptions import Assumptions
        from indexcalc.review.review import Reviewer

        self.market = made
        self.findings = Findings()
        self.assumptions = Assumptions(made.symbols, options.pop("assume", {}))
        first = options.pop("start", sessions.date(0))
        last = options.pop("end", sessions.date(len(sessions) - 1))
        self.reviewer = Reviewer(
            rule=methodology,
            market=made,
            sessions=sessions,
            parents=options.pop("parents", {}),
            start=first,
            end=last,
            assumptions=self.assumptions,
            findings=self.findings,
        )
        assert not options
        self.results = self.reviewer.run()

    def names(self, codes: Any) -> str:
        """Symbols joined (one letter each)."""
        return "".join(self.market.symbols[int(code)] for code in codes)

    @property
    def members(self) -> list[str]:
        """The members after each event."""
        return [self.names(result.members) for result in self.results]

    def ledger(self, place: int = -1, step: str = "membership") -> dict[str, dict[str, Any]]:
        """The ledger rows of one event by symbol."""
        from indexcalc.review.ledger.decisions import table as as_table

        blocks = [b for b in self.results[place].decisions if b.step == step]
        made = as_table(blocks, self.market.symbols, self.reviewer.words)
        rows = made.to_pylist()
        assert len({row["symbol"] for row in rows}) == len(rows)
        return {row["symbol"]: row for row in rows}

    @property
    def codes(self) -> list[str]:
        """The codes of all findings."""
        return [found.code for found in self.findings.items]


def select(
    sizes: Mapping[str, float],
    selection: str,
    existing: str = "",
    securities: Sequence[Mapping[str, Any]] = (),
    measures: str = "size: {last: market_cap}",
    extra: str = "",
    **more: Any,
) -> Ran:
    """One review (effective 2020-03-13, cut-off 2020-02-28) of names with constant market caps.

    ``selection``: the text of the key; ``existing``: one letter a name in the index before.
    """
    sessions = weekdays("2020-01-02", "2020-03-31")
    options = {key: more.pop(key) for key in ("assume", "parents") if key in more}
    if existing:
        more["memberships"] = [
            {"index": "test", "effective_date": "2020-01-02", "symbol": name} for name in existing
        ]
    if securities:
        more["securities"] = securities
    made = market(sessions, sizes, **more)
    text = f"measures: {{{measures}}}\nselection: {selection}\n"
    text += "" if "weighting" in extra else "weighting: {scheme: market_cap}\n"
    return Ran(made, sessions, rule(text + extra), **options)
