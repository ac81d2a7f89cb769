"""The form `limit` on its own."""

from __future__ import annotations

from fractions import Fraction

import pytest

from indexcalc.weighting.caps.forms.limit import LIMIT
from tests.unit.weighting.caps.cap_states import ON, cap_of, state_of


@pytest.mark.parametrize(
    ("trigger", "joins"), [({}, True), ({"trigger": "30%"}, True), ({"trigger": "35%"}, False)]
)
def test_it_joins_others_unless_it_has_a_trigger_of_its_own(
    trigger: dict[str, str], joins: bool
) -> None:
    assert LIMIT.joins(cap_of(limit="30%", **trigger), ON) is joins


def test_it_acts_above_its_trigger() -> None:
    """40 % is above 38: then nobody is above 36; the others share 64 % as 35 : 25."""
    state = state_of([40, 35, 25])
    LIMIT.apply(state, cap_of(limit="36%", trigger="38%"))
    # 35 x 64 / 60 is 37.3 %: it too is held at 36, which leaves 28.
    assert state.weights == pytest.approx([0.36, 0.36, 0.28], rel=1e-14)


@pytest.mark.parametrize("trigger", ["40%", "41%"])
def test_it_rests_at_and_below_its_trigger(trigger: str) -> None:
    state = state_of([40, 35, 25])
    LIMIT.apply(state, cap_of(limit="36%", trigger=trigger))
    assert state.weights.tolist() == [0.4, 0.35, 0.25]
    assert [step.acted for step in state.steps] == [False]


def test_the_excess_is_that_of_the_heaviest_unit() -> None:
    state = state_of([40, 35, 25], groups={"issuer": [0, 1, 1]})
    assert LIMIT.excess is not None
    excess = LIMIT.excess(state, cap_of(per="issuer", limit="50%"))
    assert excess is not None
    assert (excess.limit, excess.key) == (Fraction(1, 2), "limit")
    assert excess.over == pytest.approx(0.1)
