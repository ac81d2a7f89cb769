"""Exchange rates of the table ``fx``, on the day asked for and no other.

A rate is units of the target currency for one of the source.  Where a market has only the other
direction its inverse is taken; rates through a third currency are never computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Days, Floats, Ints
from indexcalc.market import arrow
from indexcalc.market.market import Market, line_names

SPOT = "spot"


class ExchangeRates:
    """Lookups into ``fx``; a market without the table has no rate."""

    def __init__(self, market: Market) -> None:
        self._series: dict[tuple[str, str, str], tuple[Days, Floats]] = {}
        table: Any = market.table("fx")
        if table is None or table.num_rows == 0:
            return
        days, rate = arrow.days(table.column("date")), arrow.floats(table.column("rate"))
        named = [
            arrow.sorted_codes(table.column(name))
            for name in ("from_currency", "to_currency", "tenor")
        ]
        codes = np.stack([code for code, _ in named])
        for source, target, tenor in np.unique(codes, axis=1).T.tolist():
            rows = np.flatnonzero((np.array([source, target, tenor]) == codes.T).all(axis=1))
            rows = rows[np.argsort(days[rows], kind="stable")]
            key = (
                named[0][1][source],
                named[1][1][target],
                named[2][1][tenor] if tenor >= 0 else SPOT,
            )
            self._series[key] = (days[rows], rate[rows])

    def on(self, source: str, target: str, days: Days, tenor: str = SPOT) -> Floats:
        """Units of ``target`` for one of ``source`` on each of ``days`` (n,); NaN: not known."""
        if source == target:
            return np.ones(days.shape)
        direct = self._quoted(source, target, days, tenor)
        inverse: Floats = 1.0 / self._quoted(target, source, days, tenor)
        return np.where(np.isnan(direct), inverse, direct)

    def _quoted(self, source: str, target: str, days: Days, tenor: str) -> Floats:
        known, rate = self._series.get(
            (source, target, tenor), (np.zeros(0, dtype=np.int32), np.zeros(0))
        )
        position = np.searchsorted(known, days, side="left")
        quoted = np.append(known, np.int32(arrow.NULL_DAY))[position] == days
        rates: Floats = np.where(quoted, np.append(rate, np.nan)[position], np.nan)
        return rates


def exchange_rates(market: Market) -> ExchangeRates:
    """The rates of a market; read once for it."""
    return market.memo("exchange rates", lambda: ExchangeRates(market))


def line_currencies(market: Market, home: str) -> list[str]:
    """The currency of each line of ``market.symbols``.

    The last one in ``securities``, else that of the market as a whole, else ``home``: a market
    without a currency is quoted in the currency of the index.
    """
    general = market.facts.get("currency") or home
    return [currency or str(general) for currency in line_names(market, "currency")]


def redenominated(market: Market) -> dict[int, tuple[str, ...]]:
    """Lines with more than one currency over time in ``securities``, by position; found once a market."""
    return market.memo("redenominated", lambda: _redenominated(market))


def _redenominated(market: Market) -> dict[int, tuple[str, ...]]:
    table: Any = market.table("securities")
    if table is None or "currency" not in table.column_names:
        return {}
    currencies: dict[int, dict[str, None]] = {}
    codes = arrow.codes_into(table.column("symbol"), market.order)
    for code, name in zip(codes.tolist(), arrow.texts(table.column("currency")), strict=True):
        if code >= 0 and name is not None:
            currencies.setdefault(code, {})[name] = None
    return {code: tuple(names) for code, names in currencies.items() if len(names) > 1}


def distinct(currencies: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """(currencies ascending, position of each line's among them)."""
    known = tuple(sorted(set(currencies)))
    position = {currency: number for number, currency in enumerate(known)}
    return known, np.array([position[currency] for currency in currencies], dtype=np.int64)
