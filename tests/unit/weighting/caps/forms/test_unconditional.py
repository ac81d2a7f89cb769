"""Limits met together: earlier ones go on binding, the floor with them, refusals stop."""

from __future__ import annotations

from fractions import Fraction

import pytest

from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.weighting.caps.forms.limit import LIMIT
from indexcalc.weighting.caps.forms.unconditional import meet_above_trigger, meet_limits
from indexcalc.weighting.caps.limits import Bounds
from indexcalc.weighting.caps.state import State, Stop
from tests.unit.weighting.caps.cap_states import cap_of, codes_of, state_of


def limits_of(state: State, cap: Cap) -> Bounds:
    assert LIMIT.bounds is not None
    return LIMIT.bounds(state, cap, state.values)


def test_limits_met_before_go_on_binding() -> None:
    """45 % a line; then 60 % for the first two together: the third may still not pass 45 %."""
    state = state_of([50, 30, 20], groups={"issuer": [0, 0, 1]})
    lines, issuers = cap_of(limit="45%"), cap_of(per="issuer", limit="60%")
    meet_limits(state, [(lines, limits_of(state, lines))])
    assert state.weights == pytest.approx([0.45, 0.33, 0.22], rel=1e-14)
    meet_limits(state, [(issuers, limits_of(state, issuers))])
    assert state.weights[2] == pytest.approx(0.40, rel=1e-14)
    assert state.weights[:2] == pytest.approx([0.6 * 45 / 78, 0.6 * 33 / 78], rel=1e-14)


def test_the_floor_alone() -> None:
    state = state_of([8, 1, 1])
    state.floor = Fraction(15, 100)
    meet_limits(state, [])
    assert state.weights == pytest.approx([0.7, 0.15, 0.15], rel=1e-15)
    assert state.steps == []


def test_limits_that_cannot_be_met_stop() -> None:
    state = state_of([4, 3, 3])
    cap = cap_of(limit="30%")
    with pytest.raises(Stop):
        meet_limits(state, [(cap, limits_of(state, cap))])
    assert codes_of(state) == [("CAP001", "caps[0].limit", "error")]


def test_equal_weights_where_the_rule_excuses_them() -> None:
    state = state_of([4, 3, 3], on_infeasible="equal")
    cap = cap_of(limit="30%")
    meet_limits(state, [(cap, limits_of(state, cap))])
    assert state.weights == pytest.approx([1 / 3] * 3, rel=1e-15)
    assert (state.steps[0].note, codes_of(state)[0][2]) == ("equal", "warning")
    assert not state.steps[0].capped.any()


def test_nothing_happens_at_the_trigger() -> None:
    state = state_of([4, 3, 3])
    cap = cap_of(limit="35%", trigger="40%")
    meet_above_trigger(state, cap, limits_of(state, cap), 0.40)
    assert state.weights.tolist() == [0.4, 0.3, 0.3]
    meet_above_trigger(state, cap, limits_of(state, cap), 0.39)
    assert state.weights == pytest.approx([0.35, 0.325, 0.325], rel=1e-14)
