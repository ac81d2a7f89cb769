"""Who is in an index over some sessions, with what factors."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints

NO_PLACES: Final[Mapping[int, Mapping[int, int]]] = MappingProxyType({})
NO_STEPS: Final[Mapping[int, int]] = MappingProxyType({})


class Steps(Struct, frozen=True):
    """Factors of some lines that only move on some columns: ``values[i]`` (n,) from ``starts[i]`` on.

    ``starts`` ascends from 0.
    """

    starts: tuple[int, ...]
    values: tuple[Floats, ...]

    @classmethod
    def of(cls, factors: Floats) -> Steps:
        """The steps of factors (n, n_sessions)."""
        moves = (factors[:, 1:] != factors[:, :-1]).any(axis=0)
        starts = (0, *(1 + np.flatnonzero(moves)).tolist())
        return cls(starts, tuple(factors[:, start].copy() for start in starts))

    def at(self, column: int) -> Floats:
        """The factors (n,) of a column."""
        return self.values[bisect_right(self.starts, column) - 1]

    def within(self, columns: Ints, rows: Ints) -> Floats:
        """The factors (m, k) of some of the lines in some columns."""
        step = np.searchsorted(self.starts, columns, side="right") - 1
        within: Floats = np.array(self.values)[step[:, None], rows].T
        return within

    def times(self, other: Steps) -> Steps:
        """These, each multiplied by the other's of its line and column."""
        starts = tuple(sorted({*self.starts, *other.starts}))
        return Steps(starts, tuple(self.at(start) * other.at(start) for start in starts))


class Held(Struct, frozen=True):
    """Who is in the index in one block, with what factors.

    ``codes`` (n,) ascending: the lines of the block of prices, held at some time or not.
    ``held`` (n, n_sessions).  ``factor``: float x capping x inclusion (price-weighted: price factor x
    capping x inclusion), None where the scheme uses none.  ``resets``: columns at which weights are set
    anew.
    ``weights``: for value-neutral schemes, the opening weights (n,) of each reset; in the columns of
    ``given``, index shares.  ``places``: by column, by code of who came, whose place it took.
    ``steps_left``: columns at which index shares go a part of the way to those of their list, one of so
    many (two or more).
    """

    codes: Codes
    held: Bools
    factor: Steps | None
    resets: tuple[int, ...] = ()
    weights: tuple[Floats, ...] = ()
    given: frozenset[int] = frozenset()
    places: Mapping[int, Mapping[int, int]] = NO_PLACES
    steps_left: Mapping[int, int] = NO_STEPS
    floats: Steps | None = None

    def factor_at(self, column: int) -> Floats:
        """The factors (n,) of a column."""
        return np.ones(self.codes.size) if self.factor is None else self.factor.at(column)

    def resets_in(self, columns: Ints) -> Bools:
        """Which of some columns (k,) set weights anew."""
        resets = np.zeros(self.held.shape[1], dtype=np.bool_)
        resets[list(self.resets)] = True
        return resets[columns]

    def factor_in(self, columns: Ints, rows: Ints) -> Floats:
        """The factors (m, k) of some of the lines in some columns."""
        if self.factor is None:
            return np.ones((rows.size, columns.size))
        return self.factor.within(columns, rows)

    def float_ratio_in(self, columns: Ints, rows: Ints, before: Floats | None) -> Floats:
        """Float factors (m, k) over those of the session before, 1 where they stay.

        ``columns`` (k,) ascending, between which they stay; ``before`` (n_symbols,): of the session before
        the block.
        """
        ratio = np.ones((rows.size, columns.size))
        if self.floats is None or not columns.size:
            return ratio
        factors = self.floats.within(columns, rows)
        if columns[0] > 0:
            first = self.floats.within(columns[:1] - 1, rows)
        else:
            first = factors[:, :1] if before is None else before[self.codes[rows], None]
        earlier = np.concatenate((first, factors[:, :-1]), axis=1)
        # A line without a factor, or with one of zero, is taken anew when it has one.
        np.divide(factors, earlier, out=ratio, where=(factors != earlier) & (earlier > 0))
        return ratio
