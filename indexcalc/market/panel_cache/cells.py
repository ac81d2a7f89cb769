"""Some sessions of one column, stored the way that is smaller: all cells, or those that say something new.

A chunk holds k whole sessions of n lines:

- ``dense``: every cell, float64 (k, n).
- ``bits``: a yes or no of every cell, eight in a byte (k, ceil(n / 8)).
- ``changes``: the value each line had in its row before the chunk (n,), and (row, line, value) of the
  rows that say another one.  Cells without a row hold nothing.
- ``bases``: (row, line, value) of the rows whose base price is not, bit for bit, the last close.

Values are compared by their bits, so that what is read back is what was stored.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints, position_in, true_cells

DENSE, BITS, CHANGES, BASES = "dense", "bits", "changes", "bases"
_CELL = 16  # bytes of a cell that is stored with its place


class Cells(NamedTuple):
    """Single cells: rows and lines int32 (m,), by row and then line, and float64 values (m,)."""

    rows: Codes
    codes: Codes
    values: Floats

    def within(self, first: int, stop: int) -> Cells:
        """Those of the rows ``first`` up to ``stop``."""
        low, high = position_in(self.rows, first), position_in(self.rows, stop)
        return Cells(self.rows[low:high], self.codes[low:high], self.values[low:high])


Stretch = tuple[int, int, Floats]
"""Rows from the first up to the second number, and what lines have on each of them (n,); NaN: no row."""


class Chunk(Struct, frozen=True, eq=False):
    """Sessions of a column; ``arrays`` as its ``kind`` says: see above."""

    kind: str
    arrays: tuple[npt.NDArray[Any], ...]

    @property
    def size(self) -> int:
        """Bytes of the arrays."""
        return sum(array.nbytes for array in self.arrays)

    @property
    def cells(self) -> Cells:
        """The single cells of a chunk of ``changes`` or ``bases``."""
        return Cells(*self.arrays[-3:])


class LastRow(Struct):
    """What lines had in their last row so far: ``value`` (n,), and whether there was one ``seen`` (n,)."""

    value: Floats
    seen: Bools

    @classmethod
    def none(cls, n: int) -> LastRow:
        """Before the first row of all lines."""
        return cls(np.full(n, np.nan), np.zeros(n, dtype=np.bool_))


def bits(values: Floats) -> Ints:
    """The bits of floats, as whole numbers to compare."""
    return values.view(np.int64)


def cells_at(where: Bools, values: Floats) -> Cells:
    """The cells of (k, n) arrays at which something holds."""
    rows, codes = true_cells(where)
    return Cells(rows.astype(np.int32), codes.astype(np.int32), values[rows, codes])


def placed(places: tuple[Ints, Ints], first: int, values: Floats) -> Cells:
    """Cells at (rows, lines) of some rows from ``first`` on of a panel."""
    rows, codes = places
    return Cells((rows + first).astype(np.int32), codes.astype(np.int32), values)


def joined(parts: list[Cells]) -> Cells:
    """Cells of one stretch of rows after the other."""
    if not parts:
        return Cells(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
    return Cells(*(np.concatenate([part[at] for part in parts]) for at in range(3)))


def changes_of(values: Floats, present: Bools, last: LastRow) -> Cells:
    """The rows of (k, n) values that say something else than the row of the line before; ``last`` moves on.

    The first row of a line is one.
    """
    moved = np.empty(present.shape, dtype=np.bool_)
    np.not_equal(bits(values)[1:], bits(values)[:-1], out=moved[1:])
    np.not_equal(bits(values)[0], bits(last.value), out=moved[0])
    if bool(present.all()) and bool(last.seen.all()):
        last.value = values[-1].copy()
        return cells_at(moved, values)
    moved &= present
    # Where a line has no row just before, its row before lies further back.
    latest = np.where(present, np.arange(present.shape[0], dtype=np.int32)[:, None], np.int32(-1))
    np.maximum.accumulate(latest, axis=0, out=latest)
    again = present.copy()
    again[1:] &= ~present[:-1]
    rows, codes = true_cells(again)
    before = np.where(rows > 0, latest[rows - 1, codes], -1)
    value = np.where(before >= 0, values[np.maximum(before, 0), codes], last.value[codes])
    there = (before >= 0) | last.seen[codes]
    moved[rows, codes] = ~there | (bits(value) != bits(values[rows, codes]))
    end = latest[-1]
    line = np.arange(end.size)
    last.value = np.where(end >= 0, values[np.maximum(end, 0), line], last.value)
    last.seen = last.seen | (end >= 0)
    return cells_at(moved, values)


def as_changes(values: Floats, present: Bools, last: LastRow) -> Chunk:
    """A chunk of a column, as changes or dense, whatever is much smaller; ``last`` moves on."""
    start = last.value.copy()
    changes = changes_of(values, present, last)
    k, n = values.shape
    if changes.rows.size * _CELL + n * 8 > k * n * 4:
        return Chunk(DENSE, (values,))
    return Chunk(CHANGES, (start, *changes))


def as_bases(values: Floats, present: Bools, before: Floats) -> Chunk:
    """A chunk of base prices (k, n); ``before`` (k, n): the last closes before each session."""
    other = present & ((bits(values) != bits(before)) | np.isnan(values))
    k, n = values.shape
    if np.count_nonzero(other) * _CELL > k * n * 4:
        return Chunk(DENSE, (values,))
    return Chunk(BASES, tuple(cells_at(other, values)))


def as_bits(values: Bools) -> Chunk:
    """A chunk of yes and no (k, n)."""
    return Chunk(BITS, (np.packbits(values, axis=1),))


def read_bits(chunk: Chunk, first: int, stop: int, n: int) -> Bools:
    """Sessions of a chunk of bits, (stop - first, n)."""
    return np.unpackbits(chunk.arrays[0][first:stop], axis=1, count=n).view(np.bool_)


def stretches(changes: Chunk, present: Chunk, first: int, stop: int) -> list[Stretch]:
    """Sessions of a chunk of changes as stretches in which no line says another value or comes or goes.

    ``present``: the bits of the rows there are.
    """
    if stop <= first:
        return []
    state = np.array(changes.arrays[0])
    done = changes.cells.within(0, first)
    state[done.codes] = done.values  # of several the one assigned last stays
    cells, rows = changes.cells.within(first, stop), present.arrays[0][first:stop]
    turns = np.flatnonzero((rows[1:] != rows[:-1]).any(axis=1)) + 1
    starts = np.unique(np.concatenate(([0], turns, cells.rows - first)))
    begins = cells.rows.searchsorted((starts + first).astype(np.int32)).tolist()
    turning = {0, *turns.tolist()}
    found: list[Stretch] = []
    held = state
    for row, until, low, high in zip(
        starts.tolist(),
        [*starts[1:].tolist(), stop - first],
        begins,
        [*begins[1:], cells.rows.size],
        strict=True,
    ):
        codes, values = cells.codes[low:high], cells.values[low:high]
        state[codes] = values
        if row in turning:
            there = np.unpackbits(rows[row], count=state.size).view(np.bool_)
            held = np.where(there, state, np.nan)
        else:
            held = held.copy()
            held[codes] = values
        found.append((row, until, held))
    return found
