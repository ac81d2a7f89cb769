"""Published levels of one index: its rows by day, rows without a level left out."""

from __future__ import annotations

import datetime as dt

from indexcalc.calculation.overlays.series import published_levels
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation.small import day, line, market


def row(index: str, number: int, level: float | None) -> dict[str, object]:
    return {"index": index, "date": day(number), "level": level}


def test_rows_of_the_index_by_day() -> None:
    rows = [row("x", 2, 12.0), row("y", 0, 99.0), row("x", 0, 10.0), row("x", 1, None)]
    days, level = published_levels(market(line("A", [1, 1, 1]), published=rows), "x")
    assert days.tolist() == [day_number(dt.date(2024, 1, 2)), day_number(dt.date(2024, 1, 4))]
    assert level.tolist() == [10.0, 12.0]


def test_an_index_that_is_not_there_and_a_market_without_the_table() -> None:
    for over in (market(line("A", [1]), published=[row("y", 0, 1.0)]), market(line("A", [1]))):
        days, level = published_levels(over, "x")
        assert (days.size, level.size) == (0, 0)
