"""The form `factor` on its own."""

from __future__ import annotations

import pytest

from indexcalc.weighting.caps.forms.factor import FACTOR
from tests.unit.weighting.caps.cap_states import cap_of, state_of


def test_units_above_the_trigger_are_multiplied() -> None:
    """60 x 1/2 : 30 : 10 is 3 : 3 : 1; exactly 30 % is not above 30 %."""
    state = state_of([60, 30, 10])
    FACTOR.apply(state, cap_of(factor="50%", trigger="30%"))
    assert state.weights == pytest.approx([3 / 7, 3 / 7, 1 / 7], rel=1e-15)
    assert state.factors.tolist() == [0.5, 1, 1]
    assert state.steps[0].capped.tolist() == [True, False, False]


def test_without_a_trigger_every_unit_is_and_nothing_moves() -> None:
    state = state_of([60, 30, 10])
    FACTOR.apply(state, cap_of(factor="50%"))
    assert state.weights == pytest.approx([0.6, 0.3, 0.1], rel=1e-15)
    assert state.factors.tolist() == [0.5, 0.5, 0.5]


def test_an_issuer_is_multiplied_as_one() -> None:
    """Two lines of 30 % each are 60 % together: both are halved."""
    state = state_of([30, 30, 40], groups={"issuer": [0, 0, 1]})
    FACTOR.apply(state, cap_of(per="issuer", factor="50%", trigger="50%"))
    assert state.weights == pytest.approx([15 / 70, 15 / 70, 40 / 70], rel=1e-15)
