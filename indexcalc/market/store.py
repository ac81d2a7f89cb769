"""A market on disk: Parquet files named in ``market.json``, which is replaced last.

Data files never change once written; their names carry a hash of their content.  A write adds new
files, syncs them, and then replaces ``market.json`` in one rename: a reader sees the old market or
the new one, whole, whenever the writer dies.  Files no longer named are removed one write later, so
that a reader that opened the market before keeps what it needs.

The files of ``daily`` have session ranges that do not overlap and are named in ascending order;
each holds row groups of whole sessions, rows sorted by (date, symbol).
"""

from __future__ import annotations

import base64
import errno
import fcntl
import hashlib
import itertools
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from indexcalc.arrays import Codes
from indexcalc.diagnostics import DataError, RunError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.facts import wrong_facts
from indexcalc.market.file_safety import created, is_plain_name, open_lock, read_json, sync_folder
from indexcalc.market.tables import TABLES

MANIFEST = "market.json"
LOCK = ".market.lock"
FORMAT = 1
# The data files of a market: of a folder's files only these, and those aside, are ever removed.
_TABLE_NAMES = "|".join(TABLES)
_DAY = r"\d{4}-\d\d-\d\d"
DATA_FILE = re.compile(rf"({_TABLE_NAMES})(-{_DAY}-{_DAY})?-[0-9a-f]{{12}}\.parquet", re.ASCII)
_ASIDE = re.compile(rf"\.({_TABLE_NAMES}|{re.escape(MANIFEST)})\.\d+\.part", re.ASCII)
SESSIONS_PER_ROW_GROUP = 250


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One live data file: its table, rows, first and last date (ISO, '' if undated), content hash."""

    name: str
    table: str
    rows: int
    first: str
    last: str
    sha256: str


@dataclass(slots=True)
class Contents:
    """What ``market.json`` says: the facts of the market and its live files."""

    facts: dict[str, Any] = field(default_factory=dict)
    files: list[StoredFile] = field(default_factory=list)
    previous: list[str] = field(default_factory=list)

    def of(self, table: str) -> list[StoredFile]:
        """The live files of a table, in session order."""
        return [item for item in self.files if item.table == table]


def read_contents(path: Path) -> Contents:
    """What is live in the market at ``path``.  DataError (DAT010): there is none, or it is damaged."""
    _refuse_undecodable(path)
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
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or error
        raise DataError.of("DAT010", f"market.json cannot be read: {what}", path=file) from None
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


def _refuse_undecodable(path: Path) -> None:
    """DataError (DAT010): Arrow opens files by names in UTF-8, and the path is not that."""
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
        is_plain_name(name) and DATA_FILE.fullmatch(name) for name in previous
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
    if stored.table not in TABLES or not re.fullmatch(r"[0-9a-f]{64}", stored.sha256):
        raise ValueError(f"table or hash of {stored.name!r}")
    if stored.name != _file_name(stored.table, stored.first, stored.last, stored.sha256):
        raise ValueError(f"name {stored.name!r}: it is not that of its table, dates and hash")
    if (
        not DATA_FILE.fullmatch(stored.name)
        or stored.first > stored.last
        or bool(stored.first) != bool(stored.last)
    ):
        raise ValueError(f"name {stored.name!r}: it is not that of a data file")
    return stored


def _file_name(table: str, first: str, last: str, sha256: str) -> str:
    span = f"-{first}-{last}" if first else ""
    return f"{table}{span}-{sha256[:12]}.parquet"


def open_parquet(path: Path, footer: Any = None) -> Any:
    """A Parquet file opened for reading.  DataError (DAT010): missing or damaged.

    ``footer``: its ``metadata`` from an earlier opening, which is not read again.
    """
    try:
        return pq.ParquetFile(path, memory_map=True, metadata=footer)
    except FileNotFoundError:
        raise DataError.of(
            "DAT010",
            "a file that market.json names is missing",
            path=path,
            hint="restore it or import again",
        ) from None
    except (OSError, pa.ArrowInvalid) as error:
        raise DataError.of("DAT010", f"not a readable Parquet file: {error}", path=path) from None


class Writer:
    """Collects new files for one write; nothing is live until ``commit``."""

    def __init__(self, path: Path, contents: Contents) -> None:
        self.path = path
        self.contents = contents
        self.facts = dict(contents.facts)
        self._files = list(contents.files)

    def put(self, name: str, table: Any) -> None:
        """Make ``table`` (conformed) the whole of table ``name``."""
        if name == "daily":
            self.put_daily(sessions_in_groups(table), replacing=self.contents.of("daily"))
            return
        self._files = [item for item in self._files if item.table != name]
        self._files.append(self._write(name, [table]))

    def put_daily(self, groups: Iterable[Any], replacing: Iterable[StoredFile] = ()) -> None:
        """Add one file of ``daily`` from tables of whole sessions in order, one row group each.

        ``replacing``: live files whose rows the new file holds now.
        """
        gone = {item.name for item in replacing}
        self._files = [item for item in self._files if item.name not in gone]
        self._files.append(self._write("daily", groups))

    def drop(self, name: str) -> None:
        """Remove a table."""
        self._files = [item for item in self._files if item.table != name]

    def _write(self, name: str, groups: Iterable[Any]) -> StoredFile:
        aside = self.path / f".{name}.{os.getpid()}.part"
        if os.path.lexists(aside):
            aside.unlink()  # nothing is written through a link that lies there
        rows, first, last = 0, "", ""
        seen_days: list[Codes] = []
        seen_symbols: set[str] = set()
        writer: Any = None
        key = TABLES[name].key[0] if name in TABLES else ""
        try:
            for group in groups:
                if writer is None:
                    writer = pq.ParquetWriter(
                        aside, group.schema, compression="lz4", use_dictionary=_dictionaries(group)
                    )
                writer.write_table(group, row_group_size=max(group.num_rows, 1))
                rows += group.num_rows
                if key == "date" and group.num_rows:
                    days = arrow.days(group.column(key))
                    first = first or date_text(int(days[0]))
                    last = date_text(int(days[-1]))
                    if name == "daily":
                        seen_days.append(np.unique(days))
                        seen_symbols.update(arrow.sorted_codes(group.column("symbol"))[1])
            if writer is None:
                raise ValueError(f"no rows for table {name}")
            if name == "daily":
                writer.add_key_value_metadata(_index_of(seen_days, seen_symbols))
        finally:
            if writer is not None:
                writer.close()
        digest = _sync_and_hash(aside)
        final = _file_name(name, first, last, digest)
        os.replace(aside, self.path / final)
        return StoredFile(final, name, rows, first, last, digest)

    def commit(self) -> Contents:
        """Make the new files live in one rename, then remove what two writes ago named."""
        order = {name: position for position, name in enumerate(TABLES)}
        files = sorted(self._files, key=lambda item: (order.get(item.table, 99), item.first))
        previous = [item.name for item in self.contents.files]
        content = {
            "format": FORMAT,
            "facts": self.facts,
            "files": [asdict(item) for item in files],
            "previous": previous,
        }
        aside = self.path / f".{MANIFEST}.{os.getpid()}.part"
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
        with created(aside) as stream:
            stream.write(f"{text}\n".encode())
        sync_folder(self.path)
        os.replace(aside, self.path / MANIFEST)
        sync_folder(self.path)
        keep = {item.name for item in files} | set(previous)
        for path in self.path.iterdir():
            stale = DATA_FILE.fullmatch(path.name) and path.name not in keep
            if stale or _ASIDE.fullmatch(path.name):
                path.unlink(missing_ok=True)
        return Contents(self.facts, files, previous)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A ``Writer`` under the market's one-writer lock; leaving the block normally commits.

    An exception inside the block leaves the market as it was.  DataError: another writer is at work.
    """
    _refuse_undecodable(path)
    with _told(path):
        path.mkdir(parents=True, exist_ok=True)
        lock = open_lock(path / LOCK)
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataError.of(
                "DAT010", "another process is writing this market", path=path, hint="wait for it"
            ) from None
        there = os.path.lexists(path / MANIFEST)
        writer = Writer(path, read_contents(path) if there else Contents())
        try:
            with _told(path):
                yield writer
                writer.commit()
        except BaseException:
            for path_of_part in path.glob(f".*.{os.getpid()}.part"):
                if _ASIDE.fullmatch(path_of_part.name):
                    path_of_part.unlink(missing_ok=True)
            raise


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system refuses while a market is written, as DAT013 with the path."""
    try:
        yield
    except OSError as error:
        what = error.strerror or str(error)
        if error.errno == errno.ELOOP:
            what = "a symbolic link lies there, and nothing is written through one"
        raise RunError.of(
            "DAT013", f"cannot be written: {what}", path=str(error.filename or path)
        ) from None


def sessions_in_groups(daily: Any, per_group: int = SESSIONS_PER_ROW_GROUP) -> Iterator[Any]:
    """A sorted daily table in slices of ``per_group`` whole sessions, in order."""
    days = arrow.days(daily.column("date"))
    if days.size == 0:
        yield daily
        return
    starts = np.flatnonzero(np.concatenate(([True], days[1:] != days[:-1])))
    bounds = [*[int(start) for start in starts[::per_group]], int(days.size)]
    for low, high in itertools.pairwise(bounds):
        yield daily.slice(low, high - low)


def _index_of(days: list[Codes], symbols: set[str]) -> dict[str, str]:
    """The sessions and symbols of a daily file, kept in its footer so that no scan is needed."""
    distinct = np.unique(np.concatenate(days)) if days else np.zeros(0, dtype=np.int32)
    return {
        "indexcalc.days": base64.b64encode(distinct.astype("<i4").tobytes()).decode("ascii"),
        "indexcalc.lines": json.dumps(sorted(symbols), ensure_ascii=False),
    }


def daily_index(file: Any) -> tuple[Codes, list[str]]:
    """(session days, symbols) of an opened daily file, from its footer.

    DataError (DAT010): the footer is not as this program writes it.
    """
    metadata = file.metadata.metadata or {}
    try:
        packed = base64.b64decode(metadata[b"indexcalc.days"], validate=True)
        days = np.frombuffer(packed, dtype="<i4").astype(np.int32)
        if b"indexcalc.lines" in metadata:
            symbols = json.loads(metadata[b"indexcalc.lines"])
        else:  # written before symbols were kept from holding a line break
            symbols = metadata[b"indexcalc.symbols"].decode("utf-8").split("\n")
        if not isinstance(symbols, list) or not all(isinstance(item, str) for item in symbols):
            raise ValueError("its symbols are no list of texts")
        if symbols != sorted(set(symbols)) or (days[1:] <= days[:-1]).any():
            raise ValueError("its symbols or sessions are out of order")
    except (KeyError, ValueError, RecursionError) as error:
        raise DataError.of(
            "DAT010", f"the index of a file of daily is missing or damaged: {error}"
        ) from None
    return days, symbols


def _dictionaries(table: Any) -> list[str]:
    """Columns worth dictionary coding on disk: the symbol and text; numbers are stored plain."""
    return [
        item.name
        for item in table.schema
        if pa.types.is_dictionary(item.type) or pa.types.is_string(item.type)
    ]


def _sync_and_hash(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
        os.fsync(stream.fileno())
    return digest.hexdigest()
