"""The last known values of daily columns on chosen days: one streaming scan for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.market import arrow
from indexcalc.market.market import Market
from indexcalc.market.panel import numbers, row_groups

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Days = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]

MARKET_CAP = "market_cap"
NO_DAY = int(np.iinfo(np.int32).min)
_MADE_FROM = {MARKET_CAP: ("close", "shares_outstanding")}


@dataclass(slots=True)
class LastValues:
    """Last known values of (line, day) rows.

    ``columns``: float64 (n_rows,), NaN where none is known; a text column as positions in
    ``labels[name]``.  ``row_day`` int32 (n_rows,): the last session with a row, -2**31 for none.
    """

    columns: dict[str, Floats]
    row_day: Days
    labels: dict[str, list[str]] = field(default_factory=dict)


def stored_columns(name: str) -> tuple[str, ...]:
    """The columns of ``daily`` a column is made from: ``market_cap`` is close x listed shares."""
    return _MADE_FROM.get(name, (name,))


def last_values(
    market: Market, names: Sequence[str], codes: Codes, days: Days, threads: int = 2
) -> LastValues:
    """For each row (``codes[i]``, ``days[i]``) the last value of each column up to that day, in it.

    A null says nothing (the value before it stays).  ``market_cap`` is the last close x the last
    listed shares.  Nothing after a row's day is read into it.
    """
    asked = names
    names = tuple(dict.fromkeys(part for name in asked for part in stored_columns(name)))
    order = np.argsort(days, kind="stable")
    row_codes, row_days = codes[order], days[order]
    known = _Known(names, len(market.symbols))
    made = {name: np.full(codes.size, np.nan) for name in names}
    made_day = np.full(codes.size, NO_DAY, dtype=np.int32)
    wanted, starts = np.unique(row_days, return_index=True)
    stops = np.append(starts[1:], row_days.size)
    done = 0

    def settle(place: int) -> None:
        """The rows of one day have what is known by now."""
        rows = slice(int(starts[place]), int(stops[place]))
        for name, values in made.items():
            values[rows] = known.value[name][row_codes[rows]]
        made_day[rows] = known.day[row_codes[rows]]

    for group in row_groups(market, names, threads) if wanted.size else ():
        group_days = arrow.days(group.column("date"))
        known.open(group, market)
        read = 0
        while done < wanted.size and (group_days.size == 0 or wanted[done] <= group_days[-1]):
            upto = int(np.searchsorted(group_days, wanted[done], side="right"))
            known.take(read, upto, group_days)
            read = upto
            settle(done)
            done += 1
        if done == wanted.size:
            break
        known.take(read, group_days.size, group_days)
    for place in range(done, wanted.size):
        settle(place)
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    columns = {name: values[back] for name, values in made.items()}
    if MARKET_CAP in asked:
        columns[MARKET_CAP] = columns["close"] * columns["shares_outstanding"]
    return LastValues(columns, made_day[back], known.labels)


class _Known:
    """The last value of each line in each column, as far as the rows have been read.

    ``value``: float64 (n_symbols,) by column; ``day`` int32 (n_symbols,): of the last row.
    """

    def __init__(self, names: Sequence[str], n_symbols: int) -> None:
        self.names = names
        self.value = {name: np.full(n_symbols, np.nan) for name in names}
        self.day = np.full(n_symbols, NO_DAY, dtype=np.int32)
        self.labels: dict[str, list[str]] = {}
        self._codes: Codes = np.zeros(0, dtype=np.int32)
        self._columns: dict[str, Floats] = {}

    def open(self, group: Any, market: Market) -> None:
        """Take the rows of a group in hand; none of them is known yet."""
        self._codes = arrow.codes_into(group.column("symbol"), market.order)
        self._columns = {
            name: numbers(group.column(name), self.labels, name)
            for name in self.names
            if name in group.column_names
        }

    def take(self, start: int, stop: int, days: Days) -> None:
        """Read the rows ``start`` up to ``stop`` of the group, which has ``days``."""
        if start == stop:
            return
        lines, last = self._last(np.arange(start, stop))
        self.day[lines] = days[last]
        for name, values in self._columns.items():
            found = values[last]
            if np.isnan(found).any():
                said = start + np.flatnonzero(~np.isnan(values[start:stop]))
                with_value, rows = self._last(said)
                self.value[name][with_value] = values[rows]
            else:
                self.value[name][lines] = found

    def _last(self, rows: Places) -> tuple[Places, Places]:
        """(lines that have one of some ascending rows, the last of each)."""
        last = np.full(self.day.size, -1, dtype=np.int64)
        # Of several rows of a line the one assigned last stays.
        last[self._codes[rows]] = rows
        lines = np.flatnonzero(last >= 0)
        return lines, last[lines]
