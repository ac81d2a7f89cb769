"""The format ``table``: any CSV, TSV, Parquet, Arrow IPC or Feather file with a column map.

Without a map the headers must be the market's own column names; which table it is then follows from
``--into`` or from the key columns.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexcalc.arrays import Bools
from indexcalc.diagnostics import ImportRefused
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.importers import cells
from indexcalc.market.importers.files.source import (
    Source,
    is_arrow,
    read_arrow,
    read_bytes,
    read_text,
)
from indexcalc.market.importers.imported import Imported, Observed, Options, date_of_file
from indexcalc.market.importers.maps.column_map import (
    ColumnFrom,
    FileMap,
    TableMap,
    nearest,
    read_map,
)
from indexcalc.market.importers.problems import Problems
from indexcalc.market.tables import TABLES, Column

# Tables in which columns of the user's own are welcome, for rules to use.
OPEN_TABLES = ("daily", "securities")


def read(path: Path, options: Options) -> Imported:
    """The tables of one file.

    ImportRefused: IMP001-IMP005, IMP008 (what cannot be read, all of it), IMP002 (no map, and the
    headers are not the market's), IMP006 (a day is needed and not given), IMP007 (the map).
    """
    file_map = read_map(options.map_path) if options.map_path is not None else None
    source = opened(path, file_map, options.max_size)
    result = Imported(str(path), "table", facts=dict(file_map.facts) if file_map else {})
    result.note("read", f"rows of {path.name}", source.rows)
    file_map = file_map or FileMap((_canonical(source, options.into, result),))
    problems = Problems(str(path))
    _check_headers(source, file_map, problems)
    problems.finish()
    for table in file_map.tables:
        _Maker(source, file_map, table, options, result, problems).make()
    problems.finish()
    return result


def opened(path: Path, file_map: FileMap | None, limit: int) -> Source:
    """The file as columns, read with the options of the map."""
    data = read_bytes(path, limit)
    if is_arrow(data[:8]):
        return read_arrow(path, data[:8], limit)
    if file_map is None:
        return read_text(path, data, None, None)
    return read_text(path, data, file_map.encoding, file_map.delimiter)


def _header_hint(names: set[str], into: str | None) -> str:
    """What to do where headers do not fit: the columns that a table named by the user still needs."""
    if into is None:
        return "give --map MAP.yaml (docs/importing.md), or --into TABLE"
    needed = [column.name for column in TABLES[into].columns if column.required]
    missing = ", ".join(name for name in needed if name not in names)
    return (
        f"{into} needs {', '.join(needed)}; missing: {missing}; rename them or give --map MAP.yaml"
    )


def _canonical(source: Source, into: str | None, result: Imported) -> TableMap:
    """The map of a file whose headers are the market's own.  ImportRefused (IMP002): they are not."""
    names = set(source.names)
    if into is not None and into not in TABLES:
        raise ImportRefused.of("IMP002", f"there is no table {into}", hint=nearest(into, TABLES))
    fitting = [
        spec.name
        for spec in TABLES.values()
        if {column.name for column in spec.columns if column.required} <= names
        and (into is None or spec.name == into)
    ]
    # `sessions` needs a date alone: it is chosen only where there is no other column.
    if len(fitting) > 1:
        best = max(len(names & set(TABLES[name].by_name)) for name in fitting)
        fitting = [name for name in fitting if len(names & set(TABLES[name].by_name)) == best]
    if into is None and fitting == ["securities"] and not names & {"valid_from", "name", "market"}:
        fitting = []
    if len(fitting) != 1:
        what = f"the columns of the table {into}" if into else "the columns of one table"
        raise ImportRefused.of(
            "IMP002",
            f"the headers are not {what}: {', '.join(source.names)}",
            path=str(source.path),
            hint=_header_hint(names, into),
        )
    known = TABLES[fitting[0]].by_name
    taken = [name for name in source.names if name in known]
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
        named = [item for items in table.columns.values() for item in items if item.column]
        wanted = [(item.column, item.span) for item in named]
        wanted += [(name, table.span) for name in (*table.where, *table.unless)]
        for name, span in wanted:
            if name not in source.names:
                problems.add(
                    "IMP005",
                    f"{source.path.name} has no column {name!r}; it has {', '.join(source.names)}",
                    span=span,
                    hint=nearest(name, source.names),
                )


class _Maker:
    """Makes one table of one file; problems are collected, rows dropped are counted."""

    def __init__(
        self,
        source: Source,
        file_map: FileMap,
        table: TableMap,
        options: Options,
        result: Imported,
        problems: Problems,
    ) -> None:
        self.source = source
        self.file_map = file_map
        self.table = table
        self.options = options
        self.result = result
        self.problems = problems
        self.keep = np.ones(source.rows, dtype=np.bool_)

    def make(self) -> None:
        """Put the table (or what it observes) into the result."""
        spec = TABLES[self.table.table]
        self._choose_rows()
        columns: dict[str, Any] = {}
        for target, items in self.table.columns.items():
            column = spec.by_name.get(target)
            values: Any = None
            for item in items:
                alternative = self._column(target, column, item)
                values = alternative if values is None else pc.coalesce(values, alternative)
            columns[target] = values
        for target, text in self.table.constants.items():
            columns[target] = self._constant(target, spec.by_name.get(target), text)
        rows = arrow.table(columns)
        if not self.keep.all():
            rows = rows.filter(arrow.from_bools(self.keep))
        self.result.note("read", f"rows for {spec.name}", rows.num_rows)
        if rows.num_rows == 0:
            return
        if self.table.snapshot:
            self.result.observed.append(Observed("securities", rows))
        elif spec.name in self.result.tables:
            before = self.result.tables[spec.name]
            self.result.tables[spec.name] = pa.concat_tables(
                [before, rows], promote_options="permissive"
            )
        else:
            self.result.tables[spec.name] = rows

    def _choose_rows(self) -> None:
        for tests, wanted in ((self.table.where, True), (self.table.unless, False)):
            for name, values in tests.items():
                listed = pc.is_in(self._texts(name), value_set=arrow.from_texts(values))
                self._drop(
                    self.keep & (arrow.bools(listed) != wanted),
                    f"rows with {name} {'not ' if wanted else ''}{' or '.join(values)}, "
                    f"not taken into {self.table.table}",
                )

    def _drop(self, rows: Bools, why: str) -> None:
        count = int((rows & self.keep).sum())
        if count:
            self.result.note("dropped", why, count)
            self.keep &= ~rows

    def _texts(self, name: str) -> Any:
        """A column of the file as text, with the map's words for "no value" as null."""
        raw = self.source.column(name)
        if pa.types.is_dictionary(raw.type):
            raw = pc.cast(raw, raw.type.value_type)
        return cells.stripped(pc.cast(raw, pa.string()), self.file_map.nulls)

    def _column(self, target: str, column: Column | None, item: ColumnFrom) -> Any:
        if item.given:
            day = day_number(date_of_file(self.source.path, self.options, self.result))
            return arrow.from_days(np.full(self.source.rows, day, dtype=np.int32))
        raw = self.source.column(item.column)
        kind = column.kind if column is not None else item.kind or self._natural(item.column, raw)
        if kind == "text":
            return self._text_column(target, raw, item)
        if pa.types.is_dictionary(raw.type):
            raw = pc.cast(raw, raw.type.value_type)
        if pa.types.is_date(raw.type) or pa.types.is_timestamp(raw.type):
            # The local day: midnight in Seoul is that day, though in UTC it is the day before.
            return pc.cast(raw, pa.date32(), safe=False)
        if kind == "date":
            return self._dates(raw, item)
        return self._numbers(raw, item, kind)

    def _text_column(self, target: str, raw: Any, item: ColumnFrom) -> Any:
        numeric = pa.types.is_integer(raw.type) or pa.types.is_floating(raw.type)
        if numeric and target in ("symbol", "other_symbol", "successor") and not item.pad:
            self.problems.add(
                "IMP004",
                f"symbols are text, and {item.column} holds numbers: 5930 has lost the zeros of "
                "005930",
                span=item.span,
                hint=f"{target}: {{column: {item.column}, pad: 6}} puts them back",
            )
            return pa.nulls(self.source.rows, pa.string())
        texts = self._texts(item.column)
        if item.pad:
            self._note_once("assumed", f"{item.column} padded with zeros to {item.pad} characters")
            texts = pc.utf8_lpad(texts, width=item.pad, padding="0")
        if item.values is None:
            return texts
        codes, labels = arrow.coded(texts)
        unlisted = np.array([value not in item.values for value in labels] + [False])[codes]
        if item.others == "error":
            self._report(
                unlisted, item.column, "IMP008", lambda text: f"{text!r} is not among `values`"
            )
        elif item.others == "drop":
            self._drop(
                unlisted & self.keep,
                f"rows with another {item.column} than {', '.join(item.values)}",
            )
        mapped = [
            item.values.get(value, value if item.others == "keep" else "") for value in labels
        ]
        mapped_texts = arrow.from_texts([*mapped, None] if labels else [None])
        where = np.where(codes < 0, len(mapped), codes).astype(np.int64)
        taken = mapped_texts.take(arrow.from_ints(where))
        return cells.blanked(taken, unlisted) if item.others != "keep" else taken

    def _dates(self, raw: Any, item: ColumnFrom) -> Any:
        days, bad = cells.dates(
            self._texts(item.column), item.date_format or self.file_map.date_format
        )
        self._report(bad, item.column, "IMP004", lambda text: f"{text!r} is not a date")
        return days

    def _numbers(self, raw: Any, item: ColumnFrom, kind: str) -> Any:
        if pa.types.is_decimal(raw.type):
            raw = pc.cast(raw, pa.float64())
        if pa.types.is_integer(raw.type) or pa.types.is_floating(raw.type):
            numbers = raw
        else:
            numbers, bad = cells.numbers(
                self._texts(item.column), self.file_map.decimal, self.file_map.thousands
            )
            self._report(bad, item.column, "IMP004", lambda text: f"{text!r} is not a number")
        if pa.types.is_floating(numbers.type):
            # In a frame NaN means "no value"; an infinity is left to the table's own check.
            values = arrow.floats(numbers)
            numbers = arrow.from_floats(values, nan_is_null=True)
        numbers = _times(numbers, item.times)
        if kind == "integer" and pa.types.is_floating(numbers.type):
            # Whole numbers written as 1e9 or 5.0; fractional shares stay as they are.
            exact, fractional = cells.whole(numbers)
            numbers = numbers if fractional.any() else exact
        return numbers

    def _constant(self, target: str, column: Column | None, text: str) -> Any:
        constant = arrow.from_texts([text])
        bad = np.zeros(1, dtype=np.bool_)
        if column is not None and column.kind == "date":
            constant, bad = cells.dates(constant)
        elif column is not None and column.kind != "text":
            constant, bad = cells.numbers(constant)
        if bad.any():
            self.problems.add(
                "IMP007", f"the constant {target}: {text!r} cannot be read", span=self.table.span
            )
        return constant.take(arrow.from_ints(np.zeros(self.source.rows, dtype=np.int64)))

    def _report(self, bad: Bools, name: str, code: str, say: Any) -> None:
        """A problem for every marked cell of the rows that are taken."""
        rows = np.flatnonzero(bad & self.keep)
        for position, row in enumerate(rows):
            if not self.problems.room(code):
                self.problems.count_more(code, int(rows.size) - position)
                return
            span, where = self.source.place(int(row), name)
            text = self._texts(name)[int(row)].as_py()
            self.problems.add(code, say(text), span=span, where=where)

    def _natural(self, name: str, raw: Any) -> str:
        """The kind of a column of the user's own where the map has no ``as``.

        As the file types it; in delimited text a column where every cell is a number, and none
        begins with a zero as codes do, is read as numbers, with a note.
        """
        if pa.types.is_date(raw.type) or pa.types.is_timestamp(raw.type):
            return "date"
        if pa.types.is_integer(raw.type) or pa.types.is_floating(raw.type):
            return "float"
        if pa.types.is_decimal(raw.type):
            return "float"
        if not self.source.text:
            return "text"
        texts = self._texts(name)
        _, bad = cells.numbers(texts, self.file_map.decimal, self.file_map.thousands)
        if bad.any() or texts.null_count == len(texts) or cells.matches(texts, r"^0\d").any():
            return "text"
        self._note_once("assumed", f"{name} holds numbers (write `as: text` if it holds codes)")
        return "float"

    def _note_once(self, kind: Any, text: str) -> None:
        if all(note.text != text for note in self.result.notes):
            self.result.note(kind, text)


def _times(values: Any, factor: Fraction) -> Any:
    """``values`` times an exact factor: whole numbers stay whole where the factor is."""
    if factor == 1:
        return values
    null = arrow.null_mask(values)
    if pa.types.is_integer(values.type) and factor.denominator == 1:
        numbers = np.where(null, 0, arrow.integers(values))
        largest = max(int(numbers.max(initial=0)), -int(numbers.min(initial=0)))
        if largest * int(factor) < 1 << 63:  # else a product would be another number
            return arrow.from_ints(numbers * int(factor), null)
    scaled = arrow.floats(values) * float(factor)
    return arrow.from_floats(scaled, nan_is_null=True)
