"""One share put through the actions of a session, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.analysis.flows.holdings import ActionDays, Rights, ended, put_through
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation import small
from tests.unit.calculation.prices.action_rows import action_row
from tests.unit.calculation.small import day, line, market


def test_share_actions_multiply_and_cash_is_of_the_shares_by_then() -> None:
    """1 becomes 2, each pays 10 of 50, then 3 for 1: 6 shares and 20 in cash."""
    held = put_through(
        [
            action_row("split", ratio=2.0),
            action_row("special", amount=10.0),
            action_row("bonus", ratio=3.0),
        ],
        100.0,
        "subscribed",
        (),
    )
    assert (held.factor, held.cash, held.received) == (6.0, 20.0, [])
    assert held.paid == 50 / 40
    assert held.spun == 1.0


@pytest.mark.parametrize(
    ("rights", "factor", "cash"),
    [("subscribed", 1.5, -20.0), ("reinvested", 100 / 80, 0.0), ("sold", 1.0, 20.0)],
)
def test_rights_are_taken_up_as_the_scheme_takes_them(
    rights: Rights, factor: float, cash: float
) -> None:
    """One new for two at 40: (100 + 0.5 x 40) / 1.5 = 80."""
    held = put_through([action_row("rights", ratio=0.5, price=40.0)], 100.0, rights, ())
    assert (held.factor, held.cash) == pytest.approx((factor, cash), abs=1e-12)


def test_rights_that_take_nothing_off_the_price_are_left() -> None:
    row = action_row("rights", ratio=0.5, price=100.0)
    held = put_through([row], 100.0, "subscribed", ())
    assert (held.factor, held.cash) == (1.0, 0.0)


def test_a_spun_off_line_is_received_where_it_is_held_else_its_value_leaves() -> None:
    """A child worth 30 a share, half a share each: 15 of 100."""
    row = action_row("spin_off", ratio=0.5, price=30.0, other_symbol="C", other=7)
    inside = put_through([row], 100.0, "sold", {7})
    assert (inside.cash, inside.received, inside.spun) == (0.0, [(7, 0.5)], 100 / 85)
    outside = put_through([row], 100.0, "sold", {8})
    assert (outside.cash, outside.received, outside.spun) == (15.0, [], 1.0)


def test_what_would_leave_no_price_and_what_is_no_holding_is_left_out() -> None:
    rows = [
        action_row("special", amount=100.0),
        action_row("base_price", price=50.0),
        action_row("listing"),
        action_row("merger", ratio=1.0),
    ]
    held = put_through(rows, 100.0, "subscribed", ())
    assert (held.factor, held.cash, held.paid) == (1.0, 0.0, 1.0)


def leaves(row: Any, held: set[int]) -> tuple[float, float, list[tuple[int, float]]] | None:
    found = ended([action_row("split", ratio=2.0), row], 90.0, held)
    return None if found is None else (found.factor, found.cash, found.received)


def test_a_line_that_ends_is_paid_in_paper_or_cash() -> None:
    paper = action_row("merger", ratio=0.5, other_symbol="B", other=1)
    assert leaves(paper, {1}) == (0.0, 0.0, [(1, 0.5)])
    mixed = action_row("merger", ratio=0.5, amount=5.0, other_symbol="B", other=1)
    assert leaves(mixed, {1}) == (0.0, 5.0, [(1, 0.5)])
    assert leaves(mixed, {2}) is None  # sold at the last price
    assert leaves(action_row("tender", amount=95.0), set()) == (0.0, 95.0, [])
    assert leaves(action_row("tender", amount=0.0), set()) == (0.0, 90.0, [])
    assert leaves(action_row("bankruptcy"), set()) == (0.0, 90.0, [])
    assert ended([action_row("split", ratio=2.0)], 90.0, set()) is None


def test_actions_by_session_and_line_in_the_order_in_which_they_count() -> None:
    """The day without a session moves to the next; what lies after the data is not there."""
    over = market(
        line("A", [10, 10, 10, 10], skip=(1,)),
        line("B", [10, 10, 10, 10], skip=(1,)),
        corporate_actions=[
            small.action("A", 2, "base_price", price=5.0, sequence=1),
            small.action("A", 2, "split", ratio=2.0, sequence=2),
            small.action("A", 1, "bonus", ratio=3.0),
            small.action("B", 2, "split", ratio=4.0),
            small.action("B", 9, "split", ratio=5.0),
        ],
        sessions=[{"date": day(at)} for at in (0, 2, 3)],
    )
    actions = ActionDays(over)
    on = day_number(day(2))
    assert [row.type for row in actions.on(on, 0)] == ["bonus", "split", "base_price"]
    assert actions.on(on + 1, 0) == []
    (a, b) = actions.of_session(1)
    assert (a[0], b[0]) == ((1, 0), (1, 1))
    assert [row.ratio for row in b[1]] == [4.0]
    assert actions.of_session(2) == []
    assert {session for session, _ in actions.cells} == {1}
