"""The chart of levels as options: points, the axis, two lines always, and what moves in a drag."""

from __future__ import annotations

import datetime as dt

import numpy as np

from indexcalc.market.calendar.sessions import day_number
from indexcalc.studio.view.chart import COLUMNS, in_words, options, without_data

FIRST = day_number(dt.date(2024, 1, 2))
DAYS = np.arange(FIRST, FIRST + 3, dtype=np.int32)
# 2 January 2024, 00:00 UTC, in milliseconds.
JANUARY_2 = 1_704_153_600_000


def test_a_point_is_a_day_in_milliseconds_and_its_level() -> None:
    made = options(DAYS, np.asarray([1000.0, 1010.123456, np.nan]), None)
    assert made["useUTC"]
    assert made["series"][0]["data"] == [
        (JANUARY_2, 1000.0),
        (JANUARY_2 + 86_400_000, 1010.1235),
    ]
    assert made["series"][1]["data"] == []


def test_a_baseline_is_the_second_line_by_its_name() -> None:
    level = np.asarray([100.0, 101.0, 102.0])
    made = options(DAYS, level, (DAYS[1:], level[1:] - 1), "kospi200", language="ko")
    mine, other = made["series"]
    assert (mine["name"], other["name"]) == ("지금 본문", "kospi200")
    assert [value for _, value in other["data"]] == [100.0, 101.0]
    assert other["lineStyle"]["type"] == "dashed"


def test_the_axis_is_logarithmic_from_more_than_four_times_on() -> None:
    kinds = [
        options(DAYS, np.asarray([1.0, most, 2.0]), None)["yAxis"]["type"] for most in (4.0, 4.001)
    ]
    assert kinds == ["value", "log"]
    assert options(DAYS, np.asarray([0.0, 9.0, 1.0]), None)["yAxis"]["type"] == "value"


def test_a_drag_moves_the_points_and_nothing_else() -> None:
    level = np.linspace(100, 200, 3)
    before = without_data(options(DAYS, level, (DAYS, level), "saved"))
    after = without_data(options(DAYS, level * 1.1, (DAYS, level), "saved"))
    assert before[0] == after[0]
    assert before[1][0] != after[1][0]
    assert before[1][1] == after[1][1]
    # The first step brings the line of the baseline, and moves nothing for it.
    assert without_data(options(DAYS, level, None, "saved"))[0] == before[0]


def test_a_long_line_is_thinned_and_keeps_its_ends_and_extremes() -> None:
    days = np.arange(FIRST, FIRST + 9_000, dtype=np.int32)
    level = 100 + np.sin(np.arange(9_000) / 50)
    level[4_321], level[7_000] = 150.0, 50.0
    data = options(days, level, None)["series"][0]["data"]
    assert len(data) <= 4 * COLUMNS
    values = [value for _, value in data]
    assert (max(values), min(values)) == (150.0, 50.0)
    assert (data[0][0], data[-1][0]) == (JANUARY_2, JANUARY_2 + 8_999 * 86_400_000)


def test_what_it_shows_in_words() -> None:
    said = in_words(DAYS, np.asarray([1000.0, 1.0, 1234.5]), "en")
    assert said == "Level: 2024-01-02 1,000.00 – 2024-01-04 1,234.50"
    assert in_words(DAYS[:0], np.zeros(0), "ko") == "지수 수준"
