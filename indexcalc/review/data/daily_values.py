"""The last known values of daily columns on days, read from the panel when they are asked for."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.arrays import Codes, Days, Floats, Ints
from indexcalc.market.market import Market

MARKET_CAP = "market_cap"
CLOSE = "close"
NO_DAY = int(np.iinfo(np.int32).min)
_SHARES = "shares_outstanding"
_ROW_DAY = ""  # what days of rows are kept under, beside the columns
_LOOK_BACK = 32  # rows read at a time for what the last one does not say
_KEPT_BYTES = 32_000_000
"""How much of what was found is kept for whoever asks again, and as a beginning for later days."""


def last_values(market: Market, name: str, codes: Codes, days: Days) -> Floats:
    """For each row (``codes[i]``, ``days[i]``) the last value of a column up to that day, in it (n_rows,).

    A null says nothing (the value before it stays); NaN: none is known.  ``market_cap`` is the last close
    x the last listed shares; text is positions in the labels of the panel.
    """
    values: Floats = _by_day(_last_known(market), name, codes, days, np.empty(codes.shape))
    return values


def row_days(market: Market, codes: Codes, days: Days) -> Days:
    """The last session up to each day on which the line has a daily row (n_rows,); -2**31: none."""
    none = np.empty(codes.shape, dtype=np.int32)
    last: Days = _by_day(_last_known(market), _ROW_DAY, codes, days, none)
    return last


def _last_known(market: Market) -> _LastKnown:
    return market.memo("last values", lambda: _LastKnown(market))


def _by_day(known: _LastKnown, name: str, codes: Codes, days: Days, found: Any) -> Any:
    if not days.size:
        return found
    if (days == days[0]).all():
        return known.on(name, int(days[0]))[codes]
    order = np.argsort(days, kind="stable")
    wanted, starts = np.unique(days[order], return_index=True)
    for day, rows in zip(wanted.tolist(), np.split(order, starts[1:]), strict=True):
        found[rows] = known.on(name, day)[codes[rows]]
    return found


class _LastKnown:
    """Last values of all lines on days, asked for in any order; each from the nearest before it."""

    def __init__(self, market: Market) -> None:
        self.panel = market.panel
        self._kept: dict[tuple[str, int], npt.NDArray[Any]] = {}
        self._rows: dict[str, list[int]] = {}

    def on(self, name: str, day: int) -> npt.NDArray[Any]:
        """The last values (n,) of a column on a day, or the days of the last rows; not to be written to."""
        row = self.panel.row(day, side="right") - 1
        if row < 0:
            return np.full(self.panel.n, NO_DAY if name == _ROW_DAY else np.nan)
        if name == MARKET_CAP:
            caps: Floats = self.on(CLOSE, day) * self.on(_SHARES, day)
            return caps
        if name == CLOSE:
            self.panel.need((name,))
            closes: Floats = self.panel.carried(row, row + 1)[0]
            return closes
        return self._row_days(row) if name == _ROW_DAY else self._values(name, row)

    def _row_days(self, row: int) -> Days:
        before, last = self._before(_ROW_DAY, row)
        if last is not None and before == row:
            return last
        last = np.full(self.panel.n, NO_DAY, dtype=np.int32) if last is None else last.copy()
        there = last == (self.panel.days[before] if before >= 0 else NO_DAY + 1)
        # A line that has no row at the end has its last one where its rows stopped.
        cells = self.panel.presence().within(before + 1, row + 1)
        stops = cells.values == 0
        last[cells.codes[stops]] = self.panel.days[cells.rows[stops] - 1]
        there[cells.codes] = cells.values > 0  # of several the last stays
        last[there] = self.panel.days[row]
        self._keep(_ROW_DAY, row, last)
        return last

    def _values(self, name: str, row: int) -> Floats:
        before, values = self._before(name, row)
        if values is not None and before == row:
            return values
        values = np.full(self.panel.n, np.nan) if values is None else values.copy()
        self.panel.need((name,))
        if self.panel.sparse(name):
            changes = self.panel.changes(name, before + 1, row + 1)
            stated = ~np.isnan(changes.values)
            values[changes.codes[stated]] = changes.values[stated]  # of several the last stays
        else:
            rowed = self._row_days(row)
            since = self.panel.days[before] if before >= 0 else NO_DAY
            self._look_back(name, values, np.flatnonzero(rowed > since), before + 1, row + 1)
        self._keep(name, row, values)
        return values

    def _look_back(self, name: str, values: Floats, lines: Ints, first: int, stop: int) -> None:
        """The last value of lines within some rows, read from the last row backwards."""
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

    def _before(self, name: str, row: int) -> tuple[int, npt.NDArray[Any] | None]:
        """(row, what was found of it), the last up to a row of which something is kept; -1: nothing is."""
        rows = self._rows.setdefault(name, [])
        place = bisect_left(rows, row + 1) - 1
        return (rows[place], self._kept[name, rows[place]]) if place >= 0 else (-1, None)

    def _keep(self, name: str, row: int, found: npt.NDArray[Any]) -> None:
        self._kept[name, row] = found
        insort(self._rows[name], row)
        while sum(map(len, self._rows.values())) * self.panel.n * 8 > _KEPT_BYTES:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            self._rows[oldest[0]].remove(oldest[1])
