"""Rows made of a file, before they are a table: said twice, of one key with two values, out of bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Ints
from indexcalc.diagnostics import Span
from indexcalc.market import arrow
from indexcalc.market.cell_checks import bounds, bounds_hint, out_of_bounds, row_text
from indexcalc.market.importers.files.source import Source
from indexcalc.market.importers.imported import Imported
from indexcalc.market.importers.maps.column_map import TableMap
from indexcalc.market.importers.problems import LISTED, Problems
from indexcalc.market.importers.repeats import Repeats, repeated_rows
from indexcalc.market.tables import TABLES, TableSpec


class Made(Struct, frozen=True):
    """Where rows come from: ``columns`` by name (of every row of the file), ``keep`` (rows of the file
    that are taken) and ``origin`` (the row of the file of each row made)."""

    table: TableMap
    source: Source
    columns: dict[str, Any]
    keep: Bools
    origin: Ints

    def header(self, target: str) -> str:
        """The header from which a column comes; '' where the file does not have it."""
        return next((item.column for item in self.table.columns.get(target, ())), "")


def sound_rows(rows: Any, made: Made, result: Imported, problems: Problems) -> tuple[Any, Ints]:
    """(rows without those that say again what another says, their rows of the file).

    Problems: DAT005 a key without a value, DAT006 a number that its column cannot hold, DAT004 two
    rows of one key that differ.
    """
    spec = TABLES[made.table.table]
    if not problems:  # a cell that cannot be read is told before
        _check_keys(spec, rows, made, problems)
        _check_bounds(spec, made, problems)
    found = repeated_rows(spec, rows)
    _tell_others(rows, found, made, problems)
    if not found.again.any():
        return rows, made.origin
    result.note("dropped", "rows that say again what another says", int(found.again.sum()))
    return rows.filter(arrow.from_bools(~found.again)), made.origin[~found.again]


def _check_keys(spec: TableSpec, rows: Any, made: Made, problems: Problems) -> None:
    """DAT005 for each row without a value that its key must have."""
    for name in spec.key:
        header = made.header(name)
        if not header or spec.by_name[name].always or spec.by_name[name].default is not None:
            continue
        empty = made.origin[arrow.null_mask(rows.column(name))]
        for row in empty[:LISTED].tolist():
            span, where = made.source.place(row, header)
            cell = str(made.source.column(header)[row].as_py() or "").strip()
            problems.add(
                "DAT005",
                f"the row has no {name}",
                span=span,
                where=where,
                hint=f'fill it in, or leave such rows out: `except: {{{header}: "{cell}"}}` in a map',
            )
        problems.count_more("DAT005", int(empty[LISTED:].size))


def _check_bounds(spec: TableSpec, made: Made, problems: Problems) -> None:
    for column in spec.columns:
        header = made.header(column.name)
        if column.kind not in ("float", "integer") or not header:
            continue
        values = made.columns[column.name]
        hint = bounds_hint(column)
        if column.high == 1:
            hint += f"; of percent, in a map: `{column.name}: {{column: {header}, percent: true}}`"
        rows = np.flatnonzero(out_of_bounds(column, values) & made.keep)
        for row in rows[:LISTED].tolist():
            span, where = made.source.place(row, header)
            text = f"{column.name} is {values[row].as_py():g}: {bounds(column)}"
            problems.add("DAT006", text, span=span, where=where, hint=hint)
        problems.count_more("DAT006", int(rows[LISTED:].size))


def _tell_others(rows: Any, found: Repeats, made: Made, problems: Problems) -> None:
    spec = TABLES[made.table.table]
    header = next(filter(None, map(made.header, made.table.columns)), "")

    def place(row: int) -> tuple[Span | None, str]:
        at = int(made.origin[row])
        return made.source.place(at, header) if header else (None, f"row {at + 1}")

    for one, two, name in found.others[:LISTED]:
        span, where = place(two)
        first, first_where = place(one)
        before = f"line {first.line}" if first is not None else first_where
        problems.add(
            "DAT004",
            f"{spec.name} has {row_text(spec, rows, two)} twice, with another {name} on {before}",
            span=span,
            where=where,
            hint=f"a row for each {', '.join(spec.key)}: map the column that tells these rows apart, "
            "or leave rows out with `where` or `except`",
        )
    problems.count_more("DAT004", len(found.others[LISTED:]))
