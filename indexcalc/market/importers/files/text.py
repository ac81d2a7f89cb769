"""Delimited text as columns: every cell as written, and its place."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from msgspec.structs import replace

from indexcalc.diagnostics import ImportRefused, Span, quantity
from indexcalc.market import arrow
from indexcalc.market.importers.files.layout import PLAIN, Layout, header_names
from indexcalc.market.importers.files.source import MAX_COLUMNS, Source, decoded
from indexcalc.market.importers.problems import Problems

DELIMITERS = (",", "\t", ";", "|")
_SAID = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


class TextSource(Source):
    """Delimited text with a header: every cell is kept as written."""

    text = True

    def __init__(self, path: Path, table: Any, content: str, delimiter: str, first: int) -> None:
        super().__init__(path, table)
        self._content = content
        self.delimiter = delimiter
        self._first = first
        self._starts: list[int] | None = None

    def place(self, row: int, name: str) -> tuple[Span | None, str]:
        """Line, column and length of a cell."""
        if self._starts is None:
            self._lines = self._content.split("\n")
            try:
                rows = records(_lines(self._content, self._first), self.delimiter)
                self._starts = [line + self._first - 1 for line, cells in rows if cells]
            except csv.Error:
                self._starts = []
        if len(self._starts) < self.rows:  # stray quotes, read in two ways: name the row alone
            return super().place(row, name)
        line = self._starts[row]
        if name not in self.names:  # of a file joined to this one
            return Span(str(self.path), line, 1), name
        start, length = field_at(self._lines[line - 1], self.delimiter, self.names.index(name))
        return Span(str(self.path), line, start + 1, max(length, 1)), name


def records(content: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line the record starts on, its cells) for every record, blank lines as an empty list."""
    reader = csv.reader(_each_line(content), delimiter=delimiter)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _each_line(content: str) -> Iterator[str]:
    """The lines of a text one after the other, as far as they are asked for."""
    at = 0
    while at < len(content):
        stop = content.find("\n", at) + 1 or len(content)
        yield content[at:stop]
        at = stop


def field_at(line: str, delimiter: str, index: int) -> tuple[int, int]:
    """(start, length) in characters of the ``index``-th field of a line, quotes included."""
    start, seen, quoted = 0, 0, False
    for position, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == delimiter and not quoted:
            if seen == index:
                return start, position - start
            seen, start = seen + 1, position + 1
    return (start, len(line) - start) if seen == index else (0, len(line))


def guessed_delimiter(content: str, skip: int = 0) -> str:
    """The delimiter that the first line (after ``skip``) holds most often; a comma where it holds none."""
    if skip:
        content = content.split("\n", skip)[-1]
    content = content.lstrip(" \r\n")
    line = content[: content.find("\n")] if "\n" in content else content
    return max(DELIMITERS, key=line.count)


def said_delimiter(line: str) -> str:
    """The delimiter that a first line ``sep=;`` says, which spreadsheets write; '' of any other line."""
    found = _SAID.fullmatch(line)
    return found[1] if found else ""


def _cut(content: str, layout: Layout, delimiter: str) -> tuple[list[str], int, int | None]:
    """(column names, first line of the data, first line after them or None), lines from 1.

    No names when every line is blank.
    """
    wanted = layout.header if isinstance(layout.header, int) else 0
    rows: list[list[str]] = []
    first, last, names = 0, layout.skip, []
    for number, cells in records(_lines(content, layout.skip + 1), delimiter):
        last = number + layout.skip
        blank = not any(cell.strip() for cell in cells)
        if blank and not first and len(rows) < max(wanted, 1):
            continue
        if len(rows) < wanted:
            rows.append(cells)
        elif not first and cells:
            first = last
            names = header_names(rows or [cells], layout)
            if not layout.until_blank:
                return names, first, None
        elif blank and layout.until_blank and first:
            return names, first, last
    if not first:  # a header alone
        return header_names(rows, layout), content.count("\n") + 2, None
    return names, first, None


def read_text(path: Path, data: bytes, layout: Layout = PLAIN) -> TextSource:
    """A CSV or TSV file, every column as text; a first line ``sep=;`` says its delimiter.

    ImportRefused: IMP001 (encoding), IMP003 (lines with another number of fields than the header:
    all of them), IMP005 (no header, or a name in it twice).
    """
    content = decoded(path, data, layout.encoding).lstrip("\ufeff")
    if "\r" in content:  # every reader below counts the same lines
        content = content.replace("\r\n", "\n").replace("\r", "\n")
    said = "" if layout.skip else said_delimiter(next(_each_line(content), ""))
    if said:
        layout = replace(layout, skip=1, delimiter=layout.delimiter or said)
    delimiter = layout.delimiter or guessed_delimiter(content, layout.skip)
    problems = Problems(str(path))
    try:
        header, first, end = _cut(content, layout, delimiter)
    except csv.Error as error:
        raise ImportRefused.of("IMP003", f"the header cannot be read: {error}", path=path) from None
    if not header:
        raise ImportRefused.of("IMP005", "the file is empty", path=path)
    if len(header) > MAX_COLUMNS:
        raise ImportRefused.of(
            "IMP005",
            f"the header has {len(header):,} columns; at most {MAX_COLUMNS:,} are read",
            path=path,
            hint="is the delimiter right? say it in the map (delimiter: ...)",
        )
    twice = sorted(name for name, times in Counter(header).items() if times > 1)
    if twice:
        raise ImportRefused.of(
            "IMP005", f"the header has {', '.join(map(repr, twice[:10]))} twice", path=path
        )
    ragged = False

    def skip(_: Any) -> str:
        nonlocal ragged
        ragged = True
        return "skip"

    try:
        table = pa_csv.read_csv(
            arrow.reader(_lines(content, first, end).encode("utf-8") or b"\n"),
            read_options=pa_csv.ReadOptions(column_names=header),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise ImportRefused.of("IMP003", f"not delimited text: {error}", path=path) from None
    if ragged:
        _report_ragged(content, delimiter, (first, end), len(header), problems)
    problems.finish()
    return TextSource(path, table, content, delimiter, first)


def _lines(content: str, first: int, end: int | None = None) -> str:
    """Lines ``first`` to ``end`` (not with it) of a text, from 1."""
    parts = content.split("\n", first - 1)
    rest = parts[-1] if len(parts) == first else ""
    return rest if end is None else "\n".join(rest.split("\n", end - first)[: end - first]) + "\n"


def _report_ragged(
    content: str,
    delimiter: str,
    lines: tuple[int, int | None],
    expected: int,
    problems: Problems,
) -> None:
    """IMP003 for every line with another number of fields than the header."""
    hint = "a delimiter inside a value must be quoted"
    try:
        for number, cells in records(_lines(content, *lines), delimiter):
            if cells and len(cells) != expected:
                problems.add(
                    "IMP003",
                    f"{quantity(len(cells), 'field')}, the header has {expected}",
                    span=Span(problems.path, number + lines[0] - 1, 1),
                    hint=hint,
                )
    except csv.Error as error:
        problems.add("IMP003", f"not delimited text: {error}", hint=hint)
    if not problems:
        problems.add("IMP003", "lines have other numbers of fields than the header", hint=hint)
