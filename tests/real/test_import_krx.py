"""Real files through the importers: every figure compared with another source of the same day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from indexcalc.market import arrow
from indexcalc.market.checks.check import check_market
from indexcalc.market.importers.formats import detect, read_file
from indexcalc.market.importers.imported import Options
from indexcalc.market.importers.korea import kis_master
from indexcalc.market.market import Market
from indexcalc.market.merging.merge import merge

pytestmark = pytest.mark.real

MAPS = Path(__file__).parent / "maps"
CSV_FILES = {
    "krx_market_cap_20200327.csv": dt.date(2020, 3, 27),
    "krx_market_cap_20210625.csv": dt.date(2021, 6, 25),
    "krx_market_cap_20230519.csv": dt.date(2023, 5, 19),
}


def import_mapped(market: Path, file: Path, map_name: str, date: dt.date | None = None) -> None:
    options = Options(date=date, map_path=MAPS / map_name)
    merge(market, read_file(file, options))


@pytest.fixture(scope="module")
def snapshots(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("market")
    import_mapped(path, real_data / "snapshots_2020_2023h1.parquet", "snapshots.yaml")
    import_mapped(path, real_data / "index_levels.parquet", "published.yaml")
    return path


def rows_of(file: Path) -> list[dict[str, Any]]:
    return pq.ParquetFile(file).read().to_pylist()


def test_sums_equal_the_published_market_values_to_the_won(snapshots: Path) -> None:
    result = check_market(snapshots)
    for name in ("KOSPI", "KOSDAQ"):
        assert (
            f"published {name}: close x shares over every line equals the market value on 75 of 75 "
            "sessions"
        ) in result.lines
    assert not result.findings.errors


def test_one_share_too_many_is_found(real_data: Path, tmp_path: Path) -> None:
    """The tie-out can fail: one share of one line on one day, and nothing else."""
    table = pq.ParquetFile(real_data / "snapshots_2020_2023h1.parquet").read()
    days = table.column("date").to_pylist()
    first = days.index(dt.date(2023, 6, 30))
    day = table.slice(first, days.count(dt.date(2023, 6, 30)))
    shares = day.column("shares_outstanding").to_pylist()
    shares[0] += 1
    position = day.column_names.index("shares_outstanding")
    day = day.set_column(position, "shares_outstanding", arrow.from_ints(shares))
    pq.write_table(day, tmp_path / "day.parquet")
    import_mapped(tmp_path / "m", tmp_path / "day.parquet", "snapshots.yaml")
    import_mapped(tmp_path / "m", real_data / "index_levels.parquet", "published.yaml")
    (found,) = check_market(tmp_path / "m").findings.errors
    assert (found.code, found.where) == ("DAT036", "KOSPI 2023-06-30")
    assert f"(difference {day.column('close')[0].as_py()})" in found.message


@pytest.mark.parametrize("name", list(CSV_FILES))
def test_portal_exports_equal_the_snapshots_of_their_day(
    real_data: Path, tmp_path: Path, name: str
) -> None:
    file = real_data / "raw" / name
    assert detect(file, Options()) == "krx-csv"
    imported = read_file(file, Options())
    assert not imported.warnings.items
    merge(tmp_path, imported)
    market = Market.open(tmp_path)
    found = {
        row["symbol"]: row
        for source in market.daily_sources()
        for row in pq.ParquetFile(source).read().to_pylist()
    }
    expected = {
        row["symbol"]: row
        for row in rows_of(real_data / "snapshots_2020_2023h1.parquet")
        if row["date"] == CSV_FILES[name]
    }
    assert set(found) == set(expected)
    lines = {row["symbol"]: row for row in market.table("securities").to_pylist()}
    for symbol, row in expected.items():
        for column in ("date", "close", "shares_outstanding", "volume", "traded_value"):
            assert found[symbol][column] == row[column], (symbol, column)
        assert lines[symbol]["segment"] == row["market"]
        assert lines[symbol]["market"] == row["market"].removesuffix(" GLOBAL")


def test_exports_into_the_snapshots_only_add_base_prices(
    snapshots: Path, real_data: Path, tmp_path: Path
) -> None:
    merge(tmp_path, [read_file(real_data / "raw" / name, Options()) for name in CSV_FILES])
    options = Options(map_path=MAPS / "snapshots.yaml")
    report = merge(tmp_path, read_file(real_data / "snapshots_2020_2023h1.parquet", options))
    daily = report.of("daily")
    assert (daily.filled, daily.same) == (0, 2479 + 2573 + 2716)
    assert daily.added == 198723 - daily.same


# The file as parsed by someone else -> our name of the field.
FIELDS = {
    "symbol": "symbol",
    "isin": "isin",
    "name": "name",
    "group": "group",
    "preferred": "preferred",
    "spac": "spac",
    "size_cls": "size_class",
    "kospi_flag": "kospi",
    "k200_sector": "kospi200_sector",
    "kospi100": "kospi100",
    "kospi50": "kospi50",
    "krx300": "krx300",
    "kq150": "kosdaq150",
    "admin": "administrative",
    "halt": "halted",
    "delisting_trade": "delisting_trade",
    "warning": "warning",
    "ex_flag": "ex_flag",
    "par_change": "par_change",
    "cap_inc": "capital_increase",
    "base_price": "base_price",
    "par": "par",
    "shares_k": "shares_thousands",
    "list_date": "listing_date",
    "idx_large": "industry_large",
    "idx_mid": "industry_mid",
    "idx_small": "industry_small",
}


@pytest.mark.parametrize(
    ("raw", "parsed", "lines"),
    [
        ("kospi_code_2023-06-20.mst", "kospi_2023-06-20.parquet", 2145),
        ("kosdaq_code_2023-04-20.mst", "kosdaq_2023-04-21.parquet", 1635),
    ],
)
def test_masters_field_by_field(real_data: Path, raw: str, parsed: str, lines: int) -> None:
    file = real_data / "raw" / raw
    _, _, found = kis_master.fields(file, file.read_bytes())
    expected = rows_of(real_data / "instruments" / parsed)
    assert len(found) == len(expected) == lines
    ours = {row["symbol"]: row for row in found}
    compared = 0
    for row in expected:
        for theirs, name in FIELDS.items():
            if theirs in row:
                assert ours[row["symbol"]][name] == row[theirs], (row["symbol"], theirs)
                compared += 1
    assert compared > 20 * lines


def test_a_parsed_master_through_a_map_says_the_same(real_data: Path, tmp_path: Path) -> None:
    raw = real_data / "raw" / "kospi_code_2023-06-20.mst"
    merge(tmp_path / "raw", read_file(raw, Options()))
    parsed = real_data / "instruments" / "kospi_2023-06-20.parquet"
    import_mapped(tmp_path / "parsed", parsed, "instruments.yaml")
    known = [_in_force(tmp_path / name) for name in ("raw", "parsed")]
    for symbol, row in known[1].items():
        for column, value in row.items():
            if column != "valid_from":
                assert known[0][symbol][column] == value, (symbol, column)
    spells = [
        Market.open(tmp_path / name).table("designations").select(["symbol", "from", "kind"])
        for name in ("raw", "parsed")
    ]
    assert spells[0].to_pylist() == spells[1].to_pylist()


def _in_force(path: Path) -> dict[str, dict[str, Any]]:
    """The last value said of every column, symbol by symbol."""
    known: dict[str, dict[str, Any]] = {}
    for row in Market.open(path).table("securities").to_pylist():
        line = known.setdefault(row["symbol"], {})
        line.update({name: value for name, value in row.items() if value is not None})
    return known


def test_the_composite_follows_from_an_imported_master(real_data: Path, tmp_path: Path) -> None:
    """Types and share classes choose exactly the 829 lines that KRX flags as in the composite."""
    raw = real_data / "raw" / "kospi_code_2023-06-20.mst"
    merge(tmp_path, read_file(raw, Options()))
    known = _in_force(tmp_path)
    flagged = {symbol for symbol, row in known.items() if row.get("kospi") == "Y"}
    types = ("stock", "reit", "infrastructure_fund", "ship_fund", "spac")
    chosen = {
        symbol
        for symbol, row in known.items()
        if row["security_type"] in types and row["share_class"] == "common"
    }
    assert len(flagged) == 829
    assert chosen == flagged


def test_masters_of_two_days_close_spells_and_keep_listings(
    real_data: Path, tmp_path: Path
) -> None:
    for date in ("2022-12-05", "2023-06-20"):
        file = real_data / "instruments" / f"kospi_{date}.parquet"
        import_mapped(tmp_path, file, "instruments.yaml", dt.date.fromisoformat(date))
    rows = Market.open(tmp_path).table("securities").to_pylist()
    renamed = [row for row in rows if row["symbol"] == "003670" and row["name"]]
    assert [(str(row["valid_from"]), row["name"]) for row in renamed] == [
        ("2022-12-05", "포스코케미칼"),
        ("2023-06-20", "포스코퓨처엠"),
    ]
