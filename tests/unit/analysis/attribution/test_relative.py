"""Allocation, selection and interaction of each group, linked over sessions, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.analysis.attribution.groups import Groups
from indexcalc.analysis.attribution.relative import relative
from tests.unit.analysis.attribution.session_parts import session_parts
from tests.unit.calculation.small import line, market

GROUPS = Groups(market(line("A", [1]), line("B", [1]), line("C", [1])), "line")


def test_the_three_effects_of_a_session() -> None:
    """A: weights 0.6 and 0.5, returns 10 % and 4 %; B: 0.4 and 0.5, 5 % and 2 %; r 8 %, r_b 3 %."""
    own = session_parts([0.6, 0.4], [0.06, 0.02])
    benchmark = session_parts([0.5, 0.5], [0.02, 0.01])
    found = relative([own], [benchmark], GROUPS)
    assert found.groups == ("A", "B")
    # A: 0.1 x (4 - 3) %, 0.5 x 6 %, 0.1 x 6 %; B: -0.1 x (2 - 3) %, 0.5 x 3 %, -0.1 x 3 %.
    hand = np.array([[0.001, 0.03, 0.006], [0.001, 0.015, -0.003]])
    np.testing.assert_allclose(found.effects, hand / 1.03, atol=1e-15)
    np.testing.assert_allclose(found.differences, [[0.002, 0.045, 0.003, 0.05]], atol=1e-15)
    assert found.total == pytest.approx(1.08 / 1.03 - 1, abs=1e-15)


def test_a_group_one_of_the_two_does_not_hold_is_allocation_alone() -> None:
    """C is the benchmark's alone, at 25 % and 8 %: r_b 4 %; A 1 against 0.75 at 2 %/0.75."""
    own = session_parts([1.0], [0.02 / 0.75])
    benchmark = session_parts([0.75, 0.25], [0.02, 0.02], codes=[0, 2])
    found = relative([own], [benchmark], GROUPS)
    hand = [[0.25 * (0.02 / 0.75 - 0.04), 0, 0], [-0.25 * (0.08 - 0.04), 0, 0]]
    np.testing.assert_allclose(found.effects * 1.04, hand, atol=1e-15)


def test_what_a_line_gains_without_a_weight_is_selection() -> None:
    own = session_parts([1.0, 0.0], [0.0, 0.03])
    benchmark = session_parts([1.0], [0.0])
    found = relative([own], [benchmark], GROUPS)
    np.testing.assert_allclose(found.effects, [[0, 0, 0], [0, 0.03, 0]], atol=1e-15)
    found = relative([benchmark], [own], GROUPS)
    np.testing.assert_allclose(found.effects, [[0, 0, 0], [0, -0.03 / 1.03, 0]], atol=1e-15)


def test_sessions_are_linked_so_that_effects_and_rounding_sum_to_the_difference() -> None:
    """L 1.1 then 1.1 x 1.06, B 1.05 then 1.05 x 1.04; a rounding of 1 % in the second."""
    own = [session_parts([1.0], [0.10]), session_parts([1.0], [0.05], rounding=0.01)]
    benchmark = [session_parts([1.0], [0.05]), session_parts([1.0], [0.04])]
    found = relative(own, benchmark, GROUPS)
    total = 1.1 * 1.06 / (1.05 * 1.04) - 1
    assert found.total == pytest.approx(total, abs=1e-15)
    assert found.rounding == pytest.approx(0.01 * 1.1 / (1.05 * 1.04), abs=1e-15)
    assert found.effects.sum() + found.rounding == pytest.approx(total, abs=1e-15)


def test_no_session_is_no_difference() -> None:
    found = relative([], [], GROUPS)
    assert (found.groups, found.total, found.rounding) == ((), 0.0, 0.0)
    assert found.effects.shape == (0, 3)
    assert found.differences.shape == (0, 4)
