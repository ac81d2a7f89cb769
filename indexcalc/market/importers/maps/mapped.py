"""The format ``table``: any CSV, TSV, Parquet, Arrow IPC or Feather file with a column map.

Without a map the headers must be the market's own column names; which table it is then follows from
``--into`` or from the key columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.files.layout import PLAIN
from indexcalc.market.importers.files.opening import open_file
from indexcalc.market.importers.files.source import Source
from indexcalc.market.importers.files.sql import read_query
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.maps.column_map import ColumnFrom, FileMap, TableMap
from indexcalc.market.importers.maps.map_nodes import nearest
from indexcalc.market.importers.maps.map_reader import read_map
from indexcalc.market.importers.maps.reshape import reshaped
from indexcalc.market.importers.maps.table_maker import TableMaker
from indexcalc.market.importers.problems import Problems
from indexcalc.market.tables import TABLES, new_name

# Tables in which columns of the user's own are welcome, for rules to use.
OPEN_TABLES = ("daily", "securities")
_PAGE = "docs/tables.md"


def read(path: Path, options: Options) -> Imported:
    """The tables of one file.

    ImportRefused: IMP001-IMP005, IMP008 (what cannot be read, all of it), IMP002 (no map, and the
    headers are not the market's), IMP006 (a day is needed and not given), IMP007 (the map).
    """
    file_map = read_map(options.map_path) if options.map_path is not None else None
    layout = file_map.layout if file_map is not None else PLAIN
    assumed: list[str] = []
    source = open_file(path, options.max_size, layout, assumed)
    return _tables(source, file_map, options, assumed)


def read_sql(query: str, database: str, options: Options) -> Imported:
    """The tables of a database's answer.  Refused: as ``read``, and what ``files.sql`` refuses."""
    file_map = read_map(options.map_path) if options.map_path is not None else None
    return _tables(read_query(query, database, options.max_size), file_map, options, ())


def _tables(
    source: Source, file_map: FileMap | None, options: Options, assumed: Iterable[str]
) -> Imported:
    path = source.path
    result = Imported(str(path), "table", facts=dict(file_map.facts) if file_map else {})
    for text in assumed:
        result.note("assumed", text)
    result.note("read", f"rows of {path.name}", source.rows)
    if file_map is not None:
        source = reshaped(source, file_map, options, result)
    file_map = file_map or FileMap((_canonical(source, options.into, result),))
    problems = Problems(str(path))
    _check_headers(source, file_map, problems)
    problems.finish()
    for name, kind in source.unread.items():
        result.note("dropped", f"the column {name!r}, of the type {kind}, which is not read")
    for table in file_map.tables:
        TableMaker(source, file_map, table, options, result, problems).make()
    problems.finish()
    return result


def _header_hint(names: set[str], into: str | None, fitting: Sequence[str] = ()) -> str:
    """What to do where headers do not fit: the columns that the table named, or else the nearest, needs."""
    if len(fitting) > 1:
        return f"they are those of {' and '.join(fitting)}: say which with --into TABLE"
    table = into or _nearest_table(names)
    if not table:
        return (
            f"the tables are {', '.join(TABLES)}: {_PAGE} lists their columns; give --map MAP.yaml"
        )
    needed = _required(table)
    missing = ", ".join(name for name in needed if name not in names)
    which = f"{table} needs" if into else f"the nearest table is {table}, which needs"
    return (
        f"{which} {', '.join(needed)}"
        + (f"; missing: {missing}" if missing else "")
        + f"; rename the headers or give --map MAP.yaml ({_PAGE} lists all tables and columns)"
    )


def _nearest_table(names: Iterable[str]) -> str:
    """The table whose required columns the headers come nearest to; '' where nothing is alike."""
    said = {name.strip().lower() for name in names} - {""}

    def likeness(table: str) -> tuple[float, float]:
        needed = _required(table)
        found = sum(_alike(name, said) for name in needed)
        return found, found / len(needed)

    best = max(TABLES, key=likeness)
    return best if likeness(best)[0] else ""


def _alike(column: str, said: set[str]) -> float:
    """1 where a header is the column, a half where one is a part of the other."""
    if column in said:
        return 1.0
    return (
        0.5
        if any(
            len(min(column, name, key=len)) > 3 and (name in column or column in name)
            for name in said
        )
        else 0.0
    )


def _required(table: str) -> list[str]:
    spec = TABLES[table]
    needed = [column.name for column in spec.columns if column.required]
    return [*needed, " or ".join(spec.either)] if spec.either else needed


def _canonical(source: Source, into: str | None, result: Imported) -> TableMap:
    """The map of a file whose headers are the market's own.  ImportRefused (IMP002): they are not."""
    names = {*source.names, *source.unread}
    if into is not None and into not in TABLES:
        hint = new_name(into) or nearest(into, TABLES)
        raise ImportRefused.of("IMP002", f"there is no table {into}", hint=hint)
    fitting = [
        spec.name
        for spec in TABLES.values()
        if {column.name for column in spec.columns if column.required} <= names
        and (not spec.either or not names.isdisjoint(spec.either) or spec.name == into)
        and (into is None or spec.name == into)
    ]
    # `sessions` needs a date alone: nothing else of a file may be dropped for it.
    if into is None and fitting == ["sessions"] and len(names) > 1:
        raise ImportRefused.of(
            "IMP002",
            f"the headers are of no table: {', '.join(source.names)[:500]}",
            path=str(source.path),
            hint=f"{_header_hint(names, None)}; a table of dates x lines needs a map with `wide: "
            "{keep: date, names: symbol, values: close}` (docs/importing.md); a list of sessions has "
            "the column date alone",
        )
    if len(fitting) > 1:
        best = max(len(names & set(TABLES[name].by_name)) for name in fitting)
        fitting = [name for name in fitting if len(names & set(TABLES[name].by_name)) == best]
    if into is None and fitting == ["securities"] and not names & {"valid_from", "name", "market"}:
        fitting = []
    if len(fitting) != 1:
        what = f"the columns of the table {into}" if into else "the columns of one table"
        raise ImportRefused.of(
            "IMP002",
            f"the headers are not {what}: {', '.join(source.names)[:500]}",
            path=str(source.path),
            hint=_header_hint(names, into, fitting),
        )
    known = TABLES[fitting[0]].by_name
    taken = [name for name in (*source.names, *source.unread) if name in known]
    others = [name for name in source.names if name not in known]
    if fitting[0] in OPEN_TABLES:
        taken += [name for name in others if name]
        others = [name for name in others if not name]
    if others:
        result.note("dropped", f"columns {', '.join(map(repr, others))}", len(others))
    return TableMap(fitting[0], {name: (ColumnFrom(name),) for name in taken})


def _check_headers(source: Source, file_map: FileMap, problems: Problems) -> None:
    """IMP005 for every header the map names and the file does not have."""
    for table in file_map.tables:
        named = [item for items in table.columns.values() for item in items if not item.given]
        wanted = [(item.column, item.span) for item in named]
        wanted += [(item.divide_by, item.span) for item in named if item.divide_by]
        if table.changes is not None:
            changes = table.changes
            headers = (changes.action,) if changes.action else (*changes.added, *changes.removed)
            wanted += [(name, changes.span) for name in headers]
        wanted += [(name, table.span) for name in (*table.where, *table.unless)]
        for name, span in wanted:
            if name not in source.names:
                told = {"hint": nearest(name, source.names), **source.missing(name)}
                problems.add(**told, span=span, where=name if span is None else "")
