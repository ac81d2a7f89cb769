"""A market on disk: Parquet files named in ``market.json``, which is replaced last.

Data files never change once written; their names carry a hash of their content.  A write adds new
files, syncs them, and then replaces ``market.json`` in one rename: a reader sees the old market or
the new one, whole, whenever the writer dies.  Files no longer named are removed one write later, so
that a reader that opened the market before keeps what it needs.

In an object store a file is made here and uploaded under its name, and ``market.json`` is copied over the
old one inside the store: each object appears whole.  There is no lock there: a writer that finds another
``market.json`` than the one it began with gives up, but two that finish in the same moment are not told
apart, and the last one counts.

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
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec.structs import asdict

from indexcalc.arrays import Codes
from indexcalc.diagnostics import DataError, RunError, quantity
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.market_json import (
    FORMAT,
    MANIFEST,
    Contents,
    StoredFile,
    file_name,
    is_data_file,
    read_contents,
    refuse_undecodable,
    wrong_columns,
)
from indexcalc.market.places.file_safety import (
    created,
    identity,
    lies,
    moved,
    open_lock,
    open_regular,
    sync_folder,
    to_json,
    unread,
)
from indexcalc.market.places.place import Place, RemotePath, is_delta, refusals_told
from indexcalc.market.tables import TABLES

LOCK = ".market.lock"
_ASIDE = rf"(?a)\.({'|'.join(TABLES)}|{re.escape(MANIFEST)})\.\d+\.part"
SESSIONS_PER_ROW_GROUP = 250
_FOOTERS: dict[RemotePath, Any] = {}
_MOST_FOOTERS = 4096
_AS_WRITTEN: dict[Place, tuple[Any, ...]] = {}
_WAY_OUT = "restore it, or import the data again; `indexcalc market check` looks at every file"


def open_parquet(path: Place, footer: Any = None) -> Any:
    """A Parquet file opened for reading.

    ``footer``: its ``metadata`` from an earlier opening, which is not read again.  DataError: DAT010
    missing or damaged, DAT018 the object store refuses.
    """
    with reading(path):
        if isinstance(path, Path):
            open_regular(path).close()  # mapping a pipe would wait for a writer
            file = pq.ParquetFile(path.absolute(), memory_map=True, metadata=footer)
        else:
            # A data file's name says its content, so its footer is read once in a process.
            known = footer or _FOOTERS.get(path)
            file = pq.ParquetFile(path.open(), metadata=known, pre_buffer=True)
            if known is None and len(_FOOTERS) < _MOST_FOOTERS:
                _FOOTERS[path] = file.metadata
        if footer is None:
            str(file.schema_arrow)  # it is made, and its names read, when it is asked for
        return file


def open_stored(place: Place, item: StoredFile) -> Any:
    """A data file opened for reading: as it was written, with the rows and columns that it must have.

    DataError: see ``open_parquet`` and ``check_content``.
    """
    check_content(place / item.name, item.sha256)
    return open_conformed(place, item)


def open_conformed(place: Place, item: StoredFile) -> Any:
    """A data file opened for reading whose content was looked at before; see ``open_stored``."""
    path = place / item.name
    file = open_parquet(path)
    if file.metadata.num_rows != item.rows:
        raise _damaged(
            path,
            f"market.json says {quantity(item.rows, 'row')}, the file has {file.metadata.num_rows:,}",
        )
    if wrong := wrong_columns(item.table, file.schema_arrow):
        raise _damaged(path, wrong)
    return file


def as_written(path: Place, sha256: str) -> bool:
    """Has a data file been looked at by this process, and not been changed since?"""
    with reading(path):
        return _AS_WRITTEN.get(path) == (sha256, *identity(path))


def check_content(path: Place, sha256: str, known: bool = False) -> None:
    """DataError (DAT010): a data file is not as it was written; DAT018: the object store refuses.

    ``known``: it was looked at before as it is now.  Once in a process, and again when it has changed.
    """
    if as_written(path, sha256):
        return
    with reading(path):
        said = (sha256, *identity(path))
        if not known:
            with open_regular(path) as stream:
                digest = hashlib.file_digest(cast(Any, stream), "sha256").hexdigest()
            if digest != sha256:
                raise _damaged(path, "the file is not as it was written (its hash differs)")
    _AS_WRITTEN[path] = said


def _damaged(path: Place, what: str) -> DataError:
    return DataError.of("DAT010", what, path=path, hint=_WAY_OUT)


def groups_between(file: Any, first: str, last: str) -> list[int]:
    """The row groups of an opened file of ``daily`` that may have rows from one day to another."""
    place = file.schema_arrow.get_field_index("date")
    groups = []
    for number in range(file.num_row_groups):
        known = file.metadata.row_group(number).column(place).statistics
        told = known is not None and known.has_min_max
        if not told or (str(known.min) <= last and first <= str(known.max)):
            groups.append(number)
    return groups


@contextmanager
def reading(path: Place) -> Iterator[None]:
    """What goes wrong while a data file is read, as a DataError with the path."""
    try:
        yield
    except FileNotFoundError:
        raise _damaged(path, "a file that market.json names is missing") from None
    except (OSError, ValueError, pa.ArrowException) as error:
        if isinstance(path, RemotePath) and isinstance(error, OSError):
            refused = path.refusal(error)
            raise DataError.of(
                "DAT018", str(refused.strerror), path=path, hint=getattr(refused, "hint", "")
            ) from None
        message, hint = unread(error, _WAY_OUT, "not a readable Parquet file")
        raise DataError.of("DAT010", message, path=path, hint=hint) from None


class Writer:
    """Collects new files for one write; nothing is live until ``commit``."""

    def __init__(self, path: Place, contents: Contents, staging: Path) -> None:
        """``staging``: the folder of this machine in which files are made."""
        self.path, self.staging = path, staging
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
        # In full, since `a:b/c` would be taken for the address of a store.
        aside = self.staging.absolute() / f".{name}.{os.getpid()}.part"
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
        final = file_name(name, first, last, digest)
        moved(aside, self.path / final)
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
        with created(aside) as stream:
            stream.write(to_json(content))
        sync_folder(self.path)
        if isinstance(self.path, RemotePath) and _contents_at(self.path) != self.contents:
            aside.unlink(missing_ok=True)
            raise DataError.of(
                "DAT010",
                "another process has written this market since this one began",
                path=self.path,
                hint="do it again",
            )
        moved(aside, self.path / MANIFEST)
        sync_folder(self.path)
        keep = {item.name for item in files} | set(previous)
        if isinstance(self.path, RemotePath):  # what is unnamed there may be another writer's
            for name in set(self.contents.previous) - keep:
                (self.path / name).unlink(missing_ok=True)
            return Contents(self.facts, files, previous)
        for path in self.path.iterdir():
            stale = is_data_file(path.name) and path.name not in keep
            if stale or re.fullmatch(_ASIDE, path.name):
                path.unlink(missing_ok=True)
        return Contents(self.facts, files, previous)


@contextmanager
def writing(path: Place) -> Iterator[Writer]:
    """A ``Writer`` under the market's one-writer lock; leaving the block normally commits.

    An exception inside the block leaves the market as it was.  DataError: another writer is at work, or
    (DAT019) Delta tables lie there.
    """
    refuse_delta(path)
    refuse_undecodable(path)
    with _told(path):
        path.mkdir(parents=True, exist_ok=True)
    if isinstance(path, RemotePath):
        from tempfile import TemporaryDirectory

        with _told(path), TemporaryDirectory(prefix="indexcalc-") as staging:
            writer = Writer(path, _contents_at(path), Path(staging))
            yield writer
            writer.commit()
        return
    with _told(path):
        lock = open_lock(path / LOCK)
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataError.of(
                "DAT010", "another process is writing this market", path=path, hint="wait for it"
            ) from None
        writer = Writer(path, _contents_at(path), path)
        try:
            with _told(path):
                yield writer
                writer.commit()
        except BaseException:
            for path_of_part in path.glob(f".*.{os.getpid()}.part"):
                if re.fullmatch(_ASIDE, path_of_part.name):
                    path_of_part.unlink(missing_ok=True)
            raise


def _contents_at(path: Place) -> Contents:
    """What is live at a path; nothing where there is no market yet."""
    return read_contents(path) if lies(path / MANIFEST) else Contents()


def refuse_delta(path: Place) -> None:
    """DataError (DAT019): the market at a path is made of Delta tables, which are not written."""
    if not lies(path / MANIFEST) and is_delta(path, TABLES):
        raise DataError.of(
            "DAT019",
            "a market of Delta tables is read, not written",
            path=path,
            hint="write to the tables with what writes Delta tables, or name another --market",
        )


def _told(path: Place) -> AbstractContextManager[None]:
    """What the system refuses while a market is written, as DAT013 with the path."""
    hint = "the market is as it was; let this user write there, or name another --market"
    return refusals_told(RunError, "DAT013", path, hint)


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


def daily_index(file: Any, path: Place) -> tuple[Codes, list[str]]:
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
        what = f"it lacks {error.args[0].decode()}" if isinstance(error, KeyError) else str(error)
        raise _damaged(
            path, f"the index of a file of daily is missing or damaged: {what}"
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
    with open(path, "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    return digest
