"""What is complained of in weights that break what every path must keep."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from indexcalc.weighting.caps.nested import BOUND, FREE, Level, Nested
from indexcalc.weighting.caps.verify_weights import (
    over_limit,
    over_together,
    spread,
    verify_filled,
    verify_sum,
)

LEVEL = Level(np.arange(3), np.full(3, 0.5))


def nested(weights: list[float], pool: list[int], held: list[bool]) -> Nested:
    return Nested(np.array(weights), 0.125, np.array(pool), (np.array(held),))


def test_right_weights_have_no_complaint() -> None:
    """6 : 3 : 1 under 50 %: 50 %, and 3 : 1 of the rest."""
    right = nested([0.5, 0.375, 0.125], [BOUND, FREE, FREE], [True, False, False])
    assert verify_filled(np.array([6.0, 3, 1]), right, [LEVEL]) == []


@pytest.mark.parametrize(
    ("outcome", "complaint"),
    [
        (nested([0.6, 0.3, 0.1], [FREE] * 3, [False] * 3), "a limit of level 0 is broken by 0.1"),
        (
            nested([0.45, 0.4125, 0.1375], [BOUND, FREE, FREE], [True, False, False]),
            "a unit held by level 0 is 0.05 off its limit",
        ),
        (
            nested([0.5, 0.3, 0.2], [BOUND, FREE, FREE], [True, False, False]),
            "names that nothing holds part by 1",
        ),
        (
            nested([0.5, 0.3, 0.2], [BOUND, BOUND, FREE], [True, False, False]),
            "a name stands at no limit and keeps no ratio",
        ),
        (
            nested([0.5, 0.375, 0.1], [BOUND, FREE, BOUND], [True, False, False]),
            "the weights sum to one only within 0.025",
        ),
    ],
)
def test_each_fault_is_named(outcome: Nested, complaint: str) -> None:
    assert complaint in verify_filled(np.array([6.0, 3, 1]), outcome, [LEVEL])


def test_a_floor_that_is_broken() -> None:
    right = nested([0.5, 0.375, 0.125], [BOUND, FREE, FREE], [True, False, False])
    floors = np.full(3, 0.15)
    assert verify_filled(np.array([6.0, 3, 1]), right, [LEVEL], floors) == [
        "a floor is broken by 0.025"
    ]


def test_sums_within_the_tolerance() -> None:
    assert verify_sum(np.array([0.5, 0.5 + 1e-13])) == []
    assert len(verify_sum(np.array([0.5, 0.5 + 1e-11]))) == 1


def test_the_spread_is_that_within_a_pool() -> None:
    """Ratios 0.1 and 0.125 in one pool; another pool has its own."""
    before, weights = np.array([2.0, 4, 1]), np.array([0.2, 0.5, 0.3])
    assert spread(before, weights, np.array([0, 0, 1])) == pytest.approx(0.25, rel=1e-14)
    assert spread(before[:0], weights[:0], np.array([], dtype=np.int64)) == 0.0


def test_excess_over_a_limit() -> None:
    units = np.array([0.31, 0.3, 0.39])
    assert over_limit(units, Fraction(3, 10)) == pytest.approx(0.09)
    assert over_limit(units, Fraction(39, 100)) == 0.0
    first_two = np.array([True, True, False])
    assert over_together(units, first_two, Fraction(6, 10)) == pytest.approx(0.01)
    assert over_together(units, first_two, Fraction(61, 100)) == 0.0
