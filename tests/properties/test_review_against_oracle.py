"""The engine's reviews against a second, slow and obvious implementation of the rule language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, note, reject, settings

from tests.oracle import by_hand, edges
from tests.oracle.agreement import agree
from tests.oracle.edges import EDGES, Edge
from tests.oracle.engine import engine_reviews
from tests.oracle.language import Rule, Unsaid, to_yaml
from tests.oracle.rows import SmallMarket
from tests.oracle.strategies import markets_and_rules


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.__name__)
def test_edges(edge: Callable[[], Edge]) -> None:
    market, rule, expected = edge()
    agree(market, rule)
    assert sorted(engine_reviews(rule, market)[0].members) == expected


@settings(
    max_examples=max(200, settings().max_examples),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(markets_and_rules())
def test_generated_rules_on_generated_markets(pair: tuple[SmallMarket, Rule]) -> None:
    market, rule = pair
    note(to_yaml(rule))
    try:
        agree(market, rule)
    except Unsaid:
        reject()


def test_a_first_list_before_the_data() -> None:
    """The list of an index may be older than the first session of the market."""
    for day in (dt.date(2020, 12, 30), by_hand.WEEKDAYS[0], by_hand.WEEKDAYS[1]):
        market = by_hand.flat({"A": 3, "B": 2}, existing=["B"])
        market.tables["memberships"][0]["effective_date"] = day
        rule = by_hand.rule([{"select": {"status": "existing"}}])
        agree(market, rule)
        assert list(engine_reviews(rule, market)[0].members) == ["B"]


def test_a_value_unknown_on_the_day_refuses_the_review() -> None:
    """Reviews in February and April, a rank that is known from March: one review is made."""
    market = by_hand.flat({"A": 3, "B": 2, "C": 1})
    rule = by_hand.rule(
        [{"select": {"size": {"rank": {dt.date(2021, 3, 1): 2}}}}],
        review={
            "months": [2, 4],
            "effective": "2nd thursday",
            "cutoff": "3 sessions before effective",
        },
    )
    agree(market, rule)
    (made,) = engine_reviews(rule, market)
    assert (made.effective, sorted(made.members)) == (dt.date(2021, 4, 8), ["A", "B"])
    assert "REV001" in made.codes


def test_a_name_of_the_reserve_that_took_a_place_waits_no_longer() -> None:
    """ "reserve: remaining, not selected, in order; ... used up in order"."""
    market, rule, _ = edges.delisted_before_it_enters()
    assert engine_reviews(rule, market)[0].reserve == {"all": ["D"]}


def test_a_name_without_the_by_of_a_step_is_reported() -> None:
    """Never silently wrong: B has no float factor, so nobody can say which place it has."""
    factors = [{"symbol": "A", "effective_date": dt.date(2020, 1, 2), "float_factor": 0.5}]
    market = by_hand.flat({"A": 3, "B": 2}, float_factors=factors)
    rule = by_hand.rule(
        [{"fill": {"to": 2, "by": "float_size"}}],
        measures={"float_size": {"last": "float_market_cap"}},
        weighting={"scheme": "market_cap"},
    )
    (made,) = engine_reviews(rule, market)
    assert list(made.members) == ["A"]
    assert "DAT011" in made.codes
