"""The daily rows of a market as columns of sessions x lines: what every pass reads.

Row r is the session ``market.days[r]``, line c is ``market.symbols[c]``.  Where the rows lie (mapped
files, memory, several segments) shows in no answer.  Arrays are not to be written to: most are views.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Days, Floats, position_in, true_cells
from indexcalc.market.panel_cache.cells import (
    BASES,
    CHANGES,
    Cells,
    LastRow,
    Stretch,
    bits,
    cells_at,
    changes_of,
    joined,
    placed,
)
from indexcalc.market.panel_cache.segment import (
    BASE,
    CLOSE,
    IDLE,
    PRESENT,
    SAID,
    VOLUME,
    Damaged,
    Segment,
)
from indexcalc.market.panel_cache.storage import Storage

_T = TypeVar("_T", bound=np.generic)
_Made = TypeVar("_Made")


class _Piece(Struct, frozen=True):
    """Rows ``low .. high`` of a chunk of a segment, which are rows from ``first`` on of the panel."""

    segment: Segment
    number: int
    chunk: int
    low: int
    high: int
    first: int

    @property
    def rows(self) -> slice:
        """Rows of the panel."""
        return slice(self.first, self.first + self.high - self.low)


class Panel:
    """The observed sessions ``days`` (T,) of ``symbols`` (n,), column by column.

    Several panels may share a ``storage``; each ends with its own last day.
    """

    def __init__(self, storage: Storage, symbols: tuple[str, ...], days: Days) -> None:
        self.storage, self.symbols, self.days = storage, symbols, days
        self._places: dict[int, Codes | None] = {}
        self._known: dict[str, Cells] = {}
        self._starts: dict[int, Floats] = {}

    @property
    def n(self) -> int:
        """Lines."""
        return len(self.symbols)

    @property
    def size(self) -> int:
        """Sessions, T."""
        return int(self.days.size)

    def has(self, name: str) -> bool:
        """Does ``daily`` have a column?"""
        return name in self.storage.names

    def need(self, names: Iterable[str], threads: int = 2) -> None:
        """Make sure columns are there: one pass over the daily rows for all that are not.

        ``idle`` is asked for as ``IDLE``, which needs no volume to be kept.
        """
        self.storage.segments(names, threads)

    def fact(self, name: str, width: int, make: Callable[[Panel], Floats]) -> Floats:
        """What ``make`` finds in the rows of a panel of all days, (m, width), of this panel's days.

        Columns: session (ascending), line, values.  Made once for all panels of the stored rows; ``name``
        says all that it depends on but the rows.
        """

        def of_all() -> Floats:
            days = [segment.days for segment in self.storage.segments(())]
            return make(Panel(self.storage, self.symbols, np.concatenate([self.days[:0], *days])))

        found = self.storage.fact(name, width, of_all)
        return found[: int(found[:, 0].searchsorted(self.size))]

    def row(self, day: int, side: Literal["left", "right"] = "left") -> int:
        """The first row on or after a day; with ``side="right"`` the first after it."""
        return position_in(self.days, day, side)

    def chunks(self, first: int = 0, stop: int | None = None) -> Iterator[slice]:
        """Some rows in stretches as they are stored: a dense column of one is read without a copy."""
        for piece in self._pieces((PRESENT,), first, self.size if stop is None else stop):
            yield piece.rows

    # --- dense reads ------------------------------------------------------------------------------

    def present(self, first: int, stop: int) -> Bools:
        """Where there is a row (stop - first, n)."""
        return self._bits(PRESENT, first, stop)

    def idle(self, first: int, stop: int) -> Bools:
        """Where there is a row and its volume is zero; a volume that is not known is not."""
        if not self.has(VOLUME):
            return np.zeros((stop - first, self.n), dtype=np.bool_)
        return self._bits(IDLE, first, stop)

    def said(self, first: int, stop: int) -> Bools:
        """Where there is a row with a close."""
        return self._bits(SAID, first, stop)

    def column(self, name: str, first: int, stop: int) -> Floats:
        """A column (stop - first, n); NaN where there is no row or no value, or no such column.

        Text as positions in ``labels(name)``; yes and no as 1 and 0.
        """
        if not self.has(name):
            return np.full((stop - first, self.n), np.nan)

        def read(piece: _Piece) -> Floats:
            values = piece.segment.values(name, piece.chunk, piece.low, piece.high)
            own = piece.segment.columns[name].labels
            return values if not own else self._relabelled(name, own, values)

        return self._dense(name, first, stop, read, np.full(self.n, np.nan), np.float64)

    def stretches(self, name: str, first: int, stop: int) -> list[Stretch]:
        """A column of numbers as stretches of rows on which no line has another value, from row 0 on."""

        def read() -> list[Stretch]:
            found: list[Stretch] = []
            for piece in self._pieces((name,), first, stop):
                segment, rows, at = piece.segment, piece.rows, piece.first - first
                chunk = segment.columns[name].chunk(piece.chunk)
                if chunk.kind == CHANGES and self._places_of(segment) is None:
                    parts = segment.stretches(name, piece.chunk, piece.low, piece.high)
                    found += [(at + low, at + high, held) for low, high, held in parts]
                else:
                    dense = self.column(name, rows.start, rows.stop)
                    found += [(row, row + 1, held) for row, held in enumerate(dense, at)]
            return found

        return self._sound(read)

    def labels(self, name: str) -> list[str]:
        """The labels of a text column; () where it has numbers."""
        if not self.has(name):
            return []
        segments = self.storage.segments((name,))
        labels = (label for segment in segments for label in segment.columns[name].labels)
        return list(dict.fromkeys(labels))

    def carried(self, first: int, stop: int) -> Floats:
        """The last close said up to each session (stop - first, n); NaN before a line's first."""

        def read(piece: _Piece) -> Floats:
            closes = piece.segment.carried(piece.chunk, piece.low, piece.high)
            if piece.number:
                start = self._start(piece.number)
                places = self._places_of(piece.segment)
                closes = np.where(
                    np.isnan(closes), start if places is None else start[places], closes
                )
            return closes

        return self._dense(CLOSE, first, stop, read, None, np.float64)

    def last_close(self, row: int) -> Floats:
        """The last close said before a row (n,)."""
        if row == 0 or not self.has(CLOSE):
            return np.full(self.n, np.nan)
        close: Floats = self.carried(row - 1, row)[0]
        return close

    # --- cells ------------------------------------------------------------------------------------

    def changes(self, name: str, first: int = 0, stop: int | None = None) -> Cells:
        """The rows whose value of a column differs from that of the line's row before.

        The first row of a line is one; no value is a value: NaN.
        """
        return self._cells(name, self._all_changes, first, stop)

    def bases(self, first: int = 0, stop: int | None = None) -> Cells:
        """The rows whose base price is not, bit for bit, the last close before; NaN: none is said.

        Of other rows it is that close.  None, where the market has no base prices.
        """
        return self._cells(BASE, self._all_bases, first, stop)

    def presence(self) -> Cells:
        """Where the rows of a line begin (1) and stop (0, on the first session without)."""
        return self._cells(PRESENT, self._all_presence, 0, None)

    def sparse(self, name: str) -> bool:
        """Is a column stored as its changes, so that ``changes`` costs little?"""
        if name == CLOSE or not self.has(name):
            return False
        segments = self.storage.segments((name,))
        return all(c.kind == CHANGES for segment in segments for c in segment.columns[name].chunks)

    # --- how it is put together -------------------------------------------------------------------

    def _pieces(self, names: Iterable[str], first: int, stop: int) -> Iterator[_Piece]:
        begin = 0
        for number, segment in enumerate(self.storage.segments(names)):
            end = begin + segment.days.size
            low, high = max(first, begin), min(stop, end)
            at = low
            for chunk, start, upto in segment.pieces(low - begin, high - begin):
                yield _Piece(segment, number, chunk, start, upto, at)
                at += upto - start
            begin = end

    def _places_of(self, segment: Segment) -> Codes | None:
        """The lines of a segment among those of the market; None: they are the same."""
        key = id(segment)
        if key not in self._places:
            if segment.symbols == self.symbols:
                self._places[key] = None
            else:
                order = {symbol: column for column, symbol in enumerate(self.symbols)}
                self._places[key] = np.array([order[s] for s in segment.symbols], dtype=np.int32)
        return self._places[key]

    def _start(self, number: int) -> Floats:
        """The last close of all lines before a segment."""
        if number not in self._starts:
            segments = self.storage.segments((CLOSE,))
            before = segments[number - 1]
            last = before.carried_before(len(before.bounds) - 1, 0)
            closes = np.full(self.n, np.nan) if number == 1 else self._start(number - 1).copy()
            places = self._places_of(before)
            here = slice(None) if places is None else places
            closes[here] = np.where(np.isnan(last), closes[here], last)
            self._starts[number] = closes
        return self._starts[number]

    def _sound(self, read: Callable[[], _Made]) -> _Made:
        """What ``made`` gives; a column found damaged on the way is made anew first."""
        while True:
            try:
                return read()
            except Damaged as damage:
                self.storage.renew(damage.name)

    def _dense(
        self,
        name: str,
        first: int,
        stop: int,
        read: Callable[[_Piece], npt.NDArray[_T]],
        fill: npt.NDArray[_T] | None,
        dtype: type[_T],
    ) -> npt.NDArray[_T]:
        """Rows of a column from the pieces they lie in; ``fill`` (n,) where a segment lacks a line."""

        def put_together() -> npt.NDArray[_T]:
            pieces = list(self._pieces((name,), first, stop))
            if len(pieces) == 1 and self._places_of(pieces[0].segment) is None:
                return read(pieces[0])
            grid = np.empty((max(stop - first, 0), self.n), dtype=dtype)
            for piece in pieces:
                values = read(piece)
                rows = slice(piece.rows.start - first, piece.rows.stop - first)
                places = self._places_of(piece.segment)
                if places is None:
                    grid[rows] = values
                    continue
                if fill is not None:
                    grid[rows] = fill
                elif piece.number:
                    grid[rows] = self._start(piece.number)
                else:
                    grid[rows] = np.nan
                grid[rows, places] = values
            return grid

        return self._sound(put_together)

    def _bits(self, name: str, first: int, stop: int) -> Bools:
        def read(piece: _Piece) -> Bools:
            return piece.segment.bits(name, piece.chunk, piece.low, piece.high)

        return self._dense(name, first, stop, read, np.zeros(self.n, dtype=np.bool_), np.bool_)

    def _relabelled(self, name: str, own: list[str], values: Floats) -> Floats:
        every = self.labels(name)
        if own == every[: len(own)]:
            return values
        lookup = np.array([*(every.index(label) for label in own), np.nan])
        return lookup[np.where(np.isnan(values), len(own), values).astype(np.int64)]

    def _cells(
        self, name: str, make: Callable[[str], Cells], first: int, stop: int | None
    ) -> Cells:
        if name not in self._known:
            self._known[name] = self._sound(lambda: make(name))
        return self._known[name].within(first, self.size if stop is None else stop)

    def _all_changes(self, name: str) -> Cells:
        if not self.has(name):
            return joined([])
        pieces: list[Cells] = []
        last = LastRow.none(self.n)
        direct = all(
            len(segment.columns[name].labels) == 0 for segment in self.storage.segments((name,))
        )
        for piece in self._pieces((name,), 0, self.size):
            chunk = piece.segment.columns[name].chunk(piece.chunk)
            plain = self._places_of(piece.segment) is None and piece.number == 0
            if direct and plain and name != CLOSE and chunk.kind == CHANGES:
                cells = chunk.cells.within(0, piece.high)
                last.value[cells.codes] = cells.values
                last.seen[cells.codes] = True
            else:
                rows = piece.rows
                values = self.column(name, rows.start, rows.stop)
                cells = changes_of(values, self.present(rows.start, rows.stop), last)
            pieces.append(cells._replace(rows=cells.rows + np.int32(piece.first)))
        return joined(pieces)

    def _all_bases(self, name: str) -> Cells:
        if not self.has(name):
            return joined([])
        pieces: list[Cells] = []
        for piece in self._pieces((name,), 0, self.size):
            chunk = piece.segment.columns[name].chunk(piece.chunk)
            if chunk.kind == BASES and piece.number == 0 and self._places_of(piece.segment) is None:
                cells = chunk.cells.within(0, piece.high)
            else:
                rows = piece.rows
                stated = self.column(name, rows.start, rows.stop)
                before = np.empty_like(stated)
                before[0] = self.last_close(rows.start)
                before[1:] = self.carried(rows.start, rows.stop)[:-1]
                there = self.present(rows.start, rows.stop)
                cells = cells_at(
                    there & ((bits(stated) != bits(before)) | np.isnan(stated)), stated
                )
            pieces.append(cells._replace(rows=cells.rows + np.int32(piece.first)))
        return joined(pieces)

    def _all_presence(self, name: str) -> Cells:
        pieces: list[Cells] = []
        before = np.zeros(self.n, dtype=np.bool_)
        for rows in self.chunks():
            here = self.present(rows.start, rows.stop)
            moved = np.empty_like(here)
            np.not_equal(here[1:], here[:-1], out=moved[1:])
            np.not_equal(here[0], before, out=moved[0])
            places = true_cells(moved)
            pieces.append(placed(places, rows.start, here[places].astype(np.float64)))
            before = here[-1]
        return joined(pieces)
