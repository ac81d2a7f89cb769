"""Factors from means over a window (KRX), by hand: one name, the set that grows, the mean of weights."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from indexcalc.arrays import Floats
from indexcalc.weighting.caps.bounded import CommonLimits
from indexcalc.weighting.caps.measured import MeasuredCaps, measured_factors

THIRTY = Fraction(3, 10)


def at_thirty(means: Floats, tested: Floats | None = None) -> MeasuredCaps:
    """The factors of one limit (n,)."""
    made = measured_factors(means, CommonLimits.of([THIRTY]), tested)
    return MeasuredCaps(made.factors[:, 0], made.capped[:, 0], made.window_weights[:, 0])


@pytest.mark.parametrize("share", [0.31, 0.335, 0.5, 0.9])
def test_one_name_above_the_limit(share: float) -> None:
    """c = (3/7) (1 - w) / w of its window weight w; the others keep 1."""
    others = np.array([5.0, 3, 2, 1, 1, 1, 1, 1])
    # The next largest must stay below 30 % of what is left: 5/15 of 70 % is 23 %.
    means = np.concatenate(([share], others / others.sum() * (1 - share)))
    made = at_thirty(means)
    assert made.factors[0] == pytest.approx(3 / 7 * (1 - share) / share, rel=1e-14)
    assert (made.factors[1:] == 1.0).all()
    assert made.window_weights[0] == pytest.approx(0.3, rel=1e-14)


def test_exactly_at_the_limit_is_not_above_it() -> None:
    assert not at_thirty(np.array([30.0, 25, 25, 20])).capped.any()


def test_the_set_grows() -> None:
    """60, 25, 10, 5: with A at 30 % B stands at 70 x 25/40 = 43.75 %; then C, D share 40 % as 2 : 1.

    c_A = 0.3 / 0.4 x 15 / 60 = 0.1875, c_B = 0.3 / 0.4 x 15 / 25 = 0.45; C stands at 26.67 %.
    """
    made = at_thirty(np.array([60.0, 25, 10, 5]))
    assert made.factors == pytest.approx([0.1875, 0.45, 1, 1], rel=1e-14)
    assert made.capped.tolist() == [True, True, False, False]


def test_mean_of_weights_is_only_the_test() -> None:
    """29 % of the means, 31 % on the mean of days: capped, with the factor of the means."""
    means = np.array([29.0, 24, 24, 23])
    tested = np.array([31.0, 23, 23, 23])
    assert not at_thirty(means).capped.any()
    made = at_thirty(means, tested)
    assert made.factors == pytest.approx([3 / 7 * 71 / 29, 1, 1, 1], rel=1e-14)
