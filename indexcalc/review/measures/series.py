"""The daily series measures are made from: caps, traded values, turnovers, closes, user columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from indexcalc.arrays import Bools, Days, Floats

MONEY = ("close", "base_price", "market_cap", "float_market_cap", "traded_value")
TURNOVERS = {"turnover_ratio": "market_cap", "float_turnover_ratio": "float_market_cap"}
"""Traded value as a part of the market cap of the day, made from two series."""
FLOWS = ("traded_value", "volume", *TURNOVERS)
FLOATING = ("float_market_cap", "float_turnover_ratio")
FloatAt = Callable[[int, int, Floats], Floats]


@dataclass(frozen=True, slots=True)
class Window:
    """One series over one stretch of sessions: ``first_day`` .. ``last_day``, both in.

    ``how``: ``sum`` (and count), ``min``, ``max``, ``last``, ``median`` or ``std``.  ``traded``: only
    sessions on which the line trades.  ``since``: kinds of events from the last of which on a line's
    sessions count.
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
    found: dict[str, None] = {}
    for window in windows:
        name = window.series
        if window.traded or name in TURNOVERS:
            found.update(dict.fromkeys(("close", "volume", "traded_value")))
        if name in ("market_cap", "float_market_cap", *TURNOVERS):
            found.update(dict.fromkeys(("close", "shares_outstanding")))
        elif name in ("traded_value", "volume"):
            found.update(dict.fromkeys(("close", "volume", name)))
        else:
            found[name] = None
    return tuple(found)


def series_of(
    name: str,
    columns: Mapping[str, Floats],
    present: Bools,
    close: Floats,
    days: Days,
    float_at: FloatAt,
    known_by: int,
    floating: Bools,
) -> Floats:
    """One series (n_symbols, n_sessions); NaN where the line has no value that session.

    ``floating`` (n_sessions,): where float factors are asked for.
    """
    if name in TURNOVERS:
        traded, cap = (
            series_of(part, columns, present, close, days, float_at, known_by, floating)
            for part in ("traded_value", TURNOVERS[name])
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio: Floats = traded / cap
        return np.where(np.isfinite(ratio), ratio, np.nan)
    if name in ("market_cap", "float_market_cap"):
        shares = columns.get("shares_outstanding")
        if shares is None:
            return np.full(present.shape, np.nan)
        cap = close * shares
        if name == "market_cap":
            return cap
        factors = np.full_like(cap, np.nan)
        for place in np.flatnonzero(floating):
            day = int(days[place])
            factors[:, place] = float_at(day, known_by or day, shares[:, place])
        return cap * factors
    if name == "close":
        return close
    found = columns.get(name)
    if found is None:
        return np.full(present.shape, np.nan)
    if name in ("traded_value", "volume"):
        volume, traded_at = columns.get("volume"), columns.get("close")
        idle = np.isnan(traded_at) if traded_at is not None else np.zeros(present.shape, np.bool_)
        if volume is not None and name == "traded_value":
            idle = idle | (volume == 0)
        return np.where(present & np.isnan(found) & idle, 0.0, found)
    return found


def idle_sessions(columns: Mapping[str, Floats], present: Bools) -> Bools:
    """Where a line does not trade (n_symbols, n_sessions): no volume (no traded value, where the
    volume is not known), or neither of them and no close."""
    idle = ~present
    unknown = np.ones(present.shape, dtype=np.bool_)
    for name in ("volume", "traded_value", "close"):
        found = columns.get(name)
        if found is not None:
            known = ~np.isnan(found)
            idle |= unknown & known & (found == 0)
            unknown &= ~known
    return idle | unknown
