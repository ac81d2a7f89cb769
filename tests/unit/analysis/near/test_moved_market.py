"""What is moved on a market is moved, cell by cell, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from indexcalc.analysis.moved_sessions import daily_rows
from indexcalc.analysis.near.moved_market import MovedMarket, cut_off_moved, last_session
from indexcalc.market.calendar.packaged import packaged
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market
from indexcalc.methodology.dates.schedules import review_dates
from indexcalc.methodology.load.family import load_family
from tests.unit.analysis.near.small_markets import market_of, rows_of, rule_of, scaled

LAST = dt.date(2023, 9, 12)
FIRST = dt.date(2023, 9, 7)
DAY = day_number(FIRST)
ROWS = rows_of(LAST, {"A": 100.0, "B": 50.5})


def cells(market: Market) -> list[dict[str, Any]]:
    return [{name: row[name] for name in ROWS[0]} for row in daily_rows(market).to_pylist()]


@pytest.mark.parametrize("alone", [False, True])
def test_prices_of_one_line_from_a_day_on(alone: bool) -> None:
    moved = MovedMarket(market_of(ROWS), DAY, alone)
    over = moved.priced((1,), 1.25, DAY)
    wanted = [row for row in scaled(ROWS, "B", 1.25, FIRST) if row["date"] >= FIRST or not alone]
    assert cells(over) == wanted
    # 505 x 1.25 = 631.25 in a column of whole numbers; the base price of the first day is the old close.
    b = [row for row in wanted if row["symbol"] == "B" and row["date"] >= FIRST]
    assert (b[0]["close"], b[0]["base_price"], b[0]["traded_value"]) == (63.125, 50.5, 625)
    # The panel every pass reads has them, and the lines keep their places.
    assert over.symbols == ("A", "B")
    assert over.panel.column("close", 0, len(over.days))[-1].tolist() == [100.0, 63.125]
    assert len(over.days) == (4 if alone else 8)
    # Another move begins from what was, not from the one before.
    again = moved.priced((0, 1), 2.0, DAY)
    assert again.panel.column("close", 0, len(again.days))[-1].tolist() == [200.0, 101.0]
    assert cells(moved.as_it_is()) == [row for row in ROWS if row["date"] >= FIRST or not alone]


def test_a_later_day_moves_less() -> None:
    moved = MovedMarket(market_of(ROWS), DAY)
    over = moved.priced((0,), 0.5, day_number(LAST))
    assert cells(over) == scaled(ROWS, "A", 0.5, LAST)


def factor(symbol: str, day: str, value: float) -> dict[str, Any]:
    return {"symbol": symbol, "effective_date": dt.date.fromisoformat(day), "float_factor": value}


FLOATS = [
    factor("A", "2023-01-02", 0.25),
    factor("B", "2023-01-02", 0.5),
    factor("B", "2023-09-04", 0.4),
    factor("B", "2023-09-08", 0.8),
]


def floats(market: Market) -> list[tuple[str, str, float]]:
    table = market.table("float_factors")
    assert table is not None
    return [
        (row["symbol"], str(row["effective_date"]), row["float_factor"])
        for row in table.to_pylist()
    ]


def test_the_factor_in_force_gets_a_row_of_its_own() -> None:
    """From 7 September on B has 0.4, from the 8th 0.8: both times 1.25; what was before stays."""
    moved = MovedMarket(market_of(ROWS, FLOATS), DAY)
    rows = moved.float_rows(1, DAY)
    assert rows is not None
    assert rows.largest == 0.8
    assert floats(moved.floated(rows, 1.25, DAY)) == [
        ("A", "2023-01-02", 0.25),
        ("B", "2023-01-02", 0.5),
        ("B", "2023-09-04", 0.4),
        ("B", "2023-09-07", 0.5),
        ("B", "2023-09-08", 1.0),
    ]


def test_a_row_of_the_day_itself_is_replaced() -> None:
    floated = [*FLOATS[:2], factor("B", "2023-09-07", 0.4)]
    moved = MovedMarket(market_of(ROWS, floated), DAY)
    rows = moved.float_rows(1, DAY)
    assert rows is not None
    assert floats(moved.floated(rows, 0.5, DAY)) == [
        ("A", "2023-01-02", 0.25),
        ("B", "2023-01-02", 0.5),
        ("B", "2023-09-07", 0.2),
    ]


def test_a_factor_that_comes_later_alone_is_moved() -> None:
    moved = MovedMarket(market_of(ROWS, [FLOATS[0], FLOATS[3]]), DAY)
    rows = moved.float_rows(1, DAY)
    assert rows is not None
    assert floats(moved.floated(rows, 0.5, DAY)) == [
        ("A", "2023-01-02", 0.25),
        ("B", "2023-09-08", 0.4),
    ]


def test_a_line_without_a_factor_has_none_to_move() -> None:
    assert MovedMarket(market_of(ROWS), DAY).float_rows(0, DAY) is None
    assert MovedMarket(market_of(ROWS, FLOATS[1:]), DAY).float_rows(0, DAY) is None


def test_the_cut_off_of_one_review_moves_and_no_other() -> None:
    sessions = packaged("XKRX")
    family = load_family([rule_of()])
    begin, end = dt.date(2023, 12, 1), dt.date(2024, 12, 31)
    plain = review_dates(family["test"], sessions, begin, end)
    assert [str(one.cutoff) for one in plain] == ["2023-11-30", "2024-05-31", "2024-11-29"]
    moved = cut_off_moved(
        family, ["test"], dt.date(2024, 6, 14), cutoff=dt.date(2024, 6, 4), sessions=sessions
    )
    dates = review_dates(moved["test"], sessions, begin, end)
    assert [str(one.cutoff) for one in dates] == ["2023-11-30", "2024-06-04", "2024-11-29"]
    assert [one.effective for one in dates] == [one.effective for one in plain]


def test_the_last_session_up_to_a_day() -> None:
    market = market_of(ROWS)
    # 10 September 2023 is a Sunday.
    assert last_session(market, dt.date(2023, 9, 10)) == day_number(dt.date(2023, 9, 8))
    assert last_session(market, day_number(LAST) + 9) == day_number(LAST)
    assert last_session(market, dt.date(2020, 1, 1)) == day_number(dt.date(2023, 9, 1))
