"""How a written table differs from the one computed again: how far, in which row and column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats
from indexcalc.diagnostics import quantity
from indexcalc.market import arrow

# What names a row, of the columns that a table has.
_ROW = ("cap", "effective_date", "date", "symbol")


class TableDifference(Struct, frozen=True):
    """``bits``: equal to the bit; ``largest``: relative difference of any number, inf where rows, columns
    or texts differ; ``where``: the first place of that difference in words, '' where there is none."""

    bits: bool = True
    largest: float = 0.0
    where: str = ""


def table_difference(file: str, written: Any, made: Any) -> TableDifference:
    """The table in ``file`` as ``written`` and as ``made`` again."""
    if not written.schema.equals(made.schema):
        fields = zip(("stored", "recomputed"), (written, made), strict=True)
        said = ", ".join(f"{word} {_columns(table, written, made)}" for word, table in fields)
        return TableDifference(False, np.inf, f"{file}: other columns: {said}")
    if written.num_rows != made.num_rows:
        rows = f"stored {quantity(written.num_rows, 'row')}, recomputed {made.num_rows:,}"
        return TableDifference(False, np.inf, f"{file}: {rows}{_first_row(written, made)}")
    worst = TableDifference()
    for name in written.column_names:
        stored, recomputed = written.column(name), made.column(name)
        other, off = _apart(stored, recomputed)
        if not other.any():
            continue
        largest = float(off.max())
        if worst.bits or largest > worst.largest:
            row = int(np.flatnonzero(other & (off == largest))[0])
            place = " ".join([f"{file} {name}", *_named(written, row)])
            values = f"stored {_value(stored, row)}, recomputed {_value(recomputed, row)}"
            worst = TableDifference(False, largest, f"{place}: {values}")
    return worst


def _apart(stored: Any, recomputed: Any) -> tuple[Bools, Floats]:
    """(rows whose bits differ, how far they are apart), both (n,)."""
    if str(stored.type) != "double":
        left, right = arrow.plain(stored), arrow.plain(recomputed)
        if left.equals(right):
            return np.zeros(len(stored), dtype=np.bool_), np.zeros(len(stored))
        pairs = zip(left.to_pylist(), right.to_pylist(), strict=True)
        unlike = np.array([one != two for one, two in pairs], dtype=np.bool_)
        if not str(stored.type).startswith("decimal"):
            return unlike, np.where(unlike, np.inf, 0.0)
        return unlike, _relative(arrow.floats(left), arrow.floats(right), unlike)
    first, second = arrow.floats(stored), arrow.floats(recomputed)
    bits = first.view(np.int64) != second.view(np.int64)
    other = bits | (arrow.null_mask(stored) != arrow.null_mask(recomputed))
    return other, _relative(first, second, other)


def _relative(first: Floats, second: Floats, other: Bools) -> Floats:
    """Relative differences (n,), of the rows that differ; inf where one of the two is no number."""
    with np.errstate(invalid="ignore", divide="ignore"):
        off = np.abs(first - second) / np.maximum(np.abs(first), np.abs(second))
    off = np.where((first == second) | (np.isnan(first) & np.isnan(second)), 0.0, off)
    return np.where(other, np.where(np.isnan(off), np.inf, off), 0.0)


def _named(table: Any, row: int) -> list[str]:
    """What a row is called: its day, its symbol, in a sweep its point."""
    names = [name for name in _ROW if name in table.column_names]
    return [str(table.column(name)[row].as_py()) for name in names]


def _first_row(written: Any, made: Any) -> str:
    """Where the names of rows first part, of tables of different lengths."""
    shorter = min(written.num_rows, made.num_rows)
    for row in range(shorter):
        stored, recomputed = _named(written, row), _named(made, row)
        if stored != recomputed:
            return f", first: stored {' '.join(stored)}, recomputed {' '.join(recomputed)}"
    longer, word = (written, "stored") if written.num_rows > shorter else (made, "recomputed")
    return f", first {word} alone: {' '.join(_named(longer, shorter))}"


def _columns(table: Any, *both: Any) -> str:
    """The columns of a table that are not, or of another type, in each of ``both``."""
    of_all = [{(field.name, str(field.type)) for field in other.schema} for other in both]
    own: Sequence[tuple[str, str]] = [(field.name, str(field.type)) for field in table.schema]
    odd = [
        f"{name} ({kind})" for name, kind in own if not all((name, kind) in said for said in of_all)
    ]
    return ", ".join(odd) or "none"


def _value(column: Any, row: int) -> str:
    value = column[row].as_py()
    return "null" if value is None else f"{value!r}" if isinstance(value, float) else str(value)
