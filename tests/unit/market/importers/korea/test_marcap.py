"""Yearly files of the marcap data set: rows in any order, lines without a price or shares."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market import arrow
from indexcalc.market.importers.formats import read_file
from indexcalc.market.importers.imported import Options
from indexcalc.market.importers.korea import marcap
from indexcalc.market.market import Market
from indexcalc.market.merging.merge import merge
from tests.unit.market.importers.korea.frames_of_a_day import (
    DAY,
    MARCAP,
    daily,
    noted,
    read,
    refused,
    write,
)


def test_a_year_in_any_order_with_lines_that_did_not_trade(tmp_path: Path) -> None:
    rows = (
        "000002,나,20.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,60.0,0.1,3.0,0.0,0.0,2.0,1996-01-05\n"
        "000001,가,1000.0,-50.0,-4.8,10.0,9.9,1040.0,1.0,1.0,100000.0,9.0,100.0,,,1.0,1996-01-05\n"
        "000001,가,1050.0,,,10.0,9.9,1040.0,1.0,1.0,105000.0,9.0,100.0,,,1.0,1996-01-04\n"
        "000002,나,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.1,3.0,0.0,0.0,2.0,1996-01-04\n"
        "000003,다,70.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.1,0.0,0.0,0.0,3.0,1996-01-04\n"
        "000001,가,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.1,100.0,0.0,0.0,1.0,1996-01-06\n"
    ).replace("9.9", "9900.0")
    path = write(tmp_path, MARCAP + rows, "marcap-1996.csv.gz")
    result = read(path, "marcap")
    merge(tmp_path / "m", result)
    (source,) = Market.open(tmp_path / "m").daily_sources()
    keys = ("date", "symbol", "close", "base_price", "shares_outstanding")
    stored = pq.ParquetFile(source).read().to_pylist()
    assert [tuple(row[key] for key in keys) for row in stored] == [
        (dt.date(1996, 1, 4), "000001", 1050.0, None, 100),  # no change in the file
        (dt.date(1996, 1, 4), "000002", None, None, 3),  # a close of 0 is no price
        (dt.date(1996, 1, 5), "000001", 1000.0, 1050.0, 100),
        (dt.date(1996, 1, 5), "000002", 20.0, 20.0, 3),  # halted: the last close
    ]
    assert noted(result, "close of 0") == 1
    assert noted(result, "without a trade") == 1
    assert noted(result, "without listed shares") == 1
    assert noted(result, "lines of 1996-01-06, a day on which no line has a price") == 1
    (found,) = result.warnings.items
    assert (found.code, found.where) == ("IMP017", "1996-01-04 000003")
    # Nothing is said of markets, and names only where they are new.
    table = Market.open(tmp_path / "m").table("securities")
    assert table is not None
    rows_seen = table.to_pylist()
    assert [(row["symbol"], row["valid_from"], row["name"]) for row in rows_seen] == [
        ("000001", dt.date(1996, 1, 4), "가"),
        ("000002", dt.date(1996, 1, 4), "나"),
    ]


def test_a_year_as_parquet(tmp_path: Path) -> None:
    path = tmp_path / "marcap-2026.parquet"
    day = np.array([20532 * 86400 * 10**9], dtype=np.int64)  # 2026-03-20 as frames keep it
    stamps = pa.Array.from_buffers(pa.timestamp("ns"), 1, arrow.from_ints(day).buffers())
    columns = {
        "Code": arrow.from_texts(["000001"]),
        "Name": arrow.from_texts(["가"]),
        "Market": arrow.from_texts(["KOSDAQ GLOBAL"]),
        "Close": arrow.from_ints([1000]),
        "ChangeCode": arrow.from_texts(["2"]),
        "Changes": arrow.from_ints([-50]),
        "ChangesRatio": arrow.from_floats([-4.76]),
        "Open": arrow.from_ints([1040]),
        "Volume": arrow.from_ints([10]),
        "Amount": arrow.from_ints([10100]),
        "Marcap": arrow.from_ints([100000]),
        "Stocks": arrow.from_ints([100]),
        "Rank": arrow.from_ints([1]),
        "Date": stamps,
    }
    pq.write_table(arrow.table(columns), path)
    result = read(path, "marcap")
    (row,) = daily(result)
    assert (row["date"], row["base_price"]) == (DAY, 1050.0)
    assert result.observed[0].rows.column("market").to_pylist() == ["KOSDAQ"]


def test_a_damaged_packed_file(tmp_path: Path) -> None:
    path = write(tmp_path, MARCAP, "marcap-1996.csv.gz")
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(ImportRefused, match="cannot be unpacked"):
        read_file(path, Options(), "marcap")


def test_a_listing_of_a_day_is_not_taken_for_a_year() -> None:
    listing = ["Code", "Close", "Marcap", "Stocks"]
    assert not marcap.recognises(listing)
    assert marcap.recognises([*listing, "Date"])
    assert marcap.recognises([*listing, "Rank"])
    assert not marcap.recognises(["Code", "Close", "Date"])


def test_a_file_of_one_day_without_a_date(tmp_path: Path) -> None:
    text = "Code,Close,Changes,Marcap,Stocks,Rank\n000001,1000,-50,100000,100,1\n"
    path = write(tmp_path, text, "marcap.csv")
    assert [code for code, _ in refused(path, "marcap")] == ["IMP006"]
    (row,) = daily(read(path, "marcap", date=DAY))
    assert (row["date"], row["base_price"]) == (DAY, 1050.0)
