"""Which lines are listed on a day, where rows are missing and someone says what that means."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from indexcalc.arrays import Bools
from indexcalc.market.market import Market
from indexcalc.review.calendar.timeline import Timeline
from indexcalc.review.maintenance.listed_lines import Listed, listed_lines
from tests.unit.review.data.fields_made import fields_of, on
from tests.unit.review.small_reviews import daily, weekdays

SESSIONS = weekdays("2020-01-02", "2020-01-10")  # 2, 3, 6, 7, 8, 9, 10 January
# A is always there; B stops on the 7th and comes back on the 9th; C begins on the 6th.
ABSENT = {"B": ["2020-01-07", "2020-01-08"], "C": ["2020-01-02", "2020-01-03"]}


def over(complete: bool) -> Market:
    rows: pa.Table = daily(SESSIONS, dict.fromkeys("ABC", 1.0), absent=ABSENT)
    return Market.from_tables(daily=rows, complete=complete)


def lines(complete: bool = True, **assume: str) -> Listed:
    return listed_lines(fields_of(over(complete), SESSIONS, assume))


def names(rows: Bools) -> str:
    return "".join(name for name, there in zip("ABC", rows, strict=True) if there)


DAYS = ("2020-01-02", "2020-01-06", "2020-01-07", "2020-01-09")


def test_in_a_complete_market_a_line_without_a_row_has_left() -> None:
    made = lines()
    assert [names(made.on(on(day))) for day in DAYS] == ["AB", "ABC", "AC", "ABC"]
    assert names(made.stopped(on("2020-01-06"), on("2020-01-07"))) == "B"
    assert names(made.stopped(on("2020-01-07"), on("2020-01-10"))) == ""


def test_where_nobody_says_so_rows_that_stop_mean_nothing() -> None:
    made = lines(complete=False)
    assert names(made.on(on("2020-01-07"))) == "AC"
    assert names(made.stopped(on("2020-01-02"), on("2020-01-10"))) == ""


def test_what_the_user_says_of_a_missing_row() -> None:
    carried = lines(complete=False, missing_row="carried")
    assert [names(carried.on(on(day))) for day in DAYS] == ["AB", "ABC", "ABC", "ABC"]
    assert names(carried.stopped(on("2020-01-02"), on("2020-01-10"))) == ""
    gone = lines(complete=False, missing_row="not_listed")
    assert names(gone.on(on("2020-01-07"))) == "AC"
    assert names(gone.stopped(on("2020-01-06"), on("2020-01-07"))) == "B"
    # In a complete market there is nothing to carry.
    assert names(lines(missing_row="carried").on(on("2020-01-07"))) == "AC"


def test_runs_of_one_market_are_told_what_their_users_say() -> None:
    made, day = over(complete=False), on("2020-01-07")
    found = [
        names(listed_lines(fields_of(made, SESSIONS, assume)).on(day))
        for assume in ({"missing_row": "carried"}, {}, {"missing_row": "carried"})
    ]
    assert found == ["ABC", "AC", "ABC"]


def test_a_member_whose_rows_stopped_since_its_list_was_made_is_none() -> None:
    made, timeline = lines(), Timeline("x")
    timeline.record(on("2020-01-03"), np.array([0, 1], dtype=np.int32))
    days = ("2020-01-06", "2020-01-07", "2020-01-09")
    assert [names(made.members(timeline, on(day))) for day in days] == ["AB", "A", "A"]
    # A list made after it came back holds it again, also one of the day of its stop itself.
    timeline.record(on("2020-01-09"), np.array([0, 1], dtype=np.int32))
    assert names(made.members(timeline, on("2020-01-10"))) == "AB"
