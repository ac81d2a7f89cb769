"""Segments of daily rows: what is decoded, what is taken from the sidecar, what is joined with what."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from indexcalc.diagnostics import DataError
from indexcalc.market import store
from indexcalc.market.panel_cache import decode, sidecar
from indexcalc.market.panel_cache.segment import Segment
from indexcalc.market.panel_cache.storage import Source, Storage, file_source, segment_key
from tests.unit.calculation.small import line, market

ROWS = market(line("A", [10, 11, 12, 13, 14, 15]), line("B", [20, 21, 22], start=3))


def stored(folder: Path, *sizes: int) -> list[Path]:
    """The daily rows in files of so many sessions each."""
    by_session = list(store.sessions_in_groups(ROWS.daily_sources()[0], 1))
    at = 0
    with store.writing(folder) as writer:
        for size in sizes:
            writer.put_daily(by_session[at : at + size])
            at += size
    return [folder / item.name for item in store.read_contents(folder).of("daily")]


def storage(files: list[Path], place: Path | None) -> Storage:
    return Storage([file_source(path, "hash") for path in files], ["close", "volume"], place)


def spans(segments: list[Segment]) -> list[tuple[int, str]]:
    return [(segment.days.size, "".join(segment.symbols)) for segment in segments]


def passes(of: Storage, *names: str) -> int:
    before = decode.decodes.passes
    of.segments(names, threads=1)
    return decode.decodes.passes - before


def test_a_table_in_memory_is_one_segment() -> None:
    daily = ROWS.daily_sources()[0]
    of = Storage([Source(daily, "table")], ["close"], None, (ROWS.days, ROWS.symbols))
    (segment,) = of.segments(["close", "absent"], threads=1)
    assert spans([segment]) == [(6, "AB")]
    assert "absent" not in segment.columns
    assert np.array_equal(
        segment.values("close", 0, 2, 4), [[12, np.nan], [13, 20]], equal_nan=True
    )
    assert of.limit == (0, 0)
    assert of.tidy() == 0
    assert passes(of, "close") == 0


def test_columns_that_lack_are_one_pass(tmp_path: Path) -> None:
    of = storage(stored(tmp_path, 6), None)
    assert passes(of, "close") == 1
    assert passes(of, "close", "volume") == 1
    assert passes(of, "volume", "close") == 0
    of.renew("volume")  # found damaged
    assert passes(of, "volume") == 1


def test_small_files_join_those_before_them(tmp_path: Path) -> None:
    # Three files not yet decoded are one segment, of all lines there are.
    files = stored(tmp_path, 3, 2, 1)
    assert spans(storage(files, tmp_path).segments(["close"])) == [(6, "AB")]
    # What is in the sidecar stays as it is, unless what comes after it is half as large or more.
    for folder, sizes, expected in (
        ("a", (5, 1), [(5, "AB"), (1, "AB")]),
        ("b", (4, 2), [(6, "AB")]),
        ("c", (3, 3), [(6, "AB")]),
        ("d", (3, 1), [(3, "A"), (1, "AB")]),
    ):
        place = tmp_path / folder
        files = stored(place, *sizes)
        storage(files[:1], place).segments(["close"])
        assert spans(storage(files, place).segments(["close"])) == expected, folder


def test_what_is_in_the_sidecar_is_not_decoded(tmp_path: Path) -> None:
    files = stored(tmp_path, 6)
    assert passes(storage(files, tmp_path), "close") == 1
    again = storage(files, tmp_path)
    assert passes(again, "close") == 0
    (segment,) = again.segments(["close"])
    assert np.array_equal(segment.values("close", 0, 5, 6), [[15, 22]])
    assert segment.sources == (f"{files[0].name} hash {' '.join(map(str, identity(files[0])))}",)
    size, limit = again.limit
    assert size == files[0].stat().st_size
    assert limit >= 2 * size


def identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_ctime_ns


def test_a_file_changed_in_place_is_another(tmp_path: Path) -> None:
    files = stored(tmp_path, 6)
    of = storage(files, tmp_path)
    of.segments(["close"])
    before = segment_key(of.segments(["close"])[0])
    os.utime(files[0], ns=(0, files[0].stat().st_mtime_ns + 1))
    other = storage(files, tmp_path)
    assert passes(other, "close") == 1
    assert segment_key(other.segments(["close"])[0]) != before
    # What the first one wrote is of no use to the second.
    assert other.tidy() > 0
    assert passes(storage(files, tmp_path), "close") == 0


def test_a_place_that_cannot_be_written_is_kept_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = stored(tmp_path, 6)
    monkeypatch.setenv(sidecar.LIMIT, "0")
    of = storage(files, tmp_path)
    (segment,) = of.segments(["close"])
    assert np.array_equal(segment.values("close", 0, 0, 1), [[10, np.nan]], equal_nan=True)
    assert not (tmp_path / sidecar.FOLDER).exists()


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"DAT010.*missing"):
        file_source(tmp_path / "daily-x.parquet", "hash")
