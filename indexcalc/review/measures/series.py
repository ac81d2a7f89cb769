"""The daily series measures are made from: caps, traded values, turnovers, closes, user columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Days, Floats
from indexcalc.market.panel_cache.panel import Panel
from indexcalc.market.panel_cache.segment import IDLE

MONEY = ("close", "base_price", "market_cap", "float_market_cap", "traded_value")
TURNOVERS = {"turnover_ratio": "market_cap", "float_turnover_ratio": "float_market_cap"}
"""Traded value as a part of the market cap of the day, made from two series."""
FLOWS = ("traded_value", "volume", *TURNOVERS)
FLOATING = ("float_market_cap", "float_turnover_ratio")
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
    """The columns of ``daily`` windows are made from."""
    columns: dict[str, None] = {}
    for window in windows:
        name = window.series
        if window.traded:
            columns.update(dict.fromkeys(("close", "volume", "traded_value")))
        if name in TURNOVERS:
            columns.update(dict.fromkeys(("close", IDLE, "traded_value")))
        if name in ("market_cap", "float_market_cap", *TURNOVERS):
            columns.update(dict.fromkeys(("close", "shares_outstanding")))
        elif name in ("traded_value", "volume"):
            columns.update(dict.fromkeys(("close", IDLE, name)))
        else:
            columns[name] = None
    return tuple(columns)


class Sessions(Struct, frozen=True):
    """Some observed sessions ``days`` (k,) of all lines; arrays (k, n).

    ``close``: the last close, in rows alone.  ``idle``: rows with a volume of zero.  ``floating`` (k,):
    where float factors are asked for.
    """

    days: Days
    present: Bools
    columns: Mapping[str, Floats]
    close: Floats
    idle: Bools
    floating: Bools

    @classmethod
    def read(cls, panel: Panel, names: Iterable[str], rows: slice) -> Sessions:
        """Some rows of a panel."""
        span = rows.start, rows.stop
        present = panel.present(*span)
        close = panel.carried(*span) if "close" in names else np.full(present.shape, np.nan)
        if not present.all():
            close = np.where(present, close, np.nan)
        # Whether there is a close is asked beside what was traded alone.
        untold = () if {IDLE, "volume", "traded_value"}.intersection(names) else ("close",)
        columns = {
            name: panel.column(name, *span)
            for name in names
            if panel.has(name) and name not in untold
        }
        idle = panel.idle(*span) if IDLE in names else np.zeros(present.shape, dtype=np.bool_)
        days = panel.days[rows]
        return cls(days, present, columns, close, idle, np.zeros(days.size, dtype=np.bool_))


def series_of(name: str, some: Sessions, float_at: FloatAt, known_by: int) -> Floats:
    """One series (n_sessions, n_symbols); NaN where the line has no value that session."""
    if name in TURNOVERS:
        traded, cap = (
            series_of(part, some, float_at, known_by) for part in ("traded_value", TURNOVERS[name])
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio: Floats = traded / cap
        return np.where(np.isfinite(ratio), ratio, np.nan)
    if name in ("market_cap", "float_market_cap"):
        shares = some.columns.get("shares_outstanding")
        if shares is None:
            return np.full(some.present.shape, np.nan)
        cap = some.close * shares
        if name == "market_cap":
            return cap
        factors = np.full_like(cap, np.nan)
        for row in np.flatnonzero(some.floating):
            day = int(some.days[row])
            factors[row] = float_at(day, known_by or day, shares[row])
        return cap * factors
    if name == "close":
        return some.close
    column = some.columns.get(name)
    if column is None:
        return np.full(some.present.shape, np.nan)
    if name in ("traded_value", "volume"):
        traded_at = some.columns.get("close")
        idle = ~some.present if traded_at is None else np.isnan(traded_at)
        if name == "traded_value":
            idle |= some.idle
        return np.where(some.present & np.isnan(column) & idle, 0.0, column)
    return column


def idle_sessions(some: Sessions) -> Bools:
    """Where a line does not trade (n_sessions, n_symbols): no volume (no traded value, where the
    volume is not known), or neither of them and no close."""
    idle = ~some.present
    unknown = np.ones(some.present.shape, dtype=np.bool_)
    for name in ("volume", "traded_value", "close"):
        column = some.columns.get(name)
        if column is not None:
            known = ~np.isnan(column)
            idle |= unknown & known & (column == 0)
            unknown &= ~known
    return idle | unknown
