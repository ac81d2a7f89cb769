"""Markets with sessions after their last, cell by cell."""

from __future__ import annotations

from typing import Any

import pytest

import indexcalc as ic
from indexcalc.analysis.next_session import with_session, with_sessions_alike
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market
from tests.unit.calculation.small import day, line, market

RATE = {"from_currency": "USD", "to_currency": "KRW"}
OVER = market(
    line("A", [10, 11], base={1: 10.5}),
    line("B", [20, 21], base={1: 20.5}),
    line("C", [30, 31], base={1: 30.5}),
    securities=[
        {"symbol": "A", "currency": "USD", "delisting_date": None},
        {"symbol": "B", "currency": "USD", "delisting_date": day(3)},
        {"symbol": "C", "currency": "USD", "delisting_date": day(2)},
    ],
    fx=[{"date": day(0), **RATE, "rate": 1000.0}, {"date": day(1), **RATE, "rate": 1100.0}],
)


def cells(over: Market, on: int) -> dict[str, dict[str, Any]]:
    """The daily rows of a session by symbol."""
    (table,) = over.daily_sources()
    return {row["symbol"]: row for row in table.to_pylist() if row["date"] == day(on)}


def rates(over: Market) -> dict[Any, float]:
    return {row["date"]: row["rate"] for row in over.table("fx").to_pylist()}


def test_a_new_session_has_every_listed_line_and_no_price() -> None:
    made = with_session(OVER, day(2))
    rows = cells(made, 2)
    assert sorted(rows) == ["A", "B"]  # C has left
    for row in rows.values():
        assert row["close"] is row["base_price"] is row["volume"] is None
        assert row["shares_outstanding"] == 1000
    assert cells(made, 1) == cells(OVER, 1)
    assert made.days.tolist() == [day_number(day(at)) for at in range(3)]


def test_a_new_session_has_the_rates_of_the_last() -> None:
    assert rates(with_session(OVER, day(2))) == {day(0): 1000.0, day(1): 1100.0, day(2): 1100.0}


def test_a_day_that_is_no_later_session_is_refused() -> None:
    for at in (0, 1):
        with pytest.raises(ic.UsageError, match=r"ANA001.*end with 2024-01-03"):
            with_session(OVER, day(at))
    assert cells(with_session(OVER.until(day(0)), day(1)), 1)["A"]["close"] is None


def test_sessions_alike_repeat_the_last_while_lines_are_listed() -> None:
    made = with_sessions_alike(OVER, [day(2), day(3)])
    assert {symbol: row["close"] for symbol, row in cells(made, 2).items()} == {"A": 11, "B": 21}
    assert {symbol: row["close"] for symbol, row in cells(made, 3).items()} == {"A": 11}
    # The price before is that of a session alike, not the one a move started from.
    assert cells(made, 2)["A"]["base_price"] is None
    assert cells(made, 3)["A"]["base_price"] is None
    assert cells(made, 3)["A"]["volume"] == 1


def test_sessions_alike_have_the_rates_of_the_last() -> None:
    """A forecast over lines in other currencies asks for them on every day to come."""
    assert rates(with_sessions_alike(OVER, [day(2), day(3)])) == {
        day(0): 1000.0,
        day(1): 1100.0,
        day(2): 1100.0,
        day(3): 1100.0,
    }


def test_no_session_more_is_the_same_market() -> None:
    assert with_sessions_alike(OVER, []) is OVER
