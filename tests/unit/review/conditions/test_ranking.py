"""Values of groups on the rows that belong to them, and who comes first."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.review.conditions.ranking import Ranking, best_first


def test_a_group_in_which_nobody_is_ranked_has_no_value() -> None:
    """Of groups 0 and 2 only 0 has a member; a row without a group has none either."""
    nobody = np.zeros(3, dtype=np.bool_)
    ranking = Ranking(
        np.array([True, False, False]), nobody, np.array([0, 2, -1]), np.array([7.0, 8.0, 9.0])
    )
    assert ranking.n_groups == 1
    np.testing.assert_array_equal(ranking.of_groups(np.array([5.0])), [5.0, np.nan, np.nan])


VALUES = st.sampled_from([1.0, 2.0, 3.0, float("nan")])


@given(
    st.lists(st.tuples(st.integers(0, 2), VALUES, VALUES), min_size=1, max_size=12), st.booleans()
)
def test_the_order_is_that_of_a_plain_sort(
    lines: list[tuple[int, float, float]], lowest: bool
) -> None:
    """By group, the first key, the second, the row; NaN last within each."""
    groups = np.array([group for group, _, _ in lines])
    keys = [np.array([line[at] for line in lines]) for at in (1, 2)]

    def place(row: int) -> tuple[int, bool, float, bool, float, int]:
        group, first, second = lines[row]
        sign = 1.0 if lowest else -1.0
        return (
            group,
            first != first,
            0.0 if first != first else sign * first,
            second != second,
            0.0 if second != second else -second,
            row,
        )

    rows = np.arange(len(lines))
    expected = sorted(rows.tolist(), key=place)
    assert best_first(rows, groups, keys, lowest).tolist() == expected


@given(
    st.lists(
        st.tuples(st.integers(-1, 2), VALUES, VALUES, st.booleans(), st.booleans()),
        min_size=1,
        max_size=12,
    ),
    st.booleans(),
)
def test_ranks_are_the_same_whoever_has_sorted_the_rows(
    lines: list[tuple[int, float, float, bool, bool]], lowest: bool
) -> None:
    groups, value, tie, members, tested = (np.array(column) for column in zip(*lines, strict=True))
    everyone = np.flatnonzero(~np.isnan(value))
    ordered = best_first(everyone, None, (value, tie), lowest)
    own = Ranking(members, tested, groups, value, (tie,), lowest)
    given_order = Ranking(members, tested, groups, value, (tie,), lowest, ordered=ordered)
    assert given_order.entities.row.tolist() == own.entities.row.tolist()
    np.testing.assert_array_equal(given_order.rank, own.rank)
    for row in np.flatnonzero(~np.isnan(own.rank)).tolist():
        better = own.entities.row[: own.entities.of_row[row]]
        assert own.rank[row] == 1 + (members[better] & (groups[better] == groups[row])).sum()
