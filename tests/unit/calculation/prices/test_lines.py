"""What is known of lines in a block, and before the first."""

from __future__ import annotations

import numpy as np

from indexcalc.calculation.prices.lines import NEVER_SEEN, before, initial_state
from indexcalc.market.arrow import NULL_DAY
from tests.unit.calculation.prices.price_lines import price_lines


def test_a_line_is_found_by_its_code() -> None:
    lines = price_lines([[1.0, 2.0], [3.0, 4.0]])
    assert lines.shape == (2, 2)
    assert (lines.row(0), lines.row(1), lines.row(2)) == (0, 1, -1)
    none = price_lines(np.zeros((0, 3)).tolist() or [[]])
    assert none.row(5) == -1


def test_before_the_first_session_nothing_is_known() -> None:
    state = initial_state(2)
    for values in (state.close, state.raw_close, state.listed, state.counted):
        assert np.isnan(values).all()
    assert state.present.tolist() == [False, False]
    # A first row is no resumption after a halt.
    assert state.traded.tolist() == [True, True]
    assert state.first_seen.tolist() == [NEVER_SEEN[0]] * 2
    assert state.last_seen.tolist() == [NEVER_SEEN[1]] * 2
    assert state.close is not state.raw_close
    assert state.day == NULL_DAY
    assert (state.pending[7], state.gone, state.frozen) == ([], set(), {})


def test_the_value_of_the_session_before() -> None:
    values = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    made = before(values, np.array([0.0, np.nan]))
    np.testing.assert_array_equal(made, [[0.0, 1.0, 2.0], [np.nan, 4.0, 5.0]])
