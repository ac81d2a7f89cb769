"""Axes: round ticks that cover the values, and days at the start of years or months."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.market.calendar.sessions import day_number
from indexcalc.report import scales


def test_numbers_end_on_round_ticks() -> None:
    scale = scales.numbers([3.0, 97.0], 0.0, 100.0)
    assert [text for _, text in scale.ticks] == ["0", "20", "40", "60", "80", "100"]
    assert scale.at(50.0) == 50.0


def test_a_scale_from_zero_and_one_that_is_not() -> None:
    assert scales.numbers([80.0, 97.0], 0.0, 1.0, zero=True).low == 0.0
    assert scales.numbers([80.0, 97.0], 0.0, 1.0).low == 80.0


@pytest.mark.parametrize("value", [0.0, 5.0, -1e-9])
def test_equal_values_still_have_a_span(value: float) -> None:
    scale = scales.numbers([value, value], 10.0, 20.0)
    assert scale.low < value < scale.high
    assert 10.0 < scale.at(value) < 20.0


def test_years_and_months() -> None:
    start = day_number(dt.date(2018, 3, 1))
    years = scales.dates([start, day_number(dt.date(2024, 2, 1))], 0.0, 1.0)
    assert [text for _, text in years.ticks] == ["2019", "2020", "2021", "2022", "2023", "2024"]
    months = scales.dates([start, day_number(dt.date(2018, 6, 15))], 0.0, 1.0)
    assert [text for _, text in months.ticks] == ["2018-03", "2018-04", "2018-05", "2018-06"]
    one_day = scales.dates([start + 1, start + 1], 0.0, 1.0)
    assert one_day.ticks[0][1] == "2018-03-02"
