"""Events of lines by the session they take effect on, and prices put through them, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.calculation.prices.apply_actions import LineEvents
from indexcalc.calculation.prices.lines import Lines, Options
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.market import Market
from tests.unit.calculation.prices.line_blocks import blocks
from tests.unit.calculation.small import action, day, dividend, line, market

NAN = float("nan")


def calendar(n: int = 10) -> Sessions:
    first = day_number(day(0))
    return Sessions("XKRX", "", np.arange(first, first + n, dtype=np.int32))


def events(over: Market, **options: Any) -> LineEvents:
    return LineEvents(over, calendar(), Options(**options))


def test_an_action_takes_effect_on_the_next_observed_session() -> None:
    """Sessions 0, 1, 3 and 4 are observed; the calendar goes on to 9."""
    over = market(
        line("A", [1] * 5, skip=(2,)),
        line("B", [1] * 5, skip=(2,)),
        sessions=[{"date": day(at)} for at in (0, 1, 3, 4)],
        corporate_actions=[
            action("A", 2, "split", ratio=2.0),
            action("B", 3, "spin_off", ratio=0.5, price=1.0, other_symbol="A"),
            action("A", 4, "split", sequence=2),
            action("B", 5, "tender", amount=1.0),
            action("A", 7, "bankruptcy"),
            action("A", 9, "split", ratio=3.0, sequence=3),
        ],
    )
    found = events(over)
    assert [(at, row.type) for at, row in found.acting.within(0, 9)] == [
        (2, "split"),
        (2, "spin_off"),
    ]
    # What ends on the session after the data sets the last price; what ends later is not known yet.
    assert [(at, row.type) for at, row in found.endings.within(0, 9)] == [(4, "tender")]
    assert [row.missing() for row in found.faulty] == ["ratio"]
    assert found.handed_out == {0}
    assert found.passed.tolist() == [1, 1, 2, 1]
    assert found.calendar.tolist() == [0, 1, 3, 4]


def test_lines_without_a_row_leave_or_are_carried() -> None:
    assert events(market(line("A", [1]))).leaves()
    part = market(line("A", [1]), complete=False)
    assert not events(part).leaves()
    assert events(part, missing_row="not_listed").leaves()


def whole(over: Market, **options: Any) -> Lines:
    """All lines of a market over its sessions, worked out in one block."""
    (block,) = blocks(over, over.days.size, **options)
    return block.of(np.arange(len(over.symbols), dtype=np.int32))


def kinds(lines: Lines) -> list[tuple[str, float, float]]:
    return [(event.kind, event.before, event.after) for event in lines.events]


def test_a_split_changes_the_base_and_the_count_once() -> None:
    """100 becomes 50 and 10 shares 20; the shares list a session later and are not counted twice."""
    made = whole(
        market(
            line("A", [100, 100, 55, 56], [10, 10, 10, 20]),
            corporate_actions=[action("A", 2, "split", ratio=2.0)],
        )
    )
    np.testing.assert_array_equal(made.base[0], [NAN, 100, 50, 55])
    assert made.share_factor[0].tolist() == [1, 1, 2, 1]
    assert made.shares[0].tolist() == [10, 10, 20, 20]
    assert ("split", 100.0, 50.0) in kinds(made)


def test_what_is_pending_together_lists_in_the_next_session() -> None:
    """Two for one, then one for two: the count is as listed, so both are taken to be listed."""
    rows = [
        action("A", 2, "split", ratio=2.0, sequence=1),
        action("A", 2, "consolidation", ratio=0.5, sequence=2),
    ]
    made = whole(market(line("A", [100] * 6, 10), corporate_actions=rows))
    assert [event.session for event in made.events if event.kind == "shares_listed"] == [3, 3]
    assert made.shares[0].tolist() == [10] * 6


def test_the_base_of_the_exchange_counts_before_the_terms_unless_the_rule_says() -> None:
    """Terms give 50, the exchange 60."""
    over = market(
        line("A", [100, 100, 61], base={1: 100, 2: 60}),
        corporate_actions=[action("A", 2, "split", ratio=2.0)],
    )
    exchange, terms = whole(over), whole(over, exchange_base=False)
    assert (exchange.base[0, 2], terms.base[0, 2]) == (60.0, 50.0)
    assert ("base_price", 50.0, 60.0) in kinds(exchange)
    told = [event.reason for event in terms.events if event.kind == "base_price"]
    assert told == ["the terms give 50 and count; the exchange's base price is 60"]


def test_a_base_price_row_is_the_last_word_or_no_word() -> None:
    over = market(
        line("A", [100, 100, 61]),
        corporate_actions=[
            action("A", 2, "base_price", price=60.0, sequence=1),
            action("A", 2, "split", ratio=2.0, sequence=2),
        ],
    )
    assert whole(over).base[0, 2] == 60.0
    terms = whole(over, exchange_base=False)
    assert terms.base[0, 2] == 50.0
    assert any("the rule takes the terms" in event.reason for event in terms.events)


def test_an_action_that_would_leave_no_price_is_told_and_left_out() -> None:
    made = whole(market(line("A", [100, 100, 99]), dividends=[dividend("A", 2, 100.0, "special")]))
    assert made.base[0, 2] == 100.0
    assert [(event.kind, event.after) for event in made.events] == [("unusable", 0.0)]


def test_a_line_without_a_trade_is_worth_its_base_until_it_trades() -> None:
    """Ex a dividend of 10 without a trade: 90 on sessions 2 and 3."""
    made = whole(
        market(
            line("A", [100, 100, None, None, 95], volume={2: 0, 3: 0}),
            dividends=[dividend("A", 2, 10.0, "special")],
        )
    )
    assert made.close[0].tolist() == [100, 100, 90, 90, 95]
    np.testing.assert_array_equal(made.base[0], [NAN, 100, 90, 90, 90])
    assert made.cash == {(0, 2): pytest.approx(100 / 90)}


@pytest.mark.parametrize(("valued", "held_at"), [(False, 0.0), (True, 20.0)])
def test_a_spun_off_line_without_a_price(valued: bool, held_at: float) -> None:
    """Half a share of C for one of A, valued at 20 by its row: 10 of 100 where the rule values it."""
    made = whole(
        market(
            line("A", [100, 100, 92, 93]),
            line("C", [21], start=3),
            corporate_actions=[action("A", 2, "spin_off", ratio=0.5, price=20.0, other_symbol="C")],
        ),
        spin_off_valued=valued,
    )
    (spin,) = made.spins
    assert (spin.parent, spin.child, spin.ratio, spin.value, spin.priced) == (
        0,
        1,
        0.5,
        held_at,
        False,
    )
    assert made.base[0, 2] == 100.0 - 0.5 * held_at


def test_an_event_of_a_line_that_is_not_listed_is_none() -> None:
    made = whole(
        market(
            line("A", [100, 100, 50, 50], skip=(2,)),
            line("B", [1] * 4),
            corporate_actions=[action("A", 2, "split", ratio=2.0)],
        )
    )
    assert ("split", 100.0, 50.0) not in kinds(made)
    assert made.share_factor[0].tolist() == [1.0] * 4


@pytest.mark.parametrize(("currency", "base", "held"), [("KRW", 89.0, [22.0]), ("USD", 90.0, [])])
def test_a_spun_off_line_that_trades_already(currency: str, base: float, held: list[float]) -> None:
    """Half a share of C, last at 22: in the same money it is held and 11 come off.  In other money its
    price says nothing: it leaves at the 20 of the row."""
    made = whole(
        market(
            line("A", [100, 100, 92]),
            line("C", [22] * 3),
            corporate_actions=[action("A", 2, "spin_off", ratio=0.5, price=20.0, other_symbol="C")],
            securities=[
                {"symbol": "A", "currency": "KRW"},
                {"symbol": "C", "currency": currency},
            ],
        )
    )
    assert made.base[0, 2] == base
    assert [spin.value for spin in made.spins] == held
