"""Values of groups on the rows that belong to them."""

from __future__ import annotations

import numpy as np

from indexcalc.review.conditions.ranking import Ranking


def test_a_group_in_which_nobody_is_ranked_has_no_value() -> None:
    """Of groups 0 and 2 only 0 has a member; a row without a group has none either."""
    nobody = np.zeros(3, dtype=np.bool_)
    ranking = Ranking(
        np.array([True, False, False]), nobody, np.array([0, 2, -1]), np.array([7.0, 8.0, 9.0])
    )
    assert ranking.n_groups == 1
    np.testing.assert_array_equal(ranking.of_groups(np.array([5.0])), [5.0, np.nan, np.nan])
