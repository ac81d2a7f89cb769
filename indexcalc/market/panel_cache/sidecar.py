"""The sidecar of a stored market: a folder of column files that are mapped, and can go at any time.

One file holds one column of one segment, or one fact: what a check found in the rows of all sources.
What carries the name is whole.  A file counts only when its size, footer and sources are as they
should be, each chunk only when its checksum is; everything else is made anew from Parquet.  A file found
damaged is not opened again by this process, whether it could be removed or not.

The sidecar of a market in an object store lies in the cache folder of this machine, one folder a market.

``INDEXCALC_PANEL_LIMIT`` says how many bytes a sidecar may take (default: twice the daily files, and
at least 64 MB), and all of those in the cache folder together (at least 10 GB); ``0``: nothing is written.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Codes, Floats
from indexcalc.market.panel_cache.cells import BASES, BITS, CHANGES, DENSE, Chunk
from indexcalc.market.panel_cache.column_file import ColumnWriter, file_name, key_of, opened
from indexcalc.market.panel_cache.segment import PRESENT, Column, Damaged, Segment
from indexcalc.market.places.cache import folder_for
from indexcalc.market.places.place import Place

FOLDER = ".panel"
LIMIT = "INDEXCALC_PANEL_LIMIT"
_LEAST, _LEAST_CACHE = 64_000_000, 10_000_000_000
_ABANDONED = 3600.0  # seconds after which a file still aside has no writer
_DAMAGED: set[Path] = set()


def limit_of(daily_bytes: int, least: int = _LEAST) -> int:
    """How many bytes a sidecar of daily files of so many may take."""
    text = os.environ.get(LIMIT, "")
    if text:
        with contextlib.suppress(ValueError):
            return max(int(text), 0)
    return max(2 * daily_bytes, least)


def folder_of(market: Place) -> Path:
    """Where the sidecar of a market lies."""
    return (market if isinstance(market, Path) else folder_for(market)) / FOLDER


def writable(market: Path) -> bool:
    """May a sidecar be written: a folder that is no link, in a market that may be written?"""
    folder = folder_of(market)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return False
    target = folder if folder.exists() else market
    return os.access(target, os.W_OK | os.X_OK)


def size_of(market: Place) -> int:
    """Bytes the sidecar of a market takes; 0 where there is none."""
    return sum(size for _, size, _ in _files(folder_of(market)))


def remove(market: Path, keep: Iterable[str] = ()) -> int:
    """Remove the sidecar but the files of the segments ``keep``; the bytes that went."""
    folder, keep_keys, gone = folder_of(market), set(keep), 0
    if folder.is_symlink():
        return 0
    for path, size, _ in _files(folder):
        if path.name.split(".")[0] not in keep_keys:
            with contextlib.suppress(OSError):
                path.unlink()
                gone += size
    with contextlib.suppress(OSError):
        folder.rmdir()
    return gone


def _files(folder: Path) -> list[tuple[Path, int, float]]:
    """(path, bytes, time of last use) of what lies in a sidecar."""
    files: list[tuple[Path, int, float]] = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    files.append((Path(entry.path), status.st_size, status.st_mtime))
    return sorted(files)


class Sidecar(Struct):
    """The sidecar of one market, as far as it can be read and written."""

    market: Path
    limit: int
    shared: bool = False
    """Does ``limit`` hold for all sidecars beside this one, as in the cache folder?"""

    @classmethod
    def of(cls, place: Place, daily_bytes: int) -> Sidecar:
        """The sidecar of a market with so many bytes of daily files."""
        if isinstance(place, Path):
            return cls(place, limit_of(daily_bytes))
        return cls(folder_for(place), limit_of(daily_bytes, _LEAST_CACHE), shared=True)

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return folder_of(self.market)

    def segments(self) -> list[Segment]:
        """The segments there are, without their columns."""
        segments: list[Segment] = []
        for path, _, _ in _files(self.folder):
            key, _, rest = path.name.partition(".")
            if not key or path.name != file_name(key, PRESENT) or not rest:
                continue
            content = None if path in _DAMAGED else opened(path, key, PRESENT)
            if content is None:
                continue
            column, header = content
            try:
                segment = Segment(
                    tuple(header["sources"]),
                    np.array(header["days"], dtype=np.int32),
                    tuple(header["symbols"]),
                    list(header["bounds"]),
                )
            except (KeyError, TypeError, ValueError, OverflowError):
                continue
            if key_of(segment.sources) == key and _fits(segment, column):
                segment.columns[PRESENT] = column
                segments.append(segment)
        return segments

    def column(self, segment: Segment, name: str) -> Column | None:
        """A stored column of a segment; None: there is none that counts."""
        column = self._opened(key_of(segment.sources), name)
        return column if column is not None and _fits(segment, column) else None

    def fact(self, key: str, name: str) -> Floats | None:
        """A stored fact of the rows with that key; None: there is none that counts."""
        column = self._opened(key, name)
        if column is None or [chunk.kind for chunk in column.chunks] != [DENSE]:
            return None
        try:
            values: Floats = column.chunk(0).arrays[0]
        except Damaged:
            self.forget(key, name)
            return None
        return values

    def keep_fact(self, key: str, name: str, values: Floats, in_use: Iterable[str]) -> None:
        """Store a fact (m, columns) where it can be written and fits; those of other rows go."""
        writers: dict[str, ColumnWriter] = {}
        with contextlib.suppress(OSError):
            writers = self.writers(key, (name,))
            writers[name].add(Chunk(DENSE, (values,)))
            kept = self.keep(writers, in_use)[name] == writers[name].final
            before = file_name("", name)
            for path, _, _ in _files(self.folder) if kept else ():
                if path.name.endswith(before) and path != writers[name].final:
                    path.unlink(missing_ok=True)
        for writer in writers.values():
            writer.drop()

    def _opened(self, key: str, name: str) -> Column | None:
        path = self.folder / file_name(key, name)
        content = None if path in _DAMAGED else opened(path, key, name)
        if content is None:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # what was used last goes last
        return content[0]

    def writers(self, segment_key: str, names: Iterable[str]) -> dict[str, ColumnWriter]:
        """Files for new columns.  OSError: the place cannot be written."""
        if self.limit == 0 or not writable(self.market):
            raise PermissionError(f"{self.folder} is not to be written")
        self.folder.mkdir(exist_ok=True)
        return {name: ColumnWriter(self.folder, segment_key, name) for name in names}

    def keep(self, writers: dict[str, ColumnWriter], in_use: Iterable[str]) -> dict[str, Path]:
        """Give finished files their names, if they fit; the path of each, which may be without name.

        To make room, what was used longest ago goes first, and nothing of the segments ``in_use``.
        """
        asides = {name: writer.finish() for name, writer in writers.items()}
        need = sum(path.stat().st_size for path in asides.values())
        room = self.limit - need
        others = []
        for path, size, used in self._all_files():
            if path.name.endswith(".part"):
                if path not in asides.values() and time.time() - used > _ABANDONED:
                    path.unlink(missing_ok=True)
                continue
            others.append((used, path, size))
            room -= size
        using = set(in_use)
        for _, path, size in sorted(others):
            if room >= 0:
                break
            if path.name.split(".")[0] not in using:
                path.unlink(missing_ok=True)
                room += size
        if room < 0:
            return asides
        for name, writer in writers.items():
            os.replace(asides[name], writer.final)
            _DAMAGED.discard(writer.final)
        return {name: writer.final for name, writer in writers.items()}

    def _all_files(self) -> list[tuple[Path, int, float]]:
        """What the limit counts."""
        if not self.shared:
            return _files(self.folder)
        beside = sorted(self.market.parent.glob(f"*/{FOLDER}"))
        return [item for folder in beside for item in _files(folder)]

    def forget(self, key: str, name: str) -> None:
        """Remove a column that is damaged; where it cannot be removed, it is passed over from now on."""
        path = self.folder / file_name(key, name)
        _DAMAGED.add(path)
        with contextlib.suppress(OSError):
            path.unlink()


def _fits(segment: Segment, column: Column) -> bool:
    """Has a column the sessions and lines of a segment?"""
    bounds, n = segment.bounds, segment.n
    if len(column.chunks) != len(bounds) - 1 or bounds[-1] != segment.days.size:
        return False
    for at, chunk in enumerate(column.chunks):
        k = bounds[at + 1] - bounds[at]
        wanted = {DENSE: (k, n), BITS: (k, -(-n // 8)), CHANGES: (n,)}.get(chunk.kind)
        if wanted is not None and chunk.arrays[0].shape != wanted:
            return False
        if chunk.kind in (CHANGES, BASES):
            rows, codes, values = chunk.cells
            if not rows.shape == codes.shape == values.shape:
                return False
            if not (inside(rows, k) and inside(codes, n)):
                return False
    return True


def inside(places: Codes | Floats, size: int) -> bool:
    """Are places within an axis?"""
    return not places.size or bool(places.min() >= 0 and places.max() < size)
