"""The daily rows of some sessions, as the prices of lines are made from them: little of it is dense.

The last close of every line is, and where there is a row; listed shares are what they were before and
the cells in which they change, base prices the last close but in some cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Days, Floats, Ints
from indexcalc.market.holidays import on_holiday
from indexcalc.market.market import Market
from indexcalc.market.panel_cache.cells import Cells
from indexcalc.market.panel_cache.segment import IDLE

SESSIONS = 250
"""The most sessions that are worked on at a time."""

_T = TypeVar("_T", bound=np.generic)


class DailyRows(Struct, frozen=True):
    """Consecutive sessions of all lines: arrays (n_sessions, n_symbols).

    ``raw``: the last close printed; ``printed``: there is a close in the row; ``idle``: its volume is
    zero.  ``before``: the last close before the first session (n_symbols,).  ``shares``: changes of the
    listed shares; ``bases``: base prices that are not the last close (NaN: a row without one), None where
    the market has none.  Rows of cells count from the first session.
    """

    first: int
    days: Days
    present: Bools
    printed: Bools
    raw: Floats
    before: Floats
    idle: Bools
    shares: Cells
    bases: Cells | None

    def printed_of(self, codes: Codes) -> Floats:
        """The closes (n, n_sessions) of some lines as printed; NaN where there is none."""
        raw, printed = of_lines(self.raw, codes), of_lines(self.printed, codes)
        raw[~printed] = np.nan
        return raw

    def shares_of(self, codes: Codes, before: Floats) -> Floats:
        """The listed shares (n, n_sessions) of some lines; ``before`` (n,): before the first session."""
        n_sessions = self.days.size
        shares = np.repeat(before[:, None], n_sessions, axis=1)
        cells, row = _within(self.shares, codes)
        if not row.size:
            return shares
        # Each change holds up to the line's next one, or to the end.
        lines, starts = np.unique(row, return_index=True)
        value = np.insert(cells.values, starts, before[lines])
        begin = np.insert(cells.rows.astype(np.int64), starts, 0)
        first_ones = starts + np.arange(lines.size)
        until = np.append(begin[1:], n_sessions)
        until[np.append(first_ones[1:], until.size) - 1] = n_sessions
        shares[lines] = np.repeat(value, until - begin).reshape(lines.size, n_sessions)
        return shares

    def bases_of(self, codes: Codes) -> Floats:
        """The base prices (n, n_sessions) of some lines; NaN where none is said."""
        assert self.bases is not None
        raw = of_lines(self.raw, codes)
        bases = np.concatenate((self.before[codes][:, None], raw[:, :-1]), axis=1)
        bases[~of_lines(self.present, codes)] = np.nan
        cells, row = _within(self.bases, codes)
        bases[row, cells.rows] = cells.values
        return bases


class ClosesByLine(Struct):
    """Last closes line by line, gathered when first asked for: indices of a family share their lines.

    ``raw`` (n_sessions, n_symbols) and ``before`` (n_symbols,), in the session before them.  ``closes``
    (m, 1 + n_sessions): those gathered so far, from the session before on; ``row`` (n_symbols,): where a
    line is in them, -1: nowhere yet.
    """

    raw: Floats
    before: Floats
    closes: Floats
    row: Ints

    @classmethod
    def blank(cls, raw: Floats, before: Floats) -> ClosesByLine:
        """Before anything is asked."""
        n_sessions, n_symbols = raw.shape
        nowhere = np.full(n_symbols, -1, dtype=np.int64)
        return cls(raw, before, np.zeros((0, 1 + n_sessions)), nowhere)

    def of(self, codes: Codes) -> tuple[Floats, Ints]:
        """(closes, rows of ``codes`` in them); the closes are not to be written to."""
        more = codes[self.row[codes] < 0]
        if more.size:
            self.row[more] = self.closes.shape[0] + np.arange(more.size)
            gathered = np.concatenate((self.before[more, None], self.raw[:, more].T), axis=1)
            self.closes = np.concatenate((self.closes, gathered)) if self.closes.size else gathered
        return self.closes, self.row[codes]


def of_lines(values: npt.NDArray[_T], codes: Codes) -> npt.NDArray[_T]:
    """Values (n_sessions, n_symbols) of some lines, one line after the other: (n, n_sessions)."""
    return np.ascontiguousarray(values[:, codes].T)


def _within(cells: Cells, codes: Codes) -> tuple[Cells, npt.NDArray[np.int64]]:
    """The cells of some lines and their rows among them, line by line in time order."""
    row = np.searchsorted(codes, cells.codes)
    inside = np.flatnonzero(np.append(codes, np.int32(-1))[row] == cells.codes)
    inside = inside[np.argsort(row[inside], kind="stable")]
    cut = Cells(cells.rows[inside], cells.codes[inside], cells.values[inside])
    return cut, row[inside].astype(np.int64)


def stretches(market: Market, stop: int, first: int = 0) -> Iterator[DailyRows]:
    """The sessions from ``first`` up to ``stop`` (positions among the observed ones), some at a time."""
    panel = market.panel
    names = ("close", "base_price", "shares_outstanding", IDLE)
    panel.need([name for name in names if name == IDLE or panel.has(name)])
    for chunk in panel.chunks(first, stop):
        for begin in range(chunk.start, chunk.stop, SESSIONS):
            yield rows_between(market, begin, min(begin + SESSIONS, chunk.stop))


def rows_between(market: Market, first: int, stop: int) -> DailyRows:
    """The daily rows of the sessions from ``first`` up to ``stop``."""
    panel = market.panel

    def moved(cells: Cells) -> Cells:
        return cells._replace(rows=cells.rows - np.int32(first))

    shares = panel.changes("shares_outstanding", first, stop)
    known = ~np.isnan(shares.values)
    return DailyRows(
        first=first,
        days=panel.days[first:stop],
        present=on_holiday(market, panel.present(first, stop), first),
        printed=panel.said(first, stop),
        raw=panel.carried(first, stop),
        before=panel.last_close(first),
        idle=panel.idle(first, stop),
        shares=moved(Cells(shares.rows[known], shares.codes[known], shares.values[known])),
        bases=moved(panel.bases(first, stop)) if panel.has("base_price") else None,
    )
