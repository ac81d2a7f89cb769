"""What must be true of the final weights is judged apart from the path that led to them."""

from __future__ import annotations

from fractions import Fraction

from indexcalc.weighting.caps.checks import judge_at_end
from tests.unit.weighting.caps.cap_states import cap_of, codes_of, state_of


def test_a_limit_that_does_not_hold_at_the_end() -> None:
    state = state_of([4, 3, 3])
    judge_at_end(state, [cap_of(limit="35%")], [])
    assert codes_of(state) == [("CAP006", "caps[0].limit", "error")]
    assert state.findings.items[0].message.startswith("after all caps it stands at 40.000000%")


def test_a_limit_that_holds() -> None:
    state = state_of([4, 3, 3])
    judge_at_end(state, [cap_of(limit="40%")], [])
    assert codes_of(state) == []


def test_a_limit_with_a_trigger_of_its_own_is_not_judged() -> None:
    """It says what is done above 39 %, not what is true afterwards."""
    state = state_of([4, 3, 3])
    judge_at_end(state, [cap_of(limit="35%", trigger="39%")], [])
    assert codes_of(state) == []


def test_what_was_excused_is_not_judged_and_the_rest_only_warned_of() -> None:
    state = state_of([4, 3, 3])
    cap = cap_of(limit="35%")
    state.excused.add(cap.path)
    judge_at_end(state, [cap], [])
    assert codes_of(state) == []
    state.excused = {"caps[7]"}
    judge_at_end(state, [cap], [])
    assert codes_of(state) == [("CAP006", "caps[0].limit", "warning")]


def test_the_floor() -> None:
    state = state_of([8, 1, 1])
    state.floor = Fraction(15, 100)
    judge_at_end(state, [], [])
    assert codes_of(state) == [("CAP006", "weighting.floor", "error")]
