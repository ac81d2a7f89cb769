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
import fcntl
import hashlib
import itertools
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from indexcalc.arrays import Codes
from indexcalc.diagnostics import DataError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.tables import TABLES

MANIFEST = "market.json"
LOCK = ".market.lock"
FORMAT = 1
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
    file = path / MANIFEST
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError.of(
            "DAT010",
            "no market here",
            path=file,
            hint="make one with `indexcalc market import FILE... --market DIR` or `indexcalc market demo`",
        ) from None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise DataError.of("DAT010", f"market.json cannot be read: {error}", path=file) from None
    try:
        if said["format"] != FORMAT:
            raise DataError.of(
                "DAT010",
                f"market format {said['format']}, this version reads {FORMAT}",
                path=file,
                hint="import the data again, or use the version that wrote it",
            )
        files = [StoredFile(**item) for item in said["files"]]
        return Contents(dict(said["facts"]), files, list(said.get("previous", [])))
    except (KeyError, TypeError) as error:
        raise DataError.of(
            "DAT010", f"market.json lacks or has a wrong {error}", path=file
        ) from None


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
        span = f"-{first}-{last}" if first else ""
        final = f"{name}{span}-{digest[:12]}.parquet"
        os.replace(aside, self.path / final)
        return StoredFile(final, name, rows, first, last, digest)

    def commit(self) -> Contents:
        """Make the new files live in one rename, then remove what two writes ago named."""
        order = {name: position for position, name in enumerate(TABLES)}
        files = sorted(self._files, key=lambda item: (order.get(item.table, 99), item.first))
        previous = [item.name for item in self.contents.files]
        said = {
            "format": FORMAT,
            "facts": self.facts,
            "files": [asdict(item) for item in files],
            "previous": previous,
        }
        aside = self.path / f".{MANIFEST}.{os.getpid()}.part"
        with open(aside, "w", encoding="utf-8") as stream:
            json.dump(said, stream, ensure_ascii=False, indent=1, sort_keys=True)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
        _sync_folder(self.path)
        os.replace(aside, self.path / MANIFEST)
        _sync_folder(self.path)
        keep = {item.name for item in files} | set(previous)
        for found in self.path.iterdir():
            stale = found.suffix == ".parquet" and found.name not in keep
            if stale or found.name.endswith(".part"):
                found.unlink(missing_ok=True)
        return Contents(self.facts, files, previous)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A ``Writer`` under the market's one-writer lock; leaving the block normally commits.

    An exception inside the block leaves the market as it was.  DataError: another writer is at work.
    """
    path.mkdir(parents=True, exist_ok=True)
    with open(path / LOCK, "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataError.of(
                "DAT010", "another process is writing this market", path=path, hint="wait for it"
            ) from None
        contents = read_contents(path) if (path / MANIFEST).exists() else Contents()
        writer = Writer(path, contents)
        yield writer
        writer.commit()


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
        "indexcalc.symbols": "\n".join(sorted(symbols)),
    }


def daily_index(file: Any) -> tuple[Codes, list[str]]:
    """(session days, symbols) of an opened daily file, from its footer."""
    said = file.metadata.metadata or {}
    days = np.frombuffer(base64.b64decode(said.get(b"indexcalc.days", b"")), dtype="<i4")
    symbols = said.get(b"indexcalc.symbols", b"").decode("utf-8")
    return days.astype(np.int32), symbols.split("\n") if symbols else []


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


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
