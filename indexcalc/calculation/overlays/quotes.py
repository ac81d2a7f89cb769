"""Rates of the market on the sessions of a series: interest from ``rates``, currencies from ``fx``.

Nothing is carried silently: what is missing on a session it is needed for is collected and named,
each name or pair with its days.  Rows on other days are not used.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Days, Floats
from indexcalc.diagnostics import Findings, quantity
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.exchange_rates import SPOT, ExchangeRates, exchange_rates
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.notes import note

__all__ = ["SPOT", "Quotes"]

SHOWN = 5


class Quotes(Struct):
    """The quotes one overlay asks for on its sessions ``days`` (n,), by their positions.

    A quote that is not there is NaN and stands in ``missing`` by (code, what, rule path).
    ``carried``: by name of a rate, the sessions on which an earlier one was taken.
    """

    market: Market
    days: Days
    missing: dict[tuple[str, str, str], set[int]] = field(default_factory=dict)
    carried: dict[str, set[int]] = field(default_factory=dict)
    _exchange: ExchangeRates | None = None
    _rates: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    _fx: dict[tuple[str, str, str], Floats] = field(default_factory=dict)

    def interest(self, name: str, at: int, path: str, *, carry: bool = False) -> float:
        """The rate ``name`` (share of 1 a year) of a session; with ``carry`` the last up to it."""
        if name not in self._rates:
            self._rates[name] = self._interest(name)
        exact, last = self._rates[name]
        value = float(exact[at])
        if np.isnan(value) and carry:
            value = float(last[at])
            self.carried.setdefault(name, set()).add(at)
        if np.isnan(value):
            self._lacks("CAL014", f"`rates` has no row of `{name}`", at, path)
        return value

    def exchange(self, source: str, target: str, tenor: str, at: int, path: str) -> float:
        """Units of ``target`` for one of ``source`` on a session; the inverse where only the other
        direction is quoted."""
        key = (source, target, tenor)
        if key not in self._fx:
            self._exchange = self._exchange or exchange_rates(self.market)
            self._fx[key] = self._exchange.on(source, target, self.days, tenor)
        value = float(self._fx[key][at])
        if np.isnan(value):
            what = f"`fx` has no rate from {source} to {target}, tenor {tenor},"
            self._lacks("CAL013", what, at, path)
        return value

    def rate_names(self) -> list[str]:
        """The names of ``rates``, ascending."""
        table = self.market.table("rates")
        return [] if table is None else sorted({str(name) for name in arrow.texts(table["name"])})

    def report(self, rule: Methodology, findings: Findings) -> None:
        """Findings CAL013 and CAL014: one for each rate, with its first days."""
        for (code, what, path), places in self.missing.items():
            days = [str(date_of(self.days[at])) for at in sorted(places)]
            more = (
                f" and {quantity(len(days) - SHOWN, 'more session')}" if len(days) > SHOWN else ""
            )
            findings.add(
                code,
                f"{what} on {', '.join(days[:SHOWN])}{more}",
                span=rule.span_of(path),
                where=path,
                path=rule.path,
            )

    def notes(self) -> list[str]:
        """What was taken for granted of the rates."""
        return [
            note("rate_carried", rate=name, n=len(places))
            for name, places in sorted(self.carried.items())
        ]

    def _lacks(self, code: str, what: str, at: int, path: str) -> None:
        self.missing.setdefault((code, what, path), set()).add(at)

    def _interest(self, name: str) -> tuple[Floats, Floats]:
        """(rate on each session, last rate up to each session); NaN where there is none."""
        days, rates = _rows(self.market, name)
        if not days.size:
            nothing = np.full(self.days.shape, np.nan)
            return nothing, nothing
        rows = np.searchsorted(days, self.days, side="right") - 1
        last = np.where(rows >= 0, rates[np.maximum(rows, 0)], np.nan)
        exact = np.where((rows >= 0) & (days[np.maximum(rows, 0)] == self.days), last, np.nan)
        return exact, last


def _rows(market: Market, name: str) -> tuple[Days, Floats]:
    """The days, ascending, and values of one name of ``rates``."""
    table = market.table("rates")
    if table is None:
        return np.zeros(0, dtype=np.int32), np.zeros(0)
    names: Sequence[str | None] = arrow.texts(table.column("name"))
    rows = np.flatnonzero(np.array([quoted == name for quoted in names], dtype=np.bool_))
    days = arrow.days(table.column("date"))[rows]
    order = np.argsort(days, kind="stable")
    return days[order], arrow.floats(table.column("rate"))[rows][order]
