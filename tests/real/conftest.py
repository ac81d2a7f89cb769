"""The real markets of the tests, imported once a session and copied by those that add to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real import kospi200_inputs, markets

# The one line of March 2026's KOSPI that is in no master (listed on the session before).
LISTED_MARCH_5 = {
    "symbol": "279570",
    "valid_from": "2026-03-05",
    "security_type": "stock",
    "share_class": "common",
    "listing_date": "2026-03-05",
}


@pytest.fixture(scope="session")
def march(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eleven sessions of all lines with base prices, and the official levels; no instrument facts."""
    path = tmp_path_factory.mktemp("march")
    markets.mapped(path, real_data / "daily_2026_03.parquet", "daily.yaml")
    markets.mapped(path, real_data / "index_levels.parquet", "published.yaml")
    return path


@pytest.fixture(scope="session")
def kospi_without_user_row(
    march: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """March 2026 with the KOSPI master of 2026-02-04."""
    path = markets.copied(march, tmp_path_factory)
    master = real_data / "instruments" / "kospi_2026-02-04.parquet"
    markets.mapped(path, master, "instruments.yaml", "--date", "2026-02-04")
    return path


@pytest.fixture(scope="session")
def kospi_2026(kospi_without_user_row: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a user's row for the line that is in no master."""
    path = markets.copied(kospi_without_user_row, tmp_path_factory)
    markets.user_rows(path, tmp_path_factory.mktemp("rows"), "securities", [LISTED_MARCH_5])
    return path


@pytest.fixture(scope="session")
def kosdaq_2026(march: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """March 2026 with the last KOSDAQ master there is, three years older, and rows of a user's own
    for the lines listed since: symbols 9..... are foreign, the rest common stock."""
    path = markets.copied(march, tmp_path_factory)
    master = real_data / "instruments" / "kosdaq_2023-04-21.parquet"
    markets.mapped(path, master, "instruments.yaml", "--date", "2023-04-21")
    known = {row["symbol"] for row in markets.rows_of(master, "symbol")}
    lines = {
        row["symbol"]
        for row in markets.rows_of(real_data / "daily_2026_03.parquet", "symbol", "market")
        if row["market"].startswith("KOSDAQ")
    }
    rows = [
        {
            "symbol": symbol,
            "valid_from": markets.DAY,
            "security_type": "foreign" if symbol.startswith("9") else "stock",
            "share_class": "common",
        }
        for symbol in sorted(lines - known)
    ]
    assert len(rows) == 327
    markets.user_rows(path, tmp_path_factory.mktemp("rows"), "securities", rows)
    return path


@pytest.fixture(scope="session")
def weeks_without_events(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Snapshots 2020-03 .. 2023-06 with every master there is; what a master says holds since the
    listing.  Lines in no master, and lines seen on KOSDAQ before the listing on KOSPI that is all
    the masters know, have rows of a user's own."""
    path = tmp_path_factory.mktemp("weeks")
    markets.weekly(path, tmp_path_factory.mktemp("rows"), real_data)
    return path


@pytest.fixture(scope="session")
def weeks(
    weeks_without_events: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The same with the rows of ``events.csv``."""
    path = markets.copied(weeks_without_events, tmp_path_factory)
    folder = tmp_path_factory.mktemp("events")
    markets.mapped(path, markets.numbered_events(real_data, folder), "events.yaml")
    return path


@pytest.fixture(scope="session")
def sized_weeks(
    weeks_without_events: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Weekly snapshots with designations, sectors and float factors: for reviews of KRX's indices."""
    path = markets.copied(weeks_without_events, tmp_path_factory)
    kospi200_inputs.add_assumptions(path, tmp_path_factory.mktemp("rows"), real_data)
    return path
