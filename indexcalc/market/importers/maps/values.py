"""Values of a column that are made, not read: the symbol in a file's name, numbers times a factor."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from indexcalc.diagnostics import ImportRefused
from indexcalc.market import arrow

# AAPL.csv, BRK-B.csv, 7203.T.csv: the whole of a name without small letters is the symbol; else its
# first word, as in 005930-holders.json.
_WHOLE_NAME = re.compile(r"([0-9A-Z][0-9A-Z.=^-]*)\.[a-z][a-z0-9.]*")
_FIRST_WORD = re.compile(r"([0-9A-Z]+)[-_ ]")


def symbol_in_name(path: Path) -> str:
    """The symbol in a file's name, as in ``AAPL.csv`` and ``005930-holders.json``.

    ImportRefused (IMP006): it does not begin with one.
    """
    matched = _WHOLE_NAME.fullmatch(path.name) or _FIRST_WORD.match(path.name)
    if matched is None:
        raise ImportRefused.of(
            "IMP006",
            "the file's name does not begin with the symbol of its line",
            path=str(path),
            hint="call it AAPL.csv or 005930-holders.json, or put the symbol under constants: "
            "{symbol: ...}",
        )
    return matched[1]


def times(values: Any, factor: Fraction) -> Any:
    """``values`` times an exact factor: whole numbers stay whole where the factor is."""
    if factor == 1:
        return values
    null = arrow.null_mask(values)
    if pa.types.is_integer(values.type) and factor.denominator == 1:
        numbers = np.where(null, 0, arrow.integers(values))
        largest = max(int(numbers.max(initial=0)), -int(numbers.min(initial=0)))
        if largest * int(factor) < 1 << 63:  # else a product would be another number
            return arrow.from_ints(numbers * int(factor), null)
    scaled = arrow.floats(values) * float(factor)
    return arrow.from_floats(scaled, nan_is_null=True)
