"""A market whose last sessions are changed: what is before them is decoded once for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from indexcalc.arrays import Codes, Floats, Ints
from indexcalc.market import arrow, store
from indexcalc.market.market import Market
from indexcalc.market.panel_cache.storage import Source, Storage
from indexcalc.market.places.place import RemotePath


def daily_rows(market: Market) -> Any:
    """All daily rows up to the market's last day, as one table."""
    parts = [
        store.open_parquet(source).read() if isinstance(source, Path | RemotePath) else source
        for source in market.daily_sources()
    ]
    # Dictionaries of different files become one.
    table = pa.concat_tables(parts, promote_options="permissive").unify_dictionaries()
    days = arrow.days(table.column("date"))
    stop = days.size if not market.days.size else np.searchsorted(days, market.days[-1], "right")
    return table.slice(0, int(stop))


class MovedSessions:
    """A market of which the sessions from ``first_day`` on can be changed, as often as asked.

    ``alone``: what is before them is left out; the lines stay those of the market.
    """

    def __init__(self, market: Market, first_day: int, alone: bool = False) -> None:
        self.market = market
        rows = daily_rows(market)
        days = arrow.days(rows.column("date"))
        split = int(np.searchsorted(days, first_day))
        self.rows = rows.slice(split)
        self.first_day = int(days[split]) if split < days.size else first_day
        self._days: Codes = days[split:]
        self._before = rows.slice(0, 0 if alone else split)
        self._observed = market.days[market.days >= self.first_day] if alone else market.days
        names = [name for name in rows.column_names if name not in ("date", "symbol")]
        self._known = Storage(
            [Source(self._before, "before")] if self._before.num_rows else [], names
        )

    @cached_property
    def _codes(self) -> Codes:
        """The line of each row that can be changed."""
        return arrow.codes_into(self.rows.column("symbol"), self.market.order)

    def rows_of(self, code: int, first_day: int) -> Ints:
        """Places among ``rows`` of a line's rows from a day on."""
        return np.flatnonzero((self._codes == code) & (self._days >= first_day))

    def scaled(self, changes: Mapping[str, Ints], factor: float) -> Any:
        """``rows`` with the values of some columns times a factor, each at its own places.

        A column of whole numbers stays one: its values are rounded."""
        table = self.rows
        for name, rows in changes.items():
            if name not in table.column_names or not rows.size:
                continue
            field = table.schema.field(name)
            values: Floats = arrow.floats(table.column(name)).copy()
            values[rows] *= factor
            if pa.types.is_integer(field.type):
                values = np.rint(values)
            moved = arrow.from_floats(values, nan_is_null=True).cast(field.type)
            table = table.set_column(table.column_names.index(name), field, moved)
        return table

    def with_rows(self, rows: Any | None, tables: Mapping[str, Any] | None = None) -> Market:
        """The market with other rows in its last sessions (of the same lines and days; None: as they are),
        and with other ``tables``."""
        market = self.market
        known = {name: market.table(name) for name in market.names if name != "daily"}
        daily = pa.concat_tables([self._before, self.rows if rows is None else rows])
        moved = Market(market.facts, {**known, **(tables or {}), "daily": daily})
        moved.__dict__["_index"] = (self._observed, market.symbols)
        storage = self._as_is if rows is None else self._known.followed_by(Source(rows, "moved"))
        moved.__dict__["_storage"] = storage
        return moved

    @cached_property
    def _as_is(self) -> Storage:
        return self._known.followed_by(Source(self.rows, "as it is"))
