"""Plan and outcome as tables: a row where facts change, what was known when, the order of rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from indexcalc.market.demo import record
from indexcalc.market.demo.agenda import Designation
from indexcalc.market.demo.outcome import Action, Block, Outcome, Paid
from indexcalc.market.demo.owners import Owners
from tests.unit.market.demo.lines_of_a_demo import FIRST, clock, line, plan, roster


def day(session: int) -> dt.date:
    return FIRST + dt.timedelta(session)


def columns(table: Any, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(table.column(name).to_pylist() for name in names), strict=True))


def test_daily_rows_are_those_of_listed_lines() -> None:
    listed = np.array([[True, False], [True, True]])
    numbers = np.array([[10.0, 20.0], [11.0, 21.0]])
    block = Block(
        first=3,
        listed=listed,
        close=numbers,
        base_price=numbers - 1,
        shares=numbers.astype(np.int64) * 100,
        volume=numbers.astype(np.int64),
        traded_value=numbers.astype(np.int64) * 7,
        dividend_yield=numbers / 1000,
    )
    made = record.daily_table(block, clock(10), ["A", "B"])
    assert columns(made, "date", "symbol", "close", "base_price", "shares_outstanding") == [
        (day(3), "A", 10.0, 9.0, 1000),
        (day(4), "A", 11.0, 10.0, 1100),
        (day(4), "B", 21.0, 20.0, 2100),
    ]
    assert made.column("volume").to_pylist() == [10, 11, 21]
    assert made.column("dividend_yield").to_pylist() == [0.01, 0.011, 0.021]


def test_a_row_of_a_line_from_each_day_its_facts_change() -> None:
    moved = line("B", market="KOSDAQ", listed_before=100, transfer=30)
    gone = line("C", start=5, end=40)
    lines = roster(line("A", listed_before=100), moved, gone)
    of = plan(lines, 50)
    of.leaving[2] = (35, lines.mega)
    of.impaired[2] = 20
    of.reclassified = [(lines.mega, 10, "materials")]
    made = record.securities_table(of)
    facts = ("symbol", "valid_from", "known_at", "market", "sector", "impaired_capital")
    tech = "information_technology"
    assert columns(made, *facts) == [
        ("A", None, None, "KOSPI", tech, False),
        ("A", day(10), day(3), "KOSPI", "materials", False),
        ("B", None, None, "KOSDAQ", tech, False),
        ("B", day(30), day(16), "KOSPI", tech, False),
        ("C", None, day(-5), "KOSPI", tech, False),
        ("C", day(20), day(20), "KOSPI", tech, True),
        ("C", day(35), day(35), "KOSPI", tech, True),
    ]
    assert columns(made, "listing_date", "listed_by", "delisting_date", "successor")[2:] == [
        (day(-100), "new", None, None),
        (day(30), "transfer", None, None),
        (day(5), "new", None, None),
        (day(5), "new", None, None),
        (day(5), "new", day(40), "A"),
    ]


def test_a_foreign_company_is_of_no_country_there_is() -> None:
    of = plan(roster(line("A"), line("B", security_type="foreign")), 5)
    assert record.securities_table(of).column("country").to_pylist() == ["KR", "XX"]
    # A foreign line has no future; of so few lines every other one has.
    assert record.securities_table(of).column("single_stock_futures").to_pylist() == [True, False]


def test_actions_by_line_and_day_with_the_childs_first_close() -> None:
    a, b = line("A"), line("B", start=7)
    outcome = Outcome(
        actions=[
            Action(b, 9, "split", ratio=2.0, known=-3),
            Action(a, 7, "spin_off", ratio=0.5, part=0.4, other=b, known=2),
            Action(a, 4, "rights", ratio=0.2, price=80.0, list_session=6),
        ],
        first_close={1: 123.0},
    )
    made = record.actions_table(plan(roster(a, b), 20), outcome)
    assert columns(made, "symbol", "ex_date", "type", "price", "list_date", "known_at") == [
        ("A", day(4), "rights", 80.0, day(6), None),
        ("A", day(7), "spin_off", 123.0, None, day(2)),
        ("B", day(9), "split", None, None, day(0)),  # known before the market began
    ]
    assert made.column("other_symbol").to_pylist() == [None, "B", None]


def test_dividends_by_line_and_day_and_known_later() -> None:
    rng = np.random.default_rng(1)
    paid = [
        Paid(4, 2024, 3, np.array([1]), np.array([5.0])),
        Paid(9, 2024, 12, np.array([0, 1]), np.array([100.0, 20.0])),
    ]
    made = record.dividends_table(rng, clock(20), Outcome(paid=paid), ["A", "B"])
    assert columns(made, "symbol", "ex_date", "amount") == [
        ("A", day(9), 100.0),
        ("B", day(4), 5.0),
        ("B", day(9), 20.0),
    ]
    lags = [(known - ex).days for known, ex in columns(made, "known_at", "ex_date")]
    assert 68 <= lags[0] < 88  # of the year: the next March
    assert 14 <= lags[1] < 26  # of a quarter
    nothing = record.dividends_table(rng, clock(20), Outcome(), [])
    assert nothing.num_rows == 0
    assert nothing.column_names == made.column_names


def test_designations_end_where_the_market_has_not() -> None:
    a, b = line("A"), line("B")
    of = plan(roster(a, b), 20)
    of.designations = [
        Designation(b, "halted", 3, 5),
        Designation(a, "caution", 8, 20),
        Designation(a, "administrative", 8, None),
        Designation(a, "halted", 20, 25),  # begins after the end
    ]
    assert columns(record.designations_table(of), "symbol", "from", "kind", "to") == [
        ("A", day(8), "administrative", None),
        ("A", day(8), "caution", None),
        ("B", day(3), "halted", day(5)),
    ]


def test_holdings_and_factors_in_order() -> None:
    owners = Owners(
        line=[1, 0, 0],
        day=[5, 6, 5],
        stake=[("treasury", "company"), ("esop", "employees"), ("treasury", "company")],
        shares=[10, 20, 30],
        known=[6, 7, 8],
        float_line=[0, 1],
        float_day=[5, 5],
        float_factor=[0.75, 1.0],
        float_known=[1, 1],
    )
    made = record.holdings_table(owners, ["A", "B"])
    assert columns(made, "symbol", "holder_kind", "shares") == [
        ("A", "treasury", 30.0),
        ("A", "esop", 20.0),
        ("B", "treasury", 10.0),
    ]
    factors = record.float_factors_table(owners, ["A", "B"])
    assert columns(factors, "symbol", "float_factor") == [("A", 0.75), ("B", 1.0)]


def test_money_is_there_on_every_session() -> None:
    made = record.money_tables(np.random.default_rng(1), clock(300))
    rates = columns(made["rates"], "date", "name", "rate")
    assert [row[:2] for row in rates[:4]] == [
        *((day(0), name) for name in ("call", "cd91")),
        *((day(1), name) for name in ("call", "cd91")),
    ]
    assert all(0 < rate < 0.06 for _, _, rate in rates)
    fx = columns(made["fx"], "date", "tenor", "rate")
    assert len(fx) == 600
    # One month forward is spot x (1 + (call - 3 %) / 12).
    for at in (0, 123, 299):
        (_, _, forward), (_, tenor, spot) = fx[2 * at : 2 * at + 2]
        assert tenor == "spot"
        assert forward == pytest.approx(spot * (1 + (rates[2 * at][2] - 0.03) / 12), abs=0.006)
