"""What every variant holds of each line, where that is not the same for all: few lines have a row."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints


class Multiples(Struct, frozen=True):
    """Multiples of the common holding and who is capped, (n_symbols, n_variants), by line.

    ``row`` (n_symbols,): the row of a line; row 0 is a line that every variant holds once and none caps.
    Never changed: ``with_rows`` makes another.
    """

    row: Ints
    factor: Floats
    capped: Bools

    @classmethod
    def ones(cls, n_symbols: int, n_variants: int) -> Multiples:
        """Every line once."""
        row = np.zeros(n_symbols, dtype=np.int64)
        return cls(row, np.ones((1, n_variants)), np.zeros((1, n_variants), dtype=np.bool_))

    @property
    def n_variants(self) -> int:
        """How many variants there are."""
        return int(self.factor.shape[1])

    def of(self, codes: Codes | Ints) -> Floats:
        """Multiples (n, n_variants) of lines."""
        rows: Floats = self.factor[self.row[codes]]
        return rows

    def count_capped(self, codes: Codes | Ints) -> Ints:
        """How many of the lines each variant caps (n_variants,)."""
        rows = self.row[codes]
        counted: Ints = np.count_nonzero(self.capped[rows[rows > 0]], axis=0)
        return counted

    def with_rows(self, codes: Codes | Ints, factor: Floats, capped: Bools) -> Multiples:
        """The same with other rows (n, n_variants), or one row for all, for some lines."""
        factor, capped = np.atleast_2d(factor), np.atleast_2d(capped)
        differs = (factor != 1.0).any(axis=1) | capped.any(axis=1)
        apart = np.flatnonzero(np.broadcast_to(differs, codes.shape))
        shape = (codes.size, self.n_variants)
        factor, capped = np.broadcast_to(factor, shape), np.broadcast_to(capped, shape)
        kept = self.row.copy()
        kept[codes] = 0
        used, rows = np.unique(kept, return_inverse=True)
        if used[0] != 0:
            used, rows = np.concatenate(([0], used)), rows + 1
        rows[codes[apart]] = used.size + np.arange(apart.size)
        return Multiples(
            rows,
            np.concatenate((self.factor[used], factor[apart])),
            np.concatenate((self.capped[used], capped[apart])),
        )
