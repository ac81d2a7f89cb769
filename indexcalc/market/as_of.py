"""What was known on a day: values from tables whose rows hold from a date and may be known later.

A row counts on day t when it holds (``from`` <= t) and was known (``known_at`` <= t; null: known on
the day it holds from).  Of the rows that count, the one with the latest ``from`` is in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints, position_in
from indexcalc.market import arrow

_SHIFT = np.int64(1) << 32
_OFFSET = np.int64(1) << 31
_MANY = 8
"""So many times as many look-ups as there are rows are many."""


def keys(codes: npt.NDArray[Any], days: npt.NDArray[Any]) -> Ints:
    """(symbol code, day) pairs as one sortable int64 each; broadcasts."""
    pairs: Ints = codes.astype(np.int64) * _SHIFT + (days.astype(np.int64) + _OFFSET)
    return pairs


def split_keys(both: Ints) -> tuple[Codes, Codes]:
    """(symbol codes, days) of ``keys``."""
    code = (both >> np.int64(32)).astype(np.int32)
    return code, ((both & (_SHIFT - 1)) - _OFFSET).astype(np.int32)


class AsOf(Struct, frozen=True):
    """Rows in the order they come to count: ``keys`` ascending, ``rows`` the table row of each.

    ``days``, ascending, on which the same rows come to count, with ``by_day``: (their codes, the rows).
    """

    keys: Ints
    rows: Ints
    days: Codes
    by_day: tuple[Codes, Ints]

    def at(self, codes: Codes, days: npt.NDArray[Any]) -> Ints:
        """The table row in force for each (code, day); -1 where none is.  Shapes broadcast."""
        codes, days = np.asarray(codes), np.asarray(days)
        if self.keys.size == 0:
            return np.full(np.broadcast_shapes(codes.shape, days.shape), -1, dtype=np.int64)
        if _of_one_day(codes, days, self.keys.size):
            return self._on_day(codes, int(days[0]))
        wanted = keys(codes, days)
        many = wanted.ndim == 1 and wanted.size > _MANY * self.keys.size
        if many and codes.shape == wanted.shape and codes.min() >= 0:
            return self._at_many(codes, wanted)
        position = np.searchsorted(self.keys, wanted, side="right") - 1
        entry = np.maximum(position, 0)
        same = (position >= 0) & ((self.keys[entry] >> np.int64(32)) == (wanted >> np.int64(32)))
        return np.where(same, self.rows[entry], -1)

    def _on_day(self, codes: Codes, day: int) -> Ints:
        """``at`` of many codes on one day: of the rows that count by then, the last of each code."""
        upto = position_in(self.days, day, "right")
        code, row = (part[:upto] for part in self.by_day)
        n = int(max(code.max(initial=0), codes.max())) + 1
        in_force = np.full(n, -1, dtype=np.int64)
        in_force[code] = row  # of several the one assigned last stays
        return in_force[codes]

    def _at_many(self, codes: Codes, wanted: Ints) -> Ints:
        """``at``, where most codes have one row, which takes no search."""
        code_of = self.keys >> np.int64(32)
        n = int(max(code_of[-1], codes.max(initial=0))) + 1
        bounds = np.searchsorted(code_of, np.arange(n + 1))
        first, size = bounds[:-1], np.diff(bounds)
        # Before its first row a code has none; before that of a code without one nothing counts.
        begins = np.append(self.keys, np.iinfo(np.int64).max)[first]
        begins[size == 0] = np.iinfo(np.int64).max
        rows = np.append(self.rows, -1)[first]
        found = np.where(wanted >= begins[codes], rows[codes], -1)
        several = np.flatnonzero((size > 1)[codes])
        if several.size:
            position = np.searchsorted(self.keys, wanted[several], side="right") - 1
            there = position >= first[codes[several]]
            found[several] = np.where(there, self.rows[np.maximum(position, 0)], -1)
        return found


def _of_one_day(codes: Codes, days: npt.NDArray[Any], n_rows: int) -> bool:
    """Are many lines asked about on one day, all of them known, so that every row is better read once?"""
    if codes.ndim != 1 or codes.shape != days.shape or codes.size * _MANY <= n_rows:
        return False
    return bool(codes.min(initial=0) >= 0 and codes.size and (days == days[0]).all())


def as_of(codes: Codes, from_days: Codes, known_days: Codes, keep: Bools) -> AsOf:
    """Index the rows marked ``keep`` (shape (n,)) with a code >= 0 for lookups by day.

    ``known_days`` is ``NULL_DAY`` where a row was known on the day it holds from.
    """
    rows = np.flatnonzero(keep & (codes >= 0)).astype(np.int64)
    code, start = codes[rows], from_days[rows]
    counts_from = np.maximum(start, known_days[rows])
    order = np.lexsort((start, counts_from, code))
    rows, code, start, counts_from = rows[order], code[order], start[order], counts_from[order]
    if rows.size:
        # A row known late never displaces one that holds from a later day.
        latest = np.maximum.accumulate(keys(code, start))
        useful = keys(code, start) >= latest
        rows, code, counts_from = rows[useful], code[useful], counts_from[useful]
    by_day = np.argsort(counts_from, kind="stable")
    return AsOf(keys(code, counts_from), rows, counts_from[by_day], (code[by_day], rows[by_day]))


def known_days(table: Any) -> Codes:
    """The ``known_at`` column as days, ``NULL_DAY`` where null or absent."""
    if "known_at" not in table.column_names:
        return np.full(table.num_rows, arrow.NULL_DAY, dtype=np.int32)
    return arrow.days(table.column("known_at"))


def known_by(table: Any, day: int) -> Any:
    """The rows of a table known on ``day`` or before (all, when it has no ``known_at``)."""
    if "known_at" not in table.column_names:
        return table
    late = known_days(table) > day
    return table.filter(arrow.from_bools(~late)) if late.any() else table


class History:
    """Lookups into one table whose rows hold from a date column, column by column.

    A null is no statement: the value before it stays in force ("a column's last value known").
    """

    def __init__(self, table: Any, from_column: str, order: Mapping[str, int]) -> None:
        self.table = table
        self.codes = arrow.codes_into(table.column("symbol"), order)
        self.from_days = arrow.days(table.column(from_column))
        self.known_days = known_days(table)
        self._columns: dict[str, AsOf] = {}
        self._numbers: dict[str, Floats] = {}
        self._dates: dict[str, Codes] = {}
        self._labels: dict[str, tuple[Codes, tuple[str, ...]]] = {}

    def rows(self, column: str) -> AsOf:
        """The index of the rows with a value in ``column``; KeyError: no such column."""
        if column not in self._columns:
            known = ~arrow.null_mask(self.table.column(column))
            self._columns[column] = as_of(self.codes, self.from_days, self.known_days, known)
        return self._columns[column]

    def change_days(self, column: str) -> tuple[Codes, Codes]:
        """(codes, days) at which a value of ``column`` comes to count."""
        index = self.rows(column)
        return split_keys(index.keys)

    def numbers(self, column: str, codes: Codes, days: npt.NDArray[Any]) -> Floats:
        """float64 values in force for each (code, day); NaN where none is known."""
        rows = self.rows(column).at(codes, days)
        if column not in self._numbers:
            self._numbers[column] = np.append(arrow.floats(self.table.column(column)), np.nan)
        return self._numbers[column][rows]

    def dates(self, column: str, codes: Codes, days: npt.NDArray[Any]) -> Codes:
        """Dates in force as days; ``NULL_DAY`` where none is known."""
        rows = self.rows(column).at(codes, days)
        if column not in self._dates:
            known = arrow.days(self.table.column(column))
            self._dates[column] = np.append(known, np.int32(arrow.NULL_DAY))
        return self._dates[column][rows]

    def labels(
        self, column: str, codes: Codes, days: npt.NDArray[Any]
    ) -> tuple[Codes, tuple[str, ...]]:
        """Text values in force as (codes into values, values); -1 where none is known."""
        rows = self.rows(column).at(codes, days)
        if column not in self._labels:
            codes_of_texts, texts = arrow.sorted_codes(self.table.column(column))
            self._labels[column] = (np.append(codes_of_texts, np.int32(-1)), tuple(texts))
        values, names = self._labels[column]
        return values[rows], names


class Spells:
    """Designations: spells from a day until (not including) another, by kind."""

    def __init__(self, table: Any, order: Mapping[str, int]) -> None:
        self.codes = arrow.codes_into(table.column("symbol"), order)
        starts = np.maximum(arrow.days(table.column("from")), known_days(table))
        ends = (
            arrow.days(table.column("to"))
            if "to" in table.column_names
            else np.full(table.num_rows, arrow.NULL_DAY, dtype=np.int32)
        )
        ends = np.where(ends == arrow.NULL_DAY, np.iinfo(np.int32).max, ends)
        self.starts = starts
        self.ends = np.maximum(ends, starts).astype(np.int32)
        self.kind_codes, self.kinds = arrow.sorted_codes(table.column("kind"))
        self._of_kind: dict[str, tuple[Codes, Codes, Codes]] = {}
        self._in_order: dict[str, tuple[Ints, Ints]] = {}

    def holds(self, kind: str, codes: Codes, days: npt.NDArray[Any]) -> Bools:
        """Is a spell of ``kind`` in force for each (code, day)?  Shapes broadcast."""
        codes, days = np.asarray(codes), np.asarray(days)
        if kind not in self.kinds:
            return np.zeros(np.broadcast_shapes(codes.shape, days.shape), dtype=np.bool_)
        if kind not in self._of_kind:
            rows = (self.kind_codes == self.kinds.index(kind)) & (self.codes >= 0)
            self._of_kind[kind] = self.codes[rows], self.starts[rows], self.ends[rows]
        whose, starts, ends = self._of_kind[kind]
        if _of_one_day(codes, days, self.codes.size):
            here = whose[(starts <= days[0]) & (days[0] < ends)]
            held = np.zeros(int(max(codes.max(), here.max(initial=0))) + 1, dtype=np.bool_)
            held[here] = True
            one_day: Bools = held[codes]
            return one_day
        wanted = keys(codes, days)
        if kind not in self._in_order:
            self._in_order[kind] = np.sort(keys(whose, starts)), np.sort(keys(whose, ends))
        begun, over = self._in_order[kind]
        open_now = np.searchsorted(begun, wanted, side="right") - np.searchsorted(
            over, wanted, side="right"
        )
        # Lines before cancel out: each of their spells has begun and is over in key order.
        holding: Bools = open_now > 0
        return holding

    def change_days(self) -> tuple[Codes, Codes]:
        """(codes, days) at which some spell begins or ends."""
        both = np.concatenate((self.starts, self.ends))
        return np.concatenate((self.codes, self.codes)), both
