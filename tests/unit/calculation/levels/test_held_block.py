"""What an index holds over a block, kept small, gives the prices back that it was made from."""

from __future__ import annotations

import numpy as np

import indexcalc as ic
from indexcalc.calculation.levels.held_block import HeldBlock, HeldPrices
from tests.unit.calculation import small
from tests.unit.calculation.small import action, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"


def held(over: ic.Market) -> list[HeldBlock]:
    run = ic.compute(small.rule(CAP), over)
    assert run.holdings is not None
    return list(run.holdings.blocks)


def prices_of(block: HeldBlock, over: ic.Market) -> HeldPrices:
    """All prices of a block."""
    rows = np.arange(block.codes.size)
    return block.prices(over.panel, 0, block.stop - block.first, rows)


def test_only_lines_that_are_held_and_sessions_that_are_told() -> None:
    over = market(
        line("A", [100, 100, 110], 10),
        line("B", [7] * 3),
        line("C", [50] * 3, 20),
        memberships=given("A", "C"),
    )
    (block,) = held(over)
    assert (block.first, block.stop, block.codes.tolist()) == (1, 3, [0, 2])
    assert block.opening.tolist() == [2000.0, 2000.0]
    assert block.shares.dense().tolist() == [[10.0, 10.0], [20.0, 20.0]]
    assert block.exchange is None


def test_closes_and_bases_that_are_not_the_last_close_are_kept() -> None:
    """A splits without a trade on session 2 and is worth its base, 50; it trades at 52 on session 4."""
    over = market(
        line("A", [100, 100, None, None, 52], [10, 10, 20, 20, 20], volume={2: 0, 3: 0}),
        line("B", [50, 51, 52, 53, 54], 20),
        memberships=given("A", "B"),
        corporate_actions=[action("A", 2, "split", ratio=2.0)],
    )
    (block,) = held(over)
    prices = prices_of(block, over)
    assert prices.close.tolist() == [[100, 51], [50, 52], [50, 53], [52, 54]]
    assert prices.base[1:].tolist() == [[50, 51], [50, 52], [50, 53]]
    assert prices.quoted[1] is prices.close
    assert prices.rates is None
    # Some of them are those of all.
    for low, high, row in ((0, 1, 0), (1, 4, 0), (2, 3, 0), (3, 4, 1)):
        some = block.prices(over.panel, low, high, np.array([row]))
        assert some.close.tolist() == prices.close[low:high, [row]].tolist()
        assert some.base.tolist() == prices.base[low:high, [row]].tolist()
    # B is what its rows say: nothing of it is kept.
    assert set(block.closes.codes.tolist()) == {0}
    assert block.shares.at(1).tolist() == [20.0, 20.0]


def test_prices_of_other_currencies_are_quoted_and_converted() -> None:
    over = small.two_currencies()
    (block,) = held(over)
    prices = prices_of(block, over)
    assert prices.quoted[1].tolist() == [[100, 5], [100, 6]]
    assert prices.close.tolist() == [[100, 50], [100, 66]]
    assert prices.base.tolist()[1] == [100, 50]
    assert prices.rates is not None
    np.testing.assert_array_equal(prices.rates[0][1], [1.0, 10.0])
    np.testing.assert_array_equal(prices.rates[1][1], [1.0, 11.0])


def test_blocks_follow_each_other() -> None:
    over = market(
        line("A", [100, 100, 110, 120, 130], 10),
        line("B", [50] * 5, 20),
        memberships=given("A", "B"),
    )
    run = small.in_blocks(CAP, over, 2)
    assert run.holdings is not None
    blocks = list(run.holdings.blocks)
    assert [(block.first, block.stop) for block in blocks] == [(1, 2), (2, 4), (4, 5)]
    # The first base of a block is the last close of the one before.
    assert prices_of(blocks[2], over).base.tolist() == [[120.0, 50.0]]
    assert blocks[1].opening.tolist() == [2000.0, 2100.0]
