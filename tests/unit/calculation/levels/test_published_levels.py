"""Levels as published: decimals and rounding, by date too, in runs, overlays, sweeps and live."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import indexcalc as ic
from indexcalc.calculation.levels.published_levels import published, published_column
from indexcalc.live.live import Live
from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.model.returns import Published
from indexcalc.methodology.values.dated import Dated
from tests.unit.calculation import level_table, small
from tests.unit.calculation.small import line, market


@pytest.mark.parametrize(
    ("level", "decimals", "shown"),
    [
        (2.675, 2, "2.68"),  # the double is 2.67499999999999982236431605997495353221893310546875
        (1.005, 2, "1.01"),
        (0.125, 2, "0.13"),
        (2.665, 2, "2.67"),
        (1000.0, 2, "1000.00"),
        (999.995, 2, "1000.00"),
        (999.994999, 2, "999.99"),
        (123.45, 0, "123"),
        (0.5, 0, "1"),
        (1e-7, 2, "0.00"),
        (1.5e17, 2, "150000000000000000.00"),
    ],
)
def test_published_is_half_up_of_what_a_person_reads(
    level: float, decimals: int, shown: str
) -> None:
    assert format(published(level, decimals), "f") == shown


def test_published_levels_are_decimals_and_do_not_feed_back() -> None:
    """A third, then three times as much: rounding 333.33 first would give 999.99."""
    run = small.run(small.CAP, market(line("A", [300, 100, 300])))
    shown = run.levels.column("level_published")
    assert str(shown.type) == "decimal128(38, 2)"
    assert shown.to_pylist() == [Decimal("1000.00"), Decimal("333.33"), Decimal("1000.00")]


def test_the_rules_decimals() -> None:
    text = small.CAP + "published: {decimals: 4, rounding: half_up}\n"
    run = small.run(text, market(line("A", [300, 100])))
    assert run.levels.column("level_published").to_pylist()[1] == Decimal("333.3333")


@pytest.mark.parametrize(
    ("level", "decimals", "rounding", "shown"),
    [
        (1008.778, 0, "down", "1008"),
        (1008.778, 0, "half_even", "1009"),
        (1008.5, 0, "half_even", "1008"),
        (1009.5, 0, "half_even", "1010"),
        (2.675, 2, "half_even", "2.68"),
        (2.665, 2, "half_even", "2.66"),
        (2.665, 2, "down", "2.66"),
        (2.67, 2, "down", "2.67"),
        (0.29, 2, "down", "0.29"),  # 0.29 * 100 is 28.999999999999996
        (-1.999, 2, "down", "-1.99"),
    ],
)
def test_each_rounding_by_hand(level: float, decimals: int, rounding: str, shown: str) -> None:
    assert format(published(level, decimals, rounding), "f") == shown


def _keys(text: str) -> Published:
    return small.rule(small.CAP + f"published: {text}\n").published


@pytest.mark.parametrize("rounding", ["half_up", "half_even", "down"])
@given(
    levels=st.lists(
        st.one_of(
            st.floats(-1e6, 1e12),
            st.integers(-(10**6), 10**9).map(lambda units: units / 1000),
            st.sampled_from([1.5e17, 2.0**53]),
        ),
        min_size=1,
    ),
    decimals=st.integers(0, 4),
)
def test_a_column_is_each_level_alone(rounding: str, levels: list[float], decimals: int) -> None:
    """Against the decimal module on the shortest text of each level."""
    direction = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
    days = np.full(len(levels), day_number(dt.date(2024, 1, 2)), dtype=np.int32)
    keys = Published(decimals=Dated.constant(decimals), rounding=Dated.constant(rounding))
    expected = [
        Decimal(repr(level)).quantize(Decimal(1).scaleb(-decimals), direction[rounding])
        for level in levels
    ]
    assert published_column(keys, days, np.array(levels)).to_pylist() == expected


# 1000 * 302.633 / 300 = 1008.7766...; twice.
PRICES = market(line("A", [300, 302.633, 302.633, 302.633]))


def _published(text: str) -> list[str]:
    run = small.run(small.CAP + f"published: {text}\n", PRICES)
    return [format(level, "f") for level in run.levels.column("level_published").to_pylist()]


def test_a_run_is_rounded_as_its_rule_says() -> None:
    assert _published("{decimals: 0, rounding: down}") == ["1000", "1008", "1008", "1008"]
    assert _published("{decimals: 0, rounding: half_even}")[1] == "1009"
    assert _published("{decimals: 0}")[1] == "1009"


def test_decimals_and_rounding_by_date() -> None:
    """Day 0 is 2024-01-02: half up to whole points, from the 4th down, from the 5th two decimals."""
    shown = _published(
        "{decimals: {2024-01-02: 0, 2024-01-05: 2}, rounding: {2024-01-02: half_up, 2024-01-04: down}}"
    )
    assert shown == ["1000.00", "1009.00", "1008.00", "1008.77"]


DOWN = small.CAP + "published: {decimals: 0, rounding: down}\n"


def test_live_prints_the_same() -> None:
    live = Live.begin(small.rule(DOWN), PRICES, until=small.day(2))
    assert live.ticks().published() == Decimal(1008)


def test_a_sweep_prints_the_same() -> None:
    """A list given for session 1, where the index starts; 302.633 / 300 on session 2."""
    over = market(line("A", [300, 300, 302.633]), memberships=small.given("A"))
    text = small.GIVEN + "weighting: {scheme: market_cap}\n"
    rule = small.rule(text + "published: {decimals: 0, rounding: down}\n")
    swept = ic.simulate_caps(rule, over, caps=["100%"])
    assert (
        swept.levels.column("level_published").to_pylist() == [Decimal(1000), Decimal(1008)] * 2
    )  # and uncapped


def test_an_overlay_prints_the_same() -> None:
    """Twice 0.43939 %: 1008.7878."""
    days = level_table.dates("2024-01-02", "2024-01-03")
    over = level_table.levels(days, [1000, 1004.3939])
    overlay = "{leverage: 2, reset: daily}"
    for rounding, shown in (("down", 1008), ("half_up", 1009)):
        more = f"published: {{decimals: 0, rounding: {rounding}}}\n"
        run = level_table.run(overlay, over, days[0], more=more)
        assert run.levels.column("level_published").to_pylist() == [Decimal(1000), Decimal(shown)]
