"""One column of one segment as a file: written aside chunk by chunk, mapped, believed by its checksums.

Chunks one after the other, a footer in JSON that says what they are, and the length, checksum and mark
of the footer.  A file is renamed when it is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import math
import mmap
import os
import struct
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from indexcalc.market.panel_cache.cells import BASES, BITS, CHANGES, DENSE, Chunk
from indexcalc.market.panel_cache.segment import Column
from indexcalc.market.places.file_safety import open_regular, parse_json

FORMAT = 4
_MARK = b"icpanel2"
_END = struct.Struct("<QI8s")  # length and checksum of the footer, mark
_LONGEST_NAME = 80
_WRITERS = itertools.count()
_ALL = (1 << 64) - 1
_OF_COLUMNS = 1 << 32  # the seed of their weights, which are not those of rows
_ROW, _ROWS = 2048, 32  # words in a row of a checksum; rows that are summed in one step
Words = npt.NDArray[np.uint64]
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


def file_name(key: str, column: str) -> str:
    """What the file of a column of a segment is called."""
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
        return self.folder / f".{file_name(self.key, self.name)}.{os.getpid()}-{self.number}.part"

    @property
    def final(self) -> Path:
        """The file when it is whole."""
        return self.folder / file_name(self.key, self.name)

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
            total = _sum(plain, total)
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


@lru_cache(maxsize=64)
def _weights(count: int, seed: int) -> Words:
    """Odd numbers that look random (SplitMix64), one for each place."""
    mixed = np.arange(seed, seed + count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    weights: Words = (mixed ^ (mixed >> np.uint64(31))) | np.uint64(1)
    return weights


def _weighed(sums: Words, seed: int) -> int:
    """Sums by their places.  The upper half of each is folded into its lower one first: those of round
    prices differ in the upper bits alone, which a product with a difference of weights could shift out."""
    return int(np.dot(sums ^ (sums >> np.uint64(32)), _weights(sums.size, seed)))


def _sum(array: Any, before: int = 0) -> int:
    """A checksum that sees place, after that of the arrays before.

    The bytes as words of eight in rows of ``_ROW``; the sums of all rows and of all columns, modulo 2**64,
    weighed by place.  So bytes, pages and rows that are others, or elsewhere, are seen, at about the speed
    of memory; what is exchanged crosswise among four words, so that no such sum changes, is not.
    """
    data = np.frombuffer(array, dtype=np.uint8) if array.size else np.zeros(0, dtype=np.uint8)
    whole = data.size // 8 * 8
    words: Words = data[:whole].view(np.uint64)
    full = words[: words.size // _ROW * _ROW].reshape(-1, _ROW)
    rest = words[full.size :]
    rows, columns = np.empty(len(full) + 1, np.uint64), np.zeros(_ROW, np.uint64)
    for at in range(0, len(full), _ROWS):
        some = full[at : at + _ROWS]
        np.add.reduce(some, axis=1, out=rows[at : at + len(some)])
        columns += np.add.reduce(some, axis=0)
    rows[-1] = np.add.reduce(rest)
    columns[: rest.size] += rest
    total = before
    for part in (
        _weighed(rows, 1),
        _weighed(columns, _OF_COLUMNS),
        int.from_bytes(data[whole:].tobytes(), "little"),
        data.size,
    ):
        total = (total * 0xD6E8FEB86659FD93 + part) & _ALL
    return total


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
            total = _sum(array, total)
        return bool(total == sums[number])

    return Column(name, chunks, header.get("labels", []), check), header


def _chunk(mapped: mmap.mmap, header: dict[str, Any]) -> Chunk:
    at = header["at"]
    arrays = []
    for shape, kind in zip(header["shapes"], _TYPES[header["kind"]], strict=True):
        count = math.prod(shape)
        array = np.frombuffer(mapped, dtype=kind, count=count, offset=at).reshape(shape)
        arrays.append(array)
        at += array.nbytes + -array.nbytes % 8
    return Chunk(header["kind"], tuple(arrays))
