"""One stage of limits: met, raised, or given up for equal weights where they cannot be met."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from indexcalc.weighting.caps.feasibility import Limits
from indexcalc.weighting.caps.limits import (
    Bounds,
    Infeasible,
    ladder_limits,
    limit_weights,
    nested_bounds,
)

VALUES = np.array([6.0, 3, 1])


def bounds(limit: str, codes: list[int], path: str = "weighting.caps[0]") -> Bounds:
    units = np.array(codes)
    return Bounds(path, "security", units, Limits.common(Fraction(limit), int(units.max()) + 1))


def test_limits_that_can_be_met() -> None:
    met = limit_weights(VALUES, [bounds("1/2", [0, 1, 2])])
    assert met.filled.weights == pytest.approx([0.5, 0.375, 0.125], rel=1e-15)
    assert not met.equal
    assert met.excused == ()


def test_a_common_limit_by_issuer_agrees_with_nested_limits() -> None:
    """The closed form of one limit, and the same through two levels of which one is idle."""
    values, issuers = np.array([4.0, 2, 2, 2]), [0, 0, 1, 2]
    alone = limit_weights(values, [bounds("2/5", issuers)])
    beside = limit_weights(values, [bounds("1", [0, 1, 2, 3]), bounds("2/5", issuers)])
    assert alone.filled.weights == pytest.approx([0.8 / 3, 0.4 / 3, 0.3, 0.3], rel=1e-15)
    assert beside.filled.weights == pytest.approx(alone.filled.weights, rel=1e-15)


def test_what_cannot_be_met_is_refused_with_the_smallest_that_can() -> None:
    with pytest.raises(Infeasible) as refused:
        limit_weights(VALUES, [bounds("3/10", [0, 1, 2])])
    assert refused.value.wrong.enough == Fraction(1, 3)
    assert refused.value.bounds is not None


def test_relax_raises_the_limit_as_far_as_needed() -> None:
    met = limit_weights(VALUES, [bounds("3/10", [0, 1, 2])], on_infeasible="relax")
    assert met.bounds[0].limits.shares == (Fraction(1, 3),)
    assert met.filled.weights == pytest.approx([1 / 3] * 3, rel=1e-15)


def test_equal_gives_the_units_equal_weights() -> None:
    """Two issuers under 40 % each: half each, lines as 2 : 1."""
    met = limit_weights(VALUES, [bounds("2/5", [0, 0, 1])], on_infeasible="equal")
    assert met.equal
    assert met.filled.weights == pytest.approx([1 / 3, 1 / 6, 1 / 2], rel=1e-15)


def test_a_floor_that_cannot_be_met() -> None:
    with pytest.raises(Infeasible) as refused:
        limit_weights(VALUES, [], Fraction(2, 5))
    assert refused.value.bounds is None
    lowered = limit_weights(VALUES, [], Fraction(2, 5), "relax")
    assert lowered.floor == Fraction(1, 3)


def test_earlier_limits_join_where_they_are_nested() -> None:
    lines, issuers = bounds("1/2", [0, 1, 2, 3]), bounds("1/2", [0, 0, 1, 1])
    crossing = bounds("1/2", [0, 1, 1, 0])
    assert nested_bounds([crossing, lines], [issuers]) == [lines, issuers]


def test_a_ladder_goes_by_rank() -> None:
    """The largest has the first step; below the last step all have that."""
    steps = [Fraction(4, 10), Fraction(3, 10), Fraction(2, 10)]
    limits = ladder_limits(np.array([0.1, 0.4, 0.2, 0.3]), steps)
    assert limits.floats.tolist() == [0.2, 0.4, 0.2, 0.3]
