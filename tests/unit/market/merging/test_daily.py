"""New daily rows into stored files: which file each row goes to, and how files are cut and joined."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from indexcalc.market import store
from indexcalc.market.market_json import StoredFile
from indexcalc.market.merging.daily import (
    compact,
    compare,
    joined_schema,
    plan,
    regrouped,
    schema_of,
    write,
)

FIRST = dt.date(2024, 1, 1)


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(number)


def rows(*cells: tuple[int, str, float]) -> pa.Table:
    return pa.table(
        {
            "date": pa.array([day(number) for number, _, _ in cells], pa.date32()),
            "symbol": pa.array([symbol for _, symbol, _ in cells], pa.string()),
            "close": pa.array([close for _, _, close in cells], pa.float64()),
        }
    )


def sessions(*numbers: int, close: float = 1.0) -> pa.Table:
    return rows(*((number, "A", close) for number in numbers))


def file(first: int, last: int) -> StoredFile:
    return StoredFile(f"{first}", "daily", 1, str(day(first)), str(day(last)), "")


def numbers(table: Any) -> list[int]:
    return [(item - FIRST).days for item in table.column("date").to_pylist()]


def test_rows_go_into_the_files_they_touch_and_the_others_between() -> None:
    made = plan([file(2, 4), file(6, 7), file(10, 12)], sessions(0, 1, 2, 4, 5, 9, 12, 13))
    assert [numbers(table) for table in made.new_files] == [[0, 1], [5], [9], [13]]
    assert [(item.name, numbers(table)) for item, table in made.into] == [
        ("2", [2, 4]),
        ("10", [12]),
    ]


def test_rows_of_a_new_market_are_one_file() -> None:
    made = plan([], sessions(3, 5))
    assert [numbers(table) for table in made.new_files] == [[3, 5]]
    assert made.into == []
    assert plan([file(0, 1)], sessions()).new_files == []


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """One file of two row groups: sessions 0 and 1, and 4."""
    with store.writing(tmp_path) as writer:
        writer.put_daily([sessions(0, 1), sessions(4)])
    return tmp_path


def closes(folder: Path) -> list[list[tuple[int, float]]]:
    found = []
    for item in store.read_contents(folder).of("daily"):
        table = store.open_parquet(folder / item.name).read()
        found.append(list(zip(numbers(table), table.column("close").to_pylist(), strict=True)))
    return found


def test_comparing_writes_nothing(stored: Path) -> None:
    before = closes(stored)
    with store.writing(stored) as writer:
        (item,) = writer.contents.of("daily")
        # Session 0 is the same, 1 and 4 are others, 2 falls between the row groups.
        new = rows((0, "A", 1.0), (1, "A", 2.0), (2, "A", 1.0), (4, "A", 2.0), (4, "B", 1.0))
        made = compare(writer, item, new, listed=1)
        assert (made.added, made.same, made.n_conflicts) == (2, 1, 2)
        assert [conflict.key for conflict in made.conflicts] == ["2024-01-02 A"]
        assert len(compare(writer, item, new, listed=None).conflicts) == 2
    assert closes(stored) == before


@pytest.mark.parametrize(("on_conflict", "stays"), [("keep", 1.0), ("replace", 2.0)])
def test_a_file_is_written_again_with_what_is_new(
    stored: Path, on_conflict: Any, stays: float
) -> None:
    with store.writing(stored) as writer:
        made = plan(writer.contents.of("daily"), rows((2, "A", 5.0), (4, "A", 2.0), (9, "A", 3.0)))
        resolved = write(writer, made, on_conflict)
    assert [(item.old, item.new) for item in resolved] == [("1", "2")]
    assert closes(stored) == [[(0, 1.0), (1, 1.0), (2, 5.0), (4, stays)], [(9, 3.0)]]


def test_groups_are_of_whole_sessions_whatever_came_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SESSIONS_PER_ROW_GROUP", 3)
    cut = store.sessions_in_groups
    monkeypatch.setattr(store, "sessions_in_groups", lambda daily, size=3: cut(daily, size))
    two = rows((1, "A", 1.0), (1, "B", 1.0), (2, "A", 1.0))
    parts = [sessions(0), two, sessions(3), sessions(4, 5, 6, 7, 8), sessions(9)]
    made = list(regrouped(parts, two.schema))
    assert [numbers(table) for table in made] == [[0, 1, 1, 2], [3, 4, 5], [6, 7, 8], [9]]
    assert list(regrouped([], two.schema)) == []


def test_small_files_become_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SESSIONS_PER_ROW_GROUP", 2)
    cut = store.sessions_in_groups
    monkeypatch.setattr(store, "sessions_in_groups", lambda daily, size=2: cut(daily, size))
    with store.writing(tmp_path) as writer:
        for part in ((0, 1), (2,), (3, 4), (5,), (6,)):
            writer.put_daily([sessions(*part)])
    with store.writing(tmp_path) as writer:
        # The first is full and stays; five sessions are two full groups and one that is left.
        assert compact(writer) == (5, 3)
    assert [[number for number, _ in part] for part in closes(tmp_path)] == [
        [0, 1],
        [2, 3, 4, 5],
        [6],
    ]
    with store.writing(tmp_path) as writer:
        assert compact(writer) == (3, 3)


def test_columns_of_files_that_differ(stored: Path) -> None:
    with store.writing(stored) as writer:
        (item,) = writer.contents.of("daily")
        of_file = schema_of(writer, item)
    other = pa.schema(
        [("zeal", pa.string()), ("volume", pa.int64()), ("date", pa.date32()), ("a", pa.int64())]
    )
    floats = pa.schema([("a", pa.float64()), ("volume", pa.int64())])
    made = joined_schema([other, of_file, floats])
    # The market's own columns in their order, then the others by name; whole numbers become floats.
    assert made.names == ["date", "symbol", "close", "volume", "a", "zeal"]
    assert made.field("a").type == pa.float64()
    assert made.field("volume").type == pa.int64()
