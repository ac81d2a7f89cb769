"""A column file is read back as it was written, under its key and name alone, and not once a byte moved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexcalc.market.panel_cache import column_file
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


PRICES = st.sampled_from([0.0, -0.0, 1.0, 2.0, 4.0, 10.0, 12.0, 500.0, 10_000.0, np.nan, 3.1415])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_was_moved_turned_or_wiped_is_seen(data: st.DataObject) -> None:
    """Of prices that differ in few bits, over more words than are summed in one step."""
    several = np.array(data.draw(st.lists(PRICES, min_size=7, max_size=60)))
    values = np.resize(several, data.draw(st.sampled_from([7, 150, 2047, 2048, 4500, 70_001])))
    if data.draw(st.booleans()):
        values += np.arange(values.size)
    harmed = values.copy()
    place = st.integers(0, values.size - 1)
    length = data.draw(st.integers(1, values.size // 2))
    one, other = data.draw(st.integers(0, values.size // 2 - length)), values.size - length
    other = data.draw(st.integers(values.size // 2, other)) if other > values.size // 2 else other
    match data.draw(st.sampled_from(["swap", "shift", "bit", "signs", "wipe", "reverse"])):
        case "swap":
            harmed[one : one + length] = values[other : other + length]
            harmed[other : other + length] = values[one : one + length]
        case "shift":
            harmed = np.roll(values, length)
        case "bit":
            harmed.view(np.uint64)[data.draw(place)] ^= np.uint64(
                1 << data.draw(st.integers(0, 63))
            )
        case "signs":
            harmed[[data.draw(place), data.draw(place)]] *= -1
        case "wipe":
            harmed[one : one + length] = 0
        case "reverse":
            harmed[one : one + length] = values[one : one + length][::-1]
    same = values.tobytes() == harmed.tobytes()
    assert (column_file._sum(values) == column_file._sum(harmed)) == same


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_bytes_that_differ_have_other_sums(one: bytes, other: bytes) -> None:
    sums = [column_file._sum(np.frombuffer(each, np.uint8)) for each in (one, other)]
    assert (sums[0] == sums[1]) == (one == other)


def test_arrays_of_a_chunk_that_changed_places_are_seen() -> None:
    one, other = np.arange(3.0), np.arange(3.0) + 1
    assert column_file._sum(one, column_file._sum(other)) != column_file._sum(
        other, column_file._sum(one)
    )


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
