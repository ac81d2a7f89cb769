"""A small market as plain Python rows: what the oracle reads, and the same rows as Arrow tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

import numpy as np

from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.market import Market
from indexcalc.review.calendar.timeline import Timeline

Row = dict[str, Any]


class SmallMarket:
    """``sessions``: the trading days, ascending.  ``tables``: rows by table name, in any order.

    A line without a row on a session is not listed on it (the market is complete).  ``lists``: of
    other indices, the names in force from a day on.
    """

    def __init__(
        self,
        sessions: tuple[dt.date, ...],
        tables: dict[str, list[Row]],
        lists: dict[str, dict[dt.date, list[str]]] | None = None,
    ) -> None:
        self.sessions = sessions
        self.tables = tables
        self.lists = lists or {}
        self._daily: dict[str, dict[dt.date, Row]] = {}
        self._of: dict[tuple[str, str], list[Row]] = {}
        for row in self.tables["daily"]:
            self._daily.setdefault(row["symbol"], {})[row["date"]] = row
        for table in ("securities", "designations", "float_factors"):
            for row in self.tables.get(table, []):
                self._of.setdefault((table, row["symbol"]), []).append(row)

    def __repr__(self) -> str:
        rows = {name: len(rows) for name, rows in self.tables.items()}
        return f"SmallMarket({len(self.sessions)} sessions, rows: {rows})"

    @property
    def symbols(self) -> list[str]:
        """All lines that ever have a price, in ascending order."""
        return sorted(self._daily)

    def row(self, symbol: str, day: dt.date) -> Row | None:
        """The daily row of a line on a session."""
        return self._daily.get(symbol, {}).get(day)

    def last_row(self, symbol: str, day: dt.date) -> Row | None:
        """The last daily row of a line on or before a day."""
        days = [d for d in self._daily.get(symbol, {}) if d <= day]
        return self._daily[symbol][max(days)] if days else None

    def observed(self) -> list[dt.date]:
        """Sessions with a row at all."""
        return sorted({row["date"] for row in self.tables["daily"]})

    def list_of(self, index: str, day: dt.date) -> set[str]:
        """The names of another index in force on a day."""
        begun = [start for start in self.lists[index] if start <= day]
        return set(self.lists[index][max(begun)]) if begun else set()

    def session_before(self, day: dt.date) -> dt.date:
        """The last session strictly before a day."""
        return max(s for s in self.sessions if s < day)

    def last_observed(self, day: dt.date) -> dt.date:
        """The last observed session on or before a day."""
        return max(d for d in self.observed() if d <= day)

    def label(self, symbol: str, column: str, day: dt.date) -> Any:
        """The last value of a ``securities`` column that was said and known by a day."""
        said = [
            (row.get("valid_from") or dt.date.min, row[column])
            for row in self._of.get(("securities", symbol), [])
            if row.get(column) is not None
            and (row.get("valid_from") or dt.date.min) <= day
            and (row.get("known_at") or dt.date.min) <= day
        ]
        return max(said, key=lambda pair: pair[0])[1] if said else None

    def designated(self, symbol: str, kinds: Iterable[str], day: dt.date) -> bool:
        """Is one of these designations in force (and known) on a day?"""
        wanted = set(kinds)
        return any(
            row["kind"] in wanted
            and row["from"] <= day
            and (row.get("known_at") or row["from"]) <= day
            and (row.get("to") is None or day < row["to"])
            for row in self._of.get(("designations", symbol), [])
        )

    def float_factor(self, symbol: str, on: dt.date, known_by: dt.date) -> float | None:
        """The float factor in force on a day, of those known by another."""
        said = [
            (row["effective_date"], row["float_factor"])
            for row in self._of.get(("float_factors", symbol), [])
            if row["effective_date"] <= on
            and (row.get("known_at") or row["effective_date"]) <= known_by
        ]
        return max(said)[1] if said else None

    def as_market(self, shuffle: Random | None = None) -> Market:
        """The same rows as Arrow tables, in another order where ``shuffle`` is given."""
        made = {}
        for name, rows in self.tables.items():
            taken = list(rows)
            if shuffle is not None:
                shuffle.shuffle(taken)
            if taken:
                made[name] = table_of(taken)
        return Market.from_tables(complete=True, **made)

    def as_parents(self, market: Market) -> dict[str, Timeline]:
        """The lists of other indices as the review asks for them."""
        made = {}
        for index, lists in self.lists.items():
            made[index] = Timeline(index)
            for day, names in sorted(lists.items()):
                codes = np.array(sorted(market.order[n] for n in names), dtype=np.int32)
                made[index].record(day_number(day), codes)
        return made

    def as_sessions(self) -> Sessions:
        """The trading days as the calendar the review counts in."""
        days = np.array([day_number(day) for day in self.sessions], dtype=np.int32)
        return Sessions("small", "0", days)


def table_of(rows: Sequence[Row]) -> Any:
    """Rows as an Arrow table; a column's type is that of its first value that is not None."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return arrow.table({name: _column([row.get(name) for row in rows]) for name in names})


def _column(values: list[Any]) -> Any:
    null = np.array([value is None for value in values], dtype=np.bool_)
    sample = next((value for value in values if value is not None), "")
    if isinstance(sample, dt.date):
        return arrow.from_days([arrow.NULL_DAY if v is None else day_number(v) for v in values])
    if isinstance(sample, bool):
        return arrow.from_bools([bool(v) for v in values], null)
    if isinstance(sample, int):
        return arrow.from_ints([0 if v is None else v for v in values], null)
    if isinstance(sample, float):
        return arrow.from_floats(
            [float("nan") if v is None else v for v in values], nan_is_null=True
        )
    return arrow.from_texts(values)
