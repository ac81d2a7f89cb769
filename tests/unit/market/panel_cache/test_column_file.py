"""A column file is read back as it was written, under its key and name alone, and not once a byte moved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexcalc.market.panel_cache.cells import BASES, BITS, CHANGES, DENSE, Chunk
from indexcalc.market.panel_cache.column_file import ColumnWriter, file_name, key_of, opened
from indexcalc.market.panel_cache.segment import Damaged

KEY = key_of(["a file", "another"])
ROWS, LINES = np.array([0, 1], dtype=np.int32), np.array([2, 0], dtype=np.int32)
CHUNKS = [
    Chunk(DENSE, (np.arange(6.0).reshape(2, 3),)),
    Chunk(BITS, (np.array([[5], [7]], dtype=np.uint8),)),
    Chunk(CHANGES, (np.array([1.0, np.nan, 3.0]), ROWS, LINES, np.array([4.0, 5.0]))),
    Chunk(BASES, (ROWS[:0], LINES[:0], np.zeros(0))),
    Chunk(DENSE, (np.zeros((0, 3)),)),
]


def written(folder: Path, name: str = "a/b") -> Path:
    writer = ColumnWriter(folder, KEY, name, {"labels": ["x"]})
    for chunk in CHUNKS:
        writer.add(chunk)
    return writer.finish().rename(writer.final)


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert path.name == file_name(KEY, "a/b")
    made = opened(path, KEY, "a/b")
    assert made is not None
    column, said = made
    assert (column.labels, said["key"]) == (["x"], KEY)
    for at, chunk in enumerate(CHUNKS):
        read = column.chunk(at)
        assert read.kind == chunk.kind
        for one, other in zip(read.arrays, chunk.arrays, strict=True):
            assert one.dtype == other.dtype
            assert not one.flags.writeable
            assert np.array_equal(one, other, equal_nan=one.dtype == np.float64)


@pytest.mark.parametrize("asked", [(KEY, "b"), (key_of(["a file"]), "a/b"), (KEY, "a/b " * 99)])
def test_a_file_of_another_key_or_name_is_none(tmp_path: Path, asked: tuple[str, str]) -> None:
    assert opened(written(tmp_path), *asked) is None
    assert len(file_name(*asked)) < 120


def test_a_byte_that_moved_is_seen_wherever_it_is(tmp_path: Path) -> None:
    path = written(tmp_path)
    data = path.read_bytes()
    padding = range(50, 56)  # after two bytes of yes and no
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert not sound(path) or at in padding, at


def sound(path: Path) -> bool:
    made: Any = opened(path, KEY, "a/b")
    if made is None:
        return False
    try:
        for number in range(len(CHUNKS)):
            made[0].chunk(number)
    except Damaged:
        return False
    return True
