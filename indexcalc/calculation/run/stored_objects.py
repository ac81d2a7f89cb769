"""The files of a run in an object store, written so that a reader finds the old run or the new one, whole.

A store makes one object appear whole and knows neither renames nor locks.  So the new files are uploaded
under names of this write alone; then a journal with their hashes is put (the commit point); then each is
copied to its name inside the store, the manifest last, and the journal goes.  A writer killed before the
journal leaves the old run; after it, the next opener finishes the copies and checks every hash.

Two writers at the same moment are not kept apart.  The one that does not find its own journal at the
end compares what lies there with what it wrote; where that differs it marks the run as damaged and
says so, so that no mixture of two runs is read as one.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from indexcalc.diagnostics import RunError
from indexcalc.market.places.file_safety import read_json, to_json
from indexcalc.market.places.place import RemotePath

JOURNAL = ".journal.json"
NEW = ".new-"
_HASH = re.compile(r"[0-9a-f]{64}")
_TOKEN = re.compile(r"[0-9a-f]{16}")
Serialise = Callable[[io.BytesIO, str, Any], None]
"""Writes the content of a file of that name."""


class Journal(Struct, frozen=True):
    """A committed write: its files with their hashes, what goes, and the mark in its own names."""

    files: Mapping[str, str]
    gone: tuple[str, ...]
    token: str

    def aside(self, folder: RemotePath) -> RemotePath:
        """Below which the new files lie until they have their names."""
        return folder / f"{NEW}{self.token}"


def finish(folder: RemotePath, own: frozenset[str], manifest: str) -> None:
    """Complete a write whose journal is there.

    ``own``: the names a run's files may have, but the manifest's.  RunError (RUN003): the journal is
    damaged, or the files are not those it names.  OSError.
    """
    journal = _journal(folder, own, manifest)
    if journal is None:
        return
    _put_in_place(folder, journal)
    if _journal(folder, own, manifest) != journal:
        return  # another has finished it, or written since
    wrong = _other_files(folder, journal)
    if wrong:
        raise _mixed(folder, wrong[0])
    (folder / JOURNAL).unlink(missing_ok=True)
    journal.aside(folder).remove_all()


def write(
    folder: RemotePath,
    files: Mapping[str, Any],
    gone: tuple[str, ...],
    own: frozenset[str],
    serialise: Serialise,
) -> None:
    """Replace the run in ``folder`` by ``files`` (the manifest last); those ``gone`` go.

    RunError (RUN002): another process wrote the run at the same time.  OSError: it cannot be written.
    """
    hashes: dict[str, str] = {}
    token = os.urandom(8).hex()
    journal = Journal(hashes, gone, token)
    aside = journal.aside(folder)
    try:
        for name, value in files.items():
            content = io.BytesIO()
            serialise(content, name, value)
            hashes[name] = hashlib.sha256(content.getbuffer()).hexdigest()
            (aside / name).write_bytes(content.getvalue())
        _put_journal(folder, aside, asdict(journal))
    except OSError:
        with suppress(OSError):
            aside.remove_all()
        raise
    _put_in_place(folder, journal)
    mixed = False
    if _journal(folder, own, list(files)[-1]) == journal:
        (folder / JOURNAL).unlink(missing_ok=True)
    elif _other_files(folder, journal):
        mixed = True
        _put_journal(folder, aside, {"damaged": "two writers at the same time"})
    aside.remove_all()
    if mixed:
        raise RunError.of(
            "RUN002",
            "another process has written this run at the same time",
            path=folder,
            hint="compute it again when nobody else writes there, or use another --out",
        )


def _put_journal(folder: RemotePath, aside: RemotePath, said: Mapping[str, Any]) -> None:
    (aside / "journal").write_bytes(to_json(said))
    (aside / "journal").copy(folder / JOURNAL)


def _put_in_place(folder: RemotePath, journal: Journal) -> None:
    for name in journal.files:
        try:
            (journal.aside(folder) / name).copy(folder / name)
        except FileNotFoundError:
            continue  # it has its name already
    for name in journal.gone:
        (folder / name).unlink(missing_ok=True)


def _other_files(folder: RemotePath, journal: Journal) -> list[str]:
    """Files that are not those of a journal, or are not there."""
    return [name for name, wanted in journal.files.items() if _hash_of(folder / name) != wanted]


def _hash_of(place: RemotePath) -> str | None:
    try:
        return hashlib.sha256(place.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def _journal(folder: RemotePath, own: frozenset[str], manifest: str) -> Journal | None:
    """The journal that lies there.  RunError (RUN003): it is not one of this program."""
    try:
        said = read_json(folder / JOURNAL)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise _damaged(folder, str(error)) from None
    names = own | {manifest}
    if not isinstance(said, dict) or said.keys() != {"files", "gone", "token"}:
        what = said.get("damaged") if isinstance(said, dict) else None
        raise _damaged(folder, str(what or "it has other keys than `files`, `gone` and `token`"))
    files, gone, token = said["files"], said["gone"], said["token"]
    good = (
        isinstance(files, dict)
        and all(name in names and _HASH.fullmatch(str(value)) for name, value in files.items())
        and isinstance(gone, list)
        and all(name in own and name not in files for name in gone)
        and _TOKEN.fullmatch(str(token))
        and manifest in files
    )
    if not good:
        raise _damaged(folder, "it names what is no file of a run")
    in_order = sorted(files, key=lambda name: (name == manifest, name))
    return Journal({name: files[name] for name in in_order}, tuple(gone), token)


def _damaged(folder: RemotePath, what: str) -> RunError:
    return RunError.of(
        "RUN003",
        f"what a killed writer left cannot be read: {what}",
        path=folder / JOURNAL,
        hint="remove this folder, or use another --out; then compute the run again",
    )


def _mixed(folder: RemotePath, name: str) -> RunError:
    return RunError.of(
        "RUN003",
        f"{name} is not the file that the last writer wrote",
        path=folder / name,
        hint="remove this folder, or use another --out; then compute the run again",
    )
