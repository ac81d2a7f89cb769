"""Members as written lists say them, laid over the sessions of a block."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

import indexcalc as ic
from indexcalc.calculation.members.from_lists import FromLists, WrittenList, written_lists
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.weighting.schemes import SchemeFamily
from tests.unit.calculation import small
from tests.unit.calculation.small import given, line, market


def written(session: int, codes: list[int], shares: float, kind: str = "regular") -> WrittenList:
    n = len(codes)
    return WrittenList(
        session=session,
        day=session,
        kind=kind,
        codes=np.array(codes, dtype=np.int32),
        inclusion=np.ones(n),
        factor=np.full(n, 0.5),
        index_shares=np.full(n, shares),
    )


class Block:
    """What is asked of a block of lines 0, 1 and 2 from session ``first`` on."""

    codes = np.arange(3, dtype=np.int32)

    def __init__(self, first: int, n: int) -> None:
        self.first, self.days = first, np.arange(n)


def members(family: SchemeFamily, first: int, n: int) -> Any:
    lists = (
        written(2, [0, 1], 10.0),
        written(4, [1, 2], 20.0, "deletion"),
        written(5, [2], 30.0),
    )
    return FromLists(2, lists, family).held(cast(IndexLines, Block(first, n)), {})


def test_a_list_holds_until_the_next() -> None:
    made = members("cap", 1, 5)  # sessions 1 to 5
    assert made.held.astype(int).tolist() == [
        [0, 1, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 0, 1, 1],
    ]
    # A list that only takes a line out sets no weights.
    assert made.resets == {1: None, 4: None}
    assert made.float_factor.at(1).tolist() == [0.5, 0.5, 1.0]
    assert made.float_factor.at(4).tolist() == [1.0, 1.0, 0.5]


def test_a_block_begins_with_the_list_in_force() -> None:
    made = members("cap", 6, 2)
    assert made.held.astype(int).tolist() == [[0, 0], [0, 0], [1, 1]]
    assert made.resets == {}


def test_index_shares_of_weights_that_are_set_are_those_of_each_list() -> None:
    made = members("neutral", 2, 4)
    assert {column: values.tolist() for column, values in made.resets.items()} == {
        0: [10.0, 10.0, 0.0],
        2: [0.0, 20.0, 20.0],
        3: [0.0, 0.0, 30.0],
    }
    assert made.given == {0, 2, 3}


def test_those_of_a_price_weighted_index_are_its_factors() -> None:
    assert members("price", 2, 4).float_factor.at(2).tolist() == [1.0, 20.0, 20.0]


def test_the_lists_of_a_run_by_its_tables() -> None:
    over = market(
        line("A", [100, 100, 100, 100], 10),
        line("B", [50, 50, 50, 50], 20),
        memberships=[*given("A"), *small.given("A", "B", on=3)],
    )
    run = ic.compute(small.rule(small.GIVEN + "weighting: {scheme: market_cap}\n"), over)
    first, second = written_lists(run.constituents, run.reviews, over.days, over.order)
    assert (first.session, second.session) == (1, 3)
    assert (first.codes.tolist(), second.codes.tolist()) == ([0], [0, 1])
    assert second.index_shares.tolist() == [10.0, 20.0]
    assert (second.kind, second.factor.tolist()) == ("regular", [1.0, 1.0])
