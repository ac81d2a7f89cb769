"""The array types of the whole package, named by what they hold."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
"""Prices, factors, weights, values: float64; NaN is unknown."""

Ints = npt.NDArray[np.int64]
"""Counts, positions and keys: int64."""

Bools = npt.NDArray[np.bool_]

Codes = npt.NDArray[np.int32]
"""Positions of lines in ``market.symbols``: int32; -1 is none."""

Days = npt.NDArray[np.int32]
"""Days since 1970-01-01 as in date32: int32."""

States = npt.NDArray[np.int8]
"""Small codes of a closed set: int8."""

NULL_DAY = int(np.iinfo(np.int32).min)
"""What a null becomes in an array of days: a value no date has."""


def true_cells(mask: Bools) -> tuple[Ints, Ints]:
    """Rows and columns of the true cells of a mask (n, m), row by row: ``np.nonzero``, but much faster."""
    rows, columns = np.divmod(np.flatnonzero(mask), max(mask.shape[1], 1))
    return rows, columns


def position_in(values: Ints | Codes, value: int, side: Literal["left", "right"] = "left") -> int:
    """Where one value belongs among ascending ones: ``np.searchsorted``, which would bring all of an int32
    array to int64 first."""
    return int(values.searchsorted(values.dtype.type(value), side))
