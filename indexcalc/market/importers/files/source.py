"""A file as bytes, as text, and as columns that know their places."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from indexcalc.diagnostics import ImportRefused, Span
from indexcalc.market import arrow
from indexcalc.market.importers.imported import GIGABYTE
from indexcalc.market.places.file_safety import GZIP, TooLarge, open_regular, read_unpacked

MAX_COLUMNS = 20_000
_BYTES = (pa.binary(), pa.large_binary(), pa.binary_view())
_ENCODINGS = ("utf-8-sig", "cp949")


class Source:
    """A file as named columns of one length.

    ``text``: every column is text as written; else columns have the types of the file.  ``unread``: the
    types of the columns that are none of it, because no text says what they hold (lists, bytes), by name.
    """

    text = False
    delimiter = ""  # of delimited text

    def __init__(self, path: Path, table: Any, unread: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.table = table
        self.unread = dict(unread or {})

    @classmethod
    def typed(cls, path: Path, table: Any) -> Source:
        """Columns with types, without those that are not read."""
        kinds = {name: _unread(table.column(name)) for name in table.column_names}
        unread = {name: kind for name, kind in kinds.items() if kind}
        return cls(path, table.drop_columns(list(unread)) if unread else table, unread)

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

    def missing(self, name: str) -> dict[str, str]:
        """What is told of a column that is needed and not there: message, code and, if known, hint."""
        if name not in self.unread:
            have = ", ".join(self.names)[:500]
            return {
                "code": "IMP005",
                "message": f"{self.path.name} has no column {name!r}; it has {have}",
            }
        return {
            "code": "IMP004",
            "message": f"the column {name!r} of {self.path.name} has the type {self.unread[name]}, which "
            "is not read",
            "hint": "make text, numbers, dates or flags of it where it comes from; in SQL: "
            f"cast({name} as varchar)",
        }

    def place(self, row: int, name: str) -> tuple[Span | None, str]:
        """(span in a text file or None, place in words) of a cell; ``row`` counts from 0."""
        return None, f"row {row + 1}, {name}"


def _unread(column: Any) -> str:
    """The type of a column that has no text; '' where there is one for every value."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_duration(kind):  # its text is a count of a unit that is lost
        return str(kind)
    in_bytes = pa.types.is_fixed_size_binary(kind) or kind in _BYTES
    try:
        # Text may be stored as bytes; of other types, the first value is like all.
        pc.cast(arrow.decoded(column if in_bytes else column.slice(0, 1)), pa.string())
    except pa.ArrowException:
        return str(kind)
    return ""


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
        hint="give the encoding in the map (encoding: cp932, ...), or save the file as UTF-8",
    )
