"""The lists of an index, why they changed, and what was traded, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.calculation.compute import level_pass
from indexcalc.calculation.levels.results import Change, IndexResults
from indexcalc.calculation.plan import Request, make_plan
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.small import day, given, line, market

LISTS = small.GIVEN.replace("months: [1]", "months: [1, 2]") + "weighting: {scheme: market_cap}\n"


def found(text: str, over: Market, **request: Any) -> IndexResults:
    plan = make_plan(load_family([small.rule(text)]), over, Request(**request))
    level_pass(plan)
    return plan.works["test"].run.found


def events(results: IndexResults, over: Market) -> list[tuple[Any, ...]]:
    table = results.log.table(over.days, over.symbols, {}, {})
    return [
        (row["symbol"], row["event"], row["before"], row["after"], row["reason"])
        for row in table.to_pylist()
    ]


def two_lists() -> Market:
    """A 10 at 100 -> 110; on session 3 C, 5 at 40, takes the place of B, 20 at 50."""
    return market(
        line("A", [100, 100, 110, 110], 10),
        line("B", [50] * 4, 20),
        line("C", [40] * 4, 5),
        memberships=[*given("A", "B"), *given("A", "C", on=3)],
    )


def test_the_first_list_is_new_and_no_trade() -> None:
    first = found(LISTS, two_lists()).changes[0]
    assert (first.session, first.kind, first.turnover) == (1, "regular", 0.0)
    assert first.codes.tolist() == [0, 1]
    assert first.added.tolist() == [True, True]
    assert first.removed.tolist() == []
    assert first.weight.tolist() == [0.5, 0.5]
    assert first.price.tolist() == [100.0, 50.0]
    assert first.index_shares.tolist() == first.shares.tolist() == [10.0, 20.0]


def test_a_later_list_is_traded_from_what_the_close_made_of_the_one_before() -> None:
    over = two_lists()
    results = found(LISTS, over)
    change: Change = results.changes[1]
    assert (change.session, change.kind) == (3, "regular")
    assert change.codes.tolist() == [0, 2]
    assert change.added.tolist() == [False, True]
    assert change.removed.tolist() == [1]
    np.testing.assert_allclose(change.weight, [1100 / 1300, 200 / 1300], rtol=1e-14)
    assert change.turnover == pytest.approx(10 / 21, rel=1e-12)
    assert events(results, over) == [
        ("B", "removed", 50.0, None, "regular: left at the close of the session before"),
        ("C", "added", None, pytest.approx(200 / 1300), "regular: opening weight"),
    ]


def test_asked_for_later_the_list_in_force_opens_what_is_told() -> None:
    results = found(LISTS, two_lists(), start=day(2))
    assert [change.session for change in results.changes] == [2, 3]
    opens = results.changes[0]
    assert (opens.kind, opens.turnover, opens.added.tolist()) == ("regular", 0.0, [True, True])
    # On the day of a list itself it is told as what it is.
    told = found(LISTS, two_lists(), start=day(3))
    assert [(change.session, change.turnover > 0) for change in told.changes] == [(3, True)]


def test_why_a_state_changed() -> None:
    """C lists on session 1 and enters on 2; B has no row from session 3 on; A goes to another board."""
    over = market(
        line("A", [100] * 6, 10),
        line("B", [50] * 3, 20),
        line("C", [40] * 5, 5, start=1),
        securities=[
            {"symbol": "A", "valid_from": day(0), "board": "main"},
            {"symbol": "A", "valid_from": day(4), "board": "new"},
            {"symbol": "B", "valid_from": day(0), "board": "main"},
            {"symbol": "C", "valid_from": day(0), "board": "main"},
        ],
    )
    text = small.CAP.replace("symbol: {not_in: []}", "board: {in: [main]}")
    results = found(text, over)
    assert [(change.session, change.kind) for change in results.changes] == [
        (0, "regular"), (2, "listing"), (3, "deletion"), (5, "transfer"),
    ]  # fmt: skip
    reasons = {row[0]: row[4] for row in events(results, over) if row[1] == "removed"}
    assert reasons == {
        "A": "no longer eligible: left at the close of the session before",
        "B": "no longer listed: left at its last price",
    }


def test_names_the_committee_takes_out_have_its_reason() -> None:
    text = small.GIVEN + (
        "weighting: {scheme: market_cap}\n"
        f"committee:\n  - {{effective: {day(2)}, remove: [B], why: it is closed, ref: minutes 7}}\n"
    )
    over = market(line("A", [100] * 4, 10), line("B", [50] * 4, 20), memberships=given("A", "B"))
    removed = [row for row in events(found(text, over), over) if row[1] == "removed"]
    assert [row[0] for row in removed] == ["B"]
    assert "it is closed" in removed[0][4]


@pytest.mark.parametrize("block", [1, 250])
def test_a_float_factor_that_is_taken_anew_is_an_event(block: int) -> None:
    over = market(
        line("A", [100] * 5, 10),
        line("B", [50] * 5, 20),
        memberships=[*given("A", "B"), *given("A", "B", on=3)],
        float_factors=[
            {"symbol": symbol, "effective_date": day(at), "float_factor": factor}
            for symbol, at, factor in (("A", 0, 0.5), ("A", 2, 0.6), ("B", 0, 0.5))
        ],
    )
    text = LISTS.replace("market_cap", "float_market_cap")
    made = small.events(small.in_blocks(text, over, block), "float_factor")
    assert made == [(3, "A", "float_factor", 0.5, 0.6)]


def test_capped_names_and_quoted_prices() -> None:
    over = market(
        line("A", [30] * 3, 10),
        line("B", [100] * 3, 10),
        memberships=given("A", "B"),
        securities=[{"symbol": "A", "currency": "USD"}, {"symbol": "B", "currency": "KRW"}],
        fx=small.rates({"USD": [10.0] * 3}),
    )
    text = LISTS.replace("market_cap}", "market_cap, caps: [{per: security, limit: 60%}]}")
    (change,) = found(text, over).changes
    assert change.capped == 1
    np.testing.assert_allclose(change.capping, [0.5, 1.0], rtol=1e-12)
    np.testing.assert_allclose(change.weight, [0.6, 0.4], rtol=1e-12)
    assert change.quote is not None
    assert change.rate is not None
    assert (change.quote.tolist(), change.rate.tolist()) == ([30.0, 100.0], [10.0, 1.0])
    assert change.price.tolist() == [300.0, 100.0]
