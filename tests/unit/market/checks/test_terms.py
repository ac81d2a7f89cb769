"""Terms are judged against the close before their ex-date, and found once a market."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.market.checks.terms import odd_actions, terms
from indexcalc.market.market import Market
from tests.unit.calculation.small import action, dividend, line, market


def one(**given: Any) -> Market:
    """A line over four sessions."""
    return market(line("A", [100.0, None, 110.0, 110.0]), **given)


def test_a_dividend_above_its_share_of_the_close_before() -> None:
    over = one(dividends=[dividend("A", 2, 60.0), dividend("A", 3, 50.0)])
    (term,) = terms(over)
    assert (term.session, term.code, term.table, term.row) == (2, 0, "dividends", 0)
    assert (term.price, term.since) == (100.0, 0)  # over the session without a close
    assert terms(over) is terms(over)


def test_actions_that_may_be_odd_come_in_order_of_their_sessions() -> None:
    rows = [
        action("A", 3, "merger", final_price=9.0),
        action("A", 1, "split", ratio=5000.0),
        action("A", 2, "split", ratio=2.0),
    ]
    over = one(corporate_actions=rows)
    assert [(term.session, term.price) for term in terms(over)] == [(1, 100.0), (3, 110.0)]
    assert int(odd_actions(over, over.table("corporate_actions")).sum()) == 2


def test_the_first_session_has_no_close_before_it() -> None:
    (term,) = terms(one(corporate_actions=[action("A", 0, "split", ratio=5000.0)]))
    assert np.isnan(term.price)
    assert term.since == -1


def test_a_market_may_judge_no_dividend() -> None:
    facts = {"plausible": {"dividend_share": None}}
    assert terms(one(dividends=[dividend("A", 2, 600.0)], facts=facts)) == []
