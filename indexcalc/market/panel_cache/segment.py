"""A stretch of observed sessions with the lines that have rows in it, and its columns.

A segment holds one or several files of ``daily``, or a table in memory.  Its lines are its own: a
market with more lines finds their places.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Days, Floats
from indexcalc.market.panel_cache.cells import (
    BASES,
    DENSE,
    Chunk,
    LastRow,
    Stretch,
    as_bases,
    as_bits,
    as_changes,
    read_bits,
    stretches,
)

PRESENT, SAID, IDLE = "/present", "/said", "/idle"
"""Columns of yes and no made of rows: there is one, it has a close, it has a volume of zero."""
CLOSE, BASE, VOLUME = "close", "base_price", "volume"


class Damaged(Exception):
    """What is stored of a column is not what was written."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Column(Struct):
    """The chunks of one column; text as places in ``labels``.

    ``check(i)``: is chunk i as it was written?  Asked once, when it is first read.
    """

    name: str
    chunks: list[Chunk]
    labels: list[str] = field(default_factory=list)
    check: Callable[[int], bool] | None = None
    _checked: set[int] = field(default_factory=set)

    def chunk(self, number: int) -> Chunk:
        """One chunk.  Damaged: it is not as it was written."""
        if self.check is not None and number not in self._checked:
            if not self.check(number):
                raise Damaged(self.name)
            self._checked.add(number)
        return self.chunks[number]


class Sessions(Struct, frozen=True):
    """Some sessions just decoded: ``days`` (k,), rows ``present`` (k, n), columns (k, n)."""

    days: Days
    present: Bools
    columns: dict[str, Floats]


class Segment(Struct):
    """Sessions ``days`` (k,) of lines ``symbols``; chunk i holds the rows ``bounds[i] .. bounds[i + 1]``.

    ``sources``: what it was made from, in order.
    """

    sources: tuple[str, ...]
    days: Days
    symbols: tuple[str, ...]
    bounds: list[int]
    columns: dict[str, Column] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Lines."""
        return len(self.symbols)

    def pieces(self, first: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """(chunk, first row in it, row after the last) of some rows of the segment."""
        at = bisect_right(self.bounds, first) - 1
        while first < stop:
            begin, end = self.bounds[at], min(self.bounds[at + 1], stop)
            yield at, first - begin, end - begin
            first, at = end, at + 1

    def bits(self, name: str, at: int, low: int, high: int) -> Bools:
        """Rows of a chunk of a column of yes and no."""
        return read_bits(self.columns[name].chunk(at), low, high, self.n)

    def values(self, name: str, at: int, low: int, high: int) -> Floats:
        """Rows of a chunk of a column, (high - low, n); NaN where there is no row, or no value."""
        if name == CLOSE:
            close = self.carried(at, low, high)
            return np.where(self.bits(SAID, at, low, high), close, np.nan)
        chunk = self.columns[name].chunk(at)
        if chunk.kind == DENSE:
            return chunk.arrays[0][low:high]
        values = np.empty((high - low, self.n))
        if chunk.kind != BASES:
            for row, until, held in self.stretches(name, at, low, high):
                values[row:until] = held
            return values
        values[1:] = self.carried(at, low, high)[:-1]
        values[0] = self.carried_before(at, low)
        cells = chunk.cells.within(low, high)
        values[cells.rows - low, cells.codes] = cells.values
        present = self.bits(PRESENT, at, low, high)
        if not present.all():
            values[~present] = np.nan
        return values

    def stretches(self, name: str, at: int, low: int, high: int) -> list[Stretch]:
        """Rows of a chunk of changes as stretches, from row 0 on."""
        present = self.columns[PRESENT].chunk(at)
        return stretches(self.columns[name].chunk(at), present, low, high)

    def carried(self, at: int, low: int, high: int) -> Floats:
        """Rows of a chunk of closes, each line's last one within the segment; NaN before its first."""
        closes: Floats = self.columns[CLOSE].chunk(at).arrays[0][low:high]
        return closes

    def carried_before(self, at: int, low: int) -> Floats:
        """The last closes (n,) before a row of a chunk, within the segment."""
        if low == 0 and at == 0:
            return np.full(self.n, np.nan)
        chunk = self.columns[CLOSE].chunk(at if low else at - 1)
        closes: Floats = chunk.arrays[0][low - 1]
        return closes


class Encoder:
    """Chunks of the columns of a segment from sessions that come in order; see ``cells``.

    ``names``: the stored columns asked for, those of yes and no among them.
    """

    def __init__(self, n: int, names: Iterable[str]) -> None:
        self.n, self.names = n, tuple(names)
        self._close = np.full(n, np.nan)
        self._last: dict[str, LastRow] = {name: LastRow.none(n) for name in self.names}

    def encode(self, some: Sessions) -> dict[str, Chunk]:
        """The chunk of each column for some sessions."""
        chunks: dict[str, Chunk] = {}
        before = self._close
        for name in self.names:
            if name == PRESENT:
                chunks[name] = as_bits(some.present)
            elif name == SAID:
                chunks[name] = as_bits(~np.isnan(self._of(some, CLOSE)))
            elif name == IDLE:
                chunks[name] = as_bits(self._of(some, VOLUME) == 0)
            elif name == CLOSE:
                chunks[name] = Chunk(DENSE, (self._filled(some),))
            elif name != BASE:
                chunks[name] = as_changes(self._of(some, name), some.present, self._last[name])
        if BASE in self.names:
            filled = chunks[CLOSE].arrays[0]
            earlier = np.concatenate((before[None], filled[:-1]))
            chunks[BASE] = as_bases(self._of(some, BASE), some.present, earlier)
        return chunks

    def _of(self, some: Sessions, name: str) -> Floats:
        column = some.columns.get(name)
        return np.full(some.present.shape, np.nan) if column is None else column

    def _filled(self, some: Sessions) -> Floats:
        """Closes with each line's last one where a session has none."""
        closes = np.array(self._of(some, CLOSE))
        holes = np.isnan(closes)
        last = self._close
        for row, lacking in zip(closes, holes, strict=True):
            np.copyto(row, last, where=lacking)
            last = row
        self._close = closes[-1].copy()
        return closes


def sources_of(names: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
    """The columns of ``daily`` to decode for stored columns, of those there are."""
    known = set(there)
    ordered: dict[str, None] = {}
    for name in names:
        made_from = {SAID: CLOSE, IDLE: VOLUME}.get(name, name)
        if made_from in known and made_from != PRESENT:
            ordered[made_from] = None
    return tuple(ordered)


def stored_names(names: Iterable[str]) -> tuple[str, ...]:
    """The stored columns that columns asked for are read from."""
    ordered: dict[str, None] = {PRESENT: None}
    for name in names:
        if name in (CLOSE, BASE, SAID):
            ordered.update({CLOSE: None, SAID: None})
        ordered[name] = None
    return tuple(ordered)
