"""The form `set` on its own: all units above a weight, held at what they may weigh together."""

from __future__ import annotations

from fractions import Fraction

import pytest

from indexcalc.weighting.caps.forms.set_together import SET
from indexcalc.weighting.caps.state import Stop
from tests.unit.weighting.caps.cap_states import ON, cap_of, codes_of, state_of

SMALL = [7.0] * 7  # 49 % in names of 7 %


def test_the_set_is_scaled_to_what_it_may_weigh() -> None:
    """Three of 17 % are 51 %, above 45: 15 % each; the others 55 / 49 of what they had."""
    state = state_of([17, 17, 17, *SMALL])
    SET.apply(state, cap_of(set={"above": "10%"}, together="45%"))
    assert state.weights[:3] == pytest.approx([0.15] * 3, rel=1e-14)
    assert state.weights[3:] == pytest.approx([0.55 / 7] * 7, rel=1e-14)
    assert state.steps[0].acted


def test_a_set_within_its_limit_rests() -> None:
    state = state_of([14, 14, 14, *[58 / 7] * 7])
    SET.apply(state, cap_of(set={"above": "10%"}, together="45%"))
    assert state.weights[0] == pytest.approx(0.14, rel=1e-15)
    assert not state.steps[0].acted


def test_the_largest_by_number() -> None:
    """The two largest are 60 %, above 50: as 35 : 25 of 50 %; the others share the rest."""
    state = state_of([35, 25, 15, 15, 10])
    SET.apply(state, cap_of(set={"largest": 2}, together="50%"))
    assert state.weights == pytest.approx(
        [0.5 * 35 / 60, 0.5 * 25 / 60, 0.1875, 0.1875, 0.125], rel=1e-14
    )


def test_it_must_hold_at_the_end_unless_a_trigger_of_its_own() -> None:
    keys = {"set": {"above": "10%"}, "together": "45%"}
    assert SET.holds_at_end(cap_of(**keys), ON)
    assert SET.holds_at_end(cap_of(**keys, trigger="45%"), ON)
    assert not SET.holds_at_end(cap_of(**keys, trigger="48%"), ON)


def test_the_excess_of_the_set() -> None:
    state = state_of([17, 17, 17, *SMALL])
    assert SET.excess is not None
    excess = SET.excess(state, cap_of(set={"above": "10%"}, together="45%"))
    assert excess is not None
    assert excess.over == pytest.approx(0.06)
    assert (excess.limit, excess.key) == (Fraction(45, 100), "together")


def test_a_set_that_the_others_cannot_make_up_for_stops() -> None:
    """Two names above 10 % and none else: 45 % is all there is."""
    state = state_of([60, 40])
    with pytest.raises(Stop):
        SET.apply(state, cap_of(set={"above": "10%"}, together="45%"))
    assert codes_of(state) == [("CAP001", "caps[0].together", "error")]


def test_equal_weights_where_the_rule_excuses_them() -> None:
    state = state_of([60, 40], on_infeasible="equal")
    SET.apply(state, cap_of(set={"above": "10%"}, together="45%"))
    assert state.weights == pytest.approx([0.5, 0.5], rel=1e-15)
    assert state.steps[0].note == "equal"
