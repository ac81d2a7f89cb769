"""From the reviews of a rule to its lists, by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.calculation.members.by_reviews import scheduled
from indexcalc.calculation.members.index_members import Members, Setting
from indexcalc.calculation.members.scheduled import Listing, Scheduled
from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.members.settings import setting
from tests.unit.calculation.small import day, given, line, market

# Reviews effective on 8 January and 7 February (sessions 6 and 36), cut off the day before.
HEAD = small.HEAD.replace("2024-01-02", "2024-01-07") + (
    "universe: {where: {symbol: {not_in: []}}}\n"
    "review: {months: [1, 2], effective: 6 sessions after first session of month,"
    " cutoff: 1 session before effective}\n"
)
RULE = HEAD + "selection: {steps: [{select: all}]}\nweighting: {scheme: market_cap}\n"


def over(n: int = 40, **tables: Any) -> Market:
    return market(line("A", [100] * n), line("B", [50] * (n - 20), start=20), **tables)


def made(text: str, data: Market | None = None, **said: Any) -> tuple[Members, Setting]:
    held = setting(data or over(), **said)
    return scheduled(small.rule(text), held, {}), held


def lists(members: Members) -> list[Listing]:
    assert isinstance(members.membership, Scheduled)
    return list(members.membership.listings)


def test_each_review_is_a_list_on_its_session() -> None:
    members, held = made(RULE)
    first, second = lists(members)
    assert (first.session, second.session) == (6, 36)
    assert (first.codes.tolist(), second.codes.tolist()) == ([0], [0, 1])
    assert first.kind == second.kind == "regular"
    assert first.sets_weights
    assert second.sets_weights
    assert (first.pricing, second.pricing) == (5, 35)
    assert members.first_session == 6
    assert members.cutoffs == {6: int(held.market.days[5]), 36: int(held.market.days[35])}
    assert (members.announcements, members.notes) == ({}, ())
    assert first.float_factor is first.inclusion is None


def test_between_rebalances_members_change_and_weights_do_not() -> None:
    text = RULE + (
        "rebalance: {months: [1], effective: 6 sessions after first session of month,"
        " cutoff: 1 session before effective}\n"
    )
    first, second = lists(made(text)[0])
    assert (first.sets_weights, second.sets_weights) == (True, False)
    assert (second.pricing, second.weighing) == (-1, None)
    recap = text.replace("market_cap}", "market_cap, interim: recap}")
    assert lists(made(recap)[0])[1].weighing is not None


def test_float_factors_and_inclusion_are_kept_where_there_are_any() -> None:
    factors = [{"symbol": "A", "effective_date": day(0), "float_factor": 0.5}]
    text = RULE.replace("scheme: market_cap", "scheme: float_market_cap").replace(
        "{select: all}", "{select: all}, {select: {symbol: A}, inclusion: 50%}"
    )
    members, held = made(text, over(float_factors=factors))
    first, second = lists(members)
    assert first.float_factor is not None
    assert first.inclusion is not None
    assert (first.float_factor.tolist(), first.inclusion.tolist()) == ([0.5], [0.5])
    # B has no float factor: it is told and does not enter.
    assert second.codes.tolist() == [0]
    assert "DAT011" in [item.code for item in held.findings.items]


def test_no_review_in_the_data_is_refused() -> None:
    with pytest.raises(ic.DataError, match=r"CAL010.*2024-01-02 to 2024-01-06"):
        made(RULE, market(line("A", [100] * 5)))


def test_a_review_whose_terms_are_not_known_yet_is_a_note() -> None:
    text = RULE.replace("{select: all}", "{select: {size: {rank: N}}}").replace(
        "selection:", "measures: {size: {last: market_cap}}\nselection:"
    )
    text = text.replace("N}", "{2024-02-01: 1}}")
    members, held = made(text)
    assert [item.session for item in lists(members)] == [36]
    (note,) = members.notes
    assert note.startswith("test begins with the review of 2024-02-07; earlier ones are not made")
    assert [item.code for item in held.findings.items if item.severity == "error"] == []


def test_a_window_that_begins_before_the_data_is_told() -> None:
    """The first review is of the 7th by the days to the 6th: five of its ten are in the data."""
    text = RULE.replace("{select: all}", "{select: {size: {rank: 1}}}").replace(
        "selection:", "measures: {size: {mean: market_cap, over: 10 sessions}}\nselection:"
    )
    members, held = made(text, before=100)
    assert members.notes == (
        "test: the window of `size` is observed on 5 of 10 sessions at the review of 2024-01-07",
    )
    (found,) = [item for item in held.findings.items if item.code == "DAT040"]
    assert found.where == "measures.size.over"


def test_reviews_of_days_without_a_session_are_one_list_by_the_last() -> None:
    """8 January is not observed: its list comes into force on the 9th, and so does one given for it."""
    text = (
        small.GIVEN.replace("months: [1]", "months: [1, 2]") + "weighting: {scheme: market_cap}\n"
    )
    data = market(
        line("A", [100] * 12, skip=(6,)),
        line("B", [50] * 12, skip=(6,)),
        memberships=[*given("A"), *given("A", "B", on=6), *given("B", on=7)],
        sessions=[{"date": day(at)} for at in range(12) if at != 6],
    )
    found = lists(made(text, data)[0])
    assert [(item.session, item.codes.tolist()) for item in found] == [(1, [0]), (6, [1])]


def test_lists_of_weights_in_between_set_weights_for_the_members_then() -> None:
    text = small.GIVEN + "weighting: {scheme: given}\nmaintenance: {joins_at: average_weight}\n"
    factors = [
        {"index": "test", "effective_date": day(at), "symbol": symbol, "weight_factor": factor}
        for at, symbol, factor in ((1, "A", 1.0), (1, "B", 1.0), (4, "A", 2.0), (4, "B", 1.0))
    ]
    data = market(
        line("A", [100] * 6),
        line("B", [50] * 6),
        memberships=given("A", "B"),
        weight_factors=factors,
    )
    first, second = lists(made(text, data)[0])
    assert (second.session, second.kind, second.pricing) == (4, "rebalance", 3)
    assert second.sets_weights
    assert second.codes.tolist() == first.codes.tolist() == [0, 1]


def test_the_horizon_makes_reviews_past_the_data_and_no_lists_of_them() -> None:
    members, _ = made(RULE, over(30), before=0, horizon=dt.date(2024, 2, 28))
    assert [item.session for item in lists(members)] == [6]
    assert [str(np.datetime64(item.effective, "D")) for item in members.results] == [
        "2024-01-08", "2024-02-07",
    ]  # fmt: skip
