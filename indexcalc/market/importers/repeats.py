"""Rows of one file that have one key: those that say the same again, and those that say another thing."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from indexcalc.arrays import Bools
from indexcalc.market import arrow
from indexcalc.market.tables import TableSpec


class Repeats(Struct, frozen=True):
    """``again`` (n,): rows that say in every column what an earlier row says.  ``others``: (earlier row,
    later row, the column) of one key with two values."""

    again: Bools
    others: list[tuple[int, int, str]]


def repeated_rows(spec: TableSpec, rows: Any) -> Repeats:
    """The rows of a table (not yet conformed, in the order of its file) whose key an earlier one has."""
    again = np.zeros(rows.num_rows, dtype=np.bool_)
    keys = [_codes(rows.column(name)) for name in spec.key if name in rows.column_names]
    if rows.num_rows < 2 or not keys:
        return Repeats(again, [])
    order = np.lexsort(tuple(reversed(keys))).astype(np.int64)  # stable: as in the file
    same = np.ones(order.size - 1, dtype=np.bool_)
    for key in keys:
        same &= key[order[1:]] == key[order[:-1]]
    for name in spec.key:
        if name in rows.column_names and not spec.by_name[name].always:
            # What has no key, or none that could be read, is no other row's double.
            same &= ~arrow.null_mask(rows.column(name))[order[1:]]
    earlier, later = order[:-1][same], order[1:][same]
    if not later.size:
        return Repeats(again, [])
    differs = np.full(later.size, -1)
    for position, name in enumerate(rows.column_names):
        codes = _codes(rows.column(name))
        differs[(differs < 0) & (codes[earlier] != codes[later])] = position
    again[later[differs < 0]] = True
    pairs = zip(earlier.tolist(), later.tolist(), differs.tolist(), strict=True)
    others = [(one, two, rows.column_names[at]) for one, two, at in pairs if at >= 0]
    return Repeats(again, sorted(others, key=lambda pair: pair[1]))


def _codes(column: Any) -> npt.NDArray[Any]:
    """Whole numbers that are equal where values are, nulls included."""
    column = arrow.one_array(column)
    if pa.types.is_date32(column.type):
        return arrow.days(column)
    if pa.types.is_integer(column.type):
        return arrow.integers(column)
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    return arrow.integers(pc.dictionary_encode(column).indices)
