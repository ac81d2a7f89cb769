"""A stretch of sessions: rows of its chunks, closes carried on, and chunks that are damaged."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.arrays import Floats
from indexcalc.market.panel_cache.segment import (
    BASE,
    CLOSE,
    IDLE,
    PRESENT,
    SAID,
    VOLUME,
    Column,
    Damaged,
    Encoder,
    Segment,
    Sessions,
    sources_of,
    stored_names,
)

NAN = np.nan
# Line 0 has no row on session 1 and no close on 2; line 1 begins on session 1.
PRESENCE = np.array([[1, 0], [0, 1], [1, 1], [1, 1], [1, 1]], dtype=np.bool_)
CLOSES = np.array([[10, NAN], [NAN, 50], [NAN, 51], [12, 51], [13, 52]])
BASES = np.array([[10, NAN], [NAN, 49], [10, 50], [6, 51], [12, 51]])
VOLUMES = np.array([[5, NAN], [NAN, 0], [0, 1], [NAN, 1], [1, 0]])
NAMES = (PRESENT, SAID, IDLE, CLOSE, BASE, VOLUME)


def segment(*bounds: int) -> Segment:
    """The sessions above in chunks that end where ``bounds`` say."""
    encoder = Encoder(2, NAMES)
    columns = {name: Column(name, []) for name in NAMES}
    for first, stop in zip((0, *bounds), bounds, strict=False):
        cells = {CLOSE: CLOSES, BASE: BASES, VOLUME: VOLUMES}
        some = Sessions(
            np.arange(first, stop, dtype=np.int32),
            PRESENCE[first:stop],
            {name: values[first:stop] for name, values in cells.items()},
        )
        for name, chunk in encoder.encode(some).items():
            columns[name].chunks.append(chunk)
    days = np.arange(5, dtype=np.int32)
    return Segment(("x",), days, ("A", "B"), [0, *bounds], columns)


def read(of: Segment, name: str, first: int = 0, stop: int = 5) -> Floats:
    return np.concatenate([of.values(name, *piece) for piece in of.pieces(first, stop)])


def test_pieces_of_chunks() -> None:
    of = segment(2, 3, 5)
    assert list(of.pieces(0, 5)) == [(0, 0, 2), (1, 0, 1), (2, 0, 2)]
    assert list(of.pieces(1, 4)) == [(0, 1, 2), (1, 0, 1), (2, 0, 1)]
    assert list(of.pieces(2, 3)) == [(1, 0, 1)]
    assert list(of.pieces(3, 3)) == []


@pytest.mark.parametrize("bounds", [(5,), (2, 5), (1, 2, 3, 4, 5)])
def test_every_cell_is_read_back_however_it_was_cut(bounds: tuple[int, ...]) -> None:
    of = segment(*bounds)
    assert of.n == 2
    for name, cells in ((CLOSE, CLOSES), (BASE, BASES), (VOLUME, VOLUMES)):
        assert np.array_equal(read(of, name), cells, equal_nan=True), name
        assert np.array_equal(read(of, name, 2, 4), cells[2:4], equal_nan=True), name
    idle = np.concatenate([of.bits(IDLE, *piece) for piece in of.pieces(0, 5)])
    assert idle.tolist() == (VOLUMES == 0).tolist()


@pytest.mark.parametrize("bounds", [(5,), (2, 5), (1, 2, 3, 4, 5)])
def test_the_last_close_is_carried_over_chunks(bounds: tuple[int, ...]) -> None:
    of = segment(*bounds)
    carried = np.concatenate([of.carried(*piece) for piece in of.pieces(0, 5)])
    expected = [[10, NAN], [10, 50], [10, 51], [12, 51], [13, 52]]
    assert np.array_equal(carried, expected, equal_nan=True)
    before = [
        of.carried_before(at, low) for at, low, _ in map(next, map(of.pieces, range(5), [5] * 5))
    ]
    assert np.array_equal(before, [[NAN, NAN], *expected[:-1]], equal_nan=True)


def test_a_chunk_is_judged_once_when_it_is_first_read() -> None:
    asked: list[int] = []

    def check(number: int) -> bool:
        asked.append(number)
        return number != 1

    chunks = segment(2, 5).columns[VOLUME].chunks
    column = Column(VOLUME, chunks, check=check)
    assert column.chunk(0) is column.chunk(0)
    assert asked == [0]
    for _ in range(2):  # what is damaged stays damaged
        with pytest.raises(Damaged, match="volume"):
            column.chunk(1)
    assert asked == [0, 1, 1]


def test_what_columns_are_made_from() -> None:
    assert stored_names(["volume"]) == (PRESENT, "volume")
    assert stored_names([BASE]) == (PRESENT, CLOSE, SAID, BASE)
    assert sources_of((PRESENT, SAID, IDLE, CLOSE), ("close", "volume")) == ("close", "volume")
    assert sources_of((IDLE, "board"), ("close", "board")) == ("board",)
