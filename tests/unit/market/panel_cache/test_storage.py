"""Segments of daily rows: what is decoded, what is taken from the sidecar, what is joined with what."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from indexcalc.arrays import Floats
from indexcalc.cli.main import run
from indexcalc.diagnostics import DataError
from indexcalc.market import store
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.market.panel_cache import column_file, decode, sidecar
from indexcalc.market.panel_cache.cells import DENSE, Chunk
from indexcalc.market.panel_cache.panel import Panel
from indexcalc.market.panel_cache.segment import Segment
from indexcalc.market.panel_cache.storage import Source, Storage, file_source, segment_key
from tests.unit.calculation.small import line
from tests.unit.calculation.small import market as small_market
from tests.unit.market.panel_cache.test_panel import market, rows, stored_in
from tests.unit.market.panel_cache.test_sidecar import files as files_of
from tests.unit.market.panel_cache.test_sidecar import of as file_of
from tests.unit.market.panel_cache.test_sidecar import refuse

ROWS = small_market(line("A", [10, 11, 12, 13, 14, 15]), line("B", [20, 21, 22], start=3))


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
    return Storage([file_source(path, hash_of(path)) for path in files], ["close", "volume"], place)


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


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
    said = (files[0].name, hash_of(files[0]), *map(str, identity(files[0])))
    assert segment.sources == (" ".join(said),)
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


# --- facts ----------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A stored market whose closes are in its sidecar."""
    stored_in(tmp_path / "m", rows()).panel.need(("close",))
    return tmp_path / "m"


def found_in(panel: Panel) -> Floats:
    """A fact: the rows of each session and the sum of their closes."""
    found_in.made += 1  # type: ignore[attr-defined]
    sessions = np.arange(panel.size)
    present = panel.present(0, panel.size).sum(axis=1)
    return np.stack(
        (sessions, 0 * sessions, present, np.nansum(panel.carried(0, panel.size), 1)), 1
    )


found_in.made = 0  # type: ignore[attr-defined]


def made(place: Path) -> int:
    """How often a market opened anew looks for the fact, which is what its rows say."""
    found_in.made = 0  # type: ignore[attr-defined]
    panel = Market.open(place).panel
    fact = panel.fact("/found", 4, found_in)
    count: int = found_in.made  # type: ignore[attr-defined]
    assert np.array_equal(fact, found_in(panel))
    panel.fact("/found", 4, found_in)
    assert found_in.made == count + 1  # type: ignore[attr-defined]
    return count


def test_a_fact_is_found_once_and_then_looked_up(place: Path) -> None:
    assert made(place) == 1
    assert made(place) == 0
    panel = Market.open(place).panel
    assert panel.fact("/of other words", 4, found_in).size
    assert len([path for path in files_of(place) if "%2Ffound" in path.name]) == 1


def test_a_fact_of_no_cells_is_a_fact(place: Path) -> None:
    nothing = np.zeros((0, 3))
    assert Market.open(place).panel.fact("/none", 3, lambda panel: nothing).shape == (0, 3)

    def again(panel: Panel) -> Floats:
        raise AssertionError("it is stored")

    assert Market.open(place).panel.fact("/none", 3, again).shape == (0, 3)


def test_a_fact_of_a_market_with_fewer_days_ends_with_them(place: Path) -> None:
    whole = Market.open(place)
    early = whole.until(date_of(whole.days[-3]))
    fact = early.panel.fact("/found", 4, found_in)
    assert fact.shape[0] == early.days.size == whole.days.size - 2
    assert made(place) == 0


@pytest.mark.parametrize("harm", ["half", "empty", "first byte", "footer", "text", "other", "line"])
def test_a_damaged_fact_is_found_anew(place: Path, harm: str) -> None:
    made(place)
    path = file_of(place, "%2Ffound")
    data = bytearray(path.read_bytes())
    if harm == "half":
        data = data[: len(data) // 2]
    elif harm == "empty":
        data = bytearray()
    elif harm == "first byte":
        data[0] ^= 1
    elif harm == "footer":
        data[-40] ^= 1
    elif harm == "text":
        data = bytearray(b"a" * len(data))
    elif harm == "other":
        data = bytearray(file_of(place, "close").read_bytes())
    elif harm == "line":  # sound by its checksums, it is of a line that there is not
        writer = column_file.ColumnWriter(path.parent, path.name.split(".")[0], "/found")
        writer.add(Chunk(DENSE, (np.array([[0.0, 99.0, 1.0, 1.0]]),)))
        data = bytearray(writer.finish().read_bytes())
        writer.drop()
    path.unlink()
    path.write_bytes(data)
    assert made(place) == 1
    assert made(place) == 0


def test_a_damaged_fact_that_stays_is_passed_over(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(place)
    path = file_of(place, "%2Ffound")
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)
    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    assert made(place) == 1
    assert made(place) == 1
    assert path.read_bytes() == data


def test_a_fact_of_other_rows_goes_when_a_day_is_added(place: Path) -> None:
    made(place)
    new = [
        {**row, "date": dt.date(2030, 1, 2), "symbol": name} for row in rows()[:1] for name in "AZ"
    ]
    with store.writing(place) as writer:
        writer.put_daily(store.sessions_in_groups(market(new).daily_sources()[0]))
    assert made(place) == 1
    assert made(place) == 0
    assert len([path for path in files_of(place) if "%2Ffound" in path.name]) == 1
    assert run(["market", "compact", "--market", str(place)]) == 0


def test_a_fact_is_in_memory_where_nothing_can_be_written(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(sidecar.LIMIT, "0")
    assert made(place) == 1
    assert made(place) == 1
    monkeypatch.setenv(sidecar.LIMIT, str(sidecar.size_of(place) + 1))  # it does not fit
    assert made(place) == 1
    assert not [path for path in files_of(place) if "found" in path.name]
