"""A market on disk: files that never change, one name replaced last, and nothing half written."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.diagnostics import DataError
from indexcalc.market import store
from tests.unit.calculation.small import line, market

OVER = market(line("A", [10, 11, 12]), line("B", [20, 21, 22]))
(DAILY,) = OVER.daily_sources()
SESSIONS = OVER.table("sessions")


def names(folder: Path) -> list[str]:
    return sorted(path.name.split("-")[0] for path in folder.iterdir() if path.suffix == ".parquet")


def test_sessions_are_not_cut() -> None:
    two = list(store.sessions_in_groups(DAILY, 2))
    assert [part.num_rows for part in two] == [4, 2]
    assert pa.concat_tables(two).equals(DAILY)
    assert [part.num_rows for part in store.sessions_in_groups(DAILY, 3)] == [6]
    (none,) = store.sessions_in_groups(DAILY.slice(0, 0), 2)
    assert none.num_rows == 0


def test_a_file_says_its_sessions_and_lines(tmp_path: Path) -> None:
    with store.writing(tmp_path) as writer:
        writer.put_daily(store.sessions_in_groups(DAILY, 2))
    (item,) = store.read_contents(tmp_path).files
    assert (item.rows, item.first, item.last) == (6, "2024-01-02", "2024-01-04")
    file = store.open_parquet(tmp_path / item.name)
    days, symbols = store.daily_index(file, tmp_path)
    assert np.array_equal(days, OVER.days)
    assert symbols == ["A", "B"]
    assert file.num_row_groups == 2


def test_the_row_groups_of_some_days(tmp_path: Path) -> None:
    pq.write_table(DAILY, tmp_path / "x.parquet", row_group_size=2)  # a session each
    file = store.open_parquet(tmp_path / "x.parquet")
    assert store.groups_between(file, "2024-01-03", "2024-01-03") == [1]
    assert store.groups_between(file, "2024-01-04", "2024-02-01") == [2]
    assert store.groups_between(file, "2024-01-05", "2024-02-01") == []
    pq.write_table(DAILY, tmp_path / "y.parquet", row_group_size=2, write_statistics=False)
    file = store.open_parquet(tmp_path / "y.parquet")  # which does not say what it holds
    assert store.groups_between(file, "2024-01-03", "2024-01-03") == [0, 1, 2]


@pytest.mark.parametrize(
    "footer",
    [
        {},
        {"indexcalc.days": "AAAA"},
        {"indexcalc.days": "!", "indexcalc.lines": "[]"},
        {"indexcalc.days": "AgAAAAEAAAA=", "indexcalc.lines": "[]"},  # 2, 1
        {"indexcalc.days": "AQAAAAEAAAA=", "indexcalc.lines": "[]"},  # 1, 1
        {"indexcalc.days": "AQAAAA==", "indexcalc.lines": '["B", "A"]'},
        {"indexcalc.days": "AQAAAA==", "indexcalc.lines": "[1]"},
        {"indexcalc.days": "AQAAAA==", "indexcalc.lines": '"A"'},
    ],
)
def test_an_index_that_is_not_as_written_is_refused(tmp_path: Path, footer: dict[str, str]) -> None:
    schema = DAILY.schema.with_metadata(footer)
    pq.write_table(DAILY.cast(schema), tmp_path / "x.parquet", store_schema=False)
    with pytest.raises(DataError, match=r"DAT010.*index of a file of daily"):
        store.daily_index(store.open_parquet(tmp_path / "x.parquet"), tmp_path / "x.parquet")


def test_an_index_of_before_is_still_read(tmp_path: Path) -> None:
    footer = {"indexcalc.days": "AQAAAAIAAAA=", "indexcalc.symbols": "A\nB"}
    pq.write_table(DAILY.cast(DAILY.schema.with_metadata(footer)), tmp_path / "x.parquet")
    days, symbols = store.daily_index(
        store.open_parquet(tmp_path / "x.parquet"), tmp_path / "x.parquet"
    )
    assert (days.tolist(), symbols) == ([1, 2], ["A", "B"])


def test_the_files_of_one_write_ago_stay_for_readers(tmp_path: Path) -> None:
    for number in range(3):
        with store.writing(tmp_path) as writer:
            writer.facts["number"] = number
            writer.put("sessions", SESSIONS.slice(number))
        there = names(tmp_path)
        assert there == ["sessions"] * min(number + 1, 2), number
    contents = store.read_contents(tmp_path)
    assert contents.facts == {"number": 2}
    assert [item.rows for item in contents.files] == [1]
    assert len(contents.previous) == 1


def test_tables_are_put_and_dropped(tmp_path: Path) -> None:
    with store.writing(tmp_path) as writer:
        writer.put("sessions", SESSIONS)
        writer.put("daily", DAILY)
    assert [item.table for item in store.read_contents(tmp_path).files] == ["daily", "sessions"]
    with store.writing(tmp_path) as writer:
        writer.drop("sessions")
        writer.put("daily", DAILY.slice(0, 2))
    (item,) = store.read_contents(tmp_path).files
    assert (item.table, item.rows) == ("daily", 2)


def test_a_folder_with_a_colon_is_no_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("kospi:2026")
    folder.mkdir()
    with store.writing(folder) as writer:
        writer.put("daily", DAILY)
    (item,) = store.read_contents(folder).files
    assert store.open_parquet(folder / item.name).metadata.num_rows == DAILY.num_rows


def test_what_fails_leaves_the_market_as_it_was(tmp_path: Path) -> None:
    with store.writing(tmp_path) as writer:
        writer.put("daily", DAILY)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def write(last: Any) -> None:
        with store.writing(tmp_path) as writer:
            writer.put_daily(last)

    def half() -> Any:
        yield DAILY.slice(0, 2)
        raise KeyError("what made the rows")

    with pytest.raises(KeyError):
        write(half())
    with pytest.raises(ValueError, match="no rows for table daily"):
        write([])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with store.writing(tmp_path):
        pass
    with open(tmp_path / store.LOCK, "rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(DataError, match=r"DAT010.*another process"), store.writing(tmp_path):
            pass


def test_a_file_that_is_missing_or_no_parquet(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"DAT010.*missing"):
        store.open_parquet(tmp_path / "absent.parquet")
    (tmp_path / "x.parquet").write_text("no")
    with pytest.raises(DataError, match=r"DAT010.*not a readable Parquet file"):
        store.open_parquet(tmp_path / "x.parquet")


def test_the_same_rows_have_the_same_name(tmp_path: Path) -> None:
    said = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with store.writing(tmp_path / name) as writer:
            writer.put("daily", DAILY)
        said.append(json.loads((tmp_path / name / "market.json").read_text(encoding="utf-8")))
    assert said[0] == said[1]


@pytest.mark.parametrize("what", ["a named pipe", "a folder", "a device"])
def test_what_lies_in_the_place_of_a_data_file_is_told_and_not_waited_for(
    tmp_path: Path, what: str
) -> None:
    with store.writing(tmp_path) as writer:
        writer.put_daily(store.sessions_in_groups(DAILY, 2))
    (file,) = tmp_path.glob("daily-*.parquet")
    file.unlink()
    if what == "a named pipe":
        os.mkfifo(file)
    elif what == "a folder":
        file.mkdir()
    else:
        file.symlink_to("/dev/zero")
    with pytest.raises(DataError, match=f"DAT010: not a readable Parquet file: it is {what}"):
        store.open_parquet(file)
