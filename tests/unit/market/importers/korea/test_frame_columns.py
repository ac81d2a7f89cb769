"""Columns of a whole-market file: codes, numbers and days as frames write them, bad cells named."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from indexcalc.market.importers.files.source import Source
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.korea.frame_columns import FrameColumns
from indexcalc.market.importers.problems import Problems

HERE = Path("lines_2024-01-02.csv")
DAY = dt.date(2024, 1, 2)


def columns(**made: Any) -> FrameColumns:
    """Columns whose header is our word in capitals."""
    table = pa.table({name.upper(): values for name, values in made.items()})
    headers = {name: name.upper() for name in made}
    return FrameColumns(Source(HERE, table), headers, Problems(str(HERE)))


def told(of: FrameColumns) -> list[tuple[str, str]]:
    assert {item.code for item in of.problems.findings.items} <= {"IMP004"}
    return [(item.where, item.message) for item in of.problems.findings.items]


def result() -> Imported:
    return Imported(str(HERE), "test")


@pytest.mark.parametrize(
    "cells",
    [
        pa.array(["005930", " 0126Z0 ", "5930"]),
        pa.array(["005930", "0126Z0", "5930"]).dictionary_encode(),
    ],
)
def test_codes_of_six_characters(cells: pa.Array) -> None:
    of, made = columns(symbol=cells), result()
    assert of.symbols("symbol", made).to_pylist() == ["005930", "0126Z0", "005930"]
    assert [(note.kind, note.count) for note in made.notes] == [("assumed", 1)]
    assert told(of) == []


@pytest.mark.parametrize(("cells"), [pa.array([5930, 100000]), pa.array([5930.0, 100000.0])])
def test_codes_that_became_numbers(cells: pa.Array) -> None:
    assert columns(symbol=cells).symbols("symbol", result()).to_pylist() == ["005930", "100000"]


def test_what_is_no_code() -> None:
    of = columns(symbol=["KR7005930003", None, "nan", "A5930", "005930"])
    of.symbols("symbol", result())
    no_code = "no code: the line has no symbol"
    assert told(of) == [
        ("row 2, SYMBOL", f"None is {no_code}"),
        ("row 3, SYMBOL", f"'nan' is {no_code}"),
        ("row 1, SYMBOL", "'KR7005930003' is no code of 6 characters"),
        ("row 4, SYMBOL", "'A5930' is no code of 6 characters"),
    ]


def test_numbers_of_every_kind() -> None:
    for cells in (
        ["1,000", "-", "", "2.5"],
        [1000.0, float("nan"), None, 2.5],
        pa.array([1000.0, None, None, 2.5]).cast(pa.decimal128(6, 1)),
    ):
        of = columns(close=cells)
        assert of.floats("close").to_pylist() == [1000.0, None, None, 2.5]
        assert told(of) == []
        of.whole("close")
        assert [where for where, _ in told(of)] == ["row 4, CLOSE"]
    assert columns(shares=["9007199254740993", "1"]).whole("shares")[0].as_py() == 2**53 + 1
    of = columns(close=["x", "1"])
    of.floats("close")
    assert told(of) == [("row 1, CLOSE", "'x' is not a number")]


def test_texts_without_a_value() -> None:
    made = columns(name=[" 가나 ", "nan", "<NA>", "", None]).texts("name").to_pylist()
    assert made == ["가나", None, None, None, None]


@pytest.mark.parametrize(
    "cells",
    [
        ["2024-01-02"],
        ["20240102"],
        [20240102],
        [20240102.0],
        pa.array([DAY]),
        pa.array([dt.datetime(2024, 1, 2)], pa.timestamp("ns")),
    ],
    ids=str,
)
def test_a_day_of_each_line(cells: Any) -> None:
    of, made = columns(date=cells), result()
    assert of.dates(HERE, Options(date=DAY), made).to_pylist() == [DAY]
    assert told(of) == []
    assert made.notes == []


def test_days_that_are_none_or_another() -> None:
    of = columns(date=["2024-01-02", "soon", None, "2024-01-03"])
    of.dates(HERE, Options(date=DAY), result())
    assert told(of) == [
        ("row 2, DATE", "'soon' is not a date"),
        ("row 3, DATE", "None is not a date"),
        ("row 4, DATE", "'2024-01-03' is another day than --date 2024-01-02"),
    ]
    of = columns(date=pa.array([dt.datetime(2024, 1, 2, 15)], pa.timestamp("us")))
    of.dates(HERE, Options(), result())
    assert "a time, not a day" in told(of)[0][1]


def test_the_day_in_the_name_where_no_column_has_it() -> None:
    of, made = columns(symbol=["005930", "000660"]), result()
    assert "date" not in of
    assert of.dates(HERE, Options(), made).to_pylist() == [DAY, DAY]
    assert [note.kind for note in made.notes] == ["assumed"]


def test_many_bad_cells_are_counted() -> None:
    of = columns(close=["x"] * 30)
    of.floats("close")
    assert len(told(of)) == 20
    with pytest.raises(Exception, match="30 of these in all; the first 20 are listed"):
        of.problems.finish()


def test_decimals_are_read_to_the_last_digit() -> None:
    """3450.18 is the double that text gives."""
    money = pa.array([Decimal("3450.18"), None], pa.decimal128(20, 2))
    assert columns(close=money).floats("close").to_pylist() == [3450.18, None]
