"""Tables written as Parquet, CSV or JSON, whole or not at all; read back they are the same numbers."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from indexcalc.diagnostics import UsageError

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
            pq.write_table(table, aside[name], compression="lz4")
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
            pq.write_table(table, aside, compression="lz4")
        elif path.suffix == ".csv":
            aside.write_text(csv_text(table), encoding="utf-8", newline="")
        else:
            rows = json.dumps(table.to_pylist(), ensure_ascii=False, indent=1, default=str)
            aside.write_text(rows + "\n", encoding="utf-8", newline="\n")
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


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


def _cell(value: Any) -> Any:
    """A value as a cell of a CSV file."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
