"""KOSDAQ from real files: the ten published returns of March 2026, with everything that happened."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from tests.conftest import ROOT
from tests.real import markets

pytestmark = pytest.mark.real

MARCH = [dt.date(2026, 3, day) for day in (9, 10, 11, 12, 13, 16, 17, 18, 19, 20)]

# What happened, read off listed shares and base prices of the file itself: shares after for one
# before, whether the listed count steps that day, and the exchange's base of that day.
SPLITS = {
    "060230": ("2026-03-20", "split", 48_796_820 / 9_759_364),
    "192410": ("2026-03-20", "consolidation", 23_330_786 / 46_661_573),
    "195990": ("2026-03-12", "consolidation", 28_468_972 / 284_689_721),
}
BONUSES = {  # 14,240 -> 7,120 and 6,170 -> 4,115, listed shares unchanged
    "163280": ("2026-03-09", "bonus", 2.0),
    "032540": ("2026-03-20", "bonus", 1.5),
}
LISTED = {"0011A0": 9, "0082N0": 16, "493280": 20}  # first row in March 2026
GONE = {"222810": 16, "457940": 16, "036180": 17, "204630": 18}


@pytest.fixture(scope="module")
def official(real_data: Path) -> dict[dt.date, float]:
    return markets.published_returns(real_data, "KOSDAQ")


@pytest.fixture(scope="module")
def kosdaq(kosdaq_2026: Path) -> Run:
    return ic.compute("kosdaq", ic.Market.open(kosdaq_2026))


@pytest.fixture(scope="module")
def with_rows(kosdaq_2026: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same market with an action row for each split, consolidation and bonus issue."""
    path = markets.copied(kosdaq_2026, tmp_path_factory)
    rows = [
        {"symbol": symbol, "ex_date": day, "type": kind, "ratio": repr(ratio)}
        for symbol, (day, kind, ratio) in {**SPLITS, **BONUSES}.items()
    ]
    markets.user_rows(path, tmp_path_factory.mktemp("rows"), "corporate_actions", rows)
    return ic.compute("kosdaq", ic.Market.open(path))


def _events(run: Run, kind: str) -> list[dict[str, Any]]:
    return [row for row in run.events.to_pylist() if row["event"] == kind]


def test_ten_returns_are_the_published_ones(kosdaq: Run, official: dict[dt.date, float]) -> None:
    off = markets.errors_in_bp(kosdaq, official)
    assert list(off) == MARCH
    most = max(map(abs, off.values()))
    print(f"KOSDAQ: {markets.rms(off.values()):.3f} bp rms, {most:.3f} at most")
    assert markets.rms(off.values()) <= 0.5
    assert most <= 1.0


def test_listings_enter_after_their_first_close_and_gone_lines_leave(kosdaq: Run) -> None:
    added = {row["symbol"]: row["date"] for row in _events(kosdaq, "added")}
    day_after = {9: 10, 16: 17}
    assert added == {
        symbol: dt.date(2026, 3, day_after[day]) for symbol, day in LISTED.items() if day != 20
    }
    removed = {row["symbol"]: row["date"] for row in _events(kosdaq, "removed")}
    assert removed == {symbol: dt.date(2026, 3, day) for symbol, day in GONE.items()}


def test_base_prices_without_rows_are_warnings_and_no_returns(kosdaq: Run) -> None:
    assert {(item.code, item.severity) for item in kosdaq.diagnostics} == {("CAL005", "warning")}
    places = {item.where for item in kosdaq.diagnostics}
    expected = {**SPLITS, **BONUSES}
    assert places == {f"kosdaq {symbol} {day}" for symbol, (day, *_) in expected.items()}


def test_listings_on_their_first_day_are_seen(
    kosdaq_2026: Path, kosdaq: Run, official: dict[dt.date, float]
) -> None:
    """A rule that lets a listing in at once is wrong by what three listings did that day."""
    text = (ROOT / "rules" / "krx" / "kosdaq.yaml").read_text(encoding="utf-8")
    eager = text.replace("cutoff: 1 session before effective", "cutoff: effective")
    start, end = eager.index("eligibility:"), eager.index("weighting:")
    eager = eager[:start] + eager[end:]
    run = ic.compute(ic.Methodology.from_text(eager), ic.Market.open(kosdaq_2026))
    right, wrong = (markets.errors_in_bp(found, official) for found in (kosdaq, run))
    days = {9: 5.8, 16: 6.5, 20: 18.7}
    for day in MARCH:
        if day.day in days:
            assert wrong[day] == pytest.approx(days[day.day], abs=0.1)
        else:
            assert wrong[day] == pytest.approx(right[day], abs=0.02)
    added = {row["symbol"]: row["date"].day for row in _events(run, "added")}
    assert added == LISTED


def test_rows_explain_every_base_price(
    with_rows: Run, kosdaq: Run, official: dict[dt.date, float]
) -> None:
    assert with_rows.diagnostics == ()
    off = markets.errors_in_bp(with_rows, official)
    assert markets.rms(off.values()) <= 0.5
    assert max(map(abs, off.values())) <= 1.0
    for symbol, (day, kind, ratio) in {**SPLITS, **BONUSES}.items():
        (row,) = [row for row in _events(with_rows, kind) if row["symbol"] == symbol]
        assert str(row["date"]) == day
        assert row["after"] == pytest.approx(row["before"] / ratio, rel=1e-12)


def test_pending_bonus_shares_keep_the_weight_the_line_had(with_rows: Run, kosdaq: Run) -> None:
    """Without the row the line is short of its new shares from the ex-date on."""
    for symbol, (day, _, ratio) in BONUSES.items():
        counted, listed = (
            {
                (row["symbol"], str(row["date"])): row["index_shares"]
                for row in run.composition.to_pylist()
            }[symbol, day]
            for run in (with_rows, kosdaq)
        )
        assert counted == ratio * listed
