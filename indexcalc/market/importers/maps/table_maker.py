"""One market table of one file with a map: columns made, rows chosen, what is wrong collected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexcalc.arrays import Bools, Ints
from indexcalc.diagnostics import ImportRefused
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.importers import cells
from indexcalc.market.importers.files.opening import open_file
from indexcalc.market.importers.files.source import Source
from indexcalc.market.importers.imported import Imported, Observed, Options, date_of_file
from indexcalc.market.importers.maps.column_map import Changes, ColumnFrom, FileMap, TableMap
from indexcalc.market.importers.maps.made_rows import Made, sound_rows
from indexcalc.market.importers.maps.memberships import lists_of_changes, lists_of_intervals
from indexcalc.market.importers.maps.own_columns import (
    NOTHING,
    first_given,
    flags,
    local_days,
    natural_kind,
    without_nothing,
)
from indexcalc.market.importers.maps.reshape import beside
from indexcalc.market.importers.maps.unread_cells import (
    comma_note,
    read_as_no_value,
    way_out_of_dates,
)
from indexcalc.market.importers.maps.values import symbol_in_name, times
from indexcalc.market.importers.problems import Problems
from indexcalc.market.importers.ways_out import number_way_out
from indexcalc.market.tables import TABLES, Column

# What the table memberships takes besides: the end of an interval.
_END = Column("end_date", "date")
_FLAGS = "flags are true and false, yes and no, Y and N, 1 and 0; others: `values: {{{0}: yes}}` in a map"


class TableMaker:
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
        self.origin: Ints = np.zeros(0, dtype=np.int64)  # row of the file of each row made

    def make(self) -> None:
        """Put the table (or what it observes) into the result."""
        spec = TABLES[self.table.table]
        self._choose_rows()
        columns: dict[str, Any] = {}
        for target, items in self.table.columns.items():
            column = spec.by_name.get(target)
            if spec.name == "memberships" and target == _END.name:
                column = _END
            values: Any = None
            for item in items:
                alternative = self._column(target, column, item)
                values = first_given(target, values, alternative, item, self.problems)
            columns[target] = values
        if none := read_as_no_value(self.source, self.file_map, self.table, self.keep):
            self.result.note("read", none)
        for target, text in self.table.constants.items():
            columns[target] = self._constant(target, spec.by_name.get(target), text)
        rows = arrow.table(columns)
        if not self.keep.all():
            rows = rows.filter(arrow.from_bools(self.keep))
        self.origin = np.flatnonzero(self.keep).astype(np.int64)
        rows = without_nothing(spec, self._exploded(rows), self.result)
        if self.table.changes is not None:
            rows = self._lists_of_changes(rows, self.table.changes)
        elif spec.name == "memberships" and _END.name in columns:
            place = (self.source, self.origin, self.table.columns[_END.name][0].column)
            rows = lists_of_intervals(rows, self.table.ends, place, self.result, self.problems)
        else:
            made = Made(self.table, self.source, columns, self.keep, self.origin)
            rows, self.origin = sound_rows(rows, made, self.result, self.problems)
        self.result.note("read", f"rows for {spec.name}", rows.num_rows)
        if rows.num_rows == 0:
            return
        if self.table.snapshot and spec.name == "securities":
            self.result.observed.append(Observed("securities", rows))
        elif spec.name in self.result.tables:
            before = self.result.tables[spec.name]
            self.result.tables[spec.name] = pa.concat_tables(
                [before, rows], promote_options="permissive"
            )
        else:
            self.result.tables[spec.name] = rows

    def _exploded(self, rows: Any) -> Any:
        """A row for each part of a cell that the map says to `split`."""
        for target, items in self.table.columns.items():
            mark = next((item.split for item in items if item.split), "")
            if not mark:
                continue
            lists = pc.split_pattern(rows.column(target).combine_chunks(), pattern=mark)
            parts = cells.stripped(pc.list_flatten(lists))
            there = ~arrow.null_mask(parts)
            parents = arrow.integers(pc.list_parent_indices(lists))[there]
            empty = rows.num_rows - np.unique(parents).size
            if empty:
                self.result.note("dropped", f"rows without a value in {target}", empty)
            rows = rows.take(arrow.from_ints(parents))
            parts = parts.filter(arrow.from_bools(there))
            rows = rows.set_column(rows.column_names.index(target), target, parts)
            self.origin = self.origin[parents]
        return rows

    def _lists_of_changes(self, rows: Any, changes: Changes) -> Any:
        """Complete lists of members from rows that say who joins and who leaves."""
        known = None
        indices = set(arrow.texts(rows.column("index")))
        if changes.members is not None:
            members_map = changes.members
            path = beside(members_map.file, self.options)
            listed = open_file(path, self.options.max_size, members_map.layout)
            day, bad = cells.dates(arrow.from_texts([members_map.date]))
            if members_map.column not in listed.names or bad.any() or len(indices) != 1:
                raise ImportRefused.of(
                    "IMP005",
                    f"`members` needs a column of {path.name}, a date, and changes of one index",
                    span=members_map.span,
                    hint=f"{path.name} has {', '.join(listed.names)}",
                )
            texts = cells.stripped(pc.cast(listed.column(members_map.column), pa.string()))
            members = {text for text in arrow.texts(texts) if text is not None}
            known = (str(next(iter(indices))), int(arrow.days(day)[0]), members)
        header = changes.action or changes.added[0]
        return lists_of_changes(
            self._changes(rows, changes), known, (self.source, header), self.result, self.problems
        )

    def _changes(self, rows: Any, changes: Changes) -> Iterator[tuple[str, int, str, bool, int]]:
        indices, days = arrow.texts(rows.column("index")), arrow.days(rows.column("effective_date"))
        if changes.action:
            words = arrow.texts(self._texts(changes.action))
            symbols = arrow.texts(rows.column("symbol"))
            for row, at in enumerate(self.origin):
                word, symbol = words[at], symbols[row]
                if word in (*changes.added, *changes.removed) and symbol is not None:
                    yield str(indices[row]), int(days[row]), symbol, word in changes.added, int(at)
                    continue
                span, where = self.source.place(int(at), changes.action)
                text = f"{word!r} is neither {' nor '.join((*changes.added, *changes.removed))}"
                self.problems.add("IMP008", text, span=span, where=where)
            return
        for headers, joins in ((changes.added, True), (changes.removed, False)):
            for header in headers:
                symbols = arrow.texts(self._texts(header))
                for row, at in enumerate(self.origin):
                    for symbol in (symbols[at] or "").split(","):
                        if symbol.strip():
                            yield str(indices[row]), int(days[row]), symbol.strip(), joins, int(at)

    def _choose_rows(self) -> None:
        for tests, wanted in ((self.table.where, True), (self.table.unless, False)):
            for name, values in tests.items():
                texts = self._texts(name)
                listed = arrow.bools(pc.is_in(texts, value_set=arrow.from_texts(values)))
                if "" in values:  # an empty cell
                    listed |= arrow.null_mask(texts)
                said = " or ".join(value or "empty" for value in values)
                self._drop(
                    self.keep & (listed != wanted),
                    f"rows with {name} {'not ' if wanted else ''}{said}, "
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
        if item.given == "symbol":
            code = symbol_in_name(self.source.path)
            self._note_once("assumed", f"every row is of {code}, the symbol in the file's name")
            return arrow.from_codes(np.zeros(self.source.rows, dtype=np.int32), [code])
        if item.given:
            day = day_number(date_of_file(self.source.path, self.options, self.result))
            return arrow.from_days(np.full(self.source.rows, day, dtype=np.int32))
        raw = arrow.decoded(self.source.column(item.column))
        kind = column.kind if column is not None else item.kind or self._natural(item)
        if kind == NOTHING:
            return pa.nulls(self.source.rows)
        if kind == "text":
            return self._text_column(target, raw, item)
        if kind == "flag":
            return self._flags(target, raw, item)
        if kind == "date" and (pa.types.is_date(raw.type) or pa.types.is_timestamp(raw.type)):
            days, timed = cells.days_of_times(raw)
            if column is None:
                return local_days(target, days, timed & self.keep, self.result)
            if target != "known_at":
                self._report(
                    timed, item.column, "IMP004", lambda text: f"{text!r} is {cells.TIME_OF_DAY}"
                )
            return days
        if kind == "date":
            return self._dates(item)
        numbers = self._numbers(raw, item, target)
        if item.absolute:
            numbers = self._absolute(target, numbers)
        if item.percent:
            numbers = pc.divide(pc.cast(numbers, pa.float64()), arrow.from_floats([100.0])[0])
        if item.divide_by:
            numbers = self._divided(target, numbers, item)
        numbers = times(numbers, item.times)
        if kind == "integer" and pa.types.is_floating(numbers.type):
            # Whole numbers written as 1e9 or 5.0; fractional shares stay as they are.
            exact, fractional = cells.whole(numbers)
            numbers = numbers if fractional.any() else exact
        return numbers

    def _flags(self, target: str, raw: Any, item: ColumnFrom) -> Any:
        if pa.types.is_boolean(raw.type) and item.values is None:
            return raw
        read, bad = flags(raw, self._text_column(target, raw, item))
        self._report(bad, item.column, "IMP004", lambda text: f"{text!r} is no flag", _FLAGS.format)
        return read

    def _absolute(self, target: str, numbers: Any) -> Any:
        negative = int((arrow.floats(numbers) < 0).sum())
        if negative:
            self._note_once(
                "read", f"{target}: negative values taken without their sign: {negative:,}"
            )
        return pc.abs(numbers)

    def _divided(self, target: str, numbers: Any, item: ColumnFrom) -> Any:
        """Shares from a market value and a price: the quotient, to the nearest whole number."""
        other = ColumnFrom(item.divide_by, absolute=item.absolute)
        below = arrow.floats(self._numbers(self.source.column(item.divide_by), other, target))
        below = np.abs(below) if item.absolute else below
        above = arrow.floats(numbers)
        self._report(
            (below == 0) & ~np.isnan(above),
            item.divide_by,
            "IMP004",
            lambda _: "no number to divide by",
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            quotient = np.rint(above / below * float(item.times)) / float(item.times)
        self._note_once(
            "assumed", f"{target} is {item.column} / {item.divide_by}, to a whole number"
        )
        return arrow.from_floats(
            np.where(np.isfinite(quotient), quotient, np.nan), nan_is_null=True
        )

    def _text_column(self, target: str, raw: Any, item: ColumnFrom) -> Any:
        numeric = arrow.spoken(raw.type) == "numbers"
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
        if item.strip:
            texts = cells.stripped(pc.utf8_trim(texts, characters=item.strip))
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

    def _dates(self, item: ColumnFrom) -> Any:
        days, bad = cells.dates(
            self._texts(item.column), item.date_format or self.file_map.date_format
        )
        hint = way_out_of_dates(self._texts(item.column), bad & self.keep, item, self.file_map)
        self._report(
            bad, item.column, "IMP004", lambda text: f"{text!r} is not a date", lambda _: hint
        )
        return days

    def _numbers(self, raw: Any, item: ColumnFrom, target: str) -> Any:
        raw = arrow.decoded(raw)
        if pa.types.is_decimal(raw.type) and raw.type.scale:
            raw = arrow.doubles(raw)
        if pa.types.is_integer(raw.type) or pa.types.is_decimal(raw.type):
            numbers = arrow.whole_numbers(raw)
        elif pa.types.is_floating(raw.type):
            numbers = arrow.doubles(raw)
        else:
            texts = self._texts(item.column)
            extra = item.strip + ("%" if item.percent else "")
            if extra:
                texts = cells.stripped(pc.utf8_trim(texts, characters=extra), self.file_map.nulls)
            decimal = self.file_map.decimal
            numbers, bad = cells.numbers(texts, decimal, self.file_map.thousands)
            way_out = partial(number_way_out, target=target, header=item.column, decimal=decimal)
            self._report(
                bad, item.column, "IMP004", lambda text: f"{text!r} is not a number", way_out
            )
            if note := comma_note(self.source, self.file_map, texts, target):
                self._note_once("assumed", note)
        if pa.types.is_floating(numbers.type):
            read = not pa.types.is_floating(raw.type)
            if read and (np.abs(arrow.floats(numbers)) >= 2.0**63).any():
                self._note_once("assumed", f"{target}: numbers beyond 64 bits become floats")
            # In a frame NaN means "no value"; an infinity is left to the table's own check.
            numbers = arrow.from_floats(arrow.floats(numbers), nan_is_null=True)
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

    def _report(
        self,
        bad: Bools,
        name: str,
        code: str,
        say: Callable[[str], str],
        way_out: Callable[[str], str] = lambda _: "",
    ) -> None:
        """A problem for every marked cell of the rows that are taken."""
        rows = np.flatnonzero(bad & self.keep)
        for position, row in enumerate(rows):
            if not self.problems.room(code):
                self.problems.count_more(code, int(rows.size) - position)
                return
            span, where = self.source.place(int(row), name)
            text = self._texts(name)[int(row)].as_py()
            self.problems.add(code, say(text), span=span, where=where, hint=way_out(text))

    def _natural(self, item: ColumnFrom) -> str:
        """The kind of a column of the user's own where the map has no ``as``."""
        kind, assumed = natural_kind(self.source, item, self._texts(item.column), self.file_map)
        if assumed:
            self._note_once("assumed", assumed)
        return kind

    def _note_once(self, kind: Any, text: str) -> None:
        if all(note.text != text for note in self.result.notes):
            self.result.note(kind, text)
