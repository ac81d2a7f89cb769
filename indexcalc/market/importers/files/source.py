"""Opening a file as columns that know their places: delimited text, Parquet, Arrow IPC."""

from __future__ import annotations

import csv
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from indexcalc.diagnostics import ImportRefused, Span
from indexcalc.market import arrow
from indexcalc.market.file_safety import GZIP, TooLarge, open_regular, read_unpacked
from indexcalc.market.importers.imported import GIGABYTE
from indexcalc.market.importers.problems import Problems

MAX_COLUMNS = 20_000
DELIMITERS = (",", "\t", ";", "|")
_ENCODINGS = ("utf-8-sig", "cp949")


class Source:
    """A file as named columns of one length.

    ``text``: every column is text as written; else columns have the types of the file.
    """

    text = False

    def __init__(self, path: Path, table: Any) -> None:
        self.path = path
        self.table = table

    @property
    def names(self) -> list[str]:
        """Column names in the order of the file."""
        return list(self.table.column_names)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.table.num_rows)

    def column(self, name: str) -> Any:
        """A column as one Arrow array; KeyError: there is none."""
        return arrow.one_array(self.table.column(name))

    def place(self, row: int, name: str) -> tuple[Span | None, str]:
        """(span in a text file or None, place in words) of a cell; ``row`` counts from 0."""
        return None, f"row {row + 1}, {name}"


class TextSource(Source):
    """Delimited text with a header: every cell is kept as written."""

    text = True

    def __init__(self, path: Path, table: Any, content: str, delimiter: str) -> None:
        super().__init__(path, table)
        self._content = content
        self._delimiter = delimiter
        self._starts: list[int] | None = None

    def place(self, row: int, name: str) -> tuple[Span | None, str]:
        """Line, column and length of a cell."""
        if self._starts is None:
            self._lines = self._content.split("\n")
            try:
                lines = records(self._content, self._delimiter)
                self._starts = [line for line, cells in lines if cells][1:]
            except csv.Error:
                self._starts = []
        if len(self._starts) != self.rows:  # stray quotes, read in two ways: name the row alone
            return super().place(row, name)
        line = self._starts[row]
        start, length = field_at(self._lines[line - 1], self._delimiter, self.names.index(name))
        return Span(str(self.path), line, start + 1, max(length, 1)), name


def read_bytes(path: Path, limit: int) -> bytes:
    """The whole file, unpacked if it is gzip.

    ImportRefused: IMP001 it cannot be read, or it is a folder, a pipe or a device; IMP018 it has more
    than ``limit`` bytes, packed or unpacked.
    """
    try:
        return read_unpacked(path, limit)
    except TooLarge as error:
        raise too_large(path, str(error), limit) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ImportRefused.of("IMP001", f"cannot be read: {reason}", path=path) from None


def too_large(path: Path, what: str, limit: int) -> ImportRefused:
    """The error of a file above ``--max-size``."""
    return ImportRefused.of(
        "IMP018",
        f"{what}; at most {limit / GIGABYTE:.3g} GB are read",
        path=path,
        hint="split the file, or say a larger size with --max-size",
    )


def read_head(path: Path, size: int) -> bytes:
    """At most the first ``size`` bytes, unpacked if the file is gzip.

    ImportRefused (IMP001): it cannot be read, or it is a folder, a pipe or a device.  A damaged gzip
    file gives what could be unpacked.
    """
    try:
        with open_regular(path) as stream:
            head = stream.read(size)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ImportRefused.of("IMP001", f"cannot be read: {reason}", path=path) from None
    if not head.startswith(GZIP):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, size)
    except zlib.error:
        return b""


def arrow_names(path: Path, head: bytes) -> list[str]:
    """Column names of a Parquet, Arrow IPC or Feather file; none where it is damaged."""
    try:
        if head.startswith(b"PAR1"):
            return list(pq.read_schema(path).names)
        with pa.memory_map(str(path)) as stream:
            is_file = head.startswith(b"ARROW1")
            opened = pa.ipc.open_file(stream) if is_file else pa.ipc.open_stream(stream)
            return list(opened.schema.names)
    except (OSError, ValueError, pa.ArrowException):
        return []


def decoded(path: Path, data: bytes, encoding: str | None = None) -> str:
    """Text of a file: in ``encoding``, else UTF-8 (with or without mark), else cp949.

    ImportRefused (IMP001): neither, with the line of the first byte that does not fit.
    """
    tried = (encoding,) if encoding else _ENCODINGS
    if not encoding and data.startswith((b"\xff\xfe", b"\xfe\xff")):
        tried = ("utf-16",)  # what a spreadsheet calls Unicode text
    failed: UnicodeDecodeError | None = None
    for name in tried:
        try:
            return data.decode(name)
        except UnicodeDecodeError as error:
            # The encoding that got furthest is most likely the one meant.
            if failed is None or error.start > failed.start:
                failed = error
        except (LookupError, ValueError):
            raise ImportRefused.of(
                "IMP001",
                f"no encoding is called {name!r}",
                path=path,
                hint="for example utf-8, cp949",
            ) from None
    assert failed is not None
    line = data.count(b"\n", 0, failed.start) + 1
    start = data.rfind(b"\n", 0, failed.start) + 1
    raise ImportRefused.of(
        "IMP001",
        f"byte 0x{data[failed.start]:02x} is not {' or '.join(tried)} text",
        span=Span(str(path), line, len(data[start : failed.start].decode("latin-1")) + 1),
        hint="give the encoding in the map (encoding: ...), or save the file as UTF-8",
    )


def records(content: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line the record starts on, its cells) for every record, blank lines as an empty list."""
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


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


def guessed_delimiter(content: str) -> str:
    """The delimiter that the first line holds most often; a comma where it holds none."""
    line = content.lstrip().split("\n", 1)[0]
    return max(DELIMITERS, key=line.count)


def _header(content: str, delimiter: str) -> tuple[list[str], int]:
    """(column names, lines up to the end of the header); no names when every line is blank."""
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    for cells in reader:
        if cells:
            return [cell.strip() for cell in cells], reader.line_num
    return [], 0


def read_text(path: Path, data: bytes, encoding: str | None, delimiter: str | None) -> TextSource:
    """A CSV or TSV file, every column as text.

    ImportRefused: IMP001 (encoding), IMP003 (lines with another number of fields than the header:
    all of them), IMP005 (no header, or a name in it twice).
    """
    content = decoded(path, data, encoding).lstrip("\ufeff")
    delimiter = delimiter or guessed_delimiter(content)
    problems = Problems(str(path))
    try:
        header, header_lines = _header(content, delimiter)
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
            pa.BufferReader(content.split("\n", header_lines)[-1].encode("utf-8") or b"\n"),
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
        _report_ragged(content, delimiter, len(header), problems)
    problems.finish()
    return TextSource(path, table, content, delimiter)


def _report_ragged(content: str, delimiter: str, expected: int, problems: Problems) -> None:
    """IMP003 for every line with another number of fields than the header."""
    hint = "a delimiter inside a value must be quoted"
    try:
        for line, cells in records(content, delimiter):
            if cells and len(cells) != expected:
                problems.add(
                    "IMP003",
                    f"{len(cells)} fields, the header has {expected}",
                    span=Span(problems.path, line, 1),
                    hint=hint,
                )
    except csv.Error as error:
        problems.add("IMP003", f"not delimited text: {error}", hint=hint)
    if not problems:
        problems.add("IMP003", "lines have other numbers of fields than the header", hint=hint)


def read_arrow(path: Path, data_head: bytes, limit: int) -> Source:
    """A Parquet, Arrow IPC or Feather file.

    ImportRefused: IMP001 it is none, or damaged; IMP005 a column twice, or too many; IMP018 it unpacks
    to more than ``limit`` bytes.
    """
    try:
        if data_head.startswith(b"PAR1"):
            file = pq.ParquetFile(path)
            size = _unpacked_size(file.metadata)
            if size > limit:
                raise too_large(path, f"it unpacks to about {size:,} bytes", limit)
            table = file.read()
        else:
            table = _read_batches(path, data_head.startswith(b"ARROW1"), limit)
        table.validate(full=True)
    except (OSError, ValueError, OverflowError, pa.ArrowException) as error:
        raise ImportRefused.of("IMP001", f"cannot be read: {error}", path=path) from None
    twice = sorted(name for name, times in Counter(table.column_names).items() if times > 1)
    if twice:
        raise ImportRefused.of(
            "IMP005", f"the file has the column {', '.join(map(repr, twice[:10]))} twice", path=path
        )
    if table.num_columns > MAX_COLUMNS:
        message = f"the file has {table.num_columns:,} columns; at most {MAX_COLUMNS:,} are read"
        raise ImportRefused.of("IMP005", message, path=path)
    return Source(path, table)


def _unpacked_size(metadata: Any) -> int:
    """Bytes that a Parquet file takes when read, by its footer: what it says, and eight a value, since
    runs of one value take next to none in the file."""
    said = sum(
        metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups)
    )
    return max(int(said), int(metadata.num_rows) * int(metadata.num_columns) * 8)


def _read_batches(path: Path, is_file: bool, limit: int) -> Any:
    batches, size = [], 0
    with pa.memory_map(str(path)) as stream:
        opened = pa.ipc.open_file(stream) if is_file else pa.ipc.open_stream(stream)
        found = map(opened.get_batch, range(opened.num_record_batches)) if is_file else iter(opened)
        for batch in found:
            size += batch.nbytes
            if size > limit:
                raise too_large(path, f"it unpacks to more than {size:,} bytes", limit)
            batches.append(batch)
        return pa.Table.from_batches(batches, opened.schema)


def is_arrow(head: bytes) -> bool:
    """Does a file begin as Parquet, Arrow IPC or an Arrow stream does?"""
    return head.startswith((b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"))
