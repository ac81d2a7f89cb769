"""Dividends and actions whose terms are to be judged, with the close before their ex-date.

Lines by position in ``market.symbols``, sessions by position in ``market.days``; -1: there is none.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.market import arrow
from indexcalc.market.checks.neighbours import LastSession
from indexcalc.market.market import Market
from indexcalc.market.panel_cache.panel import Panel
from indexcalc.market.plausibility import threshold

ENDS = ("merger", "tender", "bankruptcy")


class Term(Struct, frozen=True):
    """A row of ``table`` with a term to be judged, and the close before its ex-date (NaN: none)."""

    session: int
    code: int
    table: str
    row: int
    price: float
    since: int


class _Rows(Struct, frozen=True):
    """Rows (m,) that are judged, by session; ``least``: how much of the close before is too much."""

    table: str
    session: Ints
    code: Codes
    row: Ints
    amount: Floats | None = None
    least: float = 0.0


def _rows(market: Market) -> list[_Rows]:
    """Dividends, and the actions that may have a term beyond a threshold."""
    made: list[_Rows] = []
    for name in ("corporate_actions", "dividends"):
        table, share = market.table(name), threshold(market.facts, "dividend_share")
        if table is None or (name == "dividends" and share is None):
            continue
        codes = arrow.codes_into(table.column("symbol"), market.order)
        places = np.searchsorted(market.days, arrow.days(table.column("ex_date")))
        asked = (codes >= 0) & (places < market.days.size)
        if name == "dividends":
            rows = _by_session(asked, places)
            amount = arrow.floats(table.column("amount"))[rows]
            made.append(_Rows(name, places[rows], codes[rows], rows, amount, share or 0.0))
            continue
        rows = _by_session(asked & odd_actions(market, table), places)
        made.append(_Rows(name, places[rows], codes[rows], rows))
    return made


def _by_session(asked: Bools, session: Ints) -> Ints:
    """The rows asked for, in order of their sessions."""
    rows = np.flatnonzero(asked)
    ordered: Ints = rows[np.argsort(session[rows], kind="stable")]
    return ordered


def odd_actions(market: Market, table: Any) -> Bools:
    """Actions with a ratio beyond the threshold, or that give a final price."""
    odd: Bools = np.zeros(table.num_rows, dtype=np.bool_)
    largest = threshold(market.facts, "action_ratio")
    if "ratio" in table.column_names and largest is not None:
        ratio = arrow.floats(table.column("ratio"))
        odd |= ~np.isnan(ratio) & ~((ratio >= 1 / largest) & (ratio <= largest))
    if "final_price" in table.column_names:
        odd |= ~np.isnan(arrow.floats(table.column("final_price")))
    return odd


def terms(market: Market) -> list[Term]:
    """Those of a market by session, table and row; found once for it."""
    return market.memo("terms", lambda: _terms(market))


def _terms(market: Market) -> list[Term]:
    panel, made = market.panel, list[Term]()
    asked = [rows for rows in _rows(market) if rows.row.size]
    if not asked:
        return made
    said = LastSession(panel.said, panel.size)
    for chunk in panel.chunks():
        for rows in asked:
            low, high = np.searchsorted(rows.session, (chunk.start, chunk.stop)).tolist()
            if high > low:
                made += _of_chunk(panel, chunk, rows, np.arange(low, high), said)
    return sorted(made, key=lambda term: (term.session, term.table, term.row))


def _of_chunk(panel: Panel, chunk: slice, of: _Rows, here: Ints, said: LastSession) -> list[Term]:
    """Of the rows ``here`` of a table, which go ex in a chunk, those that may be beyond a threshold."""
    close, last = panel.carried(chunk.start, chunk.stop), panel.last_close(chunk.start)
    at, code = of.session[here] - chunk.start, of.code[here]
    price = np.where(at > 0, close[at - 1, code], last[code])
    if of.amount is not None:
        high = of.amount[here] > price * of.least
        here, at, code, price = here[high], at[high], code[high], price[high]
    return [
        Term(session, line, of.table, row, value, said.before(session, line))
        for session, line, row, value in zip(
            (at + chunk.start).tolist(),
            code.tolist(),
            of.row[here].tolist(),
            price.tolist(),
            strict=True,
        )
    ]
