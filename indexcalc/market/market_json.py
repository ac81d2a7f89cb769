"""What ``market.json`` says of a stored market: its facts and its live files, read as untrusted data."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from indexcalc.diagnostics import DataError
from indexcalc.market.market_facts import wrong_facts
from indexcalc.market.places.file_safety import is_plain_name, read_json, unread
from indexcalc.market.places.place import Place, StorageRefused
from indexcalc.market.tables import TABLES, Kind, new_name

MANIFEST = "market.json"
FORMAT = 1
# The data files of a market: of a folder's files only these, and those aside, are ever removed.
_DAY = r"\d{4}-\d\d-\d\d"
_DATA_FILE = rf"({'|'.join(TABLES)})(-{_DAY}-{_DAY})?-[0-9a-f]{{12}}\.parquet"

_TEXT = ("string", "large_string", "string_view")
_WRITTEN: dict[Kind, tuple[str, ...]] = {
    "date": ("date32[day]",),
    "text": _TEXT,
    "float": ("double",),
    "integer": ("int64", "double"),
}
_EXTRA = ("double", "int64", "bool", "date32[day]", *_TEXT)


class StoredFile(Struct, frozen=True):
    """One live data file: its table, rows, first and last date (ISO, '' if undated), content hash."""

    name: str
    table: str
    rows: int
    first: str
    last: str
    sha256: str


class Contents(Struct):
    """What ``market.json`` says: the facts of the market and its live files."""

    facts: dict[str, Any] = field(default_factory=dict)
    files: list[StoredFile] = field(default_factory=list)
    previous: list[str] = field(default_factory=list)

    def of(self, table: str) -> list[StoredFile]:
        """The live files of a table, in session order."""
        return [item for item in self.files if item.table == table]


def read_contents(path: Place) -> Contents:
    """What is live in the market at ``path``.

    DataError: DAT010 there is none, or it is damaged, DAT018 the object store refuses.
    """
    refuse_undecodable(path)
    file = path / MANIFEST
    try:
        content = read_json(file)
    except (FileNotFoundError, NotADirectoryError):
        raise DataError.of(
            "DAT010",
            "no market here",
            path=file,
            hint="make one with `indexcalc market import FILE... --market DIR` or `indexcalc market demo`",
        ) from None
    except StorageRefused as error:
        raise DataError.of("DAT018", str(error.strerror), path=file, hint=error.hint) from None
    except (OSError, ValueError) as error:
        message, hint = unread(error, "")
        raise DataError.of("DAT010", f"market.json {message}", path=file, hint=hint) from None
    if (
        isinstance(content, dict)
        and isinstance(content.get("format"), int)
        and content["format"] != FORMAT
    ):
        raise DataError.of(
            "DAT010",
            f"market format {content['format']}, this version reads {FORMAT}",
            path=file,
            hint="import the data again, or use the version that wrote it",
        )
    try:
        return _contents(content)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError.of(
            "DAT010",
            f"market.json lacks or has a wrong {error}",
            path=file,
            hint="import the data again",
        ) from None


def refuse_undecodable(path: Place) -> None:
    """DataError (DAT010): Arrow opens files by names in UTF-8, and the path is not that."""
    if not isinstance(path, Path):
        return
    try:
        os.fsencode(path).decode("utf-8")
    except UnicodeDecodeError:
        raise DataError.of(
            "DAT010",
            "the path is not UTF-8, and the files of a market cannot be opened by it",
            path=path,
            hint="rename the folder, or reach it by another path",
        ) from None


def _contents(content: Any) -> Contents:
    """What market.json says, every field checked.  KeyError, TypeError, ValueError: it is damaged."""
    if not isinstance(content, dict) or content.keys() - {"previous"} != {
        "format",
        "facts",
        "files",
    }:
        raise ValueError("set of keys: there must be format, facts, files and previous")
    if content["format"] is not FORMAT or not isinstance(content["facts"], dict):
        raise ValueError("format or facts")
    for name, wrong in wrong_facts(content["facts"]):
        raise ValueError(f"fact {name}: {wrong}")
    if not isinstance(content["files"], list):
        raise ValueError("list of files")
    files = [_stored_file(item) for item in content["files"]]
    seen: dict[str, StoredFile] = {}
    for item in files:
        before = seen.get(item.table)
        if before is not None and (item.table != "daily" or item.first <= before.last):
            raise ValueError(f"list of files: {before.name} and {item.name} cannot both be live")
        seen[item.table] = item
    previous = content.get("previous", [])
    if not isinstance(previous, list) or not all(
        is_plain_name(name) and is_data_file(name) for name in previous
    ):
        raise ValueError("list `previous`: a name in it is not that of a data file")
    return Contents(dict(content["facts"]), files, list(previous))


def _stored_file(item: Any) -> StoredFile:
    """One entry of market.json: its name follows from its table, dates and hash."""
    if not isinstance(item, dict):
        raise ValueError("entry of files: it is no mapping")
    stored = StoredFile(**item)
    texts = (stored.name, stored.table, stored.first, stored.last, stored.sha256)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"entry of files: {stored.name!r} has a field that is no text")
    if type(item["rows"]) is not int or stored.rows < 0:
        raise ValueError(f"number of rows of {stored.name}: {stored.rows!r}")
    if now := new_name(stored.table):
        raise ValueError(f"name {stored.name!r}: {now}")
    if stored.table not in TABLES or not re.fullmatch(r"[0-9a-f]{64}", stored.sha256):
        raise ValueError(f"table or hash of {stored.name!r}")
    if stored.name != file_name(stored.table, stored.first, stored.last, stored.sha256):
        raise ValueError(f"name {stored.name!r}: it is not that of its table, dates and hash")
    if (
        not is_data_file(stored.name)
        or stored.first > stored.last
        or bool(stored.first) != bool(stored.last)
    ):
        raise ValueError(f"name {stored.name!r}: it is not that of a data file")
    return stored


def is_data_file(name: str) -> bool:
    """Is a name that of a data file of a market?"""
    return re.fullmatch(_DATA_FILE, name, re.ASCII) is not None


def file_name(table: str, first: str, last: str, sha256: str) -> str:
    """The name of a data file: its table, its dates, and the beginning of its hash."""
    span = f"-{first}-{last}" if first else ""
    return f"{table}{span}-{sha256[:12]}.parquet"


def wrong_columns(table: str, schema: Any) -> str:
    """What is wrong with the columns of a file (its Arrow schema) of a table, in words; '': nothing."""
    spec = TABLES[table]
    for column in spec.columns:
        if (column.required or column.name in spec.key) and column.name not in schema.names:
            return f"it has no column {column.name}, which every file of {table} has"
    if len(set(schema.names)) < len(schema.names):
        return "it has a column twice"
    for stored in schema:
        known = spec.by_name.get(stored.name)
        written = _WRITTEN[known.kind] if known is not None else _EXTRA
        coded = str(stored.type).startswith("dictionary")
        if str(stored.type.value_type if coded else stored.type) not in (*written, "null"):
            return f"its column {stored.name} is of type {stored.type}, not {written[0]}"
    return ""
