"""Drawdown, years, months and volatility, by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.market.calendar.sessions import day_number
from indexcalc.report.run_report.series import (
    decimated,
    deepest,
    drawdown,
    months,
    rolling_volatility,
    unobserved,
    years,
)


def days(*texts: str) -> np.ndarray:
    return np.asarray([day_number(dt.date.fromisoformat(t)) for t in texts], dtype=np.int32)


def test_the_deepest_fall_and_its_recovery() -> None:
    level = np.asarray([100.0, 120.0, 90.0, 108.0, 120.0, 114.0])
    when = days("2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09")
    assert drawdown(level).tolist() == [
        0.0,
        0.0,
        -0.25,
        pytest.approx(-0.1),
        0.0,
        pytest.approx(-0.05),
    ]
    fall = deepest(when, level)
    assert fall.depth == -0.25
    assert (fall.peak, fall.trough, fall.recovered) == (when[1], when[2], when[4])
    assert deepest(when[:4], level[:4]).recovered is None


def test_years_and_months_run_from_the_close_before() -> None:
    when = days("2023-12-20", "2023-12-28", "2024-01-31", "2024-12-30", "2025-01-02")
    level = np.asarray([100.0, 110.0, 121.0, 99.0, 108.9])
    by_year = {item.year: item.gain for item in years(when, level)}
    assert by_year == {
        2023: pytest.approx(0.1),
        2024: pytest.approx(-0.1),
        2025: pytest.approx(0.1),
    }
    assert [item.whole for item in years(when, level)] == [False, True, False]
    by_month = {(item.year, item.month): item.gain for item in months(when, level)}
    assert by_month[(2024, 1)] == pytest.approx(0.1)
    assert np.prod([1 + gain for gain in by_month.values()]) == pytest.approx(1.089)


def test_rolling_volatility_is_that_of_its_window() -> None:
    level = 100 * np.cumprod(1 + np.random.default_rng(1).normal(0, 0.01, 300))
    made = rolling_volatility(level, 252.0, 60)
    assert np.isnan(made[:60]).all()
    returns = level[1:] / level[:-1] - 1
    assert made[200] == pytest.approx(returns[140:200].std(ddof=1) * 252**0.5, rel=1e-12)


def test_decimation_keeps_the_first_last_lowest_and_highest() -> None:
    x = np.arange(10_000.0)
    y = np.sin(x / 7)
    y[5_000] = 9.0
    px, py = decimated(x, y, 100)
    assert px.size <= 400
    assert (px[0], px[-1]) == (0.0, 9_999.0)
    assert py.max() == 9.0
    assert py.min() == y.min()


def test_sessions_without_a_row_are_told_and_holidays_are_not() -> None:
    """9 and 12 February 2024 were Lunar New Year; the 6th, the 13th, 14th and 19th have no row."""
    when = days("2024-02-05", "2024-02-07", "2024-02-08", "2024-02-15", "2024-02-16", "2024-02-20")
    assert unobserved(when, "XKRX") == [
        (when[0], when[1]),
        (when[2], when[3]),
        (when[4], when[5]),
    ]
    weekly = days("2024-01-05", "2024-01-12", "2024-01-19")
    assert unobserved(weekly, "XKRX") == [(weekly[0], weekly[2])]
    assert unobserved(weekly, "observed") == []


def test_the_last_year_is_whole_where_no_session_of_it_is_left() -> None:
    """KRX ends its year on 30 December."""
    when = days("2024-01-02", "2024-12-30", "2025-12-30")
    level = np.asarray([100.0, 110.0, 121.0])
    assert [item.whole for item in years(when, level, "XKRX")] == [False, True]
    assert [item.whole for item in years(when, level)] == [False, False]
    assert [item.whole for item in months(when, level, "XKRX")] == [False, True, True]
