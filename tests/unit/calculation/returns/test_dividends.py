"""Ordinary dividends by session: estimates give way, what has no session or line is left out."""

from __future__ import annotations

from indexcalc.calculation.returns.dividends import OrdinaryDividends
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation.small import day, dividend, line, market


def test_rows_in_order_of_session_and_line() -> None:
    """Session 1 is no session of the market: what goes ex then counts on session 2."""
    sessions = [{"date": day(number)} for number in (0, 2, 3)]
    over = market(
        line("A", [10] * 4, skip=[1]),
        line("B", [10] * 4, skip=[1]),
        sessions=sessions,
        dividends=[dividend("B", 1, 3), dividend("A", 3, 1), dividend("A", 2, 2)],
    )
    found = OrdinaryDividends(over)
    assert found.session.tolist() == [1, 1, 2]
    assert found.code.tolist() == [0, 1, 0]
    assert found.amount.tolist() == [2, 3, 1]
    assert found.ex_day.tolist() == [day_number(day(number)) for number in (2, 1, 3)]
    assert found.rows(1, 2) == slice(0, 2)
    assert found.rows(0, 1) == slice(0, 0)


def test_an_estimate_counts_until_the_ordinary_row_is_known() -> None:
    """A's estimate of 5 on session 1 gives way to 4; its estimate of 6 on session 2 stands."""
    over = market(
        line("A", [10, 10, 10]),
        dividends=[
            dividend("A", 1, 5, "estimated"),
            dividend("A", 1, 4),
            dividend("A", 2, 6, "estimated"),
        ],
    )
    found = OrdinaryDividends(over)
    assert found.amount.tolist() == [4, 6]


def test_special_strange_and_late_rows_are_no_ordinary_dividends() -> None:
    over = market(
        line("A", [10, 10]),
        dividends=[
            dividend("A", 1, 1, "special"),
            dividend("A", 1, 2, "bonanza"),
            dividend("A", 2, 3),
        ],
    )
    found = OrdinaryDividends(over)
    assert found.session.tolist() == []
    assert found.strange == [(0, day_number(day(1)), "bonanza")]


def test_a_market_without_the_table() -> None:
    found = OrdinaryDividends(market(line("A", [10])))
    assert (found.session.size, found.currency, found.rows(0, 1)) == (0, [], slice(0, 0))
