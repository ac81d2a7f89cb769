"""Tables and records as Parquet, CSV or JSON, whole or not at all; read back they are the same numbers.

No NaN and no infinity is written: a number that is not finite is one there is none of, and is null.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from indexcalc.diagnostics import UsageError
from indexcalc.market import arrow

SUFFIXES = (".csv", ".json", ".parquet")

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_tables(folder: Path, tables: Mapping[str, Any]) -> None:
    """Write each table as ``folder/NAME.parquet``: all are written aside, then renamed.

    OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    aside = {name: folder / f".new-{name}.parquet" for name in tables}
    try:
        for name, table in tables.items():
            _write_parquet(aside[name], table)
        for name, path in aside.items():
            os.replace(path, folder / f"{name}.parquet")
    finally:
        for path in aside.values():
            path.unlink(missing_ok=True)


def write_table(path: Path, table: Any) -> None:
    """Write a table to a file, in the form its name ends with.

    UsageError (ANA001): the name ends with none of ``SUFFIXES``.  OSError: it cannot be written.
    """
    if path.suffix not in SUFFIXES:
        raise UsageError.of(
            "ANA001",
            f"`{path.name}` does not say what to write",
            where="--out",
            hint=f"a name that ends with {', '.join(SUFFIXES)}",
        )
    aside = path.with_name(f".new-{path.name}")
    try:
        if path.suffix == ".parquet":
            _write_parquet(aside, table)
        elif path.suffix == ".csv":
            aside.write_text(csv_text(table), encoding="utf-8", newline="")
        else:
            text = json_text(table.to_pylist()) + "\n"
            aside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _write_parquet(path: Path, table: Any) -> None:
    """To a stream: of a path, `a:b.parquet` would be taken for the address of a store."""
    with path.open("wb") as stream:
        pq.write_table(with_nulls(table), stream, compression="lz4")


def csv_text(table: Any, delimiter: str = ",") -> str:
    """A table as CSV: shortest digits that give the same number, nothing for null, ISO dates.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow([_cell(name) for name in table.column_names])
    columns = [table.column(name).to_pylist() for name in table.column_names]
    for row in zip(*columns, strict=True):
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def json_text(record: Any) -> str:
    """Rows, mappings and values as JSON, as every reader takes it; dates are ISO text."""
    return json.dumps(_finite(record), ensure_ascii=False, indent=1, default=str, allow_nan=False)


def with_nulls(table: Any) -> Any:
    """A table with null for every number that is not finite."""
    for place, name in enumerate(table.column_names):
        column = table.column(place)
        if str(column.type) == "double":
            values = arrow.floats(column)
            if not np.isfinite(values).all():
                values = np.where(np.isfinite(values), values, np.nan)
                table = table.set_column(place, name, arrow.from_floats(values, nan_is_null=True))
    return table


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def _cell(value: Any) -> Any:
    """A value as a cell of a CSV file."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    return "" if value is None else value
