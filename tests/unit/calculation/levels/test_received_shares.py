"""What corporate events hand to an index as shares, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.calculation.levels.received_shares import (
    NEVER,
    NewShares,
    ReceivedShares,
    ShareTransfer,
    SpunLine,
)
from indexcalc.calculation.prices.lines import Takeover
from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import action, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"
ONE = Takeover(target=1, acquirer=0, ratio=0.4, session=4, known_day=0, list_day=0)


def spun(**said: Any) -> SpunLine:
    return SpunLine(**{"child": 3, "parent": 0, "ratio": 0.5, "value": 20.0, "priced": False,
                       "opened": 2, **said})  # fmt: skip


class Lines:
    """A block of sessions 1 to 6 in which every line has a row."""

    first = 1
    days = np.zeros(6)

    def row(self, code: int) -> int:
        return code


def cuts(handed: ReceivedShares, marks: set[int]) -> set[int]:
    return handed.cuts(Lines(), marks)  # type: ignore[arg-type]


def test_the_columns_in_which_something_comes_or_goes() -> None:
    handed = ReceivedShares("cap", False)
    assert cuts(handed, {2}) == set()  # nothing is handed over: no mark counts
    handed.spun.append(spun(opened=2, sold=5))
    # Columns 1 and 4; of the marks only what lies between.
    assert cuts(handed, {0, 1, 3, 5}) == {1, 3, 4}
    open_ = ReceivedShares("neutral", True, spun=[spun(opened=0)])
    assert cuts(open_, {0, 5}) == {0, 5}
    # Where listed shares count at once nothing depends on what was handed over.
    at_once = ReceivedShares("cap", True, spun=[spun()], stock=[NewShares(ONE, 2, 8.0, 20)])
    assert cuts(at_once, {0, 5}) == set()


def test_what_is_held_beside_the_members_is_counted_with_them() -> None:
    new = NewShares(ONE, 2, 8.0, shares=8.0)
    handed = ReceivedShares("cap", True, spun=[spun(shares=5.0)], stock=[new])
    own = np.array([10.0, 20.0, 0.0, 1.0])
    assert handed.total(own).tolist() == [18.0, 20.0, 0.0, 6.0]
    assert own.tolist() == [10.0, 20.0, 0.0, 1.0]
    assert handed.codes().tolist() == [3]
    assert handed.rows(Lines()).tolist() == [0, 3]  # type: ignore[arg-type]


def test_what_was_handed_over_is_told_once() -> None:
    told = ShareTransfer("opened", 2, 3, 0, 5.0)
    handed = ReceivedShares("cap", True, told=[told])
    assert handed.taken() == (told,)
    assert handed.taken() == ()


def test_listed_shares_count_at_once_only_where_cap_weights_are_daily() -> None:
    assert ReceivedShares("cap", True).counts_at_once
    assert not ReceivedShares("cap", False).counts_at_once
    assert not ReceivedShares("neutral", True).counts_at_once
    assert spun().sold == NEVER


def shares(text: str, over: Market) -> dict[int, dict[str, float]]:
    return small.held(small.run(text, over))


def spin_off(*after: dict[str, Any]) -> Market:
    """A hands out half a share of D on session 2; D trades first on session 3, at 22."""
    return market(
        line("A", [100, 100, 90, 91, 92], 10),
        line("B", [50] * 5, 20),
        line("D", [22, 23], start=3),
        memberships=given("A", "B"),
        corporate_actions=[
            action("A", 2, "spin_off", ratio=0.5, price=20.0, other_symbol="D", sequence=1),
            *after,
        ],
    )


def test_a_spun_off_line_is_held_until_its_first_close() -> None:
    found = shares(CAP, spin_off())
    assert found[1] == {"A": 10.0, "B": 20.0}
    assert found[2] == found[3] == {"A": 10.0, "B": 20.0, "D": 5.0}
    assert found[4] == {"A": 10.0, "B": 20.0}


def test_at_its_value_or_at_zero() -> None:
    """5 at 20 stand for 100 of A's 1000: 900 + 1000 + 100 of 2000; at zero the fall is a loss until
    D trades at 22: 910 + 1000 + 110."""
    valued = small.levels(small.run(CAP + "maintenance: {spin_off: valued}\n", spin_off()))
    zero = small.levels(small.run(CAP, spin_off()))
    assert valued[1] == pytest.approx(1000.0, rel=1e-12)
    assert zero[1] == pytest.approx(950.0, rel=1e-12)
    assert zero[2] == valued[2] == pytest.approx(1010.0, rel=1e-12)


def test_weights_that_are_set_put_what_it_brings_into_the_parent() -> None:
    """A of 10 at 91 gets 5 x 22 / 91 more."""
    found = shares(small.EQUAL, spin_off())
    a = found[3]["A"]
    assert found[4]["A"] == pytest.approx(a + found[3]["D"] * 22 / 91, rel=1e-12)


def taken_over(text: str, listed: int = 3) -> dict[int, dict[str, float]]:
    """B leaves on session 2 for 0.4 of A each; A lists 8 more on some session."""
    over = market(
        line("A", [100] * 5, [10] * listed + [18] * (5 - listed)),
        line("B", [50, 50], 20),
        line("C", [10] * 5, 5),
        memberships=given("A", "B", "C"),
        corporate_actions=[action("B", 2, "merger", ratio=0.4, other_symbol="A")],
    )
    return shares(text, over)


def test_a_cap_weighted_index_counts_what_the_acquirer_issues() -> None:
    found = taken_over(CAP)
    assert [found[at]["A"] for at in (1, 2, 3, 4)] == [10, 18, 18, 18]
    at_once = taken_over(CAP, listed=2)
    assert [at_once[at]["A"] for at in (1, 2, 3)] == [10, 18, 18]


@pytest.mark.parametrize(("whose", "counted"), [("of_any", 18.0), ("of_members", 10.0)])
def test_shares_issued_for_a_line_that_is_no_member(whose: str, counted: float) -> None:
    """8 of A for 20 of B, which the index does not hold; they list on session 3."""
    over = market(
        line("A", [100] * 5, [10, 10, 10, 18, 18]),
        line("B", [50, 50], 20),
        memberships=given("A"),
        corporate_actions=[action("B", 2, "merger", ratio=0.4, other_symbol="A")],
    )
    found = shares(CAP + f"maintenance: {{merger_shares: {whose}}}\n", over)
    assert [found[at]["A"] for at in (1, 2, 3)] == [10.0, counted, 18.0]


def test_a_target_that_trades_again_was_not_halted() -> None:
    """Nobody trades B on session 2; it is halted on 4 and gone on 6 for 8 of A, which list on 7."""
    over = market(
        line("A", [100] * 9, [10] * 7 + [18] * 2),
        line("B", [50] * 6, 20, volume={2: 0, 4: 0, 5: 0}),
        memberships=given("A"),
        corporate_actions=[
            action("B", 6, "merger", ratio=0.4, other_symbol="A", known_at=small.day(1))
        ],
    )
    text = CAP + "maintenance: {merger_shares: of_any}\n"
    made = small.run(text, over)
    assert [small.held(made)[at]["A"] for at in range(1, 9)] == [10, 18, 10, 18, 18, 18, 18, 18]
    assert small.events(made, "shares_received") == [
        (2, "A", "shares_received", None, 8.0),
        (3, "A", "shares_received", 8.0, None),
        (4, "A", "shares_received", None, 8.0),
        (7, "A", "shares_received", 8.0, None),
    ]
    said = [row["reason"] for row in made.events.to_pylist() if row["event"] == "shares_received"]
    assert said[1] == "B trades again: the shares to be issued for it are not counted"
    for block in (1, 2, 3):
        assert small.held(small.in_blocks(text, over, block)) == small.held(made)


def test_new_shares_go_with_their_acquirer_and_take_its_factors() -> None:
    """8 of A for 20 of B on session 2.  Half of A is float from 3 on; it leaves on 4 and is back on 5
    without them, though they list on 7 alone."""
    factors = (("A", 0, 1.0), ("A", 2, 0.5), ("B", 0, 1.0), ("C", 0, 1.0))
    over = market(
        line("A", [100] * 9, [10] * 7 + [18] * 2),
        line("B", [50, 50], 20),
        line("C", [10] * 9, 5),
        memberships=[
            *given("A", "B", "C"),
            *(
                row
                for at, names in ((3, "AC"), (4, "C"), (5, "AC"))
                for row in given(*names, on=at)
            ),
        ],
        float_factors=[
            {"symbol": symbol, "effective_date": small.day(at), "float_factor": factor}
            for symbol, at, factor in factors
        ],
        corporate_actions=[action("B", 2, "merger", ratio=0.4, other_symbol="A")],
    )
    text = CAP.replace("market_cap", "float_market_cap")
    found = shares(text, over)
    assert [found[at].get("A", 0.0) for at in range(1, 9)] == [10, 18, 9, 0, 5, 5, 9, 9]
    for block in (1, 2, 3):
        assert small.held(small.in_blocks(text, over, block)) == found


def test_an_index_whose_weights_are_set_swaps_what_it_holds() -> None:
    found = taken_over(small.EQUAL)
    assert found[2]["A"] == pytest.approx(found[1]["A"] + 0.4 * found[1]["B"], rel=1e-12)
    assert "B" not in found[2]


def test_a_price_weighted_index_has_a_share_of_each_as_before() -> None:
    found = taken_over(small.GIVEN + "weighting: {scheme: price}\n")
    assert found[2]["A"] == found[1]["A"]
