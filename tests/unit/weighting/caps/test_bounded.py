"""Bounds by hand: single limits, different limits, floors, limits in limits, and two known mistakes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.weighting.caps.bounded import CommonLimits, common_fills, fill, fill_common
from indexcalc.weighting.caps.nested import BOUND, FREE, Level, fill_levels
from indexcalc.weighting.caps.verify_weights import verify_filled
from tests.oracle import capping_oracle as oracle


def test_names_at_the_cap_do_not_rejoin() -> None:
    """80, 15, 3, 1, 1 under 21 %: ten rounds with capped names in the pool miss it by 0.75 points."""
    values = np.array([80.0, 15, 3, 1, 1])
    wrong = oracle.rejoining(values, 0.21)
    assert wrong.max() - 0.21 > 0.007
    # By hand: three at 21 %, the other two share 37 %.
    right = fill_common(values, Fraction(21, 100))
    assert right.weights == pytest.approx([0.21] * 3 + [0.185] * 2, rel=1e-14)
    assert right.weights.max() <= 0.21
    assert right.at_limit.tolist() == [True] * 3 + [False] * 2


def test_scaling_in_turns_ends_elsewhere() -> None:
    """Lines 15 %, sectors 30 % (golden D26): turns end within the limits and at other weights."""
    values = np.array([22.0, 18, 10, 12, 10, 10, 8, 6, 4])
    sectors = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3])
    wrong = oracle.in_turns(values, sectors, 0.15, 0.30)
    levels = [Level(np.arange(9), np.full(9, 0.15)), Level(sectors, np.full(4, 0.30))]
    right = fill_levels(values, levels)
    assert right.weights[:3] == pytest.approx([0.132, 0.108, 0.06], rel=1e-14)
    assert np.abs(wrong - right.weights).max() > 1e-3
    assert right.held[1].tolist() == [True, False, False, False]
    assert right.pool.tolist() == [1, 1, 1, BOUND, FREE, FREE, FREE, FREE, FREE]


def test_equal_names_never_part() -> None:
    """Names of one value are capped together or not at all."""
    made = fill_common(np.array([3.0, 3, 3, 1, 1, 1]), Fraction(1, 5))
    assert made.at_limit.tolist() == [True] * 3 + [False] * 3
    assert made.weights == pytest.approx([0.2] * 3 + [0.4 / 3] * 3, rel=1e-15)


def test_a_name_without_value_stays_without_weight() -> None:
    made = fill_common(np.array([5.0, 0, 3, 2]), Fraction(2, 5))
    assert made.weights == pytest.approx([0.4, 0, 0.36, 0.24], rel=1e-15)


def test_huge_names_leave_the_small_their_digits() -> None:
    """No sum is made by taking a large one away from a larger one."""
    values = np.array([1e17, 1e17, 3.0, 2.0, 1.0])
    made = fill_common(values, Fraction(3, 10))
    # Two at 30 %: 40 % for 3 : 2 : 1 would give the 3 its 20 %.
    assert made.weights == pytest.approx([0.3, 0.3, 0.2, 0.4 / 3, 0.2 / 3], rel=1e-15)


def test_different_limits_by_hand() -> None:
    """Limits 50, 10 and none: 30 : 20 : 50 becomes 4/9 x ... with B at 10 %."""
    made = fill(np.array([30.0, 20, 50]), np.zeros(3), np.array([0.5, 0.1, np.inf]))
    assert made.weights == pytest.approx([0.9 * 30 / 80, 0.1, 0.9 * 50 / 80], rel=1e-15)


def test_a_name_capped_in_passing_is_free_again() -> None:
    """Floors take 60 % and push B back below its limit: rounds of cap, then floor would keep it there.

    v = 60, 30, 5, 5; limits 45 %; floors 30 % for the small two.  First A is capped: B rises to
    33 %.  With the floors 40 % is left for A and B: 26.67 and 13.33, nobody at a limit.
    """
    made = fill(
        np.array([60.0, 30, 5, 5]), np.array([0, 0, 0.3, 0.3]), np.array([0.45, 0.45, 1, 1])
    )
    assert made.weights == pytest.approx([0.4 * 2 / 3, 0.4 / 3, 0.3, 0.3], rel=1e-15)
    assert not made.at_limit.any()
    assert made.at_floor.tolist() == [False, False, True, True]


def test_issuers_within_sectors() -> None:
    """Lines 30, 10 (issuer a), 20 (b) of one sector, 25 (c), 15 (d) of another; 30 % and 50 %.

    a would be 40 %, so it has 30 as 22.5 and 7.5; its sector would be 53.3 %, so b has the rest of 50;
    the other sector has 50, of which c would be 31.25 %: 30, and d 20.  It lands on its limit, and
    nothing holds it there.
    """
    values = np.array([30.0, 10, 20, 25, 15])
    issuers, sectors = np.array([0, 0, 1, 2, 3]), np.array([0, 0, 0, 1, 1])
    levels = [Level(issuers, np.full(4, 0.30)), Level(sectors, np.full(2, 0.50))]
    made = fill_levels(values, levels)
    assert made.weights == pytest.approx([0.225, 0.075, 0.2, 0.3, 0.2], rel=1e-14)
    assert [held.tolist() for held in made.held] == [[True, False, True, False], [True, False]]
    assert verify_filled(values, made, levels) == []


@pytest.mark.parametrize(
    "change", [(0, 1e-9), (3, 1e-9)], ids=["over the limit", "ratio of the free"]
)
def test_the_verifier_sees(change: tuple[int, float]) -> None:
    """A weight moved by a billionth is a complaint."""
    values = np.array([60.0, 20, 12, 8])
    levels = [Level(np.arange(4), np.full(4, 0.4))]
    made = fill_levels(values, levels)
    assert verify_filled(values, made, levels) == []
    made.weights[change[0]] += change[1]
    made.weights[1] -= change[1]
    assert verify_filled(values, made, levels)


def _capped_by_rounds(values: list[Fraction], limit: Fraction) -> list[Fraction]:
    """Weights in exact fractions: hold whoever is above the limit, share out the rest, look again."""
    held: set[int] = set()
    while True:
        free = [place for place in range(len(values)) if place not in held]
        scale = (1 - limit * len(held)) / sum(values[place] for place in free)
        over = {place for place in free if values[place] * scale > limit}
        if not over:
            return [limit if i in held else value * scale for i, value in enumerate(values)]
        held |= over


@given(
    values=st.lists(st.integers(0, 40), min_size=1, max_size=12).filter(any),
    limits=st.lists(st.fractions(Fraction(1, 60), 1, max_denominator=500), max_size=6),
)
def test_many_limits_from_one_sort_are_each_met_as_if_alone(
    values: list[int], limits: list[Fraction]
) -> None:
    live = sum(value > 0 for value in values)
    common = CommonLimits.of([*limits, Fraction(10**20 + 1, 10**21), Fraction(1)])
    met = common.met_by(live)
    assert met.tolist() == [live * limit > 1 for limit in common.exact]
    common = common.take(np.flatnonzero(met))
    filled = common_fills(np.array(values, dtype=np.float64) / 7, common)
    for place, limit in enumerate(common.exact):
        exact = _capped_by_rounds([Fraction(value, 7) for value in values], limit)
        weights = [
            float(limit) if value / 7 >= filled.least[place] else value / 7 * filled.scale[place]
            for value in values
        ]
        assert weights == pytest.approx([float(weight) for weight in exact], rel=1e-13)
        assert filled.count[place] == sum(value / 7 >= filled.least[place] for value in values)
        assert filled.whole[place] == pytest.approx(1.0, rel=1e-13)
