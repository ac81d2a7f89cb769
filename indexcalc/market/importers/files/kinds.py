"""What kind of file it is that cannot be read, in words, from its first bytes."""

from __future__ import annotations

import re
from pathlib import Path

from indexcalc.diagnostics import ImportRefused

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE = "save the table as CSV or Parquet"
# First bytes (after blanks for text), the kind in words, the way out.
_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", _SAVE),
    (b"<!doctype html", "a web page (HTML)", "download the file itself; " + _SAVE),
    (b"<html", "a web page (HTML)", "download the file itself; " + _SAVE),
    (b"<table", "a web page (HTML)", "open it in a spreadsheet; " + _SAVE),
    (b"<meta", "a web page (HTML)", "open it in a spreadsheet; " + _SAVE),
    (ZIP, "a zip archive", "unpack it, and import the files in it"),
    (b"Rar!", "a rar archive", "unpack it, and import the files in it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it, and import the files in it"),
    (b"\xfd7zXZ\x00", "an xz archive", "unpack it first (unxz)"),
    (b"BZh", "a bzip2 archive", "unpack it first (bunzip2)"),
    (b"\x28\xb5\x2f\xfd", "a zstandard archive", "unpack it first (unzstd)"),
    (b"SQLite format 3\x00", "an SQLite database", "export the table as CSV"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", "save the frame with to_parquet"),
    (b"RDX", "an R data file", _SAVE),
    (b"<stata_dta>", "a Stata file", _SAVE),
    (b"\x93NUMPY", "a NumPy array", _SAVE),
    (b"ORC", "an ORC file", _SAVE),
    (b"Obj\x01", "an Avro file", _SAVE),
    (b"\x80\x03", "a pickle, which can run code when it is read", "save the frame with to_parquet"),
    (b"\x80\x04", "a pickle, which can run code when it is read", "save the frame with to_parquet"),
    (b"\x80\x05", "a pickle, which can run code when it is read", "save the frame with to_parquet"),
    (b"\x89PNG", "a picture", _SAVE),
    (b"\xff\xd8\xff", "a picture", _SAVE),
    (b"<", "XML", _SAVE),
)
# Headers in angle brackets, as Stooq and MetaTrader write them, are a table.
_BRACKETED = re.compile(rb"<[^<>\r\n]+>[,;\t|]")
_SAS = bytes(12) + b"\xc2\xea\x81\x60"


def is_workbook(data: bytes) -> bool:
    """Is it an xlsx, xlsb, ods or xls workbook?"""
    if data.startswith(OLE):
        return True
    return data.startswith(ZIP) and (b"xl/" in data or b"opendocument.spreadsheet" in data)


def refuse_other_kinds(path: Path, data: bytes) -> None:
    """ImportRefused (IMP002) with the kind of a file that holds no table we read."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data[8:12] == b"DUCK":
        hint = "market import --sql 'select ...' --database duckdb:FILE"
        raise ImportRefused.of("IMP002", "the file is a DuckDB database", path=path, hint=hint)
    if data.startswith(_SAS):
        raise ImportRefused.of("IMP002", "the file is a SAS data set", path=path, hint=_SAVE)
    for magic, kind, hint in _KINDS:
        text = magic.startswith(b"<")
        if text and _BRACKETED.match(head):
            continue
        if head.startswith(magic.lower()) if text else data.startswith(magic):
            raise ImportRefused.of("IMP002", f"the file is {kind}", path=path, hint=hint)
