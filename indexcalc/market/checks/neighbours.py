"""Values far from those before them, by line and session: one scan of the stored rows, ever.

What is kept are single cells, beside the columns of the panel.  ``since`` is the session of the value a
cell is measured from, so that a run over some of the days can leave out what it does not see.  Lines by
position in ``market.symbols``, sessions by position in ``market.days``; -1: there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import astuple, replace

from indexcalc.arrays import Bools, Floats, true_cells
from indexcalc.market.market import Market
from indexcalc.market.panel_cache.cells import Cells
from indexcalc.market.panel_cache.panel import Panel
from indexcalc.market.panel_cache.segment import SAID
from indexcalc.market.plausibility import threshold

COLUMNS = ("close", "base_price", "shares_outstanding")
PRICES, BASES, SHARES = _KINDS = ("prices", "bases", "shares")
_VALUES = ("kind", "ratio", "since", "known", "price", "base", "close_since")
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


class LastSession:
    """The last session before another on which a line has a row that is ``read`` from the panel.

    ``read`` (first, stop): (stop - first, n_symbols).
    """

    def __init__(self, read: Callable[[int, int], Bools], size: int) -> None:
        self._read, self._size = read, size
        self._last = -1, np.zeros((0, 0), dtype=np.bool_)  # a block and its rows

    def before(self, session: int, code: int) -> int:
        """The session; -1: there is none."""
        while session > 0:
            block = (session - 1) // _SESSIONS
            first = block * _SESSIONS
            known, rows = self._last
            if block != known:
                rows = self._read(first, min(first + _SESSIONS, self._size))
                self._last = block, rows
            found = np.flatnonzero(rows[: session - first, code])
            if found.size:
                return first + int(found[-1])
            session = first
        return -1


class Bounds(NamedTuple):
    """How far from the value before it a cell may be; None: it is not judged."""

    low: float
    high: float
    base_jump: float | None
    share_step: float | None

    @classmethod
    def of(cls, market: Market) -> Bounds:
        """What a market says of itself: closes under a daily limit by that, one session after the last."""
        limit, jump = market.facts.get("price_limit"), threshold(market.facts, "price_jump")
        low, high = (0.0, np.inf) if jump is None else (1 / jump, jump)
        if limit is not None:
            low, high = limits(float(limit), 1)
        others = (threshold(market.facts, name) for name in ("base_jump", "share_step"))
        return cls(low, high, *others)


def steps(
    market: Market, kind: str, first: int = 0, stop: int | None = None, lines: Bools | None = None
) -> list[Step]:
    """Of ``PRICES``, ``BASES`` or ``SHARES``, by session and line: those from the session ``first`` to
    ``stop`` (not with it), measured from none before it, of ``lines`` (n_symbols,)."""
    bounds = Bounds.of(market)
    name = " ".join(("/steps", *map(str, bounds)))
    rows = market.panel.fact(name, 2 + len(_VALUES), lambda panel: _found(panel, bounds))
    session, code, of_kind, since = (rows[:, at] for at in (0, 1, 2, 4))
    asked = (of_kind == _KINDS.index(kind)) & (session >= first) & ((since >= first) | (first == 0))
    if stop is not None:
        asked &= session < stop
    if lines is not None:
        asked &= lines[code.astype(np.int64)]
    return [_step(*row) for row in rows[asked].tolist()]


def _step(
    session: float, code: float, _kind: float, ratio: float, since: float, *of: float
) -> Step:
    known, price, base, close_since = of
    return Step(
        session=int(session),
        code=int(code),
        ratio=ratio,
        since=int(since),
        known=bool(known),
        price=price,
        base=base,
        close_since=int(close_since),
    )


def _found(panel: Panel, bounds: Bounds) -> Floats:
    """The steps of a panel, (m, 2 + values): session (ascending), line, and what ``_VALUES`` names."""
    panel.need((*(name for name in COLUMNS if panel.has(name)), SAID))
    said = LastSession(panel.said, panel.size)
    stepped = _stepped_shares(panel, bounds.share_step)
    rows: list[tuple[float, ...]] = []
    for chunk in panel.chunks():
        first, stop = chunk.start, chunk.stop
        bases = panel.bases(first, stop) if panel.has("base_price") else None
        read = _Chunk(first, panel.carried(first, stop), panel.last_close(first), bases, said)
        shares = [step for step in stepped if first <= step.session < stop]
        found = {
            PRICES: read.prices(bounds.low, bounds.high, panel.said),
            BASES: read.bases_beyond(bounds.base_jump),
            SHARES: [read.with_price(step, panel.said) for step in shares],
        }
        for kind, of_kind in found.items():
            for step in of_kind:
                session, code, *values = astuple(step)
                rows.append((session, code, _KINDS.index(kind), *values))
    rows.sort(key=itemgetter(0))
    return np.array(rows, dtype=np.float64).reshape(len(rows), 2 + len(_VALUES))


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


def limits(limit: float, passed: int) -> tuple[float, float]:
    """What the daily limit allows over ``passed`` sessions; a tick or two more is how it is rounded."""
    with np.errstate(over="ignore"):
        low, high = np.float64(0.985 - limit) ** passed, np.float64(1.015 + limit) ** passed
    return float(low), float(high)


def _stepped_shares(panel: Panel, step: float | None) -> list[Step]:
    """Listed shares far from those of the line's row before."""
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


def last_trade(market: Market, code: int, stop: int) -> int:
    """The last session before ``stop`` in which a line traded; -1: none."""
    panel = market.panel

    def traded(first: int, upto: int) -> Bools:
        return panel.said(first, upto) & ~panel.idle(first, upto)

    trades = market.memo("trades", lambda: LastSession(traded, panel.size))
    return trades.before(stop, code)


def positions(market: Market, first: int | None, last: int | None) -> tuple[int, int]:
    """The sessions from a day up to another one, as positions: the first, and the one after the last."""
    days = market.days
    return (
        0 if first is None else int(np.searchsorted(days, first)),
        days.size if last is None else int(np.searchsorted(days, last, side="right")),
    )
