"""States of lines: of equal ones on end only the first row is kept, line by line."""

from __future__ import annotations

import numpy as np

from indexcalc.review.data.line_states import StateRows, unchanged_dropped
from indexcalc.review.data.texts import Texts


def test_the_first_row_of_a_line_and_those_that_change_its_state_stay() -> None:
    n = 7
    rows = StateRows(
        codes=np.array([0, 0, 0, 1, 1, 2, 2], dtype=np.int32),
        session=np.array([0, 2, 4, 0, 1, 3, 5]),
        # Line 1 begins in the state line 0 ended in, and is a row of its own all the same.
        eligible=np.array([True, True, False, False, False, True, True]),
        path=np.arange(n),
        observed=np.arange(n) / 2.0,
        threshold=np.arange(n) / 4.0,
        detail=np.arange(n) + 10,
        words=Texts(),
    )
    kept = unchanged_dropped(rows)
    assert kept.codes.tolist() == [0, 0, 1, 2]
    assert kept.session.tolist() == [0, 4, 0, 3]
    assert kept.eligible.tolist() == [True, False, False, True]
    # The other columns go along.
    assert kept.path.tolist() == [0, 2, 3, 5]
    assert (kept.observed * 2).tolist() == kept.path.tolist()
    assert (kept.threshold * 4).tolist() == kept.path.tolist()
    assert (kept.detail - 10).tolist() == kept.path.tolist()
    assert kept.words is rows.words
