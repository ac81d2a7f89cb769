"""From a rule to the kind of membership the level pass lays over its blocks."""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.calculation.members.composite import Composite
from indexcalc.calculation.members.index_members import Members, Setting
from indexcalc.calculation.members.members import members_of
from indexcalc.calculation.members.scheduled import Scheduled
from indexcalc.methodology.model.methodology import Methodology
from tests.unit.calculation import small
from tests.unit.calculation.members.settings import CHILD, setting
from tests.unit.calculation.small import day, given, line, market

LISTED = small.GIVEN + "weighting: {scheme: market_cap}\n"


def made(text: str, **tables: Any) -> tuple[Members, Setting]:
    over = market(line("A", [1] * 5), line("B", [2] * 5), memberships=given("A", "B"), **tables)
    held = setting(over)
    return members_of(small.rule(text), held, {}), held


def child(keys: str) -> Members:
    parent, held = made(LISTED)
    rule = Methodology.from_text(CHILD + keys)
    return members_of(rule, held, {"test": parent})


def test_a_review_every_session_is_a_state_and_dates_are_lists() -> None:
    assert isinstance(made(small.CAP)[0].membership, Composite)
    assert isinstance(made(LISTED)[0].membership, Scheduled)


def test_a_child_that_chooses_nothing_holds_what_its_parent_holds() -> None:
    found = child("weighting: {scheme: market_cap}\n").membership
    assert isinstance(found, Composite)
    assert (found.of, found.except_, found.first_session) == (("test",), (), 1)
    unused = child("weighting: {scheme: market_cap}\nfloat: {steps: [{round: up to 5%}]}\n")
    assert isinstance(unused.membership, Composite)


@pytest.mark.parametrize(
    "keys",
    [
        "weighting: {scheme: equal}\nmaintenance: {joins_at: average_weight}\n",
        "weighting: {scheme: market_cap, caps: [{per: security, limit: 60%}]}\n",
        "weighting: {scheme: float_market_cap}\nfloat: {steps: [{round: up to 5%}]}\n",
        "weighting: {scheme: market_cap, spread_over: 3 sessions}\n",
        "weighting: {scheme: market_cap}\n"
        f"committee: [{{effective: {day(2)}, remove: [B], why: x, ref: y}}]\n",
    ],
    ids=["weights", "caps", "floats", "steps", "committee"],
)
def test_a_child_with_something_of_its_own_has_lists(keys: str) -> None:
    assert isinstance(child(keys).membership, Scheduled)


def test_a_committee_has_no_say_where_there_is_no_review() -> None:
    text = small.CAP + f"committee: [{{effective: {day(2)}, remove: [B], why: x, ref: y}}]\n"
    _, held = made(text)
    (found,) = held.findings.items
    assert (found.code, found.on) == ("CAL009", day(2))
    assert found.span is not None
