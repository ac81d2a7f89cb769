"""Calendar effects on returns written by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.analysis.segments.calendar_effects import (
    month_effect,
    month_returns,
    sentence,
    turn_of_year,
)
from indexcalc.market.calendar.sessions import day_number


def _days(*dates: str) -> np.ndarray:
    return np.array([day_number(dt.date.fromisoformat(date)) for date in dates], dtype=np.int32)


def test_months_run_from_the_last_session_of_the_month_before() -> None:
    days = _days("2023-12-20", "2023-12-28", "2024-01-15", "2024-01-31", "2024-02-29", "2024-03-04")
    years, months, returns = month_returns(days, np.array([90.0, 100.0, 50.0, 110.0, 99.0, 1.0]))
    # December begins inside the data, March goes on: January 110 / 100, February 99 / 110.
    assert list(zip(years.tolist(), months.tolist(), strict=True)) == [(2024, 1), (2024, 2)]
    assert returns == pytest.approx([0.1, -0.1], abs=1e-15)


def test_an_effect_by_hand() -> None:
    """Januaries 3 % and 1 %, other months 0 and 1 %, -1 % and 0: 2 % less 0."""
    years = np.array([2020, 2020, 2020, 2021, 2021, 2021])
    months = np.array([1, 2, 3, 1, 2, 3])
    found = month_effect(years, months, np.array([0.03, 0.0, 0.01, 0.01, -0.01, 0.0]), 1)
    assert found is not None
    assert found.n == 2
    assert found.mean == pytest.approx(0.02)
    assert found.effect == pytest.approx(0.02, abs=1e-15)
    # Variances 0.0002 over 2 and 0.0000666... over 4.
    assert found.error == pytest.approx((0.0001 + 2e-4 / 3 / 4) ** 0.5)
    # Years drawn: 2020 twice 2.5 %, 2021 twice 1.5 %, both 2 %: the 95 % interval is from end to end.
    assert (found.low, found.high) == pytest.approx((0.015, 0.025))
    assert found.same_sign == 1.0
    assert sentence(found, "small", "large").endswith("2 Januaries prove nothing either way.")
    assert month_effect(years, months, np.zeros(6), 12) is None


def test_one_january_has_no_interval() -> None:
    """3 % less the mean of 0 and 1 %: nothing is known of how years differ."""
    found = month_effect(np.full(3, 2020), np.array([1, 2, 3]), np.array([0.03, 0.0, 0.01]), 1)
    assert found is not None
    assert found.effect == pytest.approx(0.025, abs=1e-15)
    assert np.isnan([found.error, found.low, found.high, found.same_sign]).all()
    told = sentence(found, "small", "large")
    assert told.endswith("+0.50% on average in other months: +2.50%. One January proves nothing.")
    assert "nan" not in told


def test_many_januaries_are_judged_by_their_interval() -> None:
    years = np.repeat(np.arange(2000, 2016), 2)
    months = np.tile([1, 2], 16)
    noise = np.tile([0.01, 0.0, -0.01, 0.0], 8)
    shown = month_effect(years, months, noise, 1)
    assert shown is not None
    assert "no effect is shown" in sentence(shown, "small", "large")
    clear = month_effect(years, months, np.tile([0.03, 0.0], 16) + noise / 10, 1)
    assert "does not hold zero" in sentence(clear, "small", "large")


def test_the_turn_of_the_year_is_five_sessions() -> None:
    days = _days("2023-12-27", "2023-12-28", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05",
                 "2024-01-08")  # fmt: skip
    n, mean, above = turn_of_year(days, np.array([0.01, 0.02, 0.03, -0.01, 0.01, 5.0]))
    assert (n, above) == (1, 1.0)
    assert mean == pytest.approx(0.06)


def test_the_last_month_counts_where_no_session_of_it_is_left() -> None:
    """30 December 2025 is the last session of the year in Korea."""
    days = _days("2025-10-31", "2025-11-28", "2025-12-30")
    levels = np.array([100.0, 110.0, 99.0])
    _, months, returns = month_returns(days, levels, "XKRX")
    assert months.tolist() == [11, 12]
    assert returns == pytest.approx([0.1, -0.1], abs=1e-15)
    assert month_returns(days, levels)[1].tolist() == [11]
