"""The forms `targets` and `times` on their own."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.weighting.caps.forms.by_rank import TARGETS, TIMES
from indexcalc.weighting.caps.measured import Window
from indexcalc.weighting.caps.state import State, Stop
from tests.unit.weighting.caps.cap_states import cap_of, codes_of, state_of


def ranked_by(state: State, path: str, *values: float) -> None:
    """Give a cap the values of the measure it ranks by."""
    state.windows = {**state.windows, f"{path}.by": Window(np.array(values))}


def test_the_largest_get_their_targets_and_the_others_share_the_rest() -> None:
    """Two at 40 and 30 %: 30 % are left for 20, 10 and 10 of 40."""
    state = state_of([50, 20, 30, 10, 10])
    TARGETS.apply(state, cap_of(targets=["40%", "30%"]))
    assert state.weights == pytest.approx([0.4, 0.15, 0.3, 0.075, 0.075], rel=1e-15)
    # 0.4 / (50/120) x (40/120) / 0.3, and 0.3 / (30/120) x (40/120) / 0.3
    assert state.factors == pytest.approx([16 / 15, 1, 4 / 3, 1, 1], rel=1e-15)
    assert state.steps[0].capped.tolist() == [True, False, True, False, False]
    assert state.steps[0].limit[[0, 2]].tolist() == [0.4, 0.3]


def test_ranks_are_those_of_a_measure_and_an_unknown_value_is_the_smallest() -> None:
    state, cap = state_of([1, 1, 1, 1]), cap_of(targets=["50%", "20%"], by="size")
    ranked_by(state, cap.path, 7, float("nan"), 9, 8)
    TARGETS.apply(state, cap)
    assert state.weights == pytest.approx([0.15, 0.15, 0.5, 0.2], rel=1e-15)


def test_targets_of_the_whole_need_no_others() -> None:
    state = state_of([1, 2])
    TARGETS.apply(state, cap_of(targets=["70%", "30%"]))
    assert state.weights == pytest.approx([0.3, 0.7], rel=1e-15)
    assert state.factors.max() == 1


@pytest.mark.parametrize(
    ("weights", "targets", "found"),
    [
        ([1, 2, 3], ["70%", "30%"], "CAP001"),  # nothing is left for the third
        ([1, 2], ["30%", "30%"], "CAP001"),  # nobody to take 40 %
        ([1, 2], ["50%", "30%", "20%"], "CAP001"),  # the third is not there
        ([1, 2, 3], ["70%", "40%"], "CAP003"),
    ],
)
def test_targets_that_cannot_be_met(weights: list[float], targets: list[str], found: str) -> None:
    state = state_of(weights)
    with pytest.raises(Stop):
        TARGETS.apply(state, cap_of(targets=targets))
    assert [(code, severity) for code, _, severity in codes_of(state)] == [(found, "error")]


def test_where_the_rule_excuses_it_few_names_share_the_whole() -> None:
    state = state_of([1, 2], on_infeasible="relax")
    TARGETS.apply(state, cap_of(targets=["50%", "30%", "20%"]))
    assert state.weights == pytest.approx([3 / 8, 5 / 8], rel=1e-15)
    assert [(code, severity) for code, _, severity in codes_of(state)] == [("CAP001", "warning")]


def test_a_multiple_for_the_largest() -> None:
    """Two of four equal names twice: 2, 2, 1, 1 of 6."""
    state, cap = state_of([1, 1, 1, 1]), cap_of(times=2, largest=2, by="size")
    ranked_by(state, cap.path, 1, 4, 3, 2)
    TIMES.apply(state, cap)
    assert state.weights == pytest.approx([1 / 6, 2 / 6, 2 / 6, 1 / 6], rel=1e-15)
    assert state.factors.tolist() == [1, 2, 2, 1]


def test_issuers_are_ranked_as_one() -> None:
    """B's two lines are 50 of 90 together: 60 % for them, in proportion."""
    state = state_of([40, 30, 20], groups={"issuer": [0, 1, 1]})
    TARGETS.apply(state, cap_of(per="issuer", targets=["60%"]))
    assert state.weights == pytest.approx([0.4, 0.36, 0.24], rel=1e-15)


def test_a_measure_without_values_is_told() -> None:
    state = state_of([1, 2])
    with pytest.raises(Stop):
        TIMES.apply(state, cap_of(times=2, largest=1, by="size"))
    assert [code for code, _, _ in codes_of(state)] == ["CAP009"]
