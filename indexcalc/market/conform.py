"""Data from outside, converted to the tables of a market.

``conform`` turns any Arrow data into the canonical form every reader relies on: the types of
``TABLES``, rows sorted by key, keys unique, nothing out of bounds.  What does not fit becomes
diagnostics, all of them, with the first offending row named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from indexcalc.arrays import Ints
from indexcalc.diagnostics import Findings, quantity
from indexcalc.market import arrow
from indexcalc.market.cell_checks import (
    bounds,
    bounds_hint,
    check_dates,
    check_texts,
    dates_of_times,
    days_of_times,
    first_rows,
    may_be_null,
    out_of_bounds,
)
from indexcalc.market.plausibility import meant_for
from indexcalc.market.tables import TABLES, Column, TableSpec

_ARROW_TYPE = {
    "date": pa.date32(),
    "text": pa.string(),
    "float": pa.float64(),
    "integer": pa.int64(),
}


def conform(name: str, data: Any, findings: Findings, path: str = "") -> Any | None:
    """``data`` (anything with an Arrow stream) as the table ``name``; None when it cannot be.

    Types: date32, string (``daily.symbol``: dictionary<int32, string>, dictionary in byte order),
    float64, int64 (float64 where shares are fractional); nulls alone may have any.  Other columns
    are kept: numbers as float64 or int64 (float64 beyond 64 bits), text as string, booleans as they are,
    times as their days; a type that is none of these is left out (DAT003, a warning).  Rows are sorted by
    key.  Findings: DAT002 missing column, DAT003 type, DAT004 duplicate key, DAT005 null, DAT006 out of
    bounds.
    KeyError: no such table.  TypeError: not Arrow data.
    """
    spec = TABLES[name]
    table = arrow.from_any(data)
    path = path or name
    before = len(findings.errors)
    twice = sorted(column for column, times in Counter(table.column_names).items() if times > 1)
    if twice:
        findings.add(
            "DAT015",
            f"the table {name} has the column {', '.join(map(repr, twice[:10]))} more than once",
            path=path,
        )
        return None
    columns: dict[str, Any] = {}
    for column in spec.columns:
        raw = table.column(column.name) if column.name in table.column_names else None
        if raw is None:
            if column.required:
                near = meant_for(column.name, table.column_names)
                findings.add(
                    "DAT002",
                    f"the table {name} has no column {column.name}; it has "
                    f"{', '.join(table.column_names) or 'none'}",
                    path=path,
                    where=column.name,
                    hint=f"is it the column {near}?  rename it" if near else "",
                )
            elif column.default is not None or column.name in spec.key:
                columns[column.name] = _filled(column, table.num_rows)
            continue
        array = _typed(spec, column, raw, findings, path)
        if array is not None:
            columns[column.name] = array
    columns |= _extras(spec, table, findings, path)
    if len(findings.errors) > before:
        return None
    order, codes = _sorted_by_key(spec, columns)
    result = arrow.table(columns)
    if order is not None:
        result = result.take(arrow.from_ints(order))
        columns = {key: result.column(key) for key in result.column_names}
    _check_unique(spec, result, codes, findings, path)
    check_texts(spec, result, findings, path)
    check_dates(result, findings, path)
    _check_values(spec, result, findings, path)
    _check_either(spec, result, codes, findings, path)
    if len(findings.errors) > before:
        return None
    if name == "daily":
        result = with_sorted_symbols(result)
    return result


def with_sorted_symbols(table: Any) -> Any:
    """The table with ``symbol`` as dictionary<int32, string>, dictionary in byte order."""
    codes, values = arrow.sorted_codes(table.column("symbol"))
    position = table.column_names.index("symbol")
    return table.set_column(position, "symbol", arrow.from_codes(codes, values))


def _filled(column: Column, rows: int) -> Any:
    if column.kind == "integer":
        return arrow.from_ints(np.full(rows, int(column.default or 0)))
    if column.kind == "date":
        return arrow.from_days(np.full(rows, arrow.NULL_DAY, dtype=np.int32))
    return arrow.from_texts([str(column.default)] * rows)


def _typed(spec: TableSpec, column: Column, raw: Any, findings: Findings, path: str) -> Any | None:
    """``raw`` in the type of ``column``; None (and DAT003) when it cannot be."""
    array = arrow.decoded(raw)
    kind = array.type
    if pa.types.is_dictionary(kind) and column.kind != "text":
        array = array.cast(kind.value_type)
        kind = array.type
    wanted = _ARROW_TYPE[column.kind]
    if array.null_count == len(array):  # pandas calls a column of nothing float64 or object
        return _with_default(column, pa.nulls(len(array), wanted))
    hint = ""
    if column.kind == "text":
        if pa.types.is_dictionary(kind) and column.name == "symbol":
            # A null may stand in the dictionary as well as in the codes.
            return array.cast(wanted) if array.dictionary.null_count else array
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            hint = "symbols are text: 5930 has lost the zeros of 005930"
        elif pa.types.is_dictionary(kind) or arrow.is_text(kind):
            return _with_default(column, array.cast(wanted))
    elif column.kind == "date":
        if pa.types.is_date32(kind):
            return array
        if pa.types.is_date64(kind) or pa.types.is_timestamp(kind):
            return dates_of_times(spec, column, array, findings, path)
        if arrow.is_text(kind):
            try:
                return array.cast(pa.string()).cast(wanted)
            except pa.ArrowInvalid as error:
                hint = f"dates as text are YYYY-MM-DD ({error})"
    elif (
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    ) and not pa.types.is_boolean(kind):
        if column.kind == "float":
            return arrow.doubles(array)
        try:
            return _with_default(column, array.cast(wanted))
        except pa.ArrowInvalid:
            return arrow.doubles(array)  # fractional shares
    findings.add(
        "DAT003",
        f"{spec.name}.{column.name} has type {raw.type}; it needs {_spoken(column)}",
        path=path,
        where=column.name,
        hint=hint,
    )
    return None


def _with_default(column: Column, array: Any) -> Any:
    if column.default is not None and array.null_count:
        # pyarrow turns a bare value into a scalar through pandas.
        return array.fill_null(_filled(column, 1)[0])
    return array


def _spoken(column: Column) -> str:
    return {
        "date": "dates (date32 or timestamp)",
        "text": "text",
        "float": "numbers",
        "integer": "whole numbers",
    }[column.kind]


def _extras(spec: TableSpec, table: Any, findings: Findings, path: str) -> dict[str, Any]:
    """The columns the design does not name; what is left out of them is told (DAT003, a warning)."""
    columns: dict[str, Any] = {}
    for name in table.column_names:
        if name in spec.by_name:
            continue
        raw = arrow.decoded(table.column(name))
        array = _extra(raw)
        if array is not None:
            columns[name] = array
        if array is None:
            what, hint = (
                "which rules cannot use: it is left out",
                "give text, numbers, dates or flags",
            )
        elif pa.types.is_integer(raw.type) and pa.types.is_floating(array.type):
            what, hint = "and numbers beyond 64 bits: they become floats", "codes are text"
        elif pa.types.is_timestamp(raw.type) and days_of_times(raw)[1].any():
            what, hint = "and times of day: its days are kept", "times are text"
        else:
            continue
        message = f"the column {name} has the type {raw.type}, {what}"
        findings.add("DAT003", message, path=path, where=name, hint=hint, severity="warning")
    return columns


def _extra(array: Any) -> Any | None:
    """A column the design does not name, in a type rules can use; None when they could not."""
    kind = array.type
    if pa.types.is_dictionary(kind) or arrow.is_text(kind):
        return array.cast(pa.string())
    if pa.types.is_boolean(kind) or pa.types.is_date32(kind):
        return array
    if pa.types.is_timestamp(kind) or pa.types.is_date64(kind):
        try:
            return days_of_times(array)[0]
        except pa.ArrowInvalid:  # no such time zone
            return None
    if pa.types.is_integer(kind):
        return arrow.whole_numbers(array)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return arrow.doubles(array)
    return None


def _sorted_by_key(
    spec: TableSpec, columns: dict[str, Any]
) -> tuple[Ints | None, list[npt.NDArray[Any]]]:
    """(the order that sorts rows by key, or None when they are sorted; the sorted key codes)."""
    keys: list[npt.NDArray[Any]] = []
    for name in spec.key:
        column = spec.by_name[name]
        if column.kind == "text":
            keys.append(arrow.sorted_codes(columns[name])[0])
        elif column.kind == "date":
            keys.append(arrow.days(columns[name]))
        else:
            keys.append(arrow.integers(columns[name]))
    if _ascending(keys):
        return None, keys
    order = np.lexsort(tuple(reversed(keys))).astype(np.int64)
    return order, [key[order] for key in keys]


def _ascending(keys: Sequence[npt.NDArray[Any]]) -> bool:
    """Are rows in (not strictly) ascending order of the key columns?"""
    if keys[0].size < 2:
        return True
    decided = np.zeros(keys[0].size - 1, dtype=np.bool_)
    for key in keys:
        step_down = key[1:] < key[:-1]
        if bool((step_down & ~decided).any()):
            return False
        decided |= key[1:] > key[:-1]
    return True


def _check_unique(
    spec: TableSpec,
    table: Any,
    keys: list[npt.NDArray[Any]],
    findings: Findings,
    path: str,
) -> None:
    if table.num_rows < 2:
        return
    same = np.ones(table.num_rows - 1, dtype=np.bool_)
    for key in keys:
        same &= key[1:] == key[:-1]
    if same.any():
        repeated = np.zeros(table.num_rows, dtype=np.bool_)
        repeated[1:] = same
        findings.add(
            "DAT004",
            f"{quantity(int(same.sum()), 'row repeats', 'rows repeat')} the key of {spec.name} "
            f"({', '.join(spec.key)}): {first_rows(spec, table, repeated)}",
            path=path,
            hint=f"give one row for each {', '.join(spec.key)}",
        )


def _check_values(spec: TableSpec, table: Any, findings: Findings, path: str) -> None:
    for column in spec.columns:
        if column.name not in table.column_names:
            continue
        data = table.column(column.name)
        null = arrow.null_mask(data)
        if null.any() and not may_be_null(spec, column):
            findings.add(
                "DAT005",
                f"{quantity(int(null.sum()), 'row has', 'rows have')} no {column.name}: "
                f"{first_rows(spec, table, null)}",
                path=path,
                where=column.name,
            )
        if column.kind not in ("float", "integer"):
            continue
        bad = out_of_bounds(column, data)
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            findings.add(
                "DAT006",
                f"{quantity(int(bad.sum()), 'row has', 'rows have')} {column.name} {bounds(column)}; "
                f"the first is {arrow.floats(data)[row]:g}: {first_rows(spec, table, bad)}",
                path=path,
                where=column.name,
                hint=bounds_hint(column),
            )


def _check_either(
    spec: TableSpec, table: Any, keys: list[npt.NDArray[Any]], findings: Findings, path: str
) -> None:
    """Each row has exactly one of ``spec.either``, all rows of one list the same."""
    if not spec.either:
        return
    here = [name for name in spec.either if name in table.column_names]
    if not here:
        findings.add(
            "DAT002",
            f"the table {spec.name} has neither {' nor '.join(spec.either)}",
            path=path,
            where=spec.either[0],
        )
        return
    filled = np.array([~arrow.null_mask(table.column(name)) for name in here])
    names = " or ".join(spec.either)
    for wrong, what in (
        (filled.sum(axis=0) == 0, f"no {names}"),
        (filled.sum(axis=0) > 1, f"more than one of {names}"),
    ):
        if wrong.any():
            findings.add(
                "DAT005",
                f"{quantity(int(wrong.sum()), 'row has', 'rows have')} {what}: "
                f"{first_rows(spec, table, wrong)}",
                path=path,
                where=spec.either[0],
                hint=f"give each row {names}",
            )
            return
    same_list = np.ones(max(table.num_rows - 1, 0), dtype=np.bool_)
    for key in keys[:-1]:
        same_list &= key[1:] == key[:-1]
    mixed = np.zeros(table.num_rows, dtype=np.bool_)
    mixed[1:] = same_list & (filled[:, 1:] != filled[:, :-1]).any(axis=0)
    if mixed.any():
        findings.add(
            "DAT005",
            f"a list of {spec.name} has {' in some rows and '.join(spec.either)} in others: "
            f"{first_rows(spec, table, mixed)}",
            path=path,
            where=spec.either[0],
            hint=f"give all rows of one list {names}",
        )
