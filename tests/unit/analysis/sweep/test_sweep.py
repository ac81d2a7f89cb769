"""What is measured of every variant while the blocks of one run pass by, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.analysis.sweep.sweep import Sweep
from tests.unit.analysis.sweep.three_lines import RULE, swept_rule
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

# At 50 % the values of A, B, C are 40, 30, 10, then 44, 30, 10, then 44, 33, 10.


@pytest.fixture(scope="module")
def half() -> Sweep:
    return swept_rule(["50%"]).sweep


def test_concentration_is_that_of_the_opening(half: Sweep) -> None:
    largest = np.concatenate(half.largest, axis=1)
    np.testing.assert_allclose(largest[0], [0.5, 0.5, 44 / 84], rtol=1e-12)
    np.testing.assert_allclose(largest[1], [0.6, 0.6, 66 / 106], rtol=1e-12)
    effective = np.concatenate(half.effective, axis=1)
    np.testing.assert_allclose(
        effective[0, [0, 2]],
        [1 / (0.5**2 + 0.375**2 + 0.125**2), 84**2 / (44**2 + 30**2 + 10**2)],
        rtol=1e-12,
    )
    assert half.above.tolist() == [1, 0]
    assert half.closed


def test_contributions_sum_to_the_return(half: Sweep) -> None:
    np.testing.assert_allclose(half.contributions[:, 0], [4 / 80, 3 / 80, 0.0], atol=1e-15)
    np.testing.assert_allclose(half.contributions[:, 1], [6 / 100, 3 / 100, 0.0], atol=1e-15)


def test_the_weights_of_the_uncapped_point_are_summed_over_sessions(half: Sweep) -> None:
    hand = [0.6 + 0.6 + 66 / 106, 0.3 + 0.3 + 30 / 106, 0.1 + 0.1 + 10 / 106]
    np.testing.assert_allclose(half.mean_weight, hand, rtol=1e-12)


def test_the_first_list_is_a_review_without_turnover(half: Sweep) -> None:
    (review,) = half.reviews
    assert (review.session, review.kind, review.constituents) == (1, "regular", 3)
    assert review.turnover.tolist() == [0.0, 0.0]
    np.testing.assert_allclose(review.largest, [0.5, 0.6], rtol=1e-12)
    assert review.largest_code.tolist() == [0, 0]
    assert review.capped.tolist() == [1, 0]
    assert review.weight is not None
    np.testing.assert_allclose(review.weight[:, 0], [0.5, 0.375, 0.125], rtol=1e-12)


TWO_LISTS = RULE.replace("months: [1]", "months: [1, 2]")


def test_a_later_list_is_traded_from_the_drifted_weights() -> None:
    """C leaves, D comes with 24.  Uncapped 60, 30, 10 drift to 66, 30, 10 of 106, and are 66, 30, 24
    of 120; at 50 % 40, 30, 10 drift to 44, 30, 10 of 84, and are 54, 30, 24 of 108."""
    over = market(
        line("A", [60, 60, 66, 66]),
        line("B", [30] * 4),
        line("C", [10] * 4),
        line("D", [24] * 4),
        memberships=[*small.given("A", "B", "C"), *small.given("A", "B", "D", on=3)],
    )
    _, review = swept_rule(["50%"], TWO_LISTS, over=over).sweep.reviews
    bought_free = max(66 / 120 - 66 / 106, 0) + max(30 / 120 - 30 / 106, 0) + 24 / 120
    sold_free = (66 / 106 - 66 / 120) + (30 / 106 - 30 / 120) + 10 / 106
    bought_half = max(54 / 108 - 44 / 84, 0) + max(30 / 108 - 30 / 84, 0) + 24 / 108
    sold_half = (44 / 84 - 54 / 108) + (30 / 84 - 30 / 108) + 10 / 84
    assert review.turnover[1] == pytest.approx((bought_free + sold_free) / 2, rel=1e-12)
    assert review.turnover[0] == pytest.approx((bought_half + sold_half) / 2, rel=1e-12)
    assert (review.session, review.constituents) == (3, 3)


def test_levels_alone_measure_nothing_else() -> None:
    sweep = swept_rule(["50%"], full=False).sweep
    np.testing.assert_allclose(np.concatenate(sweep.level, axis=1)[0], [1000, 1050, 1087.5])
    assert sweep.largest == sweep.effective == sweep.reviews == []
    assert sweep.contributions.shape == (0, 2)
