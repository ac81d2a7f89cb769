"""Two tables of the same kind joined: rows matched by key, values compared, conflicts named."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct, field

from indexcalc.arrays import Bools, Ints
from indexcalc.market import arrow
from indexcalc.market.cell_checks import row_text
from indexcalc.market.tables import TableSpec

OnConflict = Literal["refuse", "keep", "replace"]


class Conflict(Struct, frozen=True):
    """A value that differs: table, key in words, column, the stored value and the new one."""

    table: str
    key: str
    column: str
    old: str
    new: str


class Merged(Struct):
    """The rows of both tables by key, and what became of the new ones.

    ``added`` rows had a new key (``is_new``: which of the table), ``filled`` gave a value where there was
    none, ``same`` added nothing new.  ``conflicts`` holds at most the number asked for, ``n_conflicts`` is
    how many there are.  ``lacking``: of daily rows, see ``daily.lacking``.
    """

    table: Any
    added: int = 0
    filled: int = 0
    same: int = 0
    n_conflicts: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    is_new: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    lacking: list[tuple[str, Any]] = field(default_factory=list)


def merge_rows(
    spec: TableSpec,
    old: Any,
    new: Any,
    prefer: Literal["old", "new"] = "old",
    listed: int | None = None,
) -> Merged:
    """``old`` and ``new`` (both conformed: sorted, keys unique) as one table sorted by key.

    Where both have a key, a value replaces a null; of two values that differ ``prefer`` decides which
    stays, and each is a conflict.  ``listed``: conflicts to describe (None: all).
    """
    joined = pa.concat_tables([old, new], promote_options="permissive")
    keys = _key_codes(spec, joined)
    order = np.lexsort(tuple(reversed(keys))).astype(np.int64)  # stable: old before new
    repeats = np.zeros(order.size, dtype=np.bool_)
    if order.size:
        repeats[1:] = True
        for key in keys:
            repeats[1:] &= key[order[1:]] == key[order[:-1]]
    second = np.flatnonzero(repeats)
    old_rows, new_rows = order[second - 1], order[second]
    first = np.flatnonzero(~repeats)
    base = order[first]
    # Position among the kept rows of each matched pair.
    paired = np.searchsorted(first, second - 1)
    result = Merged(None, added=new.num_rows - int(second.size), is_new=base >= old.num_rows)
    changed = np.zeros(second.size, dtype=np.bool_)
    differing: list[tuple[str, Ints]] = []
    columns: dict[str, Any] = {}
    for name in joined.column_names:
        column = arrow.one_array(joined.column(name))
        take = base
        if name in new.column_names and name not in spec.key and second.size:
            null = arrow.null_mask(column)
            gains = null[old_rows] & ~null[new_rows]
            both = ~null[old_rows] & ~null[new_rows]
            clash = both & _differ(column, old_rows, new_rows)
            changed |= gains | clash
            result.filled += int(gains.sum())
            if clash.any():
                differing.append((name, np.flatnonzero(clash)))
            from_new = gains | clash if prefer == "new" else gains
            take = base.copy()
            take[paired[from_new]] = new_rows[from_new]
        columns[name] = column.take(arrow.from_ints(take))
    result.table = arrow.table(columns)
    result.same = int((~changed).sum())
    for name, pairs in differing:
        result.n_conflicts += int(pairs.size)
        room = pairs.size if listed is None else max(listed - len(result.conflicts), 0)
        column = joined.column(name)
        for pair in pairs[:room]:
            result.conflicts.append(
                Conflict(
                    spec.name,
                    row_text(spec, joined, int(old_rows[pair])),
                    name,
                    value_text(column[int(old_rows[pair])].as_py()),
                    value_text(column[int(new_rows[pair])].as_py()),
                )
            )
    return result


def without_repeats(spec: TableSpec, merged: Merged) -> int:
    """Leave out the added rows of a table with ``holds_from`` that say what holds already; how many.

    A row says so where the row before it, of the same key but for the date, has all its values and was
    known when it was: the answer for any day is the same without it.
    """
    table = merged.table
    codes = dict(zip(spec.key, _key_codes(spec, table), strict=True))
    days = codes.pop(spec.holds_from)
    order = np.lexsort((days, *codes.values())).astype(np.int64)
    before, row = order[:-1], order[1:]
    again = merged.is_new[row]
    for key in codes.values():
        again &= key[before] == key[row]
    for name in table.column_names:
        if name in spec.key:
            continue
        column = arrow.one_array(table.column(name))
        null = arrow.null_mask(column)
        if name == "known_at":
            known = np.where(null, days, arrow.days(column))
            again &= known[before] <= known[row]
        else:
            again &= null[row] | (~null[before] & ~_differ(column, before, row))
    keep = np.ones(table.num_rows, dtype=np.bool_)
    keep[row[again]] = False
    merged.table = table.filter(arrow.from_bools(keep))
    merged.is_new = merged.is_new[keep]
    merged.added -= int(again.sum())
    return int(again.sum())


def type_clashes(old: Any, new: Any) -> list[tuple[str, str, str]]:
    """(column, what the old schema holds, what the new one holds) where values cannot be compared.

    Whole numbers and floats go together, dictionaries are text, a column of nulls is anything.
    """
    clashes = []
    for item in new:
        position = old.get_field_index(item.name)
        if position < 0:
            continue
        kinds = arrow.spoken(old.field(position).type), arrow.spoken(item.type)
        if "nothing" not in kinds and kinds[0] != kinds[1]:
            clashes.append((item.name, *kinds))
    return clashes


def value_text(value: Any) -> str:
    """A cell in words: whole floats without a point, so that 68400.0 reads 68400."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


def _differ(column: Any, left: Ints, right: Ints) -> Bools:
    """Where the (non-null) values of two sets of rows differ; nulls give any answer."""
    if pa.types.is_floating(column.type):
        values = arrow.floats(column)
        return np.asarray(values[left] != values[right])
    if pa.types.is_integer(column.type):
        whole = arrow.integers(column)
        return np.asarray(whole[left] != whole[right])
    if pa.types.is_date32(column.type):
        days = arrow.days(column)
        return np.asarray(days[left] != days[right])
    codes, _ = arrow.coded(pc.cast(column, pa.string()))
    return np.asarray(codes[left] != codes[right])


def _key_codes(spec: TableSpec, table: Any) -> list[npt.NDArray[Any]]:
    """Each key column as integers in the order of its values."""
    codes: list[npt.NDArray[Any]] = []
    for name in spec.key:
        kind = spec.by_name[name].kind
        column = table.column(name)
        if kind == "text":
            codes.append(arrow.sorted_codes(column)[0])
        else:
            codes.append(arrow.days(column) if kind == "date" else arrow.integers(column))
    return codes
