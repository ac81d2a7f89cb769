"""The sidecar of a stored market: a folder of column files that are mapped, and can go at any time.

One file holds one column of one segment: chunks one after the other, a footer in JSON that says what
they are, and the length, checksum and mark of the footer.  It is written aside and renamed, so that
what carries the name is whole.  A file counts only when its size, footer and sources are as they
should be, each chunk only when its checksum is; everything else is made anew from Parquet.

The sidecar of a market in an object store lies in the cache folder of this machine, one folder a market.

``INDEXCALC_PANEL_LIMIT`` says how many bytes a sidecar may take (default: twice the daily files, and
at least 64 MB), and all of those in the cache folder together (at least 10 GB); ``0``: nothing is written.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import mmap
import os
import struct
import time
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Codes
from indexcalc.market.panel_cache.cells import BASES, BITS, CHANGES, DENSE, Chunk
from indexcalc.market.panel_cache.segment import PRESENT, Column, Segment
from indexcalc.market.places.cache import folder_for
from indexcalc.market.places.file_safety import open_regular, parse_json
from indexcalc.market.places.place import Place

FOLDER = ".panel"
FORMAT = 1
LIMIT = "INDEXCALC_PANEL_LIMIT"
_MARK = b"icpanel1"
_END = struct.Struct("<QI8s")  # length and checksum of the footer, mark
_LEAST, _LEAST_CACHE = 64_000_000, 10_000_000_000
_ABANDONED = 3600.0  # seconds after which a file still aside has no writer
_LONGEST_NAME = 80
_WRITERS = itertools.count()
_TYPES = {
    DENSE: ("<f8",),
    BITS: ("<u1",),
    CHANGES: ("<f8", "<i4", "<i4", "<f8"),
    BASES: ("<i4", "<i4", "<f8"),
}


def key_of(sources: Sequence[str]) -> str:
    """The name of the segment made from sources (each said with its content hash)."""
    text = json.dumps([FORMAT, *sources])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


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


def _name(key: str, column: str) -> str:
    encoded = quote(column, safe="").replace(".", "%2E")
    if len(encoded) > _LONGEST_NAME:
        encoded = hashlib.sha256(column.encode()).hexdigest()
    return f"{key}.{encoded}.col"


class ColumnWriter(Struct):
    """Writes one column aside, chunk by chunk; nothing has its name until ``finish``."""

    folder: Path
    key: str
    name: str
    said: dict[str, Any] = field(default_factory=dict)
    number: int = field(default_factory=lambda: next(_WRITERS))
    _stream: BinaryIO | None = None
    _chunks: list[dict[str, Any]] = field(default_factory=list)
    _at: int = 0

    @property
    def aside(self) -> Path:
        """The file while it is written."""
        return self.folder / f".{_name(self.key, self.name)}.{os.getpid()}-{self.number}.part"

    @property
    def final(self) -> Path:
        """The file when it is whole."""
        return self.folder / _name(self.key, self.name)

    def add(self, chunk: Chunk) -> None:
        """The next chunk."""
        if self._stream is None:
            self._stream = open(self.aside, "xb")  # noqa: SIM115 - held open
        sizes: list[list[int]] = []
        total = 0
        at = self._at
        for array, kind in zip(chunk.arrays, _TYPES[chunk.kind], strict=True):
            plain = np.ascontiguousarray(array, dtype=kind)
            self._stream.write(plain.data)
            padding = -plain.nbytes % 8
            self._stream.write(b"\0" * padding)
            self._at += plain.nbytes + padding
            total = (total + _sum(plain)) & _ALL
            sizes.append(list(plain.shape))
        self._chunks.append({"kind": chunk.kind, "at": at, "shapes": sizes, "sum": total})

    def finish(self) -> Path:
        """End the file, which is still aside."""
        assert self._stream is not None
        footer = json.dumps(
            {
                "format": FORMAT,
                "key": self.key,
                "name": self.name,
                "chunks": self._chunks,
                **self.said,
            },
            ensure_ascii=False,
        ).encode()
        with self._stream as stream:
            stream.write(footer)
            stream.write(_END.pack(len(footer), zlib.crc32(footer), _MARK))
        self._stream = None
        return self.aside

    def drop(self) -> None:
        """Leave nothing behind."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        with contextlib.suppress(OSError):
            self.aside.unlink()


_ALL = (1 << 64) - 1


def _sum(array: Any) -> int:
    """A checksum as fast as memory: the sum of the bytes in words of eight, and their number."""
    data = np.frombuffer(array, dtype=np.uint8) if array.size else np.zeros(0, dtype=np.uint8)
    whole = data.size // 8 * 8
    total = int(np.add.reduce(data[:whole].view(np.uint64), dtype=np.uint64)) if whole else 0
    return (total + int.from_bytes(data[whole:].tobytes(), "little") + data.size) & _ALL


def opened(path: Path, key: str, name: str) -> tuple[Column, dict[str, Any]] | None:
    """(a column, what its footer says); None: there is none, or not the one that should be there."""
    try:
        with open_regular(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            if size < _END.size:
                return None
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        length, checksum, mark = _END.unpack(mapped[size - _END.size :])
        begin = size - _END.size - length
        if mark != _MARK or begin < 0:
            return None
        footer = mapped[begin : size - _END.size]
        if zlib.crc32(footer) != checksum:
            return None
        header = parse_json(footer)
        if (header["format"], header["key"], header["name"]) != (FORMAT, key, name):
            return None
        chunks = [_chunk(mapped, item) for item in header["chunks"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    sums = [item["sum"] for item in header["chunks"]]

    def check(number: int) -> bool:
        total = 0
        for array in chunks[number].arrays:
            total = (total + _sum(array)) & _ALL
        return bool(total == sums[number])

    return Column(name, chunks, header.get("labels", []), check), header


def _chunk(mapped: mmap.mmap, header: dict[str, Any]) -> Chunk:
    at = header["at"]
    arrays = []
    for shape, kind in zip(header["shapes"], _TYPES[header["kind"]], strict=True):
        count = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(mapped, dtype=kind, count=count, offset=at).reshape(shape)
        arrays.append(array)
        at += array.nbytes + -array.nbytes % 8
    return Chunk(header["kind"], tuple(arrays))


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
            if not key or path.name != _name(key, PRESENT) or not rest:
                continue
            content = opened(path, key, PRESENT)
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
        key = key_of(segment.sources)
        path = self.folder / _name(key, name)
        content = opened(path, key, name)
        if content is None or not _fits(segment, content[0]):
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
        return {name: writer.final for name, writer in writers.items()}

    def _all_files(self) -> list[tuple[Path, int, float]]:
        """What the limit counts."""
        if not self.shared:
            return _files(self.folder)
        beside = sorted(self.market.parent.glob(f"*/{FOLDER}"))
        return [item for folder in beside for item in _files(folder)]

    def forget(self, segment: Segment, name: str) -> None:
        """Remove a column that is damaged."""
        with contextlib.suppress(OSError):
            (self.folder / _name(key_of(segment.sources), name)).unlink()


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
            if not (_inside(rows, k) and _inside(codes, n)):
                return False
    return True


def _inside(places: Codes, size: int) -> bool:
    """Are places within an axis?"""
    return not places.size or bool(places.min() >= 0 and places.max() < size)
