"""How much money follows an index: said by the user, or in the market's table ``tracked_assets``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from indexcalc.analysis.amounts import read_amount
from indexcalc.diagnostics import DataError, Diagnostic, UsageError, finding
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.exchange_rates import ExchangeRates
from indexcalc.market.market import Market

SMALLEST: Final = 100_000.0
"""Assets below it buy no list of any index, in whatever currency."""


class Assets(Struct, frozen=True):
    """Money that follows an index on a day, in its currency, with where the figure is from."""

    amount: float
    source: str
    certainty: str = ""


def read_assets(texts: Sequence[str]) -> dict[str, float]:
    """``50tn`` (key '': every index) and ``RULE=50tn``, each text a list split by commas.

    UsageError (ANA001): not an amount, or two for the same index.
    """
    assets: dict[str, float] = {}
    for part in (part for text in texts for part in text.split(",") if part.strip()):
        index, equals, amount = part.rpartition("=")
        if equals and not index.strip():
            raise UsageError.of("ANA001", f"`{part}` names no index", where="--aum")
        if index.strip() in assets:
            whose = f"the assets of {index.strip()}" if equals else "the assets of every index"
            raise UsageError.of(
                "ANA001",
                f"{whose} are said twice: `{', '.join(texts)}`",
                where="--aum",
                hint="a comma parts one amount from the next: write 1500 or 1.5k, not 1,500",
            )
        assets[index.strip()] = read_amount(amount)
    return assets


def too_small(said: Mapping[str, float], currency: str) -> list[Diagnostic]:
    """Warnings ANA010: assets that nobody tracks an index with, most likely without their unit."""
    return [
        finding(
            "ANA010",
            f"{value:,.10g} {currency} follow {index or 'every index'}",
            where="--aum",
            hint=f"{value:g}bn is a billion times as much, {value:g}tn a trillion times",
        )
        for index, value in said.items()
        if 0 < value < SMALLEST
    ]


def rate_between(market: Market, money: str, currency: str, day: int) -> float:
    """What one unit of ``money`` is in ``currency`` on a day.  DataError (CAL013): no rate says it."""
    if money == currency:
        return 1.0
    rate = float(ExchangeRates(market).on(money, currency, np.array([day], dtype=np.int32))[0])
    if np.isnan(rate):
        raise DataError.of(
            "CAL013", f"no rate from {money} to {currency} on {date_of(day)}", path=market.place
        )
    return rate


class TrackedAssets:
    """Assets by index and day: what was said, else the newest row on or before the day."""

    def __init__(self, market: Market, stated: Mapping[str, float]) -> None:
        self.said = stated
        self.market = market
        table = market.table("tracked_assets")
        self._rows: list[tuple[str, int, float, str, str, str]] = []
        if table is not None and table.num_rows:
            texts = {
                name: arrow.texts(table.column(name))
                if name in table.column_names
                else [None] * table.num_rows
                for name in ("index", "currency", "source", "certainty")
            }
            self._rows = sorted(
                (
                    str(texts["index"][row]),
                    day,
                    assets,
                    texts["currency"][row] or "",
                    texts["source"][row] or "table tracked_assets",
                    texts["certainty"][row] or "not said",
                )
                for row, (day, assets) in enumerate(
                    zip(
                        arrow.days(table.column("date")).tolist(),
                        arrow.floats(table.column("assets")).tolist(),
                        strict=True,
                    )
                )
            )

    def stated(self, index: str) -> bool:
        """Are the assets of an index said by the user?"""
        return index in self.said or "" in self.said

    def first_row(self, index: str) -> int | None:
        """The day of the first row on an index; None: there is none."""
        return min((row[1] for row in self._rows if row[0] == index), default=None)

    def on(self, index: str, currency: str, day: int) -> Assets:
        """The assets of an index on a day, in its currency.

        UsageError (ANA002): nothing says them; DataError (CAL013): no exchange rate for the day.
        """
        stated = self.said.get(index, self.said.get(""))
        if stated is not None:
            return Assets(stated, "as given")
        rows = [row for row in self._rows if row[0] == index and row[1] <= day]
        if not rows:
            raise UsageError.of(
                "ANA002",
                f"what assets follow {index} on {date_of(day)} is not known",
                where="--aum",
                hint=f"say --aum 50tn or --aum {index}=50tn, or fill the table tracked_assets",
            )
        _, row_day, amount, money, source, certainty = rows[-1]
        amount *= rate_between(self.market, money or currency, currency, day)
        return Assets(amount, f"{source}, {date_of(row_day)}", certainty)
