"""Units of caps: codes without gaps, sums, and which grouping lies in which."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.weighting.caps import units

LINES = np.arange(4)
ISSUERS = np.array([0, 0, 1, 2])
SECTORS = np.array([0, 0, 0, 1])


def test_codes_are_numbered_as_they_first_appear() -> None:
    assert units.dense(np.array([7, 3, 7, 9])).tolist() == [0, 1, 0, 2]


def test_every_line_is_a_unit() -> None:
    assert units.each_line(3).tolist() == [0, 1, 2]
    assert units.n_units(units.each_line(0)) == 0


def test_the_sum_of_each_unit() -> None:
    assert units.sums(np.array([1.0, 2, 4, 8]), ISSUERS).tolist() == [3, 4, 8]


@pytest.mark.parametrize(
    ("inner", "outer", "lies"),
    [(LINES, ISSUERS, True), (ISSUERS, SECTORS, True), (SECTORS, ISSUERS, False)],
)
def test_a_grouping_within_another(inner: np.ndarray, outer: np.ndarray, lies: bool) -> None:
    assert units.finer(inner, outer) is lies


def test_the_home_of_each_unit() -> None:
    assert units.homes(ISSUERS, SECTORS).tolist() == [0, 0, 1]


def test_a_chain_is_ordered_finest_first() -> None:
    assert units.chain([SECTORS, LINES, ISSUERS]) == [1, 2, 0]


def test_groupings_that_cross_are_no_chain() -> None:
    assert units.chain([ISSUERS, np.array([0, 1, 1, 1])]) is None
