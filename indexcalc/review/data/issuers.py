"""Issuers as numbers, so that lines of one issuer can be counted together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from indexcalc.review.data.fields import Column

Ints = npt.NDArray[np.int64]


def issuer_numbers(column: Column) -> Ints:
    """The issuer (n,) of each line of a column of all lines; one whose issuer is not known is its own."""
    n = column.missing.size
    own = np.arange(n, dtype=np.int64) + len(column.labels)
    if column.kind != "text":
        return own
    return np.where(column.missing, own, column.values).astype(np.int64)
