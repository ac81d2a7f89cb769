"""Issuers as numbers, so that lines of one issuer can be counted together."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Floats, Ints
from indexcalc.review.data.fields import Column


def issuer_numbers(column: Column) -> Ints:
    """The issuer (n,) of each line of a column of all lines; one whose issuer is not known is its own."""
    n = column.missing.size
    own = np.arange(n, dtype=np.int64) + len(column.labels)
    if column.kind != "text":
        return own
    return np.where(column.missing, own, column.values).astype(np.int64)


def by_issuer(values: Floats, issuers: Ints) -> Floats:
    """The sum over an issuer's lines with a value, on each of its lines; NaN where none has one."""
    known = ~np.isnan(values)
    n = int(issuers.max(initial=-1)) + 1
    # np.add.at adds line after line in order, so the bits do not depend on anything else.
    total = np.zeros(n)
    np.add.at(total, issuers[known], values[known])
    some = np.bincount(issuers[known], minlength=n) > 0
    of_issuer: Floats = np.where(some, total, np.nan)[issuers]
    return of_issuer
