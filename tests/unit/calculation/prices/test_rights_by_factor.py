"""Rights by a price adjustment factor; figures by hand.

Half a new share of A for one at 60, ex on session 3 with 100 before it and a close of 90 on it.  A and B
are at 100 before, with as many shares; B closes at 110 on session 3; on session 4 A gains a tenth.  The new
shares list on session 5, when nothing moves.
"""

from __future__ import annotations

import pytest

from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import action, given, in_blocks, line, market, run

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"
PRICE = small.GIVEN + "weighting: {scheme: price}\n"
EQUAL = small.GIVEN + "weighting: {scheme: equal}\n"
NEXT = (150 * 99 + 100 * 110) / (150 * 90 + 100 * 110)
"""The session after the ex-date of a cap-weighted index: 150 shares of A, 100 of B."""
CUM_OVER_EX = 100 / ((100 + 0.5 * 60) / 1.5)
EXPECTED = {
    # The old shares at 90 x 7/6 (theoretical cum 105), or at 90 x 15/13.
    (CAP, "theoretical_cum"): (1075.0, 1075.0 * NEXT),
    (CAP, "theoretical_ex"): (
        500 * (0.9 * CUM_OVER_EX + 1.1),
        500 * (0.9 * CUM_OVER_EX + 1.1) * NEXT,
    ),
    # All new shares at their price from the open.
    (CAP, "ex_date"): (1000 * 245 / 230, 1000 * 245 / 230 * NEXT),
    # 500 in each: A gains 5 % and then a tenth, and nothing is paid in.
    (EQUAL, "theoretical_cum"): (1075.0, 525 * 1.1 + 550),
    # One share of each: A begins the ex-date at 100 / (7/6).
    (PRICE, "theoretical_cum"): (
        1000 * 200 / (600 / 7 + 100),
        1000 * 200 / (600 / 7 + 100) * 209 / 200,
    ),
}


def with_rights(price: float = 60.0, close: float = 90.0, base: float | None = None) -> Market:
    return market(
        line(
            "A",
            [100, 100, 100, close, close * 1.1, close * 1.1],
            [100] * 5 + [150],
            base=None if base is None else {3: base},
        ),
        line("B", [100, 100, 100, 110, 110, 110], 100),
        corporate_actions=[action("A", 3, "rights", ratio=0.5, price=price)],
        memberships=given("A", "B"),
    )


def rule(text: str, rights: str, shares: str = "daily") -> str:
    return text + f"maintenance: {{rights: {rights}, shares: {shares}}}\n"


@pytest.mark.parametrize(("text", "rights"), EXPECTED)
@pytest.mark.parametrize("shares", ["daily", "at_rebalance"])
def test_levels(text: str, rights: str, shares: str) -> None:
    on_it, after = EXPECTED[text, rights]
    made = run(rule(text, rights, shares), with_rights())
    assert small.levels(made) == pytest.approx([1000, 1000, on_it, after, after], rel=1e-12)
    assert small.codes(made) == []


def test_a_run_in_blocks_has_the_same_bits() -> None:
    whole = run(rule(CAP, "theoretical_cum"), with_rights())
    for block in (1, 2, 3):
        cut = in_blocks(rule(CAP, "theoretical_cum"), with_rights(), block)
        assert small.levels(cut) == small.levels(whole)
        assert small.events(cut) == small.events(whole)


def test_the_new_shares_enter_at_the_close() -> None:
    held = small.held(run(rule(CAP, "theoretical_cum"), with_rights()))
    assert [held[session]["A"] for session in (2, 3, 4, 5)] == pytest.approx(
        [100, 100 * 7 / 6, 150, 150]
    )


def test_the_terms_count_whatever_the_base_price_of_the_exchange() -> None:
    on_it, after = EXPECTED[CAP, "theoretical_cum"]
    made = run(rule(CAP, "theoretical_cum"), with_rights(base=80.0))
    assert small.levels(made)[2:4] == pytest.approx([on_it, after], rel=1e-12)


def test_a_subscription_price_that_is_not_below_the_last_changes_nothing() -> None:
    made = run(rule(CAP, "theoretical_cum"), with_rights(price=100.0))
    assert small.levels(made)[2] == pytest.approx(1000.0, rel=1e-12)


def test_shares_that_are_worth_less_than_was_paid_for_the_new_ones() -> None:
    """At 15 all 1.5 shares are worth 22.5, less than the 30 paid: the factor of the formula before."""
    made = run(rule(CAP, "theoretical_cum"), with_rights(close=15.0))
    assert small.levels(made)[2] == pytest.approx(500 * (0.15 * CUM_OVER_EX + 1.1), rel=1e-12)
