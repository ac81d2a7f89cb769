"""The last known values of daily columns on chosen days, read from the panel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Codes, Days, Floats, Ints, position_in
from indexcalc.market.market import Market

MARKET_CAP = "market_cap"
CLOSE = "close"
_LOOK_BACK = 32  # rows read at a time for what the last one does not say
NO_DAY = int(np.iinfo(np.int32).min)
_MADE_FROM = {MARKET_CAP: ("close", "shares_outstanding")}


class LastValues(Struct):
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


def last_values(market: Market, names: Sequence[str], codes: Codes, days: Days) -> LastValues:
    """For each row (``codes[i]``, ``days[i]``) the last value of each column up to that day, in it.

    A null says nothing (the value before it stays).  ``market_cap`` is the last close x the last
    listed shares.  Nothing after a row's day is read into it.
    """
    parts = _parts(names)
    last = {name: np.full(codes.size, np.nan) for name in parts}
    made_day = np.full(codes.size, NO_DAY, dtype=np.int32)
    order = np.argsort(days, kind="stable")
    wanted, starts = np.unique(days[order], return_index=True)
    rows = np.split(order, starts[1:])
    known = _Known(market, parts)
    for row, day in enumerate(wanted.tolist()):
        known.reach(day)
        here = rows[row]
        for name, values in last.items():
            values[here] = known.value[name][codes[here]]
        made_day[here] = known.day[codes[here]]
    return _with_market_cap(LastValues(last, made_day, known.labels), names)


def values_on(market: Market, requests: Sequence[tuple[Sequence[str], Days]]) -> list[LastValues]:
    """For each (columns, ascending days) the last values of all lines on the days, from one scan.

    Row ``place * n_symbols + code`` is that of a line on the day at ``place``.
    """
    n_symbols = len(market.symbols)
    parts = [_parts(names) for names, _ in requests]
    columns = [
        LastValues(
            {name: np.empty(days.size * n_symbols) for name in part},
            np.empty(days.size * n_symbols, dtype=np.int32),
        )
        for part, (_, days) in zip(parts, requests, strict=True)
    ]
    wanted = np.unique(np.concatenate([days for _, days in requests])).astype(np.int32)
    known = _Known(market, tuple(dict.fromkeys(name for part in parts for name in part)))
    for row, day in enumerate(wanted.tolist()):
        known.reach(day)
        for values, (_, days) in zip(columns, requests, strict=True):
            at = position_in(days, wanted[row])
            if at == days.size or days[at] != wanted[row]:
                continue
            rows = slice(at * n_symbols, (at + 1) * n_symbols)
            for name, column in values.columns.items():
                column[rows] = known.value[name]
            values.row_day[rows] = known.day
    for values, (names, _) in zip(columns, requests, strict=True):
        values.labels = {
            name: known.labels[name] for name in known.labels if name in values.columns
        }
        _with_market_cap(values, names)
    return columns


def _parts(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for name in names for part in stored_columns(name)))


def _with_market_cap(values: LastValues, names: Sequence[str]) -> LastValues:
    if MARKET_CAP in names:
        close, shares = (values.columns[name] for name in stored_columns(MARKET_CAP))
        values.columns[MARKET_CAP] = close * shares
    return values


class _Known:
    """The last value of each line in each column, as far as the rows of the panel have been read.

    ``value``: float64 (n_symbols,) by column; ``day`` int32 (n_symbols,): of the last row.
    """

    def __init__(self, market: Market, names: Sequence[str]) -> None:
        self.panel = market.panel
        self.panel.need(names)
        self.value = {name: np.full(self.panel.n, np.nan) for name in names}
        self.day = np.full(self.panel.n, NO_DAY, dtype=np.int32)
        self._there = np.zeros(self.panel.n, dtype=np.bool_)
        self._sparse = {name for name in names if self.panel.sparse(name)}
        self._presence = self.panel.presence()
        self._read = 0

    @property
    def labels(self) -> dict[str, list[str]]:
        """The labels of text columns."""
        by_name = {name: self.panel.labels(name) for name in self.value}
        return {name: labels for name, labels in by_name.items() if labels}

    def reach(self, day: int) -> None:
        """Let everything up to a day, in it, be known."""
        first, stop = self._read, self.panel.row(day, side="right")
        if stop <= first:
            return
        # A line that has no row at the end has its last one where its rows stopped.
        cells = self._presence.within(first, stop)
        stops = cells.values == 0
        seen = self._there.copy()
        seen[cells.codes] = True
        self.day[cells.codes[stops]] = self.panel.days[cells.rows[stops] - 1]
        self._there[cells.codes] = cells.values > 0  # of several the last stays
        self.day[self._there] = self.panel.days[stop - 1]
        lines = np.flatnonzero(seen)
        for name, values in self.value.items():
            self._look_back(name, values, lines, first, stop)
        self._read = stop

    def _look_back(self, name: str, values: Floats, lines: Ints, first: int, stop: int) -> None:
        """The last value of lines within some rows, read from the last row backwards."""
        if name == CLOSE:
            values[:] = self.panel.carried(stop - 1, stop)[0]
            return
        if name in self._sparse:
            changes = self.panel.changes(name, first, stop)
            stated = ~np.isnan(changes.values)
            values[changes.codes[stated]] = changes.values[stated]  # of several the last stays
            return
        step = 1
        while lines.size and stop > first:
            start = max(first, stop - step)
            rows = self.panel.column(name, start, stop)[::-1][:, lines]
            known = ~np.isnan(rows)
            any_known = known.any(axis=0)
            latest = np.argmax(known, axis=0)[any_known]
            values[lines[any_known]] = rows[latest, np.flatnonzero(any_known)]
            lines = lines[~any_known]
            stop, step = start, _LOOK_BACK
