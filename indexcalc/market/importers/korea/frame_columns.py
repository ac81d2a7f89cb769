"""Columns of a whole-market file by our word, as text or as typed; bad cells are collected."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexcalc.arrays import Bools
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.importers import cells
from indexcalc.market.importers.files.source import Source
from indexcalc.market.importers.imported import Imported, Options, date_of_file
from indexcalc.market.importers.problems import Problems
from indexcalc.market.importers.ways_out import date_way_out, number_way_out

# How frames write "no value" once their cells have become text.
_NO_TEXT = frozenset({"nan", "NaN", "None", "<NA>"})
_NO_NUMBER = _NO_TEXT | {"-"}
# Every code of the exchange's stock markets has six characters; 5930 has lost the zeros of 005930.
_CODE_LENGTH = 6


class FrameColumns:
    """Columns of ``source`` by our word; ``headers``: our word -> the file's header."""

    def __init__(self, source: Source, headers: dict[str, str], problems: Problems) -> None:
        self.source = source
        self.headers = headers
        self.problems = problems

    def __contains__(self, ours: object) -> bool:
        return ours in self.headers

    def texts(self, ours: str) -> Any:
        """Text, blanks cut off, empty cells null; shape (n,)."""
        return cells.stripped(self._raw(ours), _NO_TEXT)

    def floats(self, ours: str) -> Any:
        """float64, no value null; a cell that is not a number is a problem (IMP004)."""
        return arrow.doubles(self._numbers(ours))

    def whole(self, ours: str) -> Any:
        """int64, no value null; a cell that is not a whole number is a problem (IMP004)."""
        integers, fractional = cells.whole(self._numbers(ours))
        self.report(fractional, ours, "not a whole number")
        return integers

    def symbols(self, ours: str, result: Imported) -> Any:
        """Codes of six characters; zeros in front that were lost are put back, and an apostrophe before
        them is taken away: both are noted."""
        texts = self._without_fraction(ours)
        complete = arrow.integers(pc.utf8_length(texts)) == _CODE_LENGTH
        if complete.all():
            return texts
        codes, words = arrow.coded(texts)
        symbols, padded, wrong = [], [], []
        quoted = [word.startswith("'") for word in words]
        words = [word.removeprefix("'") for word in words]
        for word in words:
            padded.append(word.isascii() and word.isdigit() and len(word) < _CODE_LENGTH)
            symbols.append(word.zfill(_CODE_LENGTH) if padded[-1] else word)
            wrong.append(len(symbols[-1]) != _CODE_LENGTH)
        self.report(codes < 0, ours, "no code: the line has no symbol")
        self.report(np.array([*wrong, False])[codes], ours, f"no code of {_CODE_LENGTH} characters")
        count = int(np.array([*quoted, False])[codes].sum())
        if count:
            result.note("assumed", "codes begin with an apostrophe, which is taken away", count)
        count = int(np.array([*padded, False])[codes].sum())
        if count:
            result.note("assumed", "codes have lost zeros in front: 5930 is 005930", count)
        return pc.cast(arrow.from_codes(codes, symbols), pa.string())

    def dates(self, path: Path, options: Options, result: Imported) -> Any:
        """date32 of each line: the file's own column, else the day of the file (IMP006)."""
        if "date" not in self.headers:
            day = day_number(date_of_file(path, options, result))
            return arrow.from_days(np.full(self.source.rows, day, dtype=np.int32))
        raw = self._raw("date")
        if pa.types.is_date(raw.type) or pa.types.is_timestamp(raw.type):
            days, timed = cells.days_of_times(raw)
            self.report(timed, "date", cells.TIME_OF_DAY)
            bad = arrow.null_mask(days)
        else:
            texts = self._without_fraction("date")
            days, bad = cells.dates(texts)
            bad = bad | arrow.null_mask(texts)
        header = self.headers["date"]
        self.report(bad, "date", "not a date", lambda cell: date_way_out([cell], header))
        if options.date is not None:
            other = arrow.days(days) != day_number(options.date)
            self.report(other & ~bad, "date", f"another day than --date {options.date}")
        return days

    def report(
        self, bad: Bools, ours: str, what: str, way_out: Callable[[str], str] | None = None
    ) -> None:
        """IMP004 for every marked row: the cell, its place, what it is not, and the way out."""
        rows = np.flatnonzero(bad)
        for position, row in enumerate(rows):
            if not self.problems.room("IMP004"):
                self.problems.count_more("IMP004", int(rows.size) - position)
                return
            span, where = self.place(int(row), ours)
            cell = self.cell(int(row), ours)
            hint = way_out(str(cell)) if way_out is not None else ""
            self.problems.add("IMP004", f"{cell!r} is {what}", span=span, where=where, hint=hint)

    def cell(self, row: int, ours: str) -> Any:
        """What the file holds in a cell."""
        return self.source.column(self.headers[ours])[row].as_py()

    def place(self, row: int, ours: str) -> tuple[Any, str]:
        """(span or None, place in words) of a cell."""
        return self.source.place(row, self.headers[ours])

    def _raw(self, ours: str) -> Any:
        column = self.source.column(self.headers[ours])
        if pa.types.is_dictionary(column.type):
            column = pc.cast(column, column.type.value_type)
        return column

    def _without_fraction(self, ours: str) -> Any:
        """Text of a column that may have become numbers: 5930, and 5930.0 as a frame writes it."""
        raw = self._raw(ours)
        if pa.types.is_floating(raw.type):
            integers, fractional = cells.whole(raw)
            if not fractional.any():
                raw = integers
        return cells.stripped(raw, _NO_TEXT)

    def _numbers(self, ours: str) -> Any:
        raw = self._raw(ours)
        if pa.types.is_decimal(raw.type):
            raw = arrow.doubles(raw)
        if pa.types.is_floating(raw.type):
            return arrow.from_floats(arrow.floats(raw), nan_is_null=True)
        if pa.types.is_integer(raw.type):
            return arrow.whole_numbers(raw)
        plain = cells.plain_integers(raw)
        if plain is not None:
            return plain
        values, bad = cells.numbers(cells.stripped(raw, _NO_NUMBER))
        header = self.headers[ours]
        way_out = partial(number_way_out, target=ours, header=header)
        self.report(bad, ours, "not a number", way_out)
        return values
