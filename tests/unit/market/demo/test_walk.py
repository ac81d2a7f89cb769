"""Prices session by session: what each event does to base price and shares, by the exchange's rules."""

from __future__ import annotations

import math

import numpy as np
import pytest

from indexcalc.market.demo.agenda import Event
from indexcalc.market.demo.lines import Line
from indexcalc.market.demo.ticks import tick_price, to_tick
from indexcalc.market.demo.walk import PRICE_LIMIT, Walk, mega_share
from tests.unit.market.demo.lines_of_a_demo import event, line, plan, roster, walked


def lines() -> list[Line]:
    """The largest, the second, and one to which things happen."""
    return [line("A", size=5e13), line("B", size=2e13), line("C")]


def around(*events: Event, of: list[Line], session: int = 5) -> tuple[float, float, int, int]:
    """(close before, base price, shares before, shares) of the third line around a session."""
    _, block = walked(plan(roster(*of), 12, *events))
    return (
        float(block.close[session - 1, 2]),
        float(block.base_price[session, 2]),
        int(block.shares[session - 1, 2]),
        int(block.shares[session, 2]),
    )


def test_without_an_event_the_base_price_is_the_last_close() -> None:
    _, block = walked(plan(roster(*lines()), 12))
    assert np.array_equal(block.base_price[1:], block.close[:-1])
    assert np.array_equal(block.close, to_tick(block.close))
    assert (np.abs(block.close / block.base_price - 1) < PRICE_LIMIT).all()
    assert (block.shares == block.shares[0]).all()
    assert (block.volume > 0).all()
    assert block.listed.all()


@pytest.mark.parametrize(("kind", "m"), [("split", 5.0), ("consolidation", 0.1), ("split", 50.0)])
def test_shares_for_shares_step_at_once(kind: str, m: float) -> None:
    of = lines()
    close, base, before, after = around(event(5, kind, of[2], m), of=of)  # type: ignore[arg-type]
    assert base == tick_price(close / m)
    assert after == round(before * m)


def test_a_bonus_issue_lists_its_shares_later() -> None:
    of = lines()
    bonus, listing = (
        event(5, "bonus", of[2], 2.0, list_session=8),
        event(8, "list_shares", of[2], 2.0),
    )
    close, base, before, after = around(bonus, listing, of=of)
    assert base == tick_price(close / 2)
    assert after == before
    _, block = walked(plan(roster(*of), 12, bonus, listing))
    assert block.shares[8, 2] == 2 * before


def test_a_rights_issue_at_a_discount() -> None:
    # A quarter of new shares at 80 % of the close C: (C + 0.25 x 0.8 C) / 1.25 = 0.96 C.
    of = lines()
    close, base, _, _ = around(event(5, "rights", of[2], 0.25, 0.8), of=of)
    assert base == tick_price((close + 0.25 * tick_price(0.8 * close)) / 1.25)
    assert base / close == pytest.approx(0.96, abs=0.002)


def test_a_capital_reduction_reopens_at_an_auction() -> None:
    of = lines()
    reduction = event(5, "capital_reduction", of[2], 0.5, 0.1)
    close, base, before, after = around(reduction, of=of)
    assert base == tick_price(close * 2 * math.exp(0.1))
    assert after == round(before / 2)


def test_a_spin_off_shares_the_value_out() -> None:
    of = [*lines(), line("D", listed_by="demerger", start=5)]
    of[3].parent = of[2]
    spin_off = event(5, "spin_off", of[2], 0.5, 0.4, other=of[3])
    walk, block = walked(plan(roster(*of), 12, spin_off, event(5, "list", of[3], 0.0)))
    close = float(block.close[4, 2])
    # 60 % stays; half a share of the child has 40 %, so one has 80 %: each within an auction's 8 % noise.
    assert block.base_price[5, 2] / close == pytest.approx(0.6, rel=0.4)
    assert block.base_price[5, 3] / close == pytest.approx(0.8, rel=0.4)
    assert block.shares[5, 3] == round(int(block.shares[5, 2]) * 0.5)
    assert block.listed[:, 3].tolist() == [False] * 5 + [True] * 7
    assert walk.outcome.first_close == {3: float(block.close[5, 3])}


def test_a_halted_line_keeps_its_price_and_does_not_trade() -> None:
    of = lines()
    _, block = walked(plan(roster(*of), 12, event(3, "halt", of[2]), event(6, "resume", of[2])))
    assert (block.close[3:6, 2] == block.close[2, 2]).all()
    assert block.volume[2:7, 2].astype(bool).tolist() == [True, False, False, False, True]
    assert (block.traded_value[3:6, 2] == 0).all()


def test_issues_and_cancellations_are_a_part_of_the_shares_in_tens() -> None:
    of = lines()
    _, _, before, after = around(event(5, "issue", of[2], 0.0123), of=of)
    assert after - before == round(before * 0.0123 / 10) * 10
    of = lines()
    _, _, before, after = around(event(5, "cancel", of[2], 1e-9), of=of)
    assert before - after == 10  # at least


def test_a_merger_lists_the_successors_new_shares() -> None:
    of = lines()
    agree, merge = (
        event(3, "agree", of[2], 0.08, other=of[1]),
        event(8, "merge", of[2], other=of[1]),
    )
    walk, block = walked(plan(roster(*of), 12, agree, merge, event(8, "delist", of[2])))
    ratio = round(float(block.close[2, 2]) * 1.08 / float(block.close[2, 1]), 4)
    (action,) = walk.outcome.actions
    assert (action.type, action.ratio, action.known) == ("merger", ratio, 3)
    new = int(block.shares[8, 1]) - int(block.shares[7, 1])
    assert new == round(int(block.shares[7, 2]) * ratio)
    assert block.listed[:, 2].tolist() == [True] * 8 + [False] * 4


def test_the_largest_is_steered_from_22_5_percent_to_a_third() -> None:
    assert mega_share(0.0) == 0.225
    assert mega_share(1.0) == pytest.approx(0.34)
    # On the way it is over 30 % and back: 0.225 + 0.0575 + 0.03 sin(2.5 pi) = 0.3125 half way.
    assert mega_share(0.5) == pytest.approx(0.3125)
    assert mega_share(0.7) < 0.3


def test_a_walk_is_the_same_again_and_another_seed_another() -> None:
    one, same = (walked(plan(roster(*lines()), 12))[1] for _ in range(2))
    assert np.array_equal(one.close, same.close)
    assert np.array_equal(one.volume, same.volume)
    (other,) = Walk(plan(roster(*lines()), 12), 8).blocks()
    assert not np.array_equal(one.close, other.close)
