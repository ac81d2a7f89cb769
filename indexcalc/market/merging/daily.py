"""New daily rows into stored ones, row group by row group, files keeping ranges that do not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct, field

from indexcalc.arrays import Bools
from indexcalc.diagnostics import ImportRefused, quantity
from indexcalc.market import arrow, store
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.cell_checks import first_rows
from indexcalc.market.conform import with_sorted_symbols
from indexcalc.market.market_json import StoredFile
from indexcalc.market.merging.rows import (
    Conflict,
    Merged,
    OnConflict,
    merge_rows,
    type_clashes,
)
from indexcalc.market.tables import TABLES

_SPEC = TABLES["daily"]
# Columns that may be absent, but have a value in every row where they are there.
_WHOLE = tuple(column.name for column in _SPEC.columns if column.whole)


class DailyPlan(Struct):
    """Where new rows go: between the stored files, and into those whose range they touch."""

    new_files: list[Any] = field(default_factory=list)
    into: list[tuple[StoredFile, Any]] = field(default_factory=list)


def plan(stored: list[StoredFile], new: Any) -> DailyPlan:
    """``new`` (conformed daily rows) split by the ranges of the stored files."""
    daily_plan = DailyPlan()
    days = arrow.days(new.column("date"))
    at = 0
    for item in stored:
        first = int(np.searchsorted(days, _day(item.first), side="left"))
        stop = int(np.searchsorted(days, _day(item.last), side="right"))
        if first > at:
            daily_plan.new_files.append(new.slice(at, first - at))
        if stop > first:
            daily_plan.into.append((item, new.slice(first, stop - first)))
        at = stop
    if at < new.num_rows:
        daily_plan.new_files.append(new.slice(at))
    return daily_plan


def compare(writer: store.Writer, item: StoredFile, rows: Any, listed: int | None) -> Merged:
    """What merging rows into a stored file would do, without writing; ``table`` stays None.

    Conflicts are described up to ``listed`` (None: all).
    """
    total = Merged(None)
    for old, new in _groups(writer, item, rows):
        if new is None:
            continue
        room = None if listed is None else listed - len(total.conflicts)
        part = merge_rows(_SPEC, old, new, listed=room)
        total.added += part.added
        total.filled += part.filled
        total.same += part.same
        total.n_conflicts += part.n_conflicts
        total.conflicts += part.conflicts
        total.lacking += lacking(part.table, part.is_new)
    return total


def lacking(rows: Any, new: Bools | None = None) -> list[tuple[str, Any]]:
    """(column, keys of the rows without a value) of each column that every row must have where it is there;
    ``new``: of these rows alone."""
    found = []
    for name in _WHOLE:
        bad = np.ones(rows.num_rows, dtype=np.bool_) if new is None else new.copy()
        if name in rows.column_names:
            bad &= arrow.null_mask(rows.column(name))
        if bad.any():
            found.append((name, rows.select(_SPEC.key).filter(arrow.from_bools(bad))))
    return found


def refuse_lacking(writer: store.Writer, new: Any, found: list[tuple[str, Any]], path: str) -> None:
    """ImportRefused (DAT005): added rows (``found``, see ``lacking``) are without a column that other rows
    have, stored ones or ``new`` ones."""
    if not found:
        return
    schemas = [new.schema, *(schema_of(writer, item) for item in writer.contents.of("daily"))]
    there = {name for schema in schemas for name in schema.names}
    for name in sorted({name for name, _ in found} & there):
        rows = pa.concat_tables([keys for column, keys in found if column == name])
        every = np.ones(rows.num_rows, dtype=np.bool_)
        raise ImportRefused.of(
            "DAT005",
            f"{quantity(rows.num_rows, 'row has', 'rows have')} no {name}, and others of the market do: "
            f"{first_rows(_SPEC, rows, every)}",
            path=path,
            where=name,
            hint="import them with it, or together with the file that has it",
        )


def write(writer: store.Writer, daily_plan: DailyPlan, on_conflict: OnConflict) -> list[Conflict]:
    """Write the plan's files; the conflicts that were resolved (all of them)."""
    resolved: list[Conflict] = []
    prefer: Any = "new" if on_conflict == "replace" else "old"
    for item, rows in daily_plan.into:

        def merged(item: StoredFile = item, rows: Any = rows) -> Iterator[Any]:
            for old, new in _groups(writer, item, rows):
                if new is None:
                    yield old
                    continue
                part = merge_rows(_SPEC, old, new, prefer)
                resolved.extend(part.conflicts)
                yield part.table

        schema = schema_of(writer, item)
        for name, *_ in type_clashes(schema, rows.schema):
            schema = schema.remove(schema.get_field_index(name))
        schema = joined_schema([schema, rows.schema])
        writer.put_daily(regrouped(merged(), schema), replacing=[item])
    for table in daily_plan.new_files:
        writer.put_daily(store.sessions_in_groups(with_sorted_symbols(table)))
    return resolved


def compact(writer: store.Writer) -> tuple[int, int]:
    """Join small daily files into few: (files before, files after).

    Files of full row groups stay; from the first other one on, rows move into one file of full row
    groups and one of what is left.  Memory: a few row groups.
    """
    stored = writer.contents.of("daily")
    keep = 0
    while keep < len(stored) and _full(writer, stored[keep]):
        keep += 1
    rest = stored[keep:]
    if len(rest) < 2:
        return len(stored), len(stored)
    schema = joined_schema([schema_of(writer, item) for item in rest])
    sessions = sum(len(_index(writer, item)) for item in rest)
    full = sessions // store.SESSIONS_PER_ROW_GROUP

    def rows() -> Iterator[Any]:
        for item in rest:
            for old, _ in _groups(writer, item, None):
                yield old

    groups = regrouped(rows(), schema)
    after = keep
    if full:
        writer.put_daily((next(groups) for _ in range(full)), replacing=rest)
        after += 1
    tail = list(groups)
    if tail:
        writer.put_daily(tail, replacing=() if full else rest)
        after += 1
    return len(stored), after


def regrouped(tables: Iterable[Any], schema: Any) -> Iterator[Any]:
    """Sorted tables of whole sessions as row groups of 250 sessions, columns as in ``schema``."""
    waiting: list[Any] = []
    sessions = 0
    size = store.SESSIONS_PER_ROW_GROUP
    for table in tables:
        waiting.append(_fitted(table, schema))
        sessions += np.unique(arrow.days(table.column("date"))).size
        if sessions < size:
            continue
        ready = list(store.sessions_in_groups(pa.concat_tables(waiting), size))
        waiting, sessions = [], sessions % size
        if sessions:
            waiting = [ready.pop()]
        for group in ready:
            yield with_sorted_symbols(group)
    if waiting:
        yield with_sorted_symbols(pa.concat_tables(waiting))


def joined_schema(schemas: list[Any]) -> Any:
    """One schema for files that may lack columns or hold whole numbers where others hold floats."""
    fields: dict[str, Any] = {}
    for schema in schemas:
        for item in schema:
            seen = fields.get(item.name)
            if seen is None or (pa.types.is_integer(seen) and pa.types.is_floating(item.type)):
                fields[item.name] = item.type
    known = [name for name in _SPEC.by_name if name in fields]
    extra = sorted(name for name in fields if name not in _SPEC.by_name)
    return pa.schema([(name, fields[name]) for name in (*known, *extra)])


def _fitted(table: Any, schema: Any) -> Any:
    columns = {}
    for item in schema:
        if item.name not in table.column_names:
            columns[item.name] = pa.nulls(table.num_rows, item.type)
            continue
        column = arrow.one_array(table.column(item.name))
        if column.type != item.type:
            column = pc.cast(column, item.type)
        columns[item.name] = column
    return arrow.table(columns)


def _groups(
    writer: store.Writer, item: StoredFile, rows: Any | None
) -> Iterator[tuple[Any, Any | None]]:
    """(stored row group, the new rows that belong to it or None) in order."""
    file = store.open_stored(writer.path, item)
    try:
        days = arrow.days(rows.column("date")) if rows is not None else np.zeros(0, dtype=np.int32)
        at = 0
        for group in range(file.num_row_groups):
            old = file.read_row_group(group)
            # A column of another type holds no value, or the rows were refused.
            if rows is not None:
                clashes = type_clashes(old.schema, rows.schema)
                old = old.drop_columns([name for name, *_ in clashes])
            stop = days.size
            if group + 1 < file.num_row_groups:
                last = int(arrow.days(old.column("date"))[-1])
                stop = int(np.searchsorted(days, last, side="right"))
            yield old, rows.slice(at, stop - at) if rows is not None and stop > at else None
            at = max(at, stop)
    finally:
        file.close()


def clashing(writer: store.Writer, item: StoredFile, schema: Any) -> Any:
    """The columns of a stored file whose values cannot be compared with those of ``schema``."""
    file = store.open_parquet(writer.path / item.name)
    try:
        return file.read([name for name, *_ in type_clashes(file.schema_arrow, schema)])
    finally:
        file.close()


def schema_of(writer: store.Writer, item: StoredFile) -> Any:
    """The columns of a stored file."""
    file = store.open_parquet(writer.path / item.name)
    try:
        return file.schema_arrow
    finally:
        file.close()


def _index(writer: store.Writer, item: StoredFile) -> Any:
    file = store.open_parquet(writer.path / item.name)
    try:
        return store.daily_index(file, writer.path / item.name)[0]
    finally:
        file.close()


def _full(writer: store.Writer, item: StoredFile) -> bool:
    """Does every row group of a file hold as many sessions as one may?"""
    file = store.open_parquet(writer.path / item.name)
    try:
        sessions = len(store.daily_index(file, writer.path / item.name)[0])
        return bool(sessions == file.num_row_groups * store.SESSIONS_PER_ROW_GROUP)
    finally:
        file.close()


def _day(text: str) -> int:
    import datetime as dt

    return day_number(dt.date.fromisoformat(text))
