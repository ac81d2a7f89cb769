"""Frames of FinanceDataReader: a listing is read, members and adjusted prices are refused."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market import arrow
from indexcalc.market.importers.formats import detect, read_file
from indexcalc.market.importers.imported import Options
from indexcalc.market.importers.korea import fdr
from tests.unit.market.importers.korea.frames_of_a_day import (
    DAY,
    FDR,
    FDR_ROWS,
    daily,
    noted,
    read,
    refused,
    write,
)


def test_a_listing(tmp_path: Path) -> None:
    result = read(write(tmp_path, FDR + FDR_ROWS), "fdr")
    keys = ("symbol", "close", "base_price", "shares_outstanding", "volume", "traded_value")
    assert [tuple(row[key] for key in keys) for row in daily(result)] == [
        ("000001", 1000.0, 1050.0, 100, 10, 10100),
        ("0001A0", 500.0, 385.0, 3, 7, 3000),
        ("000003", 80.0, 80.0, 5, 0, 0),
    ]
    assert {row["date"] for row in daily(result)} == {DAY}
    (seen,) = result.observed
    assert seen.rows.to_pylist()[1] == {
        "symbol": "0001A0",
        "valid_from": DAY,
        "name": "다라",
        "isin": "KR70001A0000",
        "market": "KOSDAQ",
        "segment": "KOSDAQ GLOBAL",
    }
    assert result.facts["complete"] is True
    assert noted(result, "without a trade") == 1
    assert not result.warnings.items


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("0,000001,K,가,KOSPI,,1000,2,50,4.76,1,1,1,1,1,100000,100,STK\n", "ChangeCode 2"),
        ("0,000001,K,가,KOSPI,,1000,1,-50,-4.76,1,1,1,1,1,100000,100,STK\n", "ChangeCode 1"),
        ("0,000001,K,가,KOSPI,,1000,3,50,-4.76,1,1,1,1,1,100000,100,STK\n", "ChagesRatio -4.76"),
        ("0,000001,K,가,KOSPI,,1000,1,1000,0.0,1,1,1,1,1,100000,100,STK\n", "change 1000"),
    ],
)
def test_a_change_that_cannot_be_leaves_the_base_price_unknown(
    tmp_path: Path, row: str, said: str
) -> None:
    result = read(write(tmp_path, FDR + row), "fdr")
    assert [line["base_price"] for line in daily(result)] == [None]
    (found,) = result.warnings.items
    assert (found.code, found.severity, found.where) == ("IMP016", "warning", "000001")
    assert said in found.message
    assert found.span is not None
    assert found.span.line == 2


def test_a_listing_as_parquet_with_close_as_text(tmp_path: Path) -> None:
    """The library leaves Close as text, and a column with gaps becomes floats."""
    path = tmp_path / "listing_2026-03-20.parquet"
    columns = {
        "Code": arrow.from_texts(["000001", "000002"]),
        "Close": arrow.from_texts(["1000", "20"]),
        "Changes": arrow.from_floats([-50.0, float("nan")]),
        "ChangesRatio": arrow.from_floats([-4.76, float("nan")]),
        "Marcap": arrow.from_floats([100000.0, 60.0]),
        "Stocks": arrow.from_floats([100.0, 3.0]),
        "Market": arrow.from_texts(["KOSPI", "nan"]),
    }
    pq.write_table(arrow.table(columns), path)
    result = read(path, "fdr")
    assert [(row["base_price"], row["shares_outstanding"]) for row in daily(result)] == [
        (1050.0, 100),
        (None, 3),
    ]
    assert result.observed[0].rows.column("market").to_pylist() == ["KOSPI", None]


def test_lost_zeros_are_put_back_and_said(tmp_path: Path) -> None:
    path = tmp_path / "listing_2026-03-20.parquet"
    columns = {
        "Code": arrow.from_ints([5930, 100000]),
        "Close": arrow.from_ints([10, 20]),
        "Marcap": arrow.from_ints([100, 60]),
        "Stocks": arrow.from_ints([10, 3]),
    }
    pq.write_table(arrow.table(columns), path)
    result = read(path, "fdr")
    assert [row["symbol"] for row in daily(result)] == ["005930", "100000"]
    assert noted(result, "lost zeros") == 1


def test_bad_cells_are_all_named(tmp_path: Path) -> None:
    rows = (
        "0,KR7000001000,K,가,KOSPI,,1000,2,-50,-4.76,1,1,1,1,1,1,100,STK\n"
        "1,,K,가,KOSPI,,1000,2,-50,-4.76,1,1,1,1,1,1,1.5,STK\n"
        "2,000003,K,가,KOSPI,,x,2,y,-4.76,1,1,1,1,1,1,100,STK\n"
    )
    path = write(tmp_path, FDR + rows)
    with pytest.raises(ImportRefused) as caught:
        read(path, "fdr")
    found = [
        (item.code, item.span.line, item.where) for item in caught.value.diagnostics if item.span
    ]
    assert found == [
        ("IMP004", 2, "Code"),
        ("IMP004", 3, "Code"),
        ("IMP004", 3, "Stocks"),
        ("IMP004", 4, "Close"),
        ("IMP004", 4, "Changes"),
    ]


def test_the_day_of_a_listing_is_never_today(tmp_path: Path) -> None:
    path = write(tmp_path, FDR + FDR_ROWS, "listing.csv")
    assert [code for code, _ in refused(path, "fdr")] == ["IMP006"]
    assert daily(read(path, "fdr", date=DAY))[0]["date"] == DAY


SNAPSHOT = (
    "\ufeff,Code,Name,Close,RateCode,STR_CMP_PRC,Rate,Marcap,IDX_ID\n0,000001,가,10,2,-1,-9,100,\n"
)


def test_members_of_an_index_need_its_name(tmp_path: Path) -> None:
    path = write(tmp_path, SNAPSHOT, "snap_index_1001_2026-03-20.csv")
    ((code, hint),) = refused(path, "fdr")
    assert code == "IMP005"
    assert "constants: {index: NAME}" in hint
    text = (Path(__file__).parents[5] / "docs" / "importing.md").read_text(encoding="utf-8")
    parts = text.split("```yaml\n")
    (said,) = [
        part for part in parts if "{given: date}" in part and "memberships" in part.split("```")[0]
    ]
    (tmp_path / "map.yaml").write_text(said.split("```")[0], encoding="utf-8")
    result = read_file(path, Options(map_path=tmp_path / "map.yaml"))
    assert result.tables["memberships"].to_pylist() == [
        {"effective_date": DAY, "symbol": "000001", "index": "KOSPI"}
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Date,Open,High,Low,Close,Volume,Change\n2026-03-20,1,1,1,1,1,0.1\n",
        "Date,Open,High,Low,Close,Volume,Change,UpDown,Comp,Amount,MarCap,Shares\n"
        "2026-03-20,1,1,1,1,1,0.1,1,0,1,1,1\n",
    ],
)
def test_adjusted_prices_are_refused(tmp_path: Path, text: str) -> None:
    ((code, hint),) = refused(write(tmp_path, text), "fdr")
    assert code == "IMP015"
    assert "StockListing" in hint


def test_a_symbol_of_ones_own_beside_prices_is_not_theirs(tmp_path: Path) -> None:
    text = "Date,symbol,Open,High,Low,Close,Volume,Change\n"
    assert detect(write(tmp_path, text), Options()) == "table"


def test_headers_are_found_in_either_spelling() -> None:
    assert fdr.columns_of(["Code", "ChagesRatio", "X"]) == {"symbol": "Code", "rate": "ChagesRatio"}
    assert fdr.columns_of(["ChangesRatio"]) == {"rate": "ChangesRatio"}
    assert fdr.columns_of([]) == {}


def test_which_frame_it_is() -> None:
    listing = ["Code", "Close", "Marcap", "Stocks"]
    snapshot = ["Code", "Name", "Close", "RateCode", "Marcap"]
    prices = ["Date", "Open", "High", "Low", "Close", "Volume", "Change"]
    assert [fdr.recognises(names) for names in (listing, snapshot, prices)] == [True] * 3
    assert not fdr.is_snapshot([*snapshot, "Stocks"])
    assert not fdr.is_prices([*prices, "Code"])
    assert not fdr.recognises(listing[:3])
