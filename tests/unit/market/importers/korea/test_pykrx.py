"""Frames of pykrx: market values of a day are read, prices and frames of one line are refused."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from indexcalc.market import arrow
from indexcalc.market.importers.korea import pykrx
from tests.unit.market.importers.korea.frames_of_a_day import (
    CAP,
    DAY,
    daily,
    noted,
    read,
    refused,
    write,
)


def test_a_market_cap_frame(tmp_path: Path) -> None:
    text = CAP + "000001,1000,100000,10,10100,100\n000002,20,60,0,0,3\n"
    result = read(write(tmp_path, text, "cap_20260320.csv"), "pykrx")
    assert daily(result) == [
        {
            "date": DAY,
            "symbol": "000001",
            "close": 1000.0,
            "shares_outstanding": 100,
            "volume": 10,
            "traded_value": 10100,
        },
        {
            "date": DAY,
            "symbol": "000002",
            "close": 20.0,
            "shares_outstanding": 3,
            "volume": 0,
            "traded_value": 0,
        },
    ]
    assert not result.observed
    assert noted(result, "base_price is unknown") == 2
    assert noted(result, "does not give the market") == 0


@pytest.mark.parametrize("index", ["티커", "__index_level_0__"])
def test_a_market_cap_frame_as_parquet(tmp_path: Path, index: str) -> None:
    path = tmp_path / "cap.parquet"
    columns = {
        "종가": arrow.from_ints([1000]),
        "시가총액": arrow.from_ints([100000]),
        "거래량": arrow.from_ints([10]),
        "거래대금": arrow.from_ints([10100]),
        "상장주식수": arrow.from_ints([100]),
        index: arrow.from_texts(["0001A0"]),
    }
    pq.write_table(arrow.table(columns), path)
    (row,) = daily(read(path, "pykrx", date=DAY))
    assert (row["date"], row["symbol"], row["close"]) == (DAY, "0001A0", 1000.0)


def test_a_rate_is_no_change(tmp_path: Path) -> None:
    text = "티커,종가,시가총액,등락률,상장주식수\n000001,1000,100000,-4.76,100\n"
    result = read(write(tmp_path, text), "pykrx")
    assert "base_price" not in daily(result)[0]
    assert noted(result, "rounded too much") == 0
    text = text.replace("등락률", "대비").replace("-4.76", "-50")
    result = read(write(tmp_path, text), "pykrx")
    assert daily(result)[0]["base_price"] == 1050.0


OHLCV = "티커,시가,고가,저가,종가,거래량,거래대금,등락률\n000001,1,1,1,1000,1,1,-4.76\n"


@pytest.mark.parametrize("text", [OHLCV, OHLCV.replace("티커", "")])
def test_prices_without_listed_shares(tmp_path: Path, text: str) -> None:
    ((code, hint),) = refused(write(tmp_path, text), "pykrx")
    assert code == "IMP005"
    assert "get_market_cap" in hint


def test_a_closed_day(tmp_path: Path) -> None:
    text = CAP + "000001,0,0,0,0,100\n000002,0,0,0,0,3\n"
    ((code, _),) = refused(write(tmp_path, text), "pykrx")
    assert code == "IMP012"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("날짜,시가,고가,저가,종가,거래량,등락률", "IMP015"),
        ("날짜,시가총액,거래량,거래대금,상장주식수", "IMP005"),
    ],
)
def test_frames_of_one_line(tmp_path: Path, header: str, code: str) -> None:
    ((found, hint),) = refused(write(tmp_path, header + "\n"), "pykrx")
    assert found == code
    assert "get_market_cap" in hint


def test_an_index_without_a_name_is_the_symbol_where_no_date_is() -> None:
    assert pykrx.columns_of(["", "종가"])["symbol"] == ""
    assert pykrx.columns_of(["__index_level_0__", "종가"])["symbol"] == "__index_level_0__"
    assert "symbol" not in pykrx.columns_of(["", "날짜", "종가"])
    assert pykrx.columns_of(["", "티커"])["symbol"] == "티커"


def test_which_frame_it_is() -> None:
    cap = ["종가", "시가총액", "상장주식수"]
    assert pykrx.recognises(["티커", *cap])
    assert pykrx.recognises(["", *cap])
    assert not pykrx.recognises(cap)  # no line is named
    assert pykrx.is_one_line(["날짜", *cap])
    assert not pykrx.is_one_line(["날짜", "티커", *cap])
    assert not pykrx.is_one_line(["날짜", "종가"])
