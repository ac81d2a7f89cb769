"""Frames of FinanceDataReader, pykrx and marcap: what is read, noted, and refused with a way out."""

from __future__ import annotations

import datetime as dt
import gzip
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market import arrow
from indexcalc.market.importers.formats import detect, read_file
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.market import Market
from indexcalc.market.merging.merge import merge

DAY = dt.date(2026, 3, 20)
FDR = (
    "\ufeff,Code,ISU_CD,Name,Market,Dept,Close,ChangeCode,Changes,ChagesRatio,Open,High,Low,"
    "Volume,Amount,Marcap,Stocks,MarketId\n"
)
FDR_ROWS = (
    "0,000001,KR7000001000,가나,KOSPI,,1000,2,-50,-4.76,1040,1050,990,10,10100,100000,100,STK\n"
    "1,0001A0,KR70001A0000,다라,KOSDAQ GLOBAL,우량,500,4,115,29.87,400,500,400,7,3000,1500,3,KSQ\n"
    "2,000003,KR7000003006,마바,KONEX,일반,80,0,0,0.0,0,0,0,0,0,400,5,KNX\n"
)
MARCAP = (
    "Code,Name,Close,Changes,ChagesRatio,Volume,Amount,Open,High,Low,Marcap,MarcapRatio,Stocks,"
    "ForeignShares,ForeignRatio,Rank,Date\n"
)
CAP = "티커,종가,시가총액,거래량,거래대금,상장주식수\n"


def write(tmp_path: Path, text: str, name: str = "listing_2026-03-20.csv") -> Path:
    path = tmp_path / name
    data = text.encode("utf-8")
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def read(path: Path, format_name: str, **said: Any) -> Imported:
    assert detect(path, Options()) == format_name
    return read_file(path, Options(**said))


def daily(result: Imported) -> list[dict[str, Any]]:
    return list(result.tables["daily"].to_pylist())


def noted(result: Imported, words: str) -> int:
    (found,) = [note for note in result.notes if words in note.text]
    return found.count


def refused(path: Path, format_name: str, **said: Any) -> list[tuple[str, str]]:
    with pytest.raises(ImportRefused) as caught:
        read(path, format_name, **said)
    return [(found.code, found.hint) for found in caught.value.diagnostics]


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


# --- marcap ---------------------------------------------------------------------------------------


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


# --- pykrx ----------------------------------------------------------------------------------------


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


def test_importing_loads_no_pandas(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, FDR + FDR_ROWS),
        write(tmp_path, CAP + "000001,1000,100000,10,10100,100\n", "cap_20260320.csv"),
        write(
            tmp_path,
            MARCAP + "000003,다,0,,,0,0,0,0,0,0,0,0,0,0,3,1996-01-04\n"
            "000004,라,1,2,0,0,0,0,0,0,0,0,0,0,0,3,1996-01-04\n",
            "marcap-1996.csv.gz",
        ),
        tmp_path / "listing_2026-03-19.parquet",
    ]
    columns = {
        "Code": arrow.from_ints([5930, 1]),
        "Close": arrow.from_floats([10.0, float("nan")], nan_is_null=True),
        "Changes": arrow.from_ints([100, 1]),
        "Marcap": arrow.from_ints([100, 1]),
        "Stocks": arrow.from_ints([10, 1]),
        "Market": arrow.from_codes([0, -1], ["KOSPI"]),
    }
    pq.write_table(arrow.table(columns), paths[-1])
    code = f"""
import sys
from pathlib import Path
from indexcalc.market.importers.formats import read_file
from indexcalc.market.importers.imported import Options
from indexcalc.market.merging.merge import merge
for number, name in enumerate({[str(path) for path in paths]!r}):
    read = read_file(Path(name), Options())
    if number != 2:
        merge(Path({str(tmp_path)!r}) / "m", read)
sys.exit("pandas" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
