"""The packaged XKRX sessions against the days on which the exchange published index levels."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from indexcalc.market.calendar.choose import packaged
from indexcalc.market.calendar.sessions import date_of

pytestmark = pytest.mark.real

# Days in one of the three series alone, before the others begin; see the corrections file.
UNDECIDED = {dt.date(1995, 2, 2), dt.date(1995, 2, 3)}


def test_levels_were_published_on_the_sessions_and_on_no_other_day(real_data: Path) -> None:
    table = pq.ParquetFile(real_data / "index_levels.parquet").read(columns=["index", "date"])
    dates: dict[str, set[dt.date]] = {}
    columns = (table.column(name).to_pylist() for name in ("index", "date"))
    for index, date in zip(*columns, strict=True):
        dates.setdefault(index, set()).add(date)
    sessions = {date_of(day) for day in packaged("XKRX").days}
    assert set(dates) == {"KOSPI", "KOSPI200", "KOSDAQ"}
    for found in dates.values():
        # Two stretches: history to 2023-06 and March 2026.
        for part in (
            {date for date in found if date.year < 2025},
            {date for date in found if date.year > 2025},
        ):
            first, last = min(part), max(part)
            assert part == {date for date in sessions if first <= date <= last} - UNDECIDED


def test_whole_market_files_are_of_sessions(real_data: Path) -> None:
    sessions = {date_of(day) for day in packaged("XKRX").days}
    for name in ("snapshots_2020_2023h1.parquet", "daily_2026_03.parquet"):
        column = pq.ParquetFile(real_data / name).read(columns=["date"]).column(0).unique()
        found = set(column.to_pylist())
        assert found
        assert found <= sessions
