"""One price through the events of a session, step by step, by hand."""

from __future__ import annotations

import pytest

from indexcalc.calculation.prices.action_day import EventDay, ReceivedLine, tick
from tests.unit.calculation.prices.action_rows import action_row

CHILD = {"other_symbol": "C", "other": 7}


def test_share_actions_cash_and_rights_are_kept_apart() -> None:
    """100: two for one is 50; 5 in cash is 45; one new for two at 30 is (45 + 15) / 1.5 = 40."""
    day = EventDay(100.0)
    assert day.take(action_row("split", ratio=2.0), None, True) == 2.0
    assert day.take(action_row("special", amount=5.0), None, True) == 1.0
    assert day.take(action_row("rights", ratio=0.5, price=30.0), None, True) == 1.5
    assert (day.price, day.unspun, day.factor, day.rights) == (40.0, 40.0, 3.0, 1.5)
    assert day.subscribed == pytest.approx(45 / 40, rel=1e-15)
    assert day.cash == pytest.approx(50 / 45, rel=1e-15)
    assert day.others == pytest.approx(2 * 45 / 40, rel=1e-15)
    assert day.spun == 1.0


def test_rights_that_count_later_or_are_worth_nothing_add_no_share() -> None:
    day = EventDay(100.0)
    row = action_row("rights", ratio=0.5, price=40.0)
    assert day.take(row, None, False) == 1.0
    assert (day.price, day.factor, day.rights) == (80.0, 1.0, 1.0)
    at_the_price = EventDay(100.0)
    assert at_the_price.take(action_row("rights", ratio=1.0, price=100.0), None, True) == 1.0
    assert at_the_price.rights == 1.0


def test_what_would_leave_no_price_is_left_out() -> None:
    day = EventDay(100.0)
    assert day.take(action_row("special", amount=100.0), None, True) is None
    assert (day.price, day.cash) == (100.0, 1.0)
    assert day.take(action_row("special", amount=99.0), None, True) == 1.0


def test_paper_that_is_held_comes_off_the_price_and_stays_in_the_holding() -> None:
    """Half a share worth 30 each: 85; what the price would be with it still in is 100."""
    day = EventDay(100.0)
    row = action_row("spin_off", ratio=0.5, **CHILD)
    assert day.take(row, ReceivedLine(30.0, 30.0, True, True), True) == 1.0
    assert (day.price, day.unspun, day.spun) == (85.0, 100.0, 100 / 85)
    (spin,) = day.spins(12)
    assert (spin.session, spin.parent, spin.child, spin.ratio) == (12, 0, 7, 0.5)
    assert (spin.value, spin.priced) == (30.0, True)
    assert (spin.cap, spin.neutral, spin.drifting, spin.price) == (1.0, 1.0, 1.0, 1.0)


def test_what_follows_in_the_session_scales_what_was_handed_out() -> None:
    """After the spin-off: two for one, then 10 of 42.5 in cash, then rights at 22.5 for 32.5: 27.5."""
    day = EventDay(100.0)
    day.take(action_row("spin_off", ratio=0.5, **CHILD), ReceivedLine(30.0, 30.0, True), True)
    day.take(action_row("split", ratio=2.0), None, True)
    day.take(action_row("special", amount=10.0), None, True)
    day.take(action_row("rights", ratio=1.0, price=22.5), None, True)
    (spin,) = day.spins(0)
    assert spin.cap == 4.0
    assert spin.price == 2.0  # rights subscribe nothing there
    assert spin.drifting == pytest.approx(2.0 * 32.5 / 27.5, rel=1e-15)
    assert spin.neutral == pytest.approx(2.0 * 32.5 / 27.5 * 42.5 / 32.5, rel=1e-15)


def test_a_base_of_the_exchange_that_took_the_paper_off_values_it() -> None:
    """With the paper in it the base would be 100; half a percent of that is rounding."""
    day = EventDay(100.0)
    assert not day.is_rebased(50.0)  # nothing was handed out
    day.take(action_row("spin_off", ratio=0.5, **CHILD), ReceivedLine(0.0, 0.0, True), True)
    assert not day.is_rebased(99.0)
    assert day.is_rebased(98.0)
    day.forget_paper()
    assert (day.spun, day.handed, day.others) == (1.0, [], 1.0)
    assert day.spins(0) == []


def test_paper_nothing_values_is_told() -> None:
    day = EventDay(100.0)
    row = action_row("spin_off", ratio=0.5, **CHILD)
    day.take(row, ReceivedLine(float("nan")), True)
    assert (day.unvalued, day.price) == ([row], 100.0)
    # Paper that is not held and has a value leaves with it.
    day.take(row, ReceivedLine(40.0), True)
    assert (day.price, day.unspun) == (80.0, 80.0)
    assert day.unvalued == [row]


def test_a_first_close_is_a_price_from_elsewhere() -> None:
    day = EventDay(float("nan"))
    day.set(7.0)
    assert (day.price, day.unspun) == (7.0, 7.0)


@pytest.mark.parametrize(
    ("price", "step"), [(10_000, 50.0), (150, 1.0), (100, 1.0), (99, 0.495), (1, 0.01)]
)
def test_what_rounding_may_move_a_base(price: float, step: float) -> None:
    assert tick(price) == pytest.approx(step)
