"""The files of a run, written so that a reader finds the old run or the new one, whole.

New files are written beside the old ones and synced; then a journal names them (the commit point);
then they are renamed one by one, the manifest last, and the journal is removed.  A writer killed
before the journal leaves the old run; after it, the next opener finishes the renames.  In an object store
``stored_objects`` does the same with what is there.
"""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from indexcalc.calculation.run import stored_objects
from indexcalc.calculation.run.committee_log import COMMITTEE_LOG
from indexcalc.calculation.run.stored_manifest import checked
from indexcalc.diagnostics import RunError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.places.file_safety import (
    created,
    lies,
    open_lock,
    open_regular,
    read_json,
    sync_folder,
    to_json,
    unread,
)
from indexcalc.market.places.place import Place, RemotePath, StorageRefused, refusals_told

MANIFEST = "manifest.json"
JOURNAL = ".journal.json"
LOCK = ".run.lock"
NEW = ".new-"
_WAY_OUT = "remove this folder, or use another --out; then compute the run again"
# What runs and sweeps write: of a folder's files only these are ever taken away.
OWN = frozenset(
    f"{name}.parquet"
    for name in (
        "levels",
        "constituents",
        "composition",
        "reviews",
        "decisions",
        "events",
        "restatements",
        "overrides",
        "summary",
        "factors",
        "weights",
    )
) | {COMMITTEE_LOG, "levels.svg", "largest_weight.svg", "trade_off.svg"}


_FIRST_DAY, _LAST_DAY = day_number(dt.date.min), day_number(dt.date.max)
# What may lie aside while a run is written: of files with these names only, one is renamed or removed.
_ASIDE = frozenset(f"{NEW}{name}" for name in (*OWN, MANIFEST, "journal"))


@contextmanager
def locked(folder: Place) -> Iterator[None]:
    """One writer at a time; RunError (RUN002) when another holds the folder.  Object stores have no lock.

    Entering finishes what a killed writer left.  RunError: RUN003 what it left is damaged, RUN020 the
    folder cannot be written.
    """
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(folder, RemotePath):
            stored_objects.finish(folder, OWN, MANIFEST)
    if isinstance(folder, RemotePath):
        yield
        return
    with _told(folder):
        lock = open_lock(folder / LOCK)
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunError.of(
                "RUN002",
                "another process is writing this run",
                path=folder,
                hint="wait, or use another --out",
            ) from None
        with _told(folder):
            finish(folder)
        yield


def is_run(folder: Place) -> bool:
    """Does a folder hold the files of a computed index?"""
    return (folder / MANIFEST).is_file() and (folder / "constituents.parquet").is_file()


def is_sweep(folder: Place) -> bool:
    """Does a folder hold the files of a sweep?"""
    return (folder / MANIFEST).is_file() and (folder / "summary.parquet").is_file()


def finish(folder: Path) -> None:
    """Complete a write whose journal is there; remove what an uncommitted one left."""
    journal = folder / JOURNAL
    if os.path.lexists(journal):
        _rename_all(folder, *_read_journal(journal))
    for leftover in folder.glob(f"{NEW}*"):
        if leftover.name in _ASIDE:
            leftover.unlink(missing_ok=True)


def _read_journal(journal: Path) -> tuple[list[str], list[str]]:
    """(files to put in place, files to take away): names of this program's files, the manifest among
    those put in place.  RunError (RUN003): it says anything else."""
    try:
        if journal.is_symlink():
            raise ValueError("it is a symbolic link")
        content = read_json(journal)
        if not isinstance(content, dict) or content.keys() != {"files", "gone"}:
            raise ValueError("it has other keys than `files` and `gone`")
        for names in content.values():
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                raise ValueError("it does not hold lists of names")
        files, gone = content["files"], content["gone"]
        strange = [name for name in (*files, *gone) if name not in OWN and name != MANIFEST]
        if strange:
            raise ValueError(f"{strange[0]!r} is not the name of a file of a run")
        if MANIFEST not in files or set(files) & set(gone):
            raise ValueError("it takes away what it puts in place")
    except (OSError, ValueError) as error:
        message, hint = unread(error, _WAY_OUT)
        raise RunError.of(
            "RUN003", f"what a killed writer left {message}", path=journal, hint=hint
        ) from None
    return files, gone


def write(folder: Place, files: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    """Replace the run in ``folder`` by ``files`` (name -> Arrow table, tables one after the other,
    JSON value or text of a picture).

    Call it under ``locked``.  Files of the run before that are not among the new ones go.
    RunError (RUN020): it cannot be written; the run before is as it was.
    """
    names = [*files, MANIFEST]
    with _told(folder):
        there = {item.name for item in folder.iterdir()}
        gone = sorted((OWN & there) - files.keys())
        if isinstance(folder, RemotePath):
            content = {**files, MANIFEST: manifest}
            stored_objects.write(folder, content, tuple(gone), OWN, _write_content)
            return
        _refuse_in_the_way(folder, [*names, *gone, JOURNAL])
        try:
            for name in names:
                _write_aside(folder, name, manifest if name == MANIFEST else files[name])
            _write_aside(folder, "journal", {"files": names, "gone": gone})
        except BaseException:
            for name in (*names, "journal"):
                (folder / f"{NEW}{name}").unlink(missing_ok=True)
            raise
        os.replace(folder / f"{NEW}journal", folder / JOURNAL)
        sync_folder(folder)
        _rename_all(folder, names, gone)


def _refuse_in_the_way(folder: Path, names: Sequence[str]) -> None:
    """OSError: something that is no file lies where a file goes: a rename over it would fail halfway."""
    for name in names:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            raise IsADirectoryError(errno.EISDIR, "a folder lies where a file goes", str(path))


def _rename_all(folder: Path, names: Sequence[str], gone: Sequence[str]) -> None:
    for name in names:
        aside = folder / f"{NEW}{name}"
        if os.path.lexists(aside):
            os.replace(aside, folder / name)
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    sync_folder(folder)
    (folder / JOURNAL).unlink(missing_ok=True)
    sync_folder(folder)


def _told(folder: Place) -> AbstractContextManager[None]:
    """What the system refuses while a run is written, as RUN020 with the path."""
    hint = "the run before, if there is one, is as it was; free the place, or use another --out"
    return refusals_told(RunError, "RUN020", folder, hint)


def read_manifest(folder: Place) -> dict[str, Any] | None:
    """The manifest of the run or sweep in ``folder``, every field of the type it must have; None when
    there is none.

    RunError (RUN003): it is damaged.  A journal left by a killed writer is finished first.
    """
    file = folder / MANIFEST
    try:
        if lies(folder / JOURNAL):
            with locked(folder):
                pass
        return checked(read_json(file))
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        return None
    except StorageRefused as error:
        raise RunError.of("RUN012", str(error.strerror), path=file, hint=error.hint) from None
    except (OSError, ValueError) as error:
        message, hint = unread(error, _WAY_OUT)
        raise RunError.of("RUN003", f"the manifest {message}", path=file, hint=hint) from None


def read_table(folder: Place, name: str) -> Any | None:
    """A table of the run in ``folder``; None when it has none of that name.

    RunError (RUN003): it is damaged.
    """
    file = folder / name
    try:
        with open_regular(file) as stream:
            table = pq.ParquetFile(arrow.reader(stream.read())).read()
        table.validate(full=True)
        _refuse_no_dates(table)
        return table
    except FileNotFoundError:
        return None
    except StorageRefused as error:
        raise RunError.of("RUN012", str(error.strerror), path=file, hint=error.hint) from None
    except (OSError, ValueError, pa.ArrowException) as error:
        message, hint = unread(error, _WAY_OUT, "not a readable Parquet file")
        raise RunError.of("RUN003", message, path=file, hint=hint) from None


def _refuse_no_dates(table: Any) -> None:
    """ValueError: a day lies outside the calendar, as one in a damaged file may."""
    for name in table.column_names:
        if table.schema.field(name).type == pa.date32():
            days = arrow.days(table.column(name))
            wrong = (days != arrow.NULL_DAY) & ((days < _FIRST_DAY) | (days > _LAST_DAY))
            if wrong.any():
                row = int(np.flatnonzero(wrong)[0])
                raise ValueError(
                    f"`{name}` of row {row} is no date: day {days[row]} from 1970-01-01"
                )


def _write_aside(folder: Path, name: str, content: Any) -> None:
    with created(folder / f"{NEW}{name}") as stream:
        _write_content(stream, name, content)


def _write_content(stream: BinaryIO, name: str, content: Any) -> None:
    if name.endswith(".parquet"):
        _write_parquet(stream, content)
    elif name.endswith((".svg", ".jsonl")):
        stream.write(content.encode("utf-8"))
    else:
        stream.write(to_json(content))


def _write_parquet(stream: BinaryIO, content: Any) -> None:
    """A table, or several of one kind one after the other, each its own row group."""
    if isinstance(content, pa.Table):
        pq.write_table(content, stream, compression="lz4")
        return
    first = next(content)
    with pq.ParquetWriter(stream, first.schema, compression="lz4") as writer:
        for table in itertools.chain([first], content):
            writer.write_table(table)
