"""One table of a file with a map: columns made, rows chosen, cells that cannot be read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.imported import Options
from indexcalc.market.importers.maps import mapped
from tests.unit.market.importers.maps.files_and_maps import (
    DAILY,
    members,
    places,
    read,
    refused,
    rows,
)

D = dt.date


def test_percent_abs_strip(tmp_path: Path) -> None:
    text = (
        'table: float_factors\ncolumns:\n  effective_date: d\n  symbol: {column: s, strip: "\'"}\n'
        "  float_factor: {column: f, percent: true}\n"
    )
    data = "d,s,f\n2024-01-02,'000001,57.5 %\n2024-01-02,'000660,60\n"
    found = rows(read(tmp_path, data, text), "float_factors")
    assert [(row["symbol"], row["float_factor"]) for row in found] == [
        ("000001", 0.575),
        ("000660", 0.6),
    ]
    crsp = (
        "table: daily\ncolumns:\n  date: DATE\n  symbol: {column: PERMNO, pad: 5}\n"
        "  close: {column: PRC, abs: true}\n  shares_outstanding: {column: SHROUT, times: 1000}\n"
    )
    result = read(tmp_path, "PERMNO,DATE,PRC,SHROUT\n10001,20240102,-9.75,2241\n", crsp)
    assert rows(result, "daily")[0]["close"] == 9.75
    assert rows(result, "daily")[0]["shares_outstanding"] == 2_241_000
    assert any("without their sign: 1" in note.text for note in result.notes)


def test_shares_from_market_value(tmp_path: Path) -> None:
    text = (
        "table: daily\ncolumns:\n  date: d\n  symbol: s\n  close: c\n"
        "  shares_outstanding: {column: cap, times: 1000000, divide_by: c}\n"
    )
    result = read(tmp_path, "d,s,c,cap\n2024-01-02,A,12.5,250\n", text)
    assert rows(result, "daily")[0]["shares_outstanding"] == 20_000_000
    assert any(note.kind == "assumed" for note in result.notes)
    found = refused(tmp_path, "d,s,c,cap\n2024-01-02,A,0,250\n", text)
    assert "IMP004" in {d.code for d in found.diagnostics}


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("AAPL.csv", "AAPL"),
        ("BRK-B.csv", "BRK-B"),
        ("7203.T.csv", "7203.T"),
        ("005930-holders.csv", "005930"),
        ("MSFT_daily.csv", "MSFT"),
    ],
)
def test_the_symbol_in_a_file_s_name(tmp_path: Path, name: str, symbol: str) -> None:
    by_name = "table: daily\ncolumns: {date: Date, symbol: {given: symbol}, close: Close}\n"
    result = read(tmp_path, "Date,Close\n2023-01-03,125.07\n", by_name, name)
    assert [row["symbol"] for row in rows(result, "daily")] == [symbol]
    assert [note.text for note in result.notes if note.kind == "assumed"] == [
        f"every row is of {symbol}, the symbol in the file's name"
    ]


def test_a_name_without_a_symbol_is_refused(tmp_path: Path) -> None:
    by_name = "table: daily\ncolumns: {date: Date, symbol: {given: symbol}, close: Close}\n"
    with pytest.raises(ImportRefused, match="does not begin with the symbol"):
        read(tmp_path, "Date,Close\n2023-01-03,125.07\n", by_name, "prices.csv")


def test_split_cells(tmp_path: Path) -> None:
    text = (
        "table: memberships\ncolumns: {effective_date: date, symbol: {column: tickers, split: ','}}\n"
        "constants: {index: ix}\n"
    )
    data = 'date,tickers\n2020-01-01,"A, B,"\n2020-02-01,B\n'
    assert members(read(tmp_path, data, text)) == {D(2020, 1, 1): ["A", "B"], D(2020, 2, 1): ["B"]}
    # A cell with nothing in it is no row, and is counted.
    result = read(tmp_path, data + '2020-03-01,\n2020-04-01," , "\n', text)
    assert list(members(result)) == [D(2020, 1, 1), D(2020, 2, 1)]
    assert [(note.text, note.count) for note in result.notes if note.kind == "dropped"] == [
        ("rows without a value in symbol", 2)
    ]


SECURITIES = """\
tables:
  - table: securities
    snapshot: true
    where: {state: [listed, new]}
    except: {kind: [ETF]}
    columns:
      symbol: code
      valid_from: {given: date}
      share_class: {column: pref, values: {"0": common, "1": preferred}}
      security_type:
        - {column: spac, values: {Y: spac}, others: none}
        - {column: kind, values: {ST: stock, RT: reit}, others: drop}
      market: market
    values: {market: {KOSDAQ GLOBAL: KOSDAQ}}
    others: {market: keep}
    constants: {currency: KRW}
"""


def test_choosing_rows_and_mapping_values(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        "code,state,kind,pref,spac,market\n"
        "A,listed,ST,0,N,KOSPI\n"
        "B,new,ST,1,Y,KOSDAQ GLOBAL\n"
        "C,gone,ST,0,N,KOSPI\n"
        "D,listed,ETF,0,N,KOSPI\n"
        "E,listed,XX,0,N,KOSPI\n"
        "F,listed,RT,0,N,\n",
        SECURITIES,
        name="list_2023-05-19.csv",
    )
    (seen,) = result.observed
    assert [
        (row["symbol"], row["security_type"], row["share_class"], row["market"], row["currency"])
        for row in seen.rows.to_pylist()
    ] == [
        ("A", "stock", "common", "KOSPI", "KRW"),
        ("B", "spac", "preferred", "KOSDAQ", "KRW"),
        ("F", "reit", "common", None, "KRW"),
    ]
    assert {row["valid_from"] for row in seen.rows.to_pylist()} == {dt.date(2023, 5, 19)}
    dropped = {
        note.text.split(",")[0]: note.count for note in result.notes if note.kind == "dropped"
    }
    assert dropped == {
        "rows with state not listed or new": 1,
        "rows with kind ETF": 1,
        "rows with another kind than ST": 1,
    }


def test_a_value_that_is_not_listed_is_an_error(tmp_path: Path) -> None:
    data = "code,state,kind,pref,spac,market\nA,listed,ST,7,N,KOSPI\n"
    with pytest.raises(ImportRefused, match="'7' is not among `values`") as caught:
        read(tmp_path, data, SECURITIES, name="list_2023-05-19.csv")
    (found,) = caught.value.diagnostics
    assert (found.code, found.span.line, found.span.column) == ("IMP008", 2, 13)


def test_a_given_date_is_never_today(tmp_path: Path) -> None:
    data = "code,state,kind,pref,spac,market\nA,listed,ST,0,N,KOSPI\n"
    with pytest.raises(ImportRefused, match="--date"):
        read(tmp_path, data, SECURITIES, name="list.csv")
    result = read(tmp_path, data, SECURITIES, name="list.csv", date=dt.date(2020, 1, 2))
    assert result.observed[0].rows.to_pylist()[0]["valid_from"] == dt.date(2020, 1, 2)


def test_the_first_alternative_that_gives_a_value(tmp_path: Path) -> None:
    text = DAILY.replace("close: c", "close: [c, {column: last, times: 0.5}]")
    data = "d,s,c,n,last\n2024-01-02,A,10,1,9\n2024-01-02,B,,1,9\n2024-01-02,C,,1,\n"
    found = rows(read(tmp_path, data, text), "daily")
    assert [row["close"] for row in found] == [10, 4.5, None]


def test_whole_numbers_stay_exact_where_the_factor_lets_them(tmp_path: Path) -> None:
    text = DAILY.replace("shares_outstanding: n", "shares_outstanding: {column: n, times: 3}")
    data = f"d,s,c,n\n2024-01-02,A,1,{2**60 + 1}\n2024-01-02,B,1,\n"
    found = rows(read(tmp_path, data, text), "daily")
    assert [row["shares_outstanding"] for row in found] == [3 * 2**60 + 3, None]
    # Beyond 64 bits the product is a float, not another number.
    text = text.replace("times: 3", "times: 8")
    assert rows(read(tmp_path, data, text), "daily")[0]["shares_outstanding"] == 2.0**63


def test_a_column_of_ones_own_is_numbers_unless_it_looks_like_codes(tmp_path: Path) -> None:
    text = "table: securities\ncolumns: {symbol: s, score: a, code: b, both: c, "
    text += "seen: {column: a, as: text}}\n"
    data = "s,a,b,c\nX,1.5,0012,1\nY,2,7,x\n"
    result = read(tmp_path, data, text)
    assert rows(result, "securities") == [
        {"symbol": "X", "score": 1.5, "code": "0012", "both": "1", "seen": "1.5"},
        {"symbol": "Y", "score": 2.0, "code": "7", "both": "x", "seen": "2"},
    ]
    assert [note.text.split()[0] for note in result.notes if note.kind == "assumed"] == [
        "a",
        "b",
        "c",
    ]


def test_a_constant_has_the_kind_of_its_column(tmp_path: Path) -> None:
    text = "table: daily\ncolumns: {symbol: s, close: c}\nconstants: {date: 2024-01-02, "
    text += "shares_outstanding: '5', sector: '7'}\n"
    assert rows(read(tmp_path, "s,c\nA,1\n", text), "daily") == [
        {
            "symbol": "A",
            "close": 1,
            "date": D(2024, 1, 2),
            "shares_outstanding": 5,
            "sector": "7",
        }
    ]
    wrong = refused(tmp_path, "s,c\nA,1\n", text.replace("2024-01-02", "soon"))
    assert places(wrong) == [("IMP007", 1)]


def test_cells_of_rows_that_are_not_taken_may_be_anything(tmp_path: Path) -> None:
    data = "d,s,c,n\n2024-01-02,A,1,1\nTotal,,x,\n"
    assert len(rows(read(tmp_path, data, DAILY + "except: {d: Total}\n"), "daily")) == 1
    assert places(refused(tmp_path, data, DAILY)) == [("IMP004", 3), ("IMP004", 3)]


def test_no_rows_are_no_table(tmp_path: Path) -> None:
    assert read(tmp_path, "d,s,c,n\n", DAILY).tables == {}


def test_two_tables_of_one_kind_are_one(tmp_path: Path) -> None:
    one = "  - table: fx\n    columns: {date: d, rate: %s}\n    constants: {from_currency: %s, "
    one += "to_currency: KRW}\n"
    text = "tables:\n" + one % ("usd", "USD") + one % ("eur", "EUR")
    found = rows(read(tmp_path, "d,usd,eur\n2024-01-02,1300,1400\n", text), "fx")
    assert [(row["from_currency"], row["rate"]) for row in found] == [("USD", 1300), ("EUR", 1400)]


def test_whole_numbers_beyond_64_bits_become_floats_and_that_is_told(tmp_path: Path) -> None:
    """2**63 - 1 is the last that fits; a fraction is no such number, whatever its size."""
    text = DAILY.replace("n}", "n, score: x}")
    last = read(tmp_path, f"d,s,c,n,x\n2024-01-02,A,1,1,{2**63 - 1}\n", text)
    assert rows(last, "daily")[0]["score"] == 2**63 - 1
    assert not any("64 bits" in note.text for note in last.notes)
    beyond = read(tmp_path, f"d,s,c,n,x\n2024-01-02,A,1,{2**63},{2**64 + 1}\n", text)
    assert rows(beyond, "daily")[0]["score"] == 2.0**64
    assert [note.text for note in beyond.notes if "64 bits" in note.text] == [
        "shares_outstanding: numbers beyond 64 bits become floats",
        "score: numbers beyond 64 bits become floats",
    ]


def test_decimals_are_read_to_the_last_digit(tmp_path: Path) -> None:
    """3450.18 is the double that text gives; a sum in a database is decimal(38, 0), and 2**53 + 1 none."""
    table = pa.table(
        {
            "d": [D(2024, 1, 2)],
            "s": ["A"],
            "c": pa.array([Decimal("3450.18")], pa.decimal128(10, 2)),
            "n": pa.array([Decimal(2**53 + 1)], pa.decimal128(38, 0)),
        }
    )
    pq.write_table(table, tmp_path / "file.parquet")
    (tmp_path / "map.yaml").write_text(DAILY, encoding="utf-8")
    made = mapped.read(tmp_path / "file.parquet", Options(map_path=tmp_path / "map.yaml"))
    (row,) = rows(made, "daily")
    assert (row["close"], row["shares_outstanding"]) == (3450.18, 2**53 + 1)
