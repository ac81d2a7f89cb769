"""Index shares over some sessions: those of the first, and the cells in which they become others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Floats, Ints, true_cells
from indexcalc.calculation.returns.holding import Holding


class HeldShares(Struct, frozen=True, dict=True):
    """Index shares of some lines from column ``first`` up to ``n_sessions``; nothing is held before.

    ``opening`` (n,): in column ``first``.  ``column``, ``row`` and ``value`` (m,), by column: the cells
    after it from which on a line has others.
    """

    first: int
    n_sessions: int
    opening: Floats
    column: Ints
    row: Ints
    value: Floats

    def at(self, column: int) -> Floats:
        """Index shares (n,) of a column."""
        shares: Floats = self.at_each(np.array([column]))[0]
        return shares

    def at_each(self, columns: Ints) -> Floats:
        """Index shares (k, n) of some columns, which ascend."""
        until = self.column.searchsorted(columns, "right").tolist()
        shares, last = np.empty((columns.size, self.opening.size)), self.opening
        for own, start, stop in zip(shares, [0, *until[:-1]], until, strict=True):
            own[:] = last
            own[self.row[start:stop]] = self.value[start:stop]  # of several the last stays
            last = own
        shares[columns < self.first] = 0.0
        return shares

    def cells(self, row: Ints, column: Ints) -> Floats:
        """Index shares of single cells (m,)."""
        shares = np.where(column < self.first, 0.0, self.opening[row])
        if not self.row.size:
            return shares
        key, order = self._by_line
        place = key.searchsorted(row * self.n_sessions + column, side="right") - 1
        last = order[np.maximum(place, 0)]
        return np.where((place >= 0) & (self.row[last] == row), self.value[last], shares)

    @cached_property
    def _by_line(self) -> tuple[Ints, Ints]:
        """The cells in the order of their lines: keys, and which of them each is."""
        key = self.row * self.n_sessions + self.column
        order = key.argsort(kind="stable")
        return key[order], order

    def used(self) -> Bools:
        """The lines (n,) that are held in some column."""
        used: Bools = self.opening != 0.0
        used[self.row[self.value != 0.0]] = True
        return used

    def from_column(self, first: int) -> HeldShares:
        """The same with nothing held before a column."""
        if first == self.first:
            return self
        later = self.column > first
        return HeldShares(
            first=first,
            n_sessions=self.n_sessions,
            opening=self.at(first),
            column=self.column[later],
            row=self.row[later],
            value=self.value[later],
        )

    def of_rows(self, rows: Ints) -> HeldShares:
        """Those of some of the lines (ascending)."""
        place = np.full(self.opening.size, -1, dtype=np.int64)
        place[rows] = np.arange(rows.size)
        there = place[self.row] >= 0
        return HeldShares(
            first=self.first,
            n_sessions=self.n_sessions,
            opening=self.opening[rows],
            column=self.column[there],
            row=place[self.row[there]],
            value=self.value[there],
        )

    def dense(self) -> Floats:
        """Index shares of every column (n, n_sessions)."""
        return self.by_session().T

    def by_session(self) -> Floats:
        """Index shares (n_sessions, n), session after session."""
        lengths, shares = self._stretches
        return np.repeat(shares, lengths, axis=0)

    def members(self) -> Ints:
        """How many lines are held (n_sessions,)."""
        lengths, shares = self._stretches
        return np.repeat(np.count_nonzero(shares, axis=1), lengths)

    def lists(self) -> Iterator[tuple[int, int, Ints, Floats]]:
        """Stretches in which the same lines are held: first column, column after the last, lines (m,), and
        their index shares (columns, m)."""
        lengths, shares = self._stretches
        held, ends = shares != 0.0, np.cumsum(lengths)
        new = 1 + np.flatnonzero((held[1:] != held[:-1]).any(axis=1))
        column = 0
        for first, stop in itertools.pairwise((0, *new.tolist(), lengths.size)):
            begin, column = column, int(ends[stop - 1])
            rows = np.flatnonzero(held[first])
            if rows.size:
                own = shares[first:stop].take(rows, axis=1)
                yield begin, column, rows, np.repeat(own, lengths[first:stop], axis=0)

    @cached_property
    def _stretches(self) -> tuple[Ints, Floats]:
        """For how many columns (k,) which index shares (k, n) hold."""
        columns = np.concatenate(([-1, self.first], np.unique(self.column)))
        bounds = np.append(np.maximum(columns, 0), self.n_sessions)
        return np.diff(bounds), self.at_each(columns)


class ShareCells(Struct):
    """Puts ``HeldShares`` together, stretch after stretch."""

    n_sessions: int
    first: int = -1
    opening: Floats = field(default_factory=lambda: np.zeros(0))
    _cells: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)

    def add(self, before: Floats, holding: Holding) -> None:
        """Some columns; ``before`` (n,): index shares of the column before them."""
        start, part, rows = holding.columns.start, holding.part, holding.lines.rows
        changed = holding.changes(before)
        moves = np.concatenate((np.zeros((rows.size, 1), np.bool_), part[:, 1:] != part[:, :-1]), 1)
        if self.first < 0:
            self.first, self.opening = start, holding.opening
            changed[0] = False
        else:
            moves[:, 0] = part[:, 0] != before[rows]
        still, quiet = true_cells(changed)
        column, place = true_cells(moves.T)
        columns = np.concatenate((holding.starts[still], start + column))
        row = np.concatenate((quiet, rows[place]))
        value = np.concatenate((holding.shares[still, quiet], part[place, column]))
        order = np.argsort(columns, kind="stable")
        self._cells.append((columns[order], row[order], value[order]))

    def shares(self) -> HeldShares:
        """What was put together."""
        parts = self._cells or [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))]
        column, row, value = (np.concatenate([part[at] for part in parts]) for at in range(3))
        return HeldShares(
            first=max(self.first, 0),
            n_sessions=self.n_sessions,
            opening=self.opening,
            column=column,
            row=row,
            value=value,
        )
