"""Where the rows of a line begin and stop."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given

from indexcalc.market.calendar.sessions import date_of
from indexcalc.review.data.presence import Presence, presence
from tests.unit.review import small_reviews
from tests.unit.review.data.fields_made import on
from tests.unit.review.data.histories import FIRST, SYMBOLS, group_sizes, grouped, histories, market


@given(histories, group_sizes)
def test_presence_is_where_the_rows_are(history: list[Any], size: int) -> None:
    made = market(history)
    with grouped(size):
        found = presence(made)
    days = made.days.tolist()
    for code, symbol in enumerate(made.symbols):
        there = [history[day - FIRST][SYMBOLS.index(symbol)] is not None for day in days]
        for place, day in enumerate(days):
            assert found.listed(day)[code] == there[place]
            assert found.seen(day)[code] == any(there[: place + 1])
        stops = {
            day for place, day in enumerate(days) if place and there[place - 1] and not there[place]
        }
        codes, at = found.stops
        assert {int(day) for day in at[codes == code]} == stops


def spells(*steps: tuple[str, int, int]) -> Presence:
    """Changes of (day, line, step) of three lines."""
    return Presence(
        3,
        np.array([on(day) for day, _, _ in steps], dtype=np.int32),
        np.array([code for _, code, _ in steps], dtype=np.int32),
        np.array([step for _, _, step in steps], dtype=np.int8),
    )


BACK = spells(
    ("2020-01-02", 0, 1), ("2020-01-02", 1, 1), ("2020-01-08", 0, -1), ("2020-01-10", 0, 1)
)


def test_a_line_that_comes_back_is_listed_again() -> None:
    days = ("2020-01-01", "2020-01-07", "2020-01-08", "2020-01-10")
    listed = ["".join("ynn"[not there] for there in BACK.listed(on(day))) for day in days]
    assert listed == ["nnn", "yyn", "nyn", "yyn"]
    assert BACK.seen(on("2020-01-09")).tolist() == [True, True, False]


def test_a_stop_counts_after_the_first_day_and_up_to_the_last() -> None:
    spans = [
        ("2020-01-07", "2020-01-08"),
        ("2020-01-08", "2020-01-09"),
        ("2020-01-02", "2020-01-07"),
    ]
    stopped = [bool(BACK.stopped(on(after), on(upto))[0]) for after, upto in spans]
    assert stopped == [True, False, False]
    codes, days = BACK.stops
    assert (codes.tolist(), days.tolist()) == ([0], [on("2020-01-08")])


def test_the_first_day_of_a_line_that_never_has_a_row_is_the_largest() -> None:
    first = BACK.first_days
    assert first[:2].tolist() == [on("2020-01-02")] * 2
    assert first[2] == np.iinfo(np.int32).max


def test_a_holiday_of_its_own_is_no_stop() -> None:
    """On 20 January no line in dollars has a row; on the 22nd B alone is away."""
    sessions = small_reviews.weekdays("2020-01-15", "2020-01-24")
    rows: dict[str, Any] = {
        "securities": [
            {"symbol": "A", "currency": "KRW"},
            {"symbol": "B", "currency": "USD"},
            {"symbol": "C", "currency": "USD"},
        ],
        "absent": {"B": ["2020-01-20", "2020-01-22"], "C": ["2020-01-20"]},
    }
    made = presence(small_reviews.market(sessions, dict.fromkeys("ABC", 1.0), **rows))
    codes, days = made.stops
    assert [(int(code), str(date_of(int(day)))) for code, day in zip(codes, days, strict=True)] == [
        (1, "2020-01-22")
    ]
    assert made.listed(on("2020-01-20")).tolist() == [True, True, True]
