"""FinanceDataReader, pykrx and marcap files: the daily rows of other sources of the same days."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from indexcalc.market import arrow
from indexcalc.market.importers.formats import detect, read_file
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.market import Market
from indexcalc.market.merging.merge import merge

pytestmark = pytest.mark.real

DAY = dt.date(2026, 3, 20)
LISTING = "financedatareader_listing_krx_2026-03-20.csv"
SNAPSHOT = "financedatareader_snap_index_1001_2026-03-20.csv"
COLUMNS = ("close", "base_price", "shares_outstanding", "volume", "traded_value")
MAP = """\
table: memberships
columns:
  effective_date: {given: date}
  symbol: Code
constants: {index: KOSPI}
"""


def by_key(rows: list[dict[str, Any]]) -> dict[tuple[dt.date, str], dict[str, Any]]:
    return {(row["date"], row["symbol"]): row for row in rows}


def imported(path: Path, format_name: str) -> Imported:
    assert detect(path, Options()) == format_name
    result = read_file(path, Options())
    assert not result.warnings.items
    return result


def rows_of(result: Imported) -> dict[tuple[dt.date, str], dict[str, Any]]:
    return by_key(result.tables["daily"].to_pylist())


@pytest.fixture(scope="module")
def march_rows(real_data: Path) -> dict[tuple[dt.date, str], dict[str, Any]]:
    return by_key(pq.ParquetFile(real_data / "daily_2026_03.parquet").read().to_pylist())


def test_a_listing_says_what_the_daily_file_says(
    real_data: Path, march_rows: dict[tuple[dt.date, str], dict[str, Any]]
) -> None:
    result = imported(real_data / "raw" / LISTING, "fdr")
    found = rows_of(result)
    expected = {key: row for key, row in march_rows.items() if key[0] == DAY}
    assert len(expected) == 2879
    assert set(found) == set(expected)
    for key, row in expected.items():
        for column in COLUMNS:
            assert found[key][column] == row[column], (key, column)
    (seen,) = result.observed
    assert {row["market"] for row in seen.rows.to_pylist()} == {"KOSPI", "KOSDAQ", "KONEX"}
    for row in seen.rows.to_pylist():
        other = expected[DAY, row["symbol"]]
        assert (row["isin"], row["name"]) == (other["isin"], other["name"])


def test_a_snapshot_of_members_is_the_list_of_that_day(real_data: Path, tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    options = Options(map_path=tmp_path / "map.yaml")
    merge(tmp_path / "m", read_file(real_data / "raw" / SNAPSHOT, options))
    table = Market.open(tmp_path / "m").table("memberships")
    assert table is not None
    rows = table.to_pylist()
    assert {(row["index"], row["effective_date"]) for row in rows} == {("KOSPI", DAY)}
    real = pq.ParquetFile(real_data / "kospi_constituents_2026_03.parquet").read().to_pylist()
    members = {row["symbol"] for row in real if row["date"] == DAY}
    assert len(members) == 837
    assert {row["symbol"] for row in rows} == members


def frame(real_data: Path, names: dict[str, str], start: dt.date) -> Any:
    """The snapshots from a day on with other column names."""
    table = pq.ParquetFile(real_data / "snapshots_2020_2023h1.parquet").read()
    days = arrow.days(table.column("date"))
    after = arrow.from_bools(days >= (start - dt.date(1970, 1, 1)).days)
    table = table.filter(after)
    return pa.Table.from_arrays([table.column(name) for name in names], names=list(names.values()))


MARCAP = {
    "symbol": "Code",
    "name": "Name",
    "market": "Market",
    "close": "Close",
    "volume": "Volume",
    "traded_value": "Amount",
    "market_cap": "Marcap",
    "shares_outstanding": "Stocks",
    "date": "Date",
}


@pytest.mark.parametrize("name", ["marcap-2022.csv.gz", "marcap-2022.parquet"])
def test_a_year_says_what_the_snapshots_say(real_data: Path, tmp_path: Path, name: str) -> None:
    made = frame(real_data, MARCAP, dt.date(2023, 4, 1))
    made = made.take(arrow.from_ints(range(made.num_rows - 1, -1, -1)))  # not in order
    path = tmp_path / name
    if name.endswith(".gz"):
        sink = pa.BufferOutputStream()
        pa_csv.write_csv(made, sink)
        path.write_bytes(gzip.compress(sink.getvalue().to_pybytes(), 1))
    else:
        pq.write_table(made, path)
    merge(tmp_path / "year", imported(path, "marcap"))
    table = pq.ParquetFile(Market.open(tmp_path / "year").daily_sources()[0]).read()
    source = pq.ParquetFile(real_data / "snapshots_2020_2023h1.parquet").read().to_pylist()
    expected = by_key([row for row in source if row["date"] >= dt.date(2023, 4, 1)])
    found = by_key(table.to_pylist())
    assert len(expected) > 30_000
    assert set(found) == set(expected)
    for key, row in expected.items():
        for column in ("close", "shares_outstanding", "volume", "traded_value"):
            assert found[key][column] == row[column], (key, column)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_market_cap_frame_says_what_the_export_of_its_day_says(
    real_data: Path, tmp_path: Path, kind: str
) -> None:
    export = real_data / "raw" / "krx_market_cap_20210625.csv"
    with open(export, encoding="cp949", newline="") as stream:
        lines = list(csv.DictReader(stream))
    names = ("종가", "시가총액", "거래량", "거래대금", "상장주식수")
    columns = {
        name: arrow.from_ints([int(line[name].replace(",", "")) for line in lines])
        for name in names
    }
    table = arrow.table({"티커": arrow.from_texts(line["종목코드"] for line in lines), **columns})
    path = tmp_path / f"cap_20210625.{kind}"
    if kind == "csv":
        pa_csv.write_csv(table, path)
    else:
        pq.write_table(table, path)
    found = rows_of(imported(path, "pykrx"))
    expected = rows_of(imported(export, "krx-csv"))
    assert len(expected) > 2000
    assert set(found) == set(expected)
    for key, row in expected.items():
        assert found[key] == {name: value for name, value in row.items() if name != "base_price"}
