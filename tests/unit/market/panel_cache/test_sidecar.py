"""The sidecar is never needed and never believed: on, off, damaged, stale, full, two at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from indexcalc.arrays import Floats
from indexcalc.cli.main import run
from indexcalc.market import store
from indexcalc.market.market import Market
from indexcalc.market.panel_cache import column_file, decode, sidecar
from indexcalc.market.panel_cache.cells import BASES, CHANGES
from indexcalc.market.panel_cache.segment import IDLE
from tests.unit.market.panel_cache.test_panel import (
    LINES,
    Slow,
    assert_reads,
    market,
    rows,
    stored_in,
)

COLUMNS = ("close", "base_price", "shares_outstanding", "score", "board", IDLE)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A stored market whose sidecar has been written."""
    stored_in(tmp_path / "m", rows()).panel.need(COLUMNS)
    return tmp_path / "m"


def files(place: Path) -> list[Path]:
    return sorted((place / sidecar.FOLDER).iterdir())


def of(place: Path, name: str) -> Path:
    (found,) = [path for path in files(place) if path.name.endswith(f".{name}.col")]
    return found


def passes(work: Callable[[], Any]) -> int:
    """Passes over the daily files that some work makes."""
    before = decode.decodes.passes
    work()
    return decode.decodes.passes - before


def read(place: Path) -> None:
    """Everything read from a market opened anew is as the rows say."""
    assert_reads(Market.open(place).panel, Slow(rows()))


def test_decoded_once_and_then_mapped(place: Path) -> None:
    assert {path.suffix for path in files(place)} == {".col"}
    assert passes(lambda: Market.open(place).panel.need(COLUMNS)) == 0
    closes = Market.open(place).panel.carried(0, 3)
    assert not closes.flags.writeable
    assert not closes.flags.owndata


def test_only_columns_asked_for_are_stored(place: Path) -> None:
    names = {path.name.split(".")[1] for path in files(place)}
    assert names == {
        *("close", "base_price", "shares_outstanding", "score", "board"),
        *("%2Fpresent", "%2Fsaid", "%2Fidle"),
    }


def test_deleted_while_in_use_and_after(place: Path) -> None:
    open_ = Market.open(place).panel
    open_.need((*COLUMNS, "volume"))
    for path in files(place):
        path.unlink()
    (place / sidecar.FOLDER).rmdir()
    assert_reads(open_, Slow(rows()))
    read(place)
    assert files(place)


@pytest.mark.parametrize("name", ["close", "base_price", "score", "board", "%2Fpresent", "%2Fidle"])
@pytest.mark.parametrize(
    "harm", ["half", "empty", "first byte", "footer", "end", "text", "gone", "other"]
)
def test_a_damaged_file_is_made_anew(place: Path, name: str, harm: str) -> None:
    path = of(place, name)
    data = bytearray(path.read_bytes())
    if harm == "half":
        data = data[: len(data) // 2]
    elif harm == "empty":
        data = bytearray()
    elif harm == "first byte":
        data[0] ^= 1
    elif harm == "footer":
        data[-40] ^= 1
    elif harm == "end":
        data += b"\0"
    elif harm == "text":
        data = bytearray(b"a" * len(data))
    elif harm == "other":
        data = bytearray(of(place, "shares_outstanding").read_bytes())
    path.unlink()
    if harm != "gone":
        path.write_bytes(data)
    read(place)
    assert passes(lambda: Market.open(place).panel.need(COLUMNS)) == 0
    read(place)


def flip(path: Path, at: int = 0) -> None:
    """Turn a bit of a byte of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def refuse(*given: Any, **more: Any) -> None:
    """A file held by somebody else, or a folder that is read-only."""
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("refused", ["all", "replacing"])
@pytest.mark.parametrize("name", ["close", "base_price", "score", "board", "%2Fpresent", "%2Fidle"])
def test_a_damaged_file_that_stays_is_passed_over(
    place: Path, name: str, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is decoded into memory, and no other market of this process opens the file again."""
    flip(of(place, name))
    before = {path: path.read_bytes() for path in files(place)}
    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    if refused == "all":
        monkeypatch.setattr(sidecar, "writable", lambda market: False)
    read(place)
    assert passes(lambda: Market.open(place).panel.need(COLUMNS))
    read(place)
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("name", ["close", "base_price", "%2Fpresent"])
def test_a_disk_that_damages_what_is_written_is_done_without(
    place: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = column_file.ColumnWriter.finish

    def damaged(writer: column_file.ColumnWriter) -> Path:
        path = finish(writer)
        flip(path)
        return path

    monkeypatch.setattr(column_file.ColumnWriter, "finish", damaged)
    flip(of(place, name))
    read(place)


def test_rows_that_changed_places_are_seen(place: Path) -> None:
    path = of(place, "close")
    data = path.read_bytes()
    path.write_bytes(data[32:64] + data[:32] + data[64:])
    assert path.read_bytes() != data
    read(place)
    assert path.read_bytes() == data


def test_a_file_cut_while_it_is_written_has_no_name(place: Path) -> None:
    aside = place / sidecar.FOLDER / f".{of(place, 'close').name}.1-1.part"
    aside.write_bytes(of(place, "close").read_bytes()[:100])
    os.utime(aside, (1, 1))
    read(place)  # which writes another column
    assert not aside.exists()


@pytest.mark.parametrize("name", ["shares_outstanding", "base_price", "/present"])
def test_a_forged_file_is_made_anew(place: Path, name: str) -> None:
    """Sound by its checksums, it says what its sources cannot have."""
    path = of(place, name.replace("/", "%2F"))
    key = path.name.split(".")[0]
    made = column_file.opened(path, key, name)
    assert made is not None
    column, said = made
    writer = column_file.ColumnWriter(place / sidecar.FOLDER, key, name, dict(said))
    for chunk in column.chunks:
        changed = chunk.arrays
        if chunk.kind in (CHANGES, BASES):
            *others, codes, values = chunk.arrays
            changed = (*others, codes + 999, values)
        elif name != "/present":
            changed = (chunk.arrays[0][:, :-1],)
        writer.add(replace(chunk, arrays=changed))
    if name == "/present":
        writer.said["symbols"] = ["A", "B", "C", "D", "Z"]
    writer.said = {k: v for k, v in writer.said.items() if k not in ("chunks", "name", "key")}
    path.unlink()
    os.replace(writer.finish(), path)
    read(place)


def test_a_sidecar_that_came_with_its_market_is_not_believed(place: Path, tmp_path: Path) -> None:
    """A copy with all its times, as an archive unpacks it: its closes are twice what the rows say, and
    sound by every checksum."""
    path = of(place, "close")
    key = path.name.split(".")[0]
    made = column_file.opened(path, key, "close")
    assert made is not None
    column, said = made
    writer = column_file.ColumnWriter(place / sidecar.FOLDER, key, "close", dict(said))
    for chunk in column.chunks:
        writer.add(replace(chunk, arrays=(chunk.arrays[0] * 2,)))
    writer.said = {k: v for k, v in writer.said.items() if k not in ("chunks", "name", "key")}
    path.unlink()
    os.replace(writer.finish(), path)
    shutil.copytree(place, tmp_path / "unpacked")  # copy2: with the times of the files
    read(tmp_path / "unpacked")


def test_rows_that_changed_are_decoded_again(place: Path) -> None:
    made = rows(5)
    with store.writing(place) as writer:
        writer.put("daily", market(made).daily_sources()[0])
    assert passes(lambda: Market.open(place).panel.need(COLUMNS)) == 1
    assert_reads(Market.open(place).panel, Slow(made))


def test_a_sidecar_of_another_market_is_not_used(place: Path, tmp_path: Path) -> None:
    made = rows(5)
    stored_in(tmp_path / "other", made)
    (place / sidecar.FOLDER).rename(tmp_path / "other" / sidecar.FOLDER)
    assert_reads(Market.open(tmp_path / "other").panel, Slow(made))


def test_a_daily_file_changed_in_place_is_decoded_again(place: Path) -> None:
    """The hash its market names says nothing of it then."""
    (file,) = place.glob("daily-*.parquet")
    os.utime(file, (1, 1))
    assert passes(lambda: Market.open(place).panel.need(COLUMNS)) == 1
    read(place)


def test_another_format_is_not_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_file, "FORMAT", column_file.FORMAT + 1)
    assert passes(lambda: Market.open(place).panel.need(COLUMNS)) == 1
    read(place)


def without_sidecar(place: Path) -> None:
    """The answers are the same, every opening decodes, and nothing is written."""
    before = sorted(place.rglob("*"))
    assert passes(lambda: Market.open(place).panel.need(COLUMNS)) == 1
    assert passes(lambda: Market.open(place).panel.need(COLUMNS)) == 1
    read(place)
    assert sorted(place.rglob("*")) == before


def test_a_read_only_market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored_in(tmp_path / "m", rows())
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    without_sidecar(tmp_path / "m")


def test_a_limit_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored_in(tmp_path / "m", rows())
    monkeypatch.setenv(sidecar.LIMIT, "0")
    without_sidecar(tmp_path / "m")


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    stored_in(tmp_path / "m", rows())
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "m" / sidecar.FOLDER).symlink_to(tmp_path / "elsewhere")
    without_sidecar(tmp_path / "m")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored_in(tmp_path / "m", rows())

    def full(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(column_file.ColumnWriter, "finish", full)
    read(tmp_path / "m")
    assert files(tmp_path / "m") == []


def test_what_does_not_fit_goes_with_the_process(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = sidecar.size_of(place)
    monkeypatch.setenv(sidecar.LIMIT, str(size))
    panel = Market.open(place).panel
    assert passes(lambda: panel.need(("volume",))) == 1
    assert_reads(panel, Slow(rows()))
    assert sidecar.size_of(place) == size


def test_the_limit_makes_room_by_what_is_of_no_use(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = {path.name for path in files(place)}
    with store.writing(place) as writer:
        writer.put("daily", market(rows(5)).daily_sources()[0])
    monkeypatch.setenv(sidecar.LIMIT, str(int(1.2 * sidecar.size_of(place))))
    Market.open(place).panel.need(COLUMNS)
    assert not old <= {path.name for path in files(place)}
    assert passes(lambda: Market.open(place).panel.need(COLUMNS)) == 0


def test_a_day_is_added(place: Path) -> None:
    """Only the new file is decoded; many days do not make many files."""
    made = rows()
    last = max(row["date"] for row in made)
    for number in range(1, 9):
        new = [
            {**row, "date": row["date"].replace(month=6, day=number), "symbol": f"N{number}"}
            for row in made
            if row["date"] == last
        ]
        with store.writing(place) as writer:
            writer.put_daily(store.sessions_in_groups(market(new).daily_sources()[0]))
        made += new
        before = decode.decodes.rows
        Market.open(place).panel.need(COLUMNS)
        assert decode.decodes.rows - before <= number * len(new)
        assert_reads(Market.open(place).panel, Slow(made))
    assert len(Market.open(place)._storage.segments(COLUMNS)) <= 5
    assert {"A", "N8"} <= set(Market.open(place).symbols)
    assert set(LINES) <= set(Market.open(place).symbols)


def test_compact_removes_what_is_of_no_use(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with store.writing(place) as writer:
        writer.put("daily", market(rows(5)).daily_sources()[0])
    Market.open(place).panel.need(COLUMNS)
    size = sidecar.size_of(place)
    assert run(["market", "compact", "--market", str(place)]) == 0
    assert "panel: " in capsys.readouterr().out
    assert 0 < sidecar.size_of(place) < size
    assert passes(lambda: Market.open(place).panel.need(COLUMNS)) == 0
    assert run(["market", "info", "--market", str(place)]) == 0
    assert "panel (decoded daily rows, safe to delete)" in capsys.readouterr().out


_WORK = """
import hashlib, sys
from indexcalc.market.market import Market
panel = Market.open(sys.argv[1]).panel
said = hashlib.sha256()
for name in ("close", "base_price", "shares_outstanding", "score"):
    said.update(panel.column(name, 0, panel.size).tobytes())
fact = panel.fact("/found", 2, lambda panel: panel.last_close(panel.size)[:2].reshape(1, 2) * 0)
said.update(fact.tobytes())
print(said.hexdigest())
"""


def test_two_processes_at_once(tmp_path: Path) -> None:
    stored_in(tmp_path / "m", rows())
    command = [sys.executable, "-c", _WORK, str(tmp_path / "m")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) for _ in range(2)
    ]
    said = [process.communicate()[0] for process in started]
    assert said[0] == said[1] != ""
    assert all(process.returncode == 0 for process in started)
    read(tmp_path / "m")
    assert not [path for path in files(tmp_path / "m") if path.name.endswith(".part")]


def test_threads_of_one_market(tmp_path: Path) -> None:
    """They share one pass."""
    panel = stored_in(tmp_path / "m", rows()).panel
    found: list[Floats] = []
    before = decode.decodes.passes
    workers = [
        threading.Thread(target=lambda: found.append(panel.column("close", 0, panel.size)))
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert decode.decodes.passes == before + 1
    assert all(np.array_equal(one, found[0], equal_nan=True) for one in found)
