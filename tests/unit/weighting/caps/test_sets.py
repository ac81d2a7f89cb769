"""Sets that are held together, by hand and against what can be met at all."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.weighting.caps.bounded import fill_common
from indexcalc.weighting.caps.nested import Level, fill_levels
from indexcalc.weighting.caps.sets import SetRule, set_limits

NAMES_20 = np.array([22.0, 16, 12, 6, 4] + [40 / 15] * 15) / 100


def after(weights: np.ndarray, rule: SetRule, ceiling: float = 1.0) -> np.ndarray:
    found = set_limits(weights, rule, np.full(weights.size, ceiling))
    assert found.most >= 1.0
    if not found.acts:
        return weights
    return fill_levels(weights, [Level(np.arange(weights.size), found.limits)]).weights


def test_25_50_proportional() -> None:
    """Names above 5 % are 56 %: scaled to 45 %, the others from 44 to 55 %."""
    rule = SetRule(Fraction(45, 100), above=Fraction(5, 100), trigger=Fraction(1, 2))
    made = after(NAMES_20, rule)
    scaled = [x * 45 / 56 for x in (0.22, 0.16, 0.12, 0.06)]
    assert made == pytest.approx([*scaled, 0.05] + [(0.55 - 0.05) / 15] * 15, rel=1e-12)


def test_below_the_trigger_nothing_happens() -> None:
    """The set is at 56 %: a trigger of 56 % is not exceeded, one of 55.9 % is."""
    for trigger, acts in ((Fraction(56, 100), False), (Fraction(559, 1000), True)):
        rule = SetRule(Fraction(45, 100), above=Fraction(5, 100), trigger=trigger)
        assert set_limits(NAMES_20, rule, np.ones(20)).acts is acts


def test_a_weight_on_the_threshold_is_not_above_it() -> None:
    """Five at exactly 4.5 %, one of them a last digit too high: none is in the set."""
    weights = np.array([0.045] * 4 + [0.045 + 1e-17, 0.775])
    found = set_limits(weights, SetRule(Fraction(9, 10), above=Fraction(45, 1000)), np.ones(6))
    assert found.members.tolist() == [False] * 5 + [True]


def test_others_up_to_the_smallest_of_the_set() -> None:
    """The largest two to 30 %: 18 and 12; others may have 14 % by their limit, 12 by the set."""
    weights = np.array([0.30, 0.20, 0.125] + [0.075] * 5)
    rule = SetRule(Fraction(3, 10), largest=2, others=Fraction(14, 100), not_above_smallest=True)
    made = after(weights, rule)
    assert made == pytest.approx([0.18, 0.12, 0.12] + [0.58 / 5] * 5, rel=1e-12)


def test_nobody_outside_is_lifted_into_the_set() -> None:
    """4.9 % would be lifted to 5.3 %: it stops at 5 %."""
    weights = np.array([0.30, 0.20, 0.049] + [0.451 / 20] * 20)
    made = after(weights, SetRule(Fraction(40, 100), above=Fraction(5, 100)))
    assert made[2] == pytest.approx(0.05, rel=1e-15)


@given(
    st.integers(5, 60),
    st.integers(0, 2**32),
    st.sampled_from(
        [(10, 5, 40), (9, "4.5", 36), (10, 5, 48), (20, 5, 50), (25, 5, 50), (10, 4, 35)]
    ),
    st.sampled_from(["descending", "smallest_first"]),
)
def test_what_can_be_met_is_met(n: int, seed: int, numbers: tuple, method: str) -> None:
    """n names under 5/10/40 and its kin: refused exactly where no number of large names would do."""
    limit, above, together = (Fraction(str(x)) / 100 for x in numbers)
    possible = limit * n >= 1 and any(
        min(together, k * limit) + (n - k) * above >= 1 for k in range(n + 1)
    )
    if limit * n < 1:
        return
    values = np.random.default_rng(seed).lognormal(0, 1.5, n)
    weights = fill_common(values, limit).weights
    found = set_limits(
        weights, SetRule(together, above=above, method=method), np.full(n, float(limit))
    )
    if not found.acts:
        return
    assert (found.most >= 1.0) is possible
    if not possible:
        return
    made = fill_levels(weights, [Level(np.arange(n), found.limits)]).weights
    assert abs(made.sum() - 1) <= 1e-12
    assert made.max() <= float(limit) + 1e-12
    assert made[made > float(above) + 1e-12].sum() <= float(together) + 1e-12
