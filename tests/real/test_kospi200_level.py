"""The KOSPI 200's level over March 2026, from a given list, by KRX's float factors and a third party's."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from tests.real import kospi200_inputs as inputs
from tests.real import markets

pytestmark = pytest.mark.real

# No float steps: the file as it stands.
RULE = """
index: kospi200-given
name: {en: KOSPI 200 from a given list}
currency: KRW
calendar: XKRX
base: {date: 2026-03-06, level: 100}
universe: {where: {market: KOSPI}}
review: {months: [6, 12], effective: session after 2nd thursday, cutoff: last session 2 months before}
selection: given
weighting: {scheme: SCHEME}
maintenance: {shares: daily}
"""
LISTED = "2026-02-04"  # before the data


def _market(
    source: Path, real_data: Path, folders: pytest.TempPathFactory, percents: dict[str, float]
) -> ic.Market:
    """The market with the real list and float factors ``percents``."""
    path = markets.copied(source, folders)
    folder = folders.mktemp("rows")
    members = sorted(inputs.flagged(real_data, "2026-02-04"))
    assert len(members) == 200
    row = {"effective_date": LISTED}
    lists = [{**row, "index": "kospi200-given", "symbol": symbol} for symbol in members]
    factors = [
        {**row, "symbol": symbol, "float_factor": repr(round(percents[symbol] / 100, 4))}
        for symbol in members
    ]
    markets.user_rows(path, folder, "memberships", lists)
    markets.user_rows(path, folder, "float_factors", factors)
    return ic.Market.open(path)


def _third_party(real_data: Path) -> dict[str, float]:
    rows = markets.rows_of(real_data / "float_ratio_sector_2026_03.parquet")
    return {row["symbol"]: row["sharesFloatingRate"] for row in rows}


@pytest.fixture(scope="module")
def market(
    kospi_2026: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> ic.Market:
    return _market(kospi_2026, real_data, tmp_path_factory, _third_party(real_data))


@pytest.fixture(scope="module")
def official_float(
    kospi_2026: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> ic.Market:
    """KRX's own percents of August 2026, worked out of fund baskets; else the third party's."""
    percents = _third_party(real_data)
    with (real_data / "float_ratio_official_2026_08.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        percents |= {
            row["symbol"]: float(row["float_pct"])
            for row in csv.DictReader(file)
            if row["float_pct"]
        }
    return _market(kospi_2026, real_data, tmp_path_factory, percents)


def _run(market: ic.Market, scheme: str) -> Run:
    return ic.compute(ic.Methodology.from_text(RULE.replace("SCHEME", scheme)), market)


def test_ten_returns_by_float_market_cap(market: ic.Market, real_data: Path) -> None:
    run = _run(market, "float_market_cap")
    off = markets.errors_in_bp(run, markets.published_returns(real_data, "KOSPI200"))
    assert len(off) == 10
    print(
        f"KOSPI 200: {markets.rms(off.values()):.2f} bp rms, {max(map(abs, off.values())):.2f} most"
    )
    assert markets.rms(off.values()) <= 2.5
    assert {len(held) for held in markets.members(run).values()} == {200}


def test_ten_returns_by_the_official_float(official_float: ic.Market, real_data: Path) -> None:
    run = _run(official_float, "float_market_cap")
    off = markets.errors_in_bp(run, markets.published_returns(real_data, "KOSPI200"))
    rms, most = markets.rms(off.values()), max(map(abs, off.values()))
    print(f"KOSPI 200 by official float: {rms:.2f} bp rms, {most:.2f} most")
    assert rms <= 0.9


def test_full_market_cap_is_ten_times_as_far(market: ic.Market, real_data: Path) -> None:
    """The float factors are what brings the level home: without them 31.7 bp."""
    run = _run(market, "market_cap")
    off = markets.errors_in_bp(run, markets.published_returns(real_data, "KOSPI200"))
    print(f"KOSPI 200 by full market cap: {markets.rms(off.values()):.2f} bp rms")
    assert markets.rms(off.values()) == pytest.approx(31.7, abs=0.1)


def test_full_market_cap_of_the_members_is_the_published_one(
    market: ic.Market, real_data: Path
) -> None:
    """To the won, on every session: the list is the real one."""
    run = _run(market, "market_cap")
    rows = markets.rows_of(real_data / "index_levels.parquet", "index", "date", "market_cap")
    official = {row["date"]: row["market_cap"] for row in rows if row["index"] == "KOSPI200"}
    columns = (run.levels.column(name).to_pylist() for name in ("date", "market_value"))
    found = dict(zip(*columns, strict=True))
    equal = sum(value == official[day] for day, value in found.items())
    print(f"KOSPI 200 full market cap: to the won on {equal} of {len(found)} sessions")
    assert len(found) == 11
    assert equal == len(found)
