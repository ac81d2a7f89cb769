"""The last known values of daily columns on chosen days: one streaming scan for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from indexcalc.arrays import Codes, Days, Floats, Ints
from indexcalc.market import arrow
from indexcalc.market.market import Market
from indexcalc.market.panel import numbers, row_groups

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
    parts = _parts(names)
    made = {name: np.full(codes.size, np.nan) for name in parts}
    made_day = np.full(codes.size, NO_DAY, dtype=np.int32)
    order = np.argsort(days, kind="stable")
    wanted, starts = np.unique(days[order], return_index=True)
    rows = np.split(order, starts[1:])
    known = _Known(parts, len(market.symbols))
    for place in _reached(market, known, wanted, threads):
        here = rows[place]
        for name, values in made.items():
            values[here] = known.value[name][codes[here]]
        made_day[here] = known.day[codes[here]]
    return _with_market_cap(LastValues(made, made_day, known.labels), names)


def values_on(
    market: Market, asked: Sequence[tuple[Sequence[str], Days]], threads: int = 2
) -> list[LastValues]:
    """For each (columns, ascending days) the last values of all lines on the days, from one scan.

    Row ``place * n_symbols + code`` is that of a line on the day at ``place``.
    """
    n_symbols = len(market.symbols)
    parts = [_parts(names) for names, _ in asked]
    made = [
        LastValues(
            {name: np.empty(days.size * n_symbols) for name in part},
            np.empty(days.size * n_symbols, dtype=np.int32),
        )
        for part, (_, days) in zip(parts, asked, strict=True)
    ]
    wanted = np.unique(np.concatenate([days for _, days in asked])).astype(np.int32)
    known = _Known(tuple(dict.fromkeys(name for part in parts for name in part)), n_symbols)
    for place in _reached(market, known, wanted, threads):
        for values, (_, days) in zip(made, asked, strict=True):
            at = int(np.searchsorted(days, wanted[place]))
            if at == days.size or days[at] != wanted[place]:
                continue
            rows = slice(at * n_symbols, (at + 1) * n_symbols)
            for name, column in values.columns.items():
                column[rows] = known.value[name]
            values.row_day[rows] = known.day
    for values, (names, _) in zip(made, asked, strict=True):
        values.labels = {
            name: known.labels[name] for name in known.labels if name in values.columns
        }
        _with_market_cap(values, names)
    return made


def _parts(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for name in names for part in stored_columns(name)))


def _with_market_cap(values: LastValues, names: Sequence[str]) -> LastValues:
    if MARKET_CAP in names:
        close, shares = (values.columns[name] for name in stored_columns(MARKET_CAP))
        values.columns[MARKET_CAP] = close * shares
    return values


def _reached(market: Market, known: _Known, wanted: Days, threads: int) -> Iterator[int]:
    """The places of ascending days, one after the other, when ``known`` has what is known on them."""
    done = 0
    for group in row_groups(market, known.names, threads) if wanted.size else ():
        days = arrow.days(group.column("date"))
        known.open(group, market)
        read = 0
        while done < wanted.size and (days.size == 0 or wanted[done] <= days[-1]):
            upto = int(np.searchsorted(days, wanted[done], side="right"))
            known.take(read, upto, days)
            read = upto
            yield done
            done += 1
        if done == wanted.size:
            return
        known.take(read, days.size, days)
    yield from range(done, wanted.size)


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

    def _last(self, rows: Ints) -> tuple[Ints, Ints]:
        """(lines that have one of some ascending rows, the last of each)."""
        last = np.full(self.day.size, -1, dtype=np.int64)
        # Of several rows of a line the one assigned last stays.
        last[self._codes[rows]] = rows
        lines = np.flatnonzero(last >= 0)
        return lines, last[lines]
