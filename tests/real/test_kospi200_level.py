"""The KOSPI 200's level over March 2026, from a given list and a third party's float factors."""

from __future__ import annotations

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


@pytest.fixture(scope="module")
def market(
    kospi_2026: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> ic.Market:
    path = markets.copied(kospi_2026, tmp_path_factory)
    folder = tmp_path_factory.mktemp("rows")
    members = inputs.flagged(real_data, "2026-02-04")
    assert len(members) == 200
    markets.user_rows(
        path,
        folder,
        "memberships",
        [
            {"index": "kospi200-given", "effective_date": LISTED, "symbol": symbol}
            for symbol in sorted(members)
        ],
    )
    rates = {
        row["symbol"]: row["sharesFloatingRate"]
        for row in markets.rows_of(real_data / "float_ratio_sector_2026_03.parquet")
    }
    markets.user_rows(
        path,
        folder,
        "float_factors",
        [
            {
                "symbol": symbol,
                "effective_date": LISTED,
                "float_factor": repr(round(rates[symbol] / 100, 4)),
            }
            for symbol in sorted(members)
        ],
    )
    return ic.Market.open(path)


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
    assert len(found) == 11
    assert found == {day: official[day] for day in found}
