"""The files of a run, written so that a reader finds the old run or the new one, whole.

New files are written beside the old ones and synced; then a journal names them (the commit point);
then they are renamed one by one, the manifest last, and the journal is removed.  A writer killed
before the journal leaves the old run; after it, the next opener finishes the renames.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from indexcalc.diagnostics import RunError

MANIFEST = "manifest.json"
JOURNAL = ".journal.json"
LOCK = ".run.lock"
NEW = ".new-"
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
        "summary",
        "factors",
        "weights",
    )
) | {"levels.svg", "largest_weight.svg", "trade_off.svg"}


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One writer at a time; RunError (RUN002) when another holds the folder.

    Entering finishes what a killed writer left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / LOCK, "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunError.of(
                "RUN002",
                "another process is writing this run",
                path=folder,
                hint="wait, or use another --out",
            ) from None
        finish(folder)
        yield


def finish(folder: Path) -> None:
    """Complete a write whose journal is there; remove what an uncommitted one left."""
    journal = folder / JOURNAL
    if journal.exists():
        names = json.loads(journal.read_text(encoding="utf-8"))
        _rename_all(folder, names["files"], names["gone"])
    for found in folder.glob(f"{NEW}*"):
        found.unlink(missing_ok=True)


def write(folder: Path, files: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    """Replace the run in ``folder`` by ``files`` (name -> Arrow table, JSON value or text of a picture).

    Call it under ``locked``.  Files of the run before that are not among the new ones go.
    """
    names = [*files, MANIFEST]
    for name in names:
        content = manifest if name == MANIFEST else files[name]
        write_file = _writer(name)
        _write_synced(folder / f"{NEW}{name}", write_file, content)
    gone = [name for name in sorted(OWN) if name not in files and (folder / name).exists()]
    said = {"files": names, "gone": gone}
    _write_synced(folder / f"{NEW}journal", _write_json, said)
    os.replace(folder / f"{NEW}journal", folder / JOURNAL)
    _sync_folder(folder)
    _rename_all(folder, names, gone)


def _rename_all(folder: Path, names: list[str], gone: list[str]) -> None:
    for name in names:
        aside = folder / f"{NEW}{name}"
        if aside.exists():
            os.replace(aside, folder / name)
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    _sync_folder(folder)
    (folder / JOURNAL).unlink(missing_ok=True)
    _sync_folder(folder)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of the run in ``folder``; None when there is no run.

    RunError (RUN003): it is damaged.  A journal left by a killed writer is finished first.
    """
    if (folder / JOURNAL).exists():
        with locked(folder):
            pass
    file = folder / MANIFEST
    if not file.exists():
        return None
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError.of("RUN003", f"the manifest cannot be read: {error}", path=file) from None
    return dict(said)


def read_table(folder: Path, name: str) -> Any | None:
    """A table of the run in ``folder``; None when it has none of that name.

    RunError (RUN003): it is damaged.
    """
    file = folder / name
    if not file.exists():
        return None
    try:
        return pq.ParquetFile(file).read()
    except (OSError, pa.ArrowInvalid) as error:
        raise RunError.of(
            "RUN003",
            f"not a readable Parquet file: {error}",
            path=file,
            hint="remove the run, or use another --out",
        ) from None


def _writer(name: str) -> Callable[[Path, Any], None]:
    if name.endswith(".json"):
        return _write_json
    return _write_text if name.endswith(".svg") else _write_parquet


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_parquet(path: Path, table: Any) -> None:
    pq.write_table(table, path, compression="lz4")


def _write_json(path: Path, value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def _write_synced(path: Path, writer: Callable[[Path, Any], None], content: Any) -> None:
    writer(path, content)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
