"""The real size indices of KOSPI and KOSDAQ, from 13 weekly snapshots a window."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.run import Run
from indexcalc.methodology.load.family import load_family
from tests.real import markets

pytestmark = pytest.mark.real

SIZES = {"large": "1", "mid": "2", "small": "3"}
MASTER_AFTER = {"2022-09-13": "2022-12-05", "2023-03-10": "2023-04-21"}
CUTOFFS = {"2022-09-13": "2022-08-31", "2023-03-10": "2023-02-28"}

# Names in the wrong index, each explained in docs/real-data.md.
TRADED_PLACES = {
    ("kospi", "2022-09-13"): (set(), set()),
    ("kospi", "2023-03-10"): ({"003620"}, {"004430"}),
    ("kosdaq", "2022-09-13"): ({"251120", "389140"}, {"041590", "253840"}),
    ("kosdaq", "2023-03-10"): ({"006910"}, {"270660"}),
}
# On KOSDAQ at the review, on KOSPI when the master was written.
MOVED_AWAY = {"2022-09-13": {"108320"}, "2023-03-10": {"100090"}}


# What one has to know besides: a demerger, and a company that came by the merger of a SPAC.
KNOWN = [
    {"symbol": "003070", "ex_date": "2023-01-31", "type": "spin_off", "other_symbol": "450140"},
    {"symbol": "WONTECH", "ex_date": "2022-06-30", "type": "merger", "other_symbol": "336570"},
]


@pytest.fixture(scope="module")
def sized_weeks_with_two_rows(sized_weeks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = markets.copied(sized_weeks, tmp_path_factory)
    rows = [{**row, "sequence": "1", "ratio": "1"} for row in KNOWN]
    markets.user_rows(path, tmp_path_factory.mktemp("rows"), "corporate_actions", rows)
    return path


@pytest.fixture(scope="module")
def runs(sized_weeks_with_two_rows: Path) -> dict[str, Run]:
    family = load_family([f"{board}-{size}" for board in ("kospi", "kosdaq") for size in SIZES])
    request = Request(start=dt.date(2022, 3, 11), end=dt.date(2023, 3, 10), keep_weights=False)
    return compute_family(family, ic.Market.open(sized_weeks_with_two_rows), request)


def _ledger(run: Run, day: str) -> dict[str, dict[str, Any]]:
    """Membership rows of one review by symbol."""
    return {
        row["symbol"]: row
        for row in run.decisions.to_pylist()
        if str(row["effective_date"]) == day and row["step"] == "membership"
    }


def _members(run: Run, day: str) -> set[str]:
    """Who is in after a review, by its ledger.  (2022-09-13 is no day with a snapshot.)"""
    return {symbol for symbol, row in _ledger(run, day).items() if row["outcome"] != "out"}


def _real(real_data: Path, board: str, day: str, size: str) -> set[str]:
    master = real_data / "instruments" / f"{board}_{MASTER_AFTER[day]}.parquet"
    rows = markets.rows_of(master, "symbol", "size_cls")
    return {row["symbol"] for row in rows if row["size_cls"] == SIZES[size]}


@pytest.mark.parametrize("day", MASTER_AFTER)
@pytest.mark.parametrize(
    ("board", "size", "held", "at_least"),
    [
        ("kospi", "large", 100, 100),
        ("kospi", "mid", 200, 199),
        ("kosdaq", "large", 99, 99),
        ("kosdaq", "mid", 300, 298),
    ],
)
def test_large_and_mid(
    runs: dict[str, Run],
    real_data: Path,
    board: str,
    size: str,
    held: int,
    at_least: int,
    day: str,
) -> None:
    real = _real(real_data, board, day, size)
    found = _members(runs[f"{board}-{size}"], day)
    print(f"{board}-{size} {day}: {len(found & real)} of {len(real)}")
    assert len(real) == held
    assert len(found & real) >= at_least
    wrong, missed = TRADED_PLACES[board, day] if size == "mid" else (set(), set())
    moved = MOVED_AWAY[day] if (board, size) == ("kosdaq", "large") else set()
    assert found - real == wrong | moved
    assert real - found == missed


@pytest.mark.parametrize("day", MASTER_AFTER)
def test_small_is_the_rest(runs: dict[str, Run], real_data: Path, day: str) -> None:
    """KOSPI's small names but those that traded places with the mid caps, and a demerged company
    that was listed inside the window."""
    real = _real(real_data, "kospi", day, "small")
    found = _members(runs["kospi-small"], day)
    wrong, missed = TRADED_PLACES["kospi", day]
    assert found - real == missed
    assert real - found == wrong | ({"450140"} if day == "2023-03-10" else set())


@pytest.mark.parametrize("day", MASTER_AFTER)
def test_dates_come_from_the_calendar_and_the_window_is_counted(
    runs: dict[str, Run], day: str
) -> None:
    observed = {"2022-09-13": "13 of 63", "2023-03-10": "13 of 61"}[day]
    for run in runs.values():
        cutoffs = {str(row["cutoff_date"]) for row in run.reviews.to_pylist()}
        assert CUTOFFS[day] in cutoffs
        details = {row["detail"] for row in _ledger(run, day).values() if row["outcome"] != "out"}
        assert details
        assert all(f"{observed} sessions observed" in detail for detail in details)


def test_the_list_is_in_force_from_the_first_snapshot_on(runs: dict[str, Run]) -> None:
    for index, run in runs.items():
        listed: dict[str, set[str]] = defaultdict(set)
        columns = (run.constituents.column(name) for name in ("effective_date", "symbol"))
        for date, symbol in zip(*(column.to_pylist() for column in columns), strict=True):
            listed[str(date)].add(symbol)
        # 053110 has no row after 2022-09-08: it is chosen, and gone when the first snapshot comes.
        gone = {"053110"} if index == "kosdaq-small" else set()
        assert listed["2022-09-16"] == _members(run, "2022-09-13") - gone, index
        assert listed["2023-03-10"] == _members(run, "2023-03-10"), index


def test_nothing_kept_a_review_from_being_made(runs: dict[str, Run]) -> None:
    """Gaps of prices are found (there are no event rows), and sessions between the days there are; of the
    reviews there is nothing to say."""
    codes = {item.code for run in runs.values() for item in run.diagnostics}
    assert codes <= {"CAL001", "CAL005", "CAL020", "DAT011", "DAT037"}
    print(sorted(codes))
