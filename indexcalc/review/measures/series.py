"""The daily series measures are made from: caps, traded values, turnovers, closes, user columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Days, Floats
from indexcalc.market.panel_cache.cells import Stretch
from indexcalc.market.panel_cache.panel import Panel
from indexcalc.market.panel_cache.segment import IDLE, PRESENT, SAID

MONEY = ("close", "base_price", "market_cap", "float_market_cap", "traded_value")
TURNOVERS = {"turnover_ratio": "market_cap", "float_turnover_ratio": "float_market_cap"}
"""Traded value as a part of the market cap of the day, made from two series."""
FLOWS = ("traded_value", "volume", *TURNOVERS)
FLOATING = ("float_market_cap", "float_turnover_ratio")
SHARES = "shares_outstanding"
FloatAt = Callable[[int, int, Floats], Floats]


class Window(Struct, frozen=True):
    """One series over one stretch of sessions: ``first_day`` .. ``last_day``, both in.

    ``how``: ``sum``, ``count`` (of sessions), ``min``, ``max``, ``last``, ``median`` or ``std``.
    ``traded``: only sessions on which the line trades.  ``since``: kinds of events from the last of which
    on a line's sessions count.
    """

    series: str
    currency: str
    how: str
    first_day: int
    last_day: int
    traded: bool = False
    since: tuple[str, ...] = ()


def columns_of(windows: Iterable[Window]) -> tuple[str, ...]:
    """The stored columns of ``daily`` windows are made from."""
    columns: dict[str, None] = {}
    for window in windows:
        name = window.series
        if window.traded:
            columns.update(dict.fromkeys((PRESENT, SAID, "volume", "traded_value")))
        if name in TURNOVERS:
            columns.update(dict.fromkeys((PRESENT, SAID, IDLE, "traded_value")))
        if name in ("market_cap", "float_market_cap", *TURNOVERS):
            columns.update(dict.fromkeys(("close", SHARES)))
        elif name in ("traded_value", "volume"):
            columns.update(dict.fromkeys((PRESENT, SAID, IDLE, name)))
        elif name == "close":
            columns.update(dict.fromkeys((PRESENT, name)))
        else:
            columns[name] = None
    return tuple(columns)


class Sessions(Struct, frozen=True):
    """Some observed sessions ``days`` (k,) of all lines, as far as asked for; arrays (k, n).

    ``present``: rows there are.  ``said``: those with a close.  ``idle``: those with a volume of zero.
    ``close``: the last close, row or none.  ``shares``: the listed shares of the rows.
    """

    days: Days
    present: Bools
    said: Bools
    idle: Bools
    close: Floats
    shares: Sequence[Stretch]
    columns: Mapping[str, Floats]

    @classmethod
    def read(cls, panel: Panel, names: Iterable[str], rows: slice) -> Sessions:
        """Some rows of a panel; what is not among ``names`` is empty."""
        span, names = (rows.start, rows.stop), set(names)
        no, none = np.zeros((0, panel.n), dtype=np.bool_), np.zeros((0, panel.n))
        days = panel.days[rows]
        return cls(
            days=days,
            present=panel.present(*span) if PRESENT in names else no,
            said=panel.said(*span) if SAID in names and panel.has("close") else no,
            idle=panel.idle(*span) if IDLE in names else no,
            close=panel.carried(*span) if "close" in names else none,
            shares=panel.stretches(SHARES, *span) if SHARES in names and panel.has(SHARES) else (),
            columns={
                name: panel.column(name, *span)
                for name in names
                if panel.has(name) and name not in ("close", SHARES)
            },
        )

    def between(self, first: int, stop: int) -> Sessions:
        """Some of the sessions, as views."""
        rows = slice(first, stop)
        return Sessions(
            days=self.days[rows],
            present=self.present[rows],
            said=self.said[rows],
            idle=self.idle[rows],
            close=self.close[rows],
            shares=[
                (max(low, first) - first, min(high, stop) - first, shares)
                for low, high, shares in self.shares
                if low < stop and first < high
            ],
            columns={name: column[rows] for name, column in self.columns.items()},
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(k, n)."""
        return self.days.size, self.close.shape[1]


def series_of(
    name: str, some: Sessions, float_at: FloatAt, known_by: int, needed: Bools | None = None
) -> Floats:
    """One series (n_sessions, n_symbols); NaN where the line has no value that session.

    Of those by float, only the ``needed`` sessions (n_sessions,), where those are said.
    """
    if name in TURNOVERS:
        traded, cap = (
            series_of(part, some, float_at, known_by, needed)
            for part in ("traded_value", TURNOVERS[name])
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio: Floats = traded / cap
        return np.where(np.isfinite(ratio), ratio, np.nan)
    if name in ("market_cap", "float_market_cap"):
        return _caps(some, None if name == "market_cap" else float_at, known_by, needed)
    if name == "close":
        return np.where(some.present, some.close, np.nan)
    column = some.columns.get(name)
    if column is None:
        return np.full(some.shape, np.nan)
    if name in ("traded_value", "volume"):
        open_ = some.present & np.isnan(column)
        if open_.any():
            open_ &= ~(some.said if some.said.size else some.present) | (
                some.idle if name == "traded_value" else False
            )
            return np.where(open_, 0.0, column)
    return column


def _caps(some: Sessions, float_at: FloatAt | None, known_by: int, needed: Bools | None) -> Floats:
    """Closes times listed shares, and by float factors where those are asked for."""
    if not some.shares:
        return np.full(some.shape, np.nan)
    caps = np.empty(some.shape)
    for first, stop, shares in some.shares:
        np.multiply(some.close[first:stop], shares, out=caps[first:stop])
        if float_at is None:
            continue
        for row in range(first, stop):
            day = int(some.days[row])
            if needed is None or needed[row]:
                caps[row] *= float_at(day, known_by or day, shares)
            else:
                caps[row] = np.nan
    return caps


def idle_sessions(some: Sessions) -> Bools:
    """Where a line does not trade (n_sessions, n_symbols): no volume (no traded value, where the
    volume is not known), or neither of them and no close."""
    idle, unknown = ~some.present, some.present
    for name in ("volume", "traded_value"):
        column = some.columns.get(name)
        if column is not None:
            idle |= unknown & (column == 0)
            unknown = unknown & np.isnan(column)
            if not unknown.any():
                return idle
    return idle | (unknown & ~some.said if some.said.size else unknown)
