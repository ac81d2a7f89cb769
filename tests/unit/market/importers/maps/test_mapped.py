"""Column maps: how they are read, what they make of a file, what they refuse."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market import arrow
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.maps import mapped

DAILY = """\
table: daily
columns:
  date: TRD_DD
  symbol: CODE
  close: CLOSE
  shares_outstanding: {column: SHARES_K, times: 1000}
"""


def imported(
    tmp_path: Path,
    data: str | bytes,
    map_text: str | None = None,
    name: str = "file.csv",
    date: dt.date | None = None,
    into: str | None = None,
) -> Imported:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    map_path = None
    if map_text is not None:
        map_path = tmp_path / "map.yaml"
        map_path.write_text(map_text, encoding="utf-8")
    return mapped.read(path, Options(date=date, map_path=map_path, into=into))


def refused(tmp_path: Path, data: str, map_text: str | None = None) -> list[tuple[str, int, int]]:
    with pytest.raises(ImportRefused) as caught:
        imported(tmp_path, data, map_text)
    return [
        (found.code, found.span.line if found.span else 0, found.span.column if found.span else 0)
        for found in caught.value.diagnostics
    ]


def test_a_mapped_csv(tmp_path: Path) -> None:
    result = imported(
        tmp_path,
        'TRD_DD,CODE,CLOSE,SHARES_K\n20230519,005930,"68,400",5969783\n20230519,0126Z0,12.5,7\n',
        DAILY,
    )
    assert result.tables["daily"].to_pylist() == [
        {
            "date": dt.date(2023, 5, 19),
            "symbol": "005930",
            "close": 68400.0,
            "shares_outstanding": 5969783000,
        },
        {
            "date": dt.date(2023, 5, 19),
            "symbol": "0126Z0",
            "close": 12.5,
            "shares_outstanding": 7000,
        },
    ]


def test_canonical_headers_need_no_map(tmp_path: Path) -> None:
    result = imported(
        tmp_path, "date,symbol,close,shares_outstanding,score\n2023-05-19,005930,1,2,0.5\n"
    )
    assert result.tables["daily"].to_pylist()[0]["score"] == 0.5
    assert any("score holds numbers" in note.text for note in result.notes)


def test_codes_with_leading_zeros_stay_text(tmp_path: Path) -> None:
    result = imported(
        tmp_path, "date,symbol,close,shares_outstanding,industry\n2023-05-19,005930,1,2,0021\n"
    )
    assert result.tables["daily"].to_pylist()[0]["industry"] == "0021"


def test_the_table_follows_from_the_headers(tmp_path: Path) -> None:
    assert set(imported(tmp_path, "date\n2023-05-19\n").tables) == {"sessions"}
    assert set(
        imported(tmp_path, "symbol,effective_date,float_factor\nA,2023-06-09,0.57\n").tables
    ) == {"float_factors"}
    result = imported(tmp_path, "index,date,level,remark\nKOSPI,2023-05-19,2537.79,x\n")
    assert result.tables["published"].column_names == ["index", "date", "level"]
    assert [note.text for note in result.notes if note.kind == "dropped"] == ["columns 'remark'"]


def test_headers_of_no_table(tmp_path: Path) -> None:
    assert refused(tmp_path, "a,b\n1,2\n") == [("IMP002", 0, 0)]
    with pytest.raises(ImportRefused) as caught:
        imported(tmp_path, "date,base,quote,rate\n2024-01-03,KRW,USD,0.001\n", into="fx")
    assert "missing: from_currency, to_currency;" in caught.value.diagnostics[0].hint


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (
            "symbol,float",
            "the nearest table is float_factors, which needs symbol, effective_date, float_factor; "
            "missing: effective_date, float_factor; rename",
        ),
        (
            "Date,ticker,Close",
            "the nearest table is daily, which needs date, symbol, close; missing",
        ),
        (
            "date,ticker,price",
            "a table of dates x lines needs a map with `wide: {keep: date, names",
        ),
        ("Index,Effective_Date,Ticker,Weight", "the nearest table is weight_factors, which needs"),
        ("a,b", "the tables are daily, securities, float_factors, holdings"),
    ],
)
def test_headers_that_fit_no_table_are_told_the_nearest(
    tmp_path: Path, headers: str, words: str
) -> None:
    with pytest.raises(ImportRefused, match="IMP002") as caught:
        imported(tmp_path, f"{headers}\n{','.join('1' * len(headers.split(',')))}\n")
    (found,) = caught.value.diagnostics
    assert words in found.hint
    assert "docs/tables.md" in found.hint


def test_into_names_the_table(tmp_path: Path) -> None:
    data = "symbol,name\n005930,x\n"
    assert set(imported(tmp_path, data, into="securities").tables) == {"securities"}
    with pytest.raises(ImportRefused, match="did you mean securities"):
        imported(tmp_path, data, into="securites")


def test_every_bad_cell_is_reported_with_its_place(tmp_path: Path) -> None:
    data = 'TRD_DD,CODE,CLOSE,SHARES_K\n20230519,005930,"1,23",1\n2023-02-30,000660,5,x\n'
    assert refused(tmp_path, data, DAILY) == [
        ("IMP004", 2, 17),
        ("IMP004", 3, 1),
        ("IMP004", 3, 21),
    ]


def test_a_long_list_is_cut_and_counted(tmp_path: Path) -> None:
    rows = "".join(f"20230519,{number:06},x,1\n" for number in range(50))
    with pytest.raises(ImportRefused) as caught:
        imported(tmp_path, f"TRD_DD,CODE,CLOSE,SHARES_K\n{rows}", DAILY)
    assert len(caught.value.diagnostics) == 21
    assert any("50 of these in all" in found.message for found in caught.value.diagnostics)


def test_symbols_that_are_numbers_are_refused_unless_padded(tmp_path: Path) -> None:
    path = tmp_path / "frame.parquet"
    table = pa.Table.from_arrays(
        [
            arrow.from_days([19496]),
            arrow.from_ints([5930]),
            arrow.from_floats([68400.0]),
            arrow.from_ints([10]),
        ],
        names=["date", "symbol", "close", "shares_outstanding"],
    )
    pq.write_table(table, path)
    with pytest.raises(ImportRefused, match="lost the zeros"):
        mapped.read(path, Options())
    said = DAILY.replace("TRD_DD", "date").replace("CODE", "{column: symbol, pad: 6}")
    said = said.replace("CLOSE", "close").replace("SHARES_K", "shares_outstanding")
    (tmp_path / "map.yaml").write_text(said, encoding="utf-8")
    result = mapped.read(path, Options(map_path=tmp_path / "map.yaml"))
    assert result.tables["daily"].column("symbol").to_pylist() == ["005930"]
    assert any(note.kind == "assumed" and "padded" in note.text for note in result.notes)


def test_midnight_in_seoul_is_that_day(tmp_path: Path) -> None:
    path = tmp_path / "frame.parquet"
    midnight = dt.datetime(2023, 5, 18, 15, tzinfo=dt.UTC)  # 2023-05-19 00:00 in Seoul
    micros = int(midnight.timestamp()) * 1_000_000
    stamps = pa.Array.from_buffers(
        pa.timestamp("us", tz="Asia/Seoul"), 1, arrow.from_ints([micros]).buffers()
    )
    pq.write_table(pa.Table.from_arrays([stamps], names=["date"]), path)
    (tmp_path / "map.yaml").write_text("table: sessions\ncolumns: {date: date}\n", encoding="utf-8")
    result = mapped.read(path, Options(map_path=tmp_path / "map.yaml"))
    assert result.tables["sessions"].to_pylist() == [{"date": dt.date(2023, 5, 19)}]


@pytest.mark.parametrize("with_map", [True, False])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/London"])
def test_bars_stamped_in_utc_are_not_of_the_day_before(
    tmp_path: Path, zone: str | None, with_map: bool
) -> None:
    path = tmp_path / "frame.parquet"
    stamps = pa.array([dt.datetime(2023, 5, 18, 15)], pa.timestamp("us", zone))
    pq.write_table(pa.Table.from_arrays([stamps], names=["date"]), path)
    (tmp_path / "map.yaml").write_text("table: sessions\ncolumns: {date: date}\n", encoding="utf-8")
    options = Options(map_path=tmp_path / "map.yaml") if with_map else Options(into="sessions")
    with pytest.raises(ImportRefused, match=r"IMP004.*a time, not a day"):
        mapped.read(path, options)


def test_when_a_row_was_known_may_be_a_time(tmp_path: Path) -> None:
    path = tmp_path / "frame.parquet"
    columns = {
        "symbol": pa.array(["A"]),
        "from": pa.array([dt.date(2023, 5, 18)]),
        "kind": pa.array(["halted"]),
        "known_at": pa.array([dt.datetime(2023, 5, 17, 15, 30)], pa.timestamp("us")),
    }
    pq.write_table(pa.Table.from_arrays(list(columns.values()), names=list(columns)), path)
    (row,) = mapped.read(path, Options(into="designations")).tables["designations"].to_pylist()
    assert row["known_at"] == dt.date(2023, 5, 17)


def test_a_map_that_names_a_header_the_file_lacks(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="did you mean CLOSE_"):
        imported(tmp_path, "TRD_DD,CODE,CLOSE_,SHARES_K\n20230519,A,1,1\n", DAILY)


def test_a_header_without_a_name_is_one_the_file_lacks(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"IMP005.*has no column ''"):
        imported(
            tmp_path,
            "TRD_DD,CODE,CLOSE,SHARES_K\n20230519,A,1,1\n",
            DAILY.replace("close: CLOSE", 'close: ""'),
        )


def test_the_columns_of_a_list_of_members_are_of_one_table(tmp_path: Path) -> None:
    """`weight_factors` has them too, and a weight beside."""
    path = tmp_path / "members.csv"
    path.write_text("index,effective_date,symbol\ni,2024-01-02,A\n", encoding="utf-8")
    assert list(mapped.read(path, Options()).tables) == ["memberships"]
    path.write_text("index,effective_date,symbol,weight\ni,2024-01-02,A,1\n", encoding="utf-8")
    assert list(mapped.read(path, Options()).tables) == ["weight_factors"]
