"""Values far from those before them, by line and session: one scan of a market's panel for all runs.

What is kept are single cells.  ``since`` is the session of the value a cell is measured from, so that a
run over some of the days can leave out what it does not see.  Lines by position in ``market.symbols``,
sessions by position in ``market.days``; -1: there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from indexcalc.arrays import Bools, Codes, Floats, Ints, true_cells
from indexcalc.market import arrow
from indexcalc.market.market import Market
from indexcalc.market.panel_cache.cells import Cells
from indexcalc.market.panel_cache.panel import Panel
from indexcalc.market.panel_cache.segment import IDLE, SAID
from indexcalc.market.plausibility import threshold

COLUMNS = ("close", "base_price", "shares_outstanding", "volume")
ENDS = ("merger", "tender", "bankruptcy")
_SESSIONS = 250


class Step(Struct, frozen=True):
    """A cell far from the value before it: ``ratio`` of the two.

    ``known``: of a price, there is a base price it is measured from.  ``price`` and ``base``: of shares,
    close and base price over the close before (NaN: not known), which is one of session ``close_since``.
    """

    session: int
    code: int
    ratio: float
    since: int
    known: bool = False
    price: float = np.nan
    base: float = np.nan
    close_since: int = -1


class Term(Struct, frozen=True):
    """A row of ``table`` with a term to be judged, and the close before its ex-date (NaN: none)."""

    session: int
    code: int
    table: str
    row: int
    price: float
    since: int


class LastSession:
    """The last session before another on which a line has a row that is ``read`` from the panel.

    ``read`` (first, stop): (stop - first, n_symbols).
    """

    def __init__(self, read: Callable[[int, int], Bools], size: int) -> None:
        self._read, self._size = read, size
        self._block, self._rows = -1, np.zeros((0, 0), dtype=np.bool_)

    def before(self, session: int, code: int) -> int:
        """The session; -1: there is none."""
        while session > 0:
            block = (session - 1) // _SESSIONS
            first = block * _SESSIONS
            if block != self._block:
                self._rows = self._read(first, min(first + _SESSIONS, self._size))
                self._block = block
            found = np.flatnonzero(self._rows[: session - first, code])
            if found.size:
                return first + int(found[-1])
            session = first
        return -1


class Neighbours(Struct):
    """The steps and terms of a market, in order of session and line."""

    market: Market
    prices: list[Step] = field(default_factory=list)
    bases: list[Step] = field(default_factory=list)
    shares: list[Step] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)

    def __post_init__(self) -> None:
        panel = self.market.panel
        panel.need((*(name for name in COLUMNS if panel.has(name)), SAID, IDLE))
        said = LastSession(panel.said, panel.size)
        stepped = _stepped_shares(self.market, panel)
        terms = _terms(self.market)
        for rows in panel.chunks():
            first, stop = rows.start, rows.stop
            close = panel.carried(first, stop)
            last = panel.last_close(first)
            bases = panel.bases(first, stop) if panel.has("base_price") else None
            chunk = _Chunk(first, close, last, bases, said)
            low, high = _bounds(self.market)
            self.prices += chunk.prices(low, high, panel.said)
            self.bases += chunk.bases_beyond(threshold(self.market.facts, "base_jump"))
            self.shares += [
                chunk.with_price(step, panel.said)
                for step in stepped
                if first <= step.session < stop
            ]
            for rows_of in terms:
                self.terms += chunk.terms(rows_of)
        self.terms.sort(key=lambda term: (term.session, term.table, term.row))


def neighbours(market: Market) -> Neighbours:
    """Those of a market; found once for it."""
    return market.memo("neighbours", lambda: Neighbours(market))


class _Chunk(Struct, frozen=True):
    """Sessions from ``first`` on: last closes (k, n), those before them (n,), base prices that differ."""

    first: int
    close: Floats
    last: Floats
    base_cells: Cells | None
    said: LastSession

    def before(self, session: int, code: int) -> float:
        """The close before a session."""
        row = session - self.first
        return float(self.close[row - 1, code] if row else self.last[code])

    def prices(self, low: float, high: float, read_said: Callable[[int, int], Bools]) -> list[Step]:
        """Closes outside ``low`` and ``high`` times their base price, or the close before."""
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            odd = np.empty(self.close.shape, dtype=np.bool_)
            for into, now, was in (
                (odd[1:], self.close[1:], self.close[:-1]),
                (odd[:1], self.close[:1], self.last[None]),
            ):
                ratio = now / was
                np.less(ratio, low, out=into)
                into |= ratio > high
        cells: dict[tuple[int, int], float] = {}
        if self.base_cells is not None:
            there = read_said(self.first, self.first + self.close.shape[0])
            rows = self.base_cells.rows - self.first
            codes, values = self.base_cells.codes, self.base_cells.values
            cells = {
                (int(row), int(code)): float(value)
                for row, code, value in zip(rows, codes, values, strict=True)
            }
            told = ~np.isnan(values)
            rows, codes, values = rows[told], codes[told], values[told]
            with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
                ratio = self.close[rows, codes] / values
                odd[rows, codes] = ((ratio < low) | (ratio > high)) & there[rows, codes]
        made: list[Step] = []
        for row, code in zip(*(part.tolist() for part in true_cells(odd)), strict=True):
            session = self.first + row
            before = self.before(session, code)
            if np.isnan(before):
                continue  # the first price of a line has nothing it moved from
            base = cells.get((row, code), before)
            known = self.base_cells is not None and not np.isnan(base)
            value = float(self.close[row, code]) / (base if known else before)
            made.append(Step(session, code, value, self.said.before(session, code), known))
        return made

    def terms(self, of: _Rows) -> list[Term]:
        """The rows of a table that go ex in the sessions and may be beyond their threshold."""
        at = of.session - self.first
        here = np.flatnonzero((at >= 0) & (at < self.close.shape[0]))
        at, code = at[here], of.code[here]
        price = np.where(at > 0, self.close[at - 1, code], self.last[code])
        if of.amount is not None:
            high = of.amount[here] > price * of.least
            here, at, code, price = here[high], at[high], code[high], price[high]
        return [
            Term(session, line, of.table, row, value, self.said.before(session, line))
            for session, line, row, value in zip(
                (at + self.first).tolist(),
                code.tolist(),
                of.row[here].tolist(),
                price.tolist(),
                strict=True,
            )
        ]

    def bases_beyond(self, jump: float | None) -> list[Step]:
        """Base prices more than ``jump`` times the close before, or less than one ``jump``-th."""
        if self.base_cells is None or jump is None:
            return []
        made: list[Step] = []
        for session, code, value in zip(*self.base_cells, strict=True):
            before = self.before(int(session), int(code))
            with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
                ratio = float(np.float64(value) / before)
            if ratio > jump or ratio < 1 / jump:
                since = self.said.before(int(session), int(code))
                made.append(Step(int(session), int(code), ratio, since))
        return made

    def with_price(self, step: Step, read_said: Callable[[int, int], Bools]) -> Step:
        """A step of shares with what the price and the base price did."""
        session, code = step.session, step.code
        before, row = self.before(session, code), session - self.first
        priced = bool(read_said(session, session + 1)[0, code])
        base = before if self.base_cells is not None else np.nan
        if self.base_cells is not None:
            cells = self.base_cells.within(session, session + 1)
            base = float(cells.values[cells.codes == code][0]) if code in cells.codes else base
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            close = np.float64(self.close[row, code] if priced else np.nan)
            return replace(
                step,
                price=float(close / before),
                base=float(np.float64(base) / before),
                close_since=self.said.before(session, code),
            )


def _bounds(market: Market) -> tuple[float, float]:
    """The lowest and the highest close over what it is measured from, one session after it."""
    limit, jump = market.facts.get("price_limit"), threshold(market.facts, "price_jump")
    if limit is not None:
        return limits(float(limit), 1)
    return (0.0, np.inf) if jump is None else (1 / jump, jump)


def limits(limit: float, passed: int) -> tuple[float, float]:
    """What the daily limit allows over ``passed`` sessions; a tick or two more is how it is rounded."""
    with np.errstate(over="ignore"):
        low, high = np.float64(0.985 - limit) ** passed, np.float64(1.015 + limit) ** passed
    return float(low), float(high)


def _stepped_shares(market: Market, panel: Panel) -> list[Step]:
    """Listed shares far from those of the line's row before."""
    step = threshold(market.facts, "share_step")
    if step is None or not panel.has("shares_outstanding"):
        return []
    cells = panel.changes("shares_outstanding")
    known = ~np.isnan(cells.values)
    session, code, value = cells.rows[known], cells.codes[known], cells.values[known]
    order = np.lexsort((session, code))
    session, code, value = session[order], code[order], value[order]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        ratio = value[1:] / value[:-1]
        odd = ((ratio > step) | (ratio < 1 / step)) & (code[1:] == code[:-1])
    at = 1 + np.flatnonzero(odd)
    at = at[np.lexsort((code[at], session[at]))]
    rows = LastSession(panel.present, panel.size)
    return [
        Step(
            int(session[place]),
            int(code[place]),
            float(ratio[place - 1]),
            rows.before(int(session[place]), int(code[place])),
        )
        for place in at.tolist()
    ]


class _Rows(Struct, frozen=True):
    """Rows (m,) of a table whose terms are judged; ``least``: how much of the close before is too much."""

    table: str
    session: Ints
    code: Codes
    row: Ints
    amount: Floats | None = None
    least: float = 0.0


def _terms(market: Market) -> list[_Rows]:
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
            rows = np.flatnonzero(asked)
            amount = arrow.floats(table.column("amount"))[rows]
            made.append(_Rows(name, places[rows], codes[rows], rows, amount, share or 0.0))
            continue
        rows = np.flatnonzero(asked & _odd_actions(market, table))
        made.append(_Rows(name, places[rows], codes[rows], rows))
    return made


def _odd_actions(market: Market, table: Any) -> Bools:
    """Actions with a ratio beyond the threshold, or that give a final price."""
    odd: Bools = np.zeros(table.num_rows, dtype=np.bool_)
    largest = threshold(market.facts, "action_ratio")
    if "ratio" in table.column_names and largest is not None:
        ratio = arrow.floats(table.column("ratio"))
        odd |= ~np.isnan(ratio) & ~((ratio >= 1 / largest) & (ratio <= largest))
    if "final_price" in table.column_names:
        odd |= ~np.isnan(arrow.floats(table.column("final_price")))
    return odd


def last_trade(market: Market, code: int, stop: int) -> int:
    """The last session before ``stop`` in which a line traded; -1: none."""
    panel = market.panel

    def traded(first: int, upto: int) -> Bools:
        return panel.said(first, upto) & ~panel.idle(first, upto)

    return LastSession(traded, panel.size).before(stop, code)


def positions(market: Market, first: int | None, last: int | None) -> tuple[int, int]:
    """The sessions from a day up to another one, as positions: the first, and the one after the last."""
    days = market.days
    return (
        0 if first is None else int(np.searchsorted(days, first)),
        days.size if last is None else int(np.searchsorted(days, last, side="right")),
    )
