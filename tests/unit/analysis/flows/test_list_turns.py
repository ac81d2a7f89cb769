"""What an index holds around the start of a session, put together from its run, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.flows.baskets import Baskets
from indexcalc.analysis.flows.holdings import ActionDays
from indexcalc.analysis.flows.list_turns import rights_of, turn_of
from indexcalc.analysis.flows.trades import Turn
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, dividend, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"


@pytest.mark.parametrize(
    ("scheme", "listing", "rights"),
    [
        ("market_cap", "ex_date", "subscribed"),
        ("market_cap", "listing", "sold"),
        ("equal", "ex_date", "reinvested"),
        ("equal", "listing", "reinvested"),
        ("price", "ex_date", "sold"),
    ],
)
def test_rights_under_each_scheme(scheme: str, listing: str, rights: str) -> None:
    text = f"weighting: {{scheme: {scheme}}}\nmaintenance: {{rights: {listing}}}\n"
    assert rights_of(small.rule(small.GIVEN + text), day_number(day(1))) == rights


def turn(over: Any, on: int, text: str = CAP) -> Turn | None:
    rule = small.rule(text)
    run = ic.compute(rule, over)
    return turn_of(Baskets(run), ActionDays(over), rule, day_number(day(on)))


def made(over: Any, on: int) -> Turn:
    found = turn(over, on)
    assert found is not None
    return found


def test_the_first_session_of_a_run_has_no_turn() -> None:
    over = market(line("A", [100] * 3, 10), memberships=given("A"))
    assert turn(over, 1) is None
    assert turn(over, 2) is not None


def test_shares_are_put_through_the_events_and_cash_is_in_index_currency() -> None:
    """A 10 at 100 splits in two; B 20 at 5 dollars of 10 won pays a special dividend of 1 dollar."""
    found = made(
        market(
            line("A", [100, 100, 50], [10, 10, 20]),
            line("B", [5, 5, 4], 20),
            memberships=given("A", "B"),
            corporate_actions=[action("A", 2, "split", ratio=2.0)],
            dividends=[{**dividend("B", 2, 1.0, "special"), "currency": "USD"}],
            securities=[{"symbol": "A", "currency": "KRW"}, {"symbol": "B", "currency": "USD"}],
            fx=[
                {"date": day(at), "from_currency": "USD", "to_currency": "KRW", "rate": rate}
                for at, rate in enumerate((10.0, 10.0, 11.0))
            ],
        ),
        2,
    )
    assert found.before.tolist() == [10.0, 20.0]
    assert found.held.tolist() == found.after.tolist() == [20.0, 20.0]
    assert found.close.tolist() == [100.0, 5.0]
    assert found.base.tolist() == [50.0, 4.0]
    assert found.rate.tolist() == [1.0, 10.0]
    assert found.cash == 200.0
    assert not found.sets_weights


def test_what_joins_and_what_leaves() -> None:
    """B leaves at its close, 50, before its split; C joins at its base price."""
    text = CAP.replace("months: [1]", "months: [1, 2]")
    found = turn(
        market(
            line("A", [100] * 3, 10),
            line("B", [50, 50, 25], [20, 20, 40]),
            line("C", [30, 31, 32], 5),
            memberships=[*given("A", "B"), *given("A", "C", on=2)],
            corporate_actions=[action("B", 2, "split", ratio=2.0)],
        ),
        2,
        text,
    )
    assert found is not None
    assert found.codes.tolist() == [0, 1, 2]
    assert found.before.tolist() == found.held.tolist() == [10.0, 20.0, 0.0]
    assert found.after.tolist() == [10.0, 0.0, 5.0]
    assert found.base.tolist() == [100.0, 50.0, 31.0]
    np.testing.assert_array_equal(found.old["shares"], [10.0, 20.0, np.nan])
    np.testing.assert_array_equal(found.new["shares"], [10.0, np.nan, 5.0])


def test_shares_of_the_acquirer_are_held_after_a_merger() -> None:
    """Half an A and 2 in cash for each of 20 B."""
    found = made(
        market(
            line("A", [100] * 3, [10, 10, 20]),
            line("B", [50, 50], 20),
            line("C", [10] * 3, 10),
            memberships=given("A", "B", "C"),
            corporate_actions=[action("B", 2, "merger", ratio=0.5, amount=2.0, other_symbol="A")],
        ),
        2,
    )
    assert found.held.tolist() == [20.0, 0.0, 10.0]
    assert found.cash == 40.0


def test_weights_that_are_set_are_told() -> None:
    over = market(line("A", [100] * 3), line("B", [50] * 3), memberships=given("A", "B"))
    found = turn(over, 2, small.EQUAL)
    assert found is not None
    assert found.sets_weights
