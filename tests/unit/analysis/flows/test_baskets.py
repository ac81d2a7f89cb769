"""What an index holds around a session, read from the tables of its run."""

from __future__ import annotations

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.flows.baskets import Basket, Baskets
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, line, market

# B comes in on session 2, A splits on session 3.
TEXT = small.GIVEN.replace("months: [1]", "months: [1, 2]") + "weighting: {scheme: market_cap}\n"
OVER = market(
    line("B", [50, 51, 52, 53], 20),
    line("A", [100, 101, 102, 52], [10, 10, 10, 20]),
    memberships=[*small.given("A"), *small.given("A", "B", on=2)],
    corporate_actions=[action("A", 3, "split", ratio=2.0)],
)
BOTH = np.array([0, 1], dtype=np.int32)


def on(at: int) -> int:
    return day_number(day(at))


@pytest.fixture(scope="module")
def baskets() -> Baskets:
    return Baskets(ic.compute(small.rule(TEXT), OVER))


def test_a_session_starts_at_base_prices_and_ends_at_closes(baskets: Baskets) -> None:
    start, close = baskets.at_start(on(3)), baskets.at_close(on(3))
    assert start.codes.tolist() == close.codes.tolist() == [0, 1]
    assert start.units.tolist() == [20.0, 20.0]
    assert start.price.tolist() == [51.0, 52.0]  # 102 over 2
    assert close.price.tolist() == [52.0, 53.0]
    assert close.rate.tolist() == [1.0, 1.0]
    assert baskets.at_close(on(1)).codes.tolist() == [0]
    assert baskets.at_close(on(2)).codes.tolist() == [0, 1]


def test_units_prices_and_rates_for_other_lines(baskets: Baskets) -> None:
    units, price, rate = baskets.at_close(on(1)).spread(BOTH)
    assert units.tolist() == [10.0, 0.0]
    np.testing.assert_array_equal(price, [101.0, np.nan])
    np.testing.assert_array_equal(rate, [1.0, np.nan])


def test_a_basket_of_nothing_holds_none_of_them() -> None:
    empty = np.zeros(0)
    nothing = Basket(0, np.zeros(0, dtype=np.int32), empty, empty, empty)
    units, price, rate = nothing.spread(BOTH)
    assert units.tolist() == [0.0, 0.0]
    assert np.isnan(price).all()
    assert np.isnan(rate).all()


def test_sessions_of_the_run(baskets: Baskets) -> None:
    assert baskets.codes().tolist() == [0, 1]
    assert baskets.session_before(on(1)) is None
    assert baskets.session_before(on(3)) == on(2)
    assert baskets.session_on(day(3)) == on(3)
    assert baskets.session_on(day(99)) == on(3)
    assert baskets.session_on(day(1)) == on(1)
    with pytest.raises(ic.UsageError, match=r"ANA003.*begins after 2024-01-02"):
        baskets.session_on(day(0))


def test_factors_are_those_of_the_last_list(baskets: Baskets) -> None:
    assert sorted(baskets.lists) == [on(1), on(2)]

    def factors(at: int, name: str) -> np.ndarray:
        return baskets.factors(on(at), BOTH, "cap")[name]

    np.testing.assert_array_equal(factors(1, "shares"), [10.0, np.nan])
    np.testing.assert_array_equal(factors(2, "shares"), [10.0, 20.0])
    np.testing.assert_array_equal(factors(3, "inclusion_factor"), [1.0, 1.0])
    np.testing.assert_array_equal(factors(0, "shares"), [np.nan, np.nan])


def test_shares_move_between_lists(baskets: Baskets) -> None:
    """A's split of session 3 is no list of its own: 10 shares are 20 all the same."""
    np.testing.assert_array_equal(baskets.factors(on(3), BOTH, "cap")["shares"], [20.0, 20.0])
    # Under equal weights index shares say nothing of listed ones: those of the day are.
    equal = Baskets(ic.compute(small.rule(TEXT.replace("market_cap", "equal")), OVER))
    np.testing.assert_array_equal(equal.factors(on(2), BOTH, "neutral")["shares"], [10.0, 20.0])
    np.testing.assert_array_equal(equal.factors(on(3), BOTH, "neutral")["shares"], [20.0, 20.0])


def test_a_run_without_its_composition_is_refused() -> None:
    family = load_family([small.rule(TEXT)])
    run = compute_family(family, OVER, Request(keep_weights=False))["test"]
    with pytest.raises(ic.UsageError, match=r"ANA003.*no daily composition"):
        Baskets(run)


def test_a_session_on_which_nothing_is_held_is_empty() -> None:
    """A leaves with session 2 and comes back on 4: what is held on 3 is not what is held on 4."""
    over = market(
        line("A", [100, 101, 102], 10),
        line("B", [50, 51, 52, 53, 54, 55], 20),
        line("A", [110, 111], 10, start=4),
        memberships=[*small.given("A"), *small.given("B", on=4)],
    )
    run = ic.compute(small.rule(TEXT), over)
    assert arrow.days(run.composition.column("date")).tolist().count(on(3)) == 0
    empty = Baskets(run)
    assert empty.days.tolist() == [on(n) for n in range(1, 6)]
    assert empty.at_start(on(3)).codes.size == empty.at_close(on(3)).codes.size == 0
    assert empty.session_before(on(4)) == on(3)
    assert empty.at_start(on(4)).codes.tolist() == [1]
