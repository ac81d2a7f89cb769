"""What caps hand on: factors of a stage, rows of the ledger, refusals and excuses."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from indexcalc.weighting.caps.feasibility import Limits
from indexcalc.weighting.caps.limits import Bounds, Infeasible, limit_weights
from indexcalc.weighting.caps.nested import Level, fill_levels
from indexcalc.weighting.caps.state import Stop, exact, excuse, refuse, stage_factors
from tests.unit.weighting.caps.cap_states import ON, cap_of, codes_of, state_of

LINES = np.arange(3)


def test_factors_are_one_for_free_lines() -> None:
    """6 : 3 : 1 under 50 %: 0.5 / 6 against 0.125 a unit of value: two thirds."""
    values = np.array([6.0, 3, 1])
    filled = fill_levels(values, [Level(LINES, np.full(3, 0.5))])
    assert stage_factors(values, filled) == pytest.approx([2 / 3, 1, 1], rel=1e-15)


def test_where_none_is_free_the_largest_factor_is_one() -> None:
    values = np.array([4.0, 2, 2])
    filled = fill_levels(values, [Level(LINES, np.full(3, 1 / 3))])
    assert stage_factors(values, filled) == pytest.approx([0.5, 1, 1], rel=1e-14)


def test_the_weights_go_on_from_a_stage() -> None:
    state = state_of([6, 3, 1])
    state.continue_from(fill_levels(state.values, [Level(LINES, np.full(3, 0.5))]))
    assert state.weights == pytest.approx([0.5, 0.375, 0.125], rel=1e-15)
    assert state.factors == pytest.approx([2 / 3, 1, 1], rel=1e-15)


def test_multiplied_lines_are_scaled_to_one() -> None:
    state = state_of([1, 1])
    state.multiply(np.array([0.5, 1.0]), "weighting.caps[0]")
    assert state.weights == pytest.approx([1 / 3, 2 / 3], rel=1e-15)
    assert state.factors.tolist() == [0.5, 1.0]
    assert codes_of(state) == []


def test_a_row_of_the_ledger_says_each_line_its_unit() -> None:
    state = state_of([4, 2, 2, 2], groups={"issuer": [0, 0, 1, 2]})
    cap = cap_of(per="issuer", limit="40%")
    state.record(cap, np.array([True, False, False]), np.array([0.4, np.nan, np.nan]))
    (step,) = state.steps
    assert (step.path, step.per, step.form, step.acted) == (cap.path, "issuer", "limit", True)
    assert step.before == pytest.approx([0.6, 0.6, 0.2, 0.2], rel=1e-15)
    assert step.capped.tolist() == [True, True, False, False]


def test_an_idle_cap_has_a_row_too() -> None:
    state = state_of([1, 1])
    state.record_idle(cap_of(limit="60%"))
    assert not state.steps[0].acted
    assert np.isnan(state.steps[0].limit).all()


def test_a_share_on_a_date() -> None:
    cap = cap_of(limit={"2020-01-01": "30%", "2030-01-01": "20%"})
    assert exact(cap.limit, ON) == Fraction(3, 10)
    assert exact(cap.trigger, ON) is None


def limits(share: str) -> Bounds:
    return Bounds("weighting.caps[0]", "security", LINES, Limits.common(Fraction(share), 3))


def test_a_refusal_names_the_key_and_stops() -> None:
    state = state_of([6, 3, 1])
    with pytest.raises(Infeasible) as refused:
        limit_weights(state.values, [limits("3/10")])
    with pytest.raises(Stop):
        refuse(state, refused.value)
    assert codes_of(state) == [("CAP001", "weighting.caps[0].limit", "error")]


def test_an_excuse_is_a_warning_and_a_note() -> None:
    state = state_of([6, 3, 1], on_infeasible="equal")
    met = limit_weights(state.values, [limits("3/10")], on_infeasible="equal")
    assert excuse(state, met) == "equal"
    assert codes_of(state) == [("CAP001", "weighting.caps[0].limit", "warning")]
    assert state.excused == {"weighting.caps[0]"}
