"""Lists laid over the lines that are there, and what is carried from block to block, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.calculation.members.composite import MembershipBlock
from indexcalc.calculation.members.scheduled import Carried, Listing, Scheduled
from indexcalc.calculation.plan import Plan, Request, make_plan
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.diagnostics import Findings
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.prices.line_blocks import blocks
from tests.unit.calculation.small import given, line, market


def listing(session: int, *codes: int, sets_weights: bool = True, **more: Any) -> Listing:
    return Listing(
        session=session,
        kind="regular",
        codes=np.array(codes, dtype=np.int32),
        float_factor=more.get("float_factor"),
        inclusion=more.get("inclusion"),
        sets_weights=sets_weights,
        why=more.get("why", {}),
    )


def scheduled(*lists: Listing) -> Scheduled:
    return Scheduled(lists[0].session, lists, Findings())


def laid(made: Scheduled, over: Market, *stops: int) -> list[MembershipBlock]:
    """The members of each block, over all lines."""
    found = []
    for block in blocks(over, *stops):
        codes = made.codes(block, {})
        found.append(made.held(IndexLines.of(block, codes), {}))
    return found


def plain() -> Market:
    return market(line("A", [100] * 6), line("B", [50] * 6), line("C", [10] * 6))


def test_a_list_is_held_until_the_next() -> None:
    made = scheduled(listing(1, 0, 1), listing(4, 0, 2, why={2: "it grew"}))
    (block,) = laid(made, plain(), 6)
    assert block.codes.tolist() == [0, 1, 2]
    assert block.held.tolist() == [
        [False, True, True, True, True, True],
        [False, True, True, True, False, False],
        [False, False, False, False, True, True],
    ]
    assert block.kinds == {1: "regular", 4: "regular"}
    assert block.why == {1: {}, 4: {2: "it grew"}}
    assert list(block.resets) == [1, 4]
    assert (block.float_factor, block.capping) == (None, None)


@pytest.mark.parametrize("stops", [(1, 2, 3, 4, 5, 6), (3, 6), (2, 4, 6)])
def test_blocks_hold_what_one_block_would(stops: tuple[int, ...]) -> None:
    lists = (listing(1, 0, 1), listing(4, 0, 2, sets_weights=False))
    held = [
        {(int(code), column) for code, row in zip(block.codes, block.held, strict=True)
         for column in np.flatnonzero(row).tolist()}
        for block in laid(scheduled(*lists), plain(), *stops)
    ]  # fmt: skip
    first, seen = 0, set()
    for cells, stop in zip(held, stops, strict=True):
        seen |= {(code, first + column) for code, column in cells}
        first = stop
    assert seen == {(0, at) for at in range(1, 6)} | {(1, 1), (1, 2), (1, 3), (2, 4), (2, 5)}


def test_only_lines_of_lists_in_force_are_asked_for() -> None:
    made = scheduled(listing(1, 0, 1), listing(4, 2))
    first, second, third = blocks(plain(), 2, 4, 6)
    assert made.codes(first, {}).tolist() == [0, 1]
    made.held(IndexLines.of(first, np.array([0, 1], dtype=np.int32)), {})
    assert made.codes(second, {}).tolist() == [0, 1]
    made.held(IndexLines.of(second, np.array([0, 1], dtype=np.int32)), {})
    assert made.codes(third, {}).tolist() == [0, 1, 2]


def test_a_line_whose_rows_stop_is_out_until_the_next_list() -> None:
    over = market(line("A", [100] * 6), line("B", [50] * 6, skip=(2,)))
    (block,) = laid(scheduled(listing(1, 0, 1), listing(5, 0, 1)), over, 6)
    assert block.held[1].tolist() == [False, True, False, False, False, True]


def test_chosen_lines_without_a_price_or_a_row_do_not_enter() -> None:
    over = market(
        line("A", [100] * 4),
        line("B", [None] * 2 + [50] * 2, volume={0: 0, 1: 0}),
        line("C", [10] * 4, skip=(1, 2, 3)),
    )
    (block,) = laid(scheduled(listing(1, 0, 1, 2)), over, 4)
    assert block.blocked == [(1, 1)]
    assert block.gone == [(1, 2)]
    assert block.held.any(axis=1).tolist() == [True, False, False]


def test_factors_move_with_the_lists_that_have_them() -> None:
    half = np.array([0.5, 1.0])
    made = scheduled(
        listing(1, 0, 1, float_factor=half), listing(3, 0, 1, float_factor=half[::-1].copy())
    )
    (block,) = laid(made, plain(), 6)
    assert block.float_factor is not None
    assert [block.float_factor.at(at).tolist() for at in (0, 1, 3)] == [
        [1.0, 1.0], [0.5, 1.0], [1.0, 0.5],
    ]  # fmt: skip
    assert block.inclusion is None


CAPPED = small.GIVEN.replace("months: [1]", "months: [1, 2]") + (
    "weighting: {scheme: market_cap, caps: [{per: security, limit: 60%}]}\n"
)


def planned(text: str = CAPPED) -> Plan:
    """3000 against 1000 on session 1: 0.5; on session 4 C is in too: 3000, 1000, 1000 are 60, 20, 20."""
    over = market(
        line("A", [300] * 6, 10),
        line("B", [100] * 6, 10),
        line("C", [100] * 6, 10),
        memberships=[*given("A", "B"), *given("A", "B", "C", on=4)],
    )
    return make_plan(load_family([small.rule(text)]), over, Request())


def test_caps_are_set_by_a_list_that_weighs_and_frozen_until_the_next() -> None:
    plan = planned()
    made = plan.works["test"].members.membership
    assert isinstance(made, Scheduled)
    assert made.acts
    assert made.set_on == ()
    (block,) = laid(made, plan.market, 6)
    assert block.capping is not None
    np.testing.assert_allclose(block.capping.at(3), [0.5, 1.0, 1.0], rtol=1e-12)
    np.testing.assert_allclose(block.capping.at(5), [1.0, 1.0, 1.0], rtol=1e-12)
    assert [marks.tolist() for _, marks in sorted(block.capped.items())][-2:] == [
        [True, False, False], [False, False, False],
    ]  # fmt: skip
    days = plan.market.days
    assert made.set_on == (int(days[1]), int(days[4]))
    assert list(made.weights) == [1, 4]


def test_what_is_carried_lets_another_go_on_in_its_place() -> None:
    plan, again = planned(), planned()
    made, other = (one.works["test"].members.membership for one in (plan, again))
    assert isinstance(made, Scheduled)
    assert isinstance(other, Scheduled)
    laid(made, plan.market, 4)
    carried = made.carried(3)
    assert (carried.listed, sorted(carried.prices)) == (1, [4])
    assert other.resume(3, carried) == []
    block = blocks(again.market, 4, 6)[1]
    found = other.held(IndexLines.of(block, other.codes(block, {})), {})
    assert found.held.tolist() == [[True, True]] * 3
    assert found.capping is not None
    np.testing.assert_allclose(found.capping.at(0), [1.0, 1.0, 1.0], rtol=1e-12)


def test_a_state_that_lacks_prices_or_its_list_is_told() -> None:
    made = planned().works["test"].members.membership
    assert isinstance(made, Scheduled)
    nobody = Carried(1, None, None, None, {})
    assert made.resume(3, nobody) == [4]
    with pytest.raises(KeyError):
        made.resume(3, Carried(2, None, None, None, {}))


def test_without_caps_nothing_is_weighed() -> None:
    plan = planned(CAPPED.replace(", caps: [{per: security, limit: 60%}]", ""))
    made = plan.works["test"].members.membership
    assert isinstance(made, Scheduled)
    assert not made.acts
    (block,) = laid(made, plan.market, 6)
    assert (block.capping, made.weights) == (None, {})


def test_weights_that_are_set_open_the_session() -> None:
    text = small.EQUAL.replace("months: [1]", "months: [1, 2]")
    plan = planned(text)
    (block,) = laid(plan.works["test"].members.membership, plan.market, 6)  # type: ignore[arg-type]
    first, second = (block.resets[at] for at in (1, 4))
    np.testing.assert_allclose(first, [0.5, 0.5, 0.0], rtol=1e-14)
    np.testing.assert_allclose(second, [1 / 3, 1 / 3, 1 / 3], rtol=1e-14)
