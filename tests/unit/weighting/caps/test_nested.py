"""Lines in issuers in sectors, each with its own limit, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.weighting.caps.nested import BOUND, FREE, Level, fill_levels

ISSUERS = np.array([0, 0, 1, 2])


def test_single_lines() -> None:
    """6 : 3 : 1 under 50 %: the free keep 3 : 1, lambda is 0.375 / 3."""
    filled = fill_levels(np.array([6.0, 3, 1]), [Level(np.arange(3), np.full(3, 0.5))])
    assert filled.weights == pytest.approx([0.5, 0.375, 0.125], rel=1e-15)
    assert filled.scale == pytest.approx(0.125, rel=1e-15)
    assert filled.pool.tolist() == [BOUND, FREE, FREE]
    assert filled.held[0].tolist() == [True, False, False]


def test_an_issuer_at_its_limit_keeps_the_ratio_of_its_lines() -> None:
    """4 + 2 of ten under 40 %: 2 : 1 of 40 %; the other two share 60 %."""
    filled = fill_levels(np.array([4.0, 2, 2, 2]), [Level(ISSUERS, np.full(3, 0.4))])
    assert filled.weights == pytest.approx([0.8 / 3, 0.4 / 3, 0.3, 0.3], rel=1e-15)
    assert filled.pool.tolist() == [1, 1, FREE, FREE]
    assert filled.held[0].tolist() == [True, False, False]


def test_a_line_at_its_limit_within_an_issuer_at_its_own() -> None:
    """Lines 25 %, issuers 40 %: the first line has 25, its sister what is left of 40."""
    levels = [Level(np.arange(4), np.full(4, 0.25)), Level(ISSUERS, np.full(3, 0.4))]
    filled = fill_levels(np.array([4.0, 2, 1.9, 2.1]), levels)
    # 40 % for the issuer as 4 : 2 is 26.7 : 13.3; the line stops at 25, so 25 : 15.
    # The other two would share 60 %, but may take 25 % each: the sister has the limit's rest, 25.
    assert filled.weights[2:] == pytest.approx([0.25, 0.25], rel=1e-15)
    assert filled.weights[:2].sum() <= 0.5


def test_a_floor_lifts_the_smallest() -> None:
    """8 : 1 : 1 with at least 15 %: 15 % each, 70 % for the first."""
    free = Level(np.arange(3), np.full(3, np.inf))
    filled = fill_levels(np.array([8.0, 1, 1]), [free], np.full(3, 0.15))
    assert filled.weights == pytest.approx([0.7, 0.15, 0.15], rel=1e-15)
    assert filled.pool.tolist() == [FREE, BOUND, BOUND]


def test_no_limits_at_all() -> None:
    filled = fill_levels(np.array([3.0, 1]), [])
    assert filled.weights == pytest.approx([0.75, 0.25], rel=1e-15)
    assert filled.held == ()
