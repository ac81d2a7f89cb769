"""Lines of one issuer counted together; a line without an issuer is its own."""

from __future__ import annotations

import numpy as np

from indexcalc.review.data.fields import Column
from indexcalc.review.data.issuers import by_issuer, issuer_numbers

NAN = float("nan")


def test_a_line_whose_issuer_is_not_known_is_its_own() -> None:
    positions = np.array([1, -1, 1, 0, -1], dtype=np.int32)
    column = Column("text", positions, positions < 0, ("x", "y"))
    numbers = issuer_numbers(column)
    assert numbers[[0, 2, 3]].tolist() == [1, 1, 0]
    assert len(set(numbers.tolist())) == 4
    nothing = Column("number", np.full(3, NAN), np.ones(3, dtype=np.bool_))
    assert len(set(issuer_numbers(nothing).tolist())) == 3


def test_the_sum_of_an_issuer_stands_on_each_of_its_lines() -> None:
    issuers = np.array([0, 1, 0, 2, 1])
    # 0: 1 + 4; 1: 2 and a line without a value; 2: none with a value.
    sums = by_issuer(np.array([1.0, 2.0, 4.0, NAN, NAN]), issuers)
    np.testing.assert_array_equal(sums, [5.0, 2.0, 5.0, NAN, 2.0])
    assert by_issuer(np.zeros(0), np.zeros(0, dtype=np.int64)).size == 0
