"""The form `ladder` on its own."""

from __future__ import annotations

from fractions import Fraction

import pytest

from indexcalc.weighting.caps.forms.ladder import LADDER
from tests.unit.weighting.caps.cap_states import ON, cap_of, state_of

STEPS = ["40%", "30%", "20%"]


def test_the_limit_of_each_rank() -> None:
    state = state_of([10, 50, 25, 15])
    assert LADDER.bounds is not None
    bounds = LADDER.bounds(state, cap_of(ladder=STEPS), state.values)
    assert bounds.limits.floats.tolist() == [0.2, 0.4, 0.3, 0.2]
    assert bounds.key == "ladder"


def test_it_joins_others_only_without_a_trigger() -> None:
    assert LADDER.joins(cap_of(ladder=STEPS), ON)
    assert not LADDER.joins(cap_of(ladder=STEPS, trigger="45%"), ON)


def test_it_acts_above_its_trigger() -> None:
    """50, 25, 15, 10: 40 % for the first; the rest keep 25 : 15 : 10 of 60 %, the second at most 30."""
    state = state_of([50, 25, 15, 10])
    LADDER.apply(state, cap_of(ladder=STEPS, trigger="45%"))
    assert state.weights == pytest.approx([0.4, 0.3, 0.18, 0.12], rel=1e-14)
    resting = state_of([50, 25, 15, 10])
    LADDER.apply(resting, cap_of(ladder=STEPS, trigger="50%"))
    assert resting.weights.tolist() == [0.5, 0.25, 0.15, 0.1]


def test_the_excess_is_over_the_step_of_the_rank() -> None:
    """39 % under 40, 36 % six points over 30, 25 % five over 20."""
    state = state_of([39, 36, 25])
    assert LADDER.excess is not None
    excess = LADDER.excess(state, cap_of(ladder=STEPS))
    assert excess is not None
    assert excess.over == pytest.approx(0.06)
    assert (excess.limit, excess.key) == (Fraction(3, 10), "ladder")
