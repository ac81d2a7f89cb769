"""Volatility by hand: windows, decaying weights, a seed, and levels that are too few."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from indexcalc.calculation.overlays.volatility import decayed, windowed


def test_volatility_by_hand() -> None:
    """Returns of +1 %, -1 %, +2 % (logs): windows of two, and weights 1/4, 1/2, 1 at decay 0.5."""
    moves = [0.01, -0.01, 0.02]
    level = 100 * np.exp(np.concatenate([[0.0], np.cumsum(moves)]))
    two = windowed(level, 2, 252)
    assert np.isnan(two[:2]).all()
    expected = [math.sqrt(252 * (a * a + b * b) / 2) for a, b in itertools.pairwise(moves)]
    assert two[2:] == pytest.approx(expected, rel=1e-10)
    half = decayed(level, 0.5, 252)
    assert np.isnan(half[:2]).all()
    assert half[2] == pytest.approx(math.sqrt(252 * (0.5 * 1e-4 + 1e-4) / 1.5), rel=1e-10)
    expected_3 = math.sqrt(252 * (0.25 * 1e-4 + 0.5 * 1e-4 + 4e-4) / 1.75)
    assert half[3] == pytest.approx(expected_3, rel=1e-10)


def test_a_decayed_estimate_from_a_seed() -> None:
    """Half of the variance before and half of the square: 0.02 and 0.04 are returns of ln 1.02, ln 1.04."""
    level = np.array([100.0, 102.0, 106.08])
    found = decayed(level, 0.5, 252, 0.2)
    first = 0.5 * 0.04 / 252 + 0.5 * math.log(1.02) ** 2
    second = 0.5 * first + 0.5 * math.log(1.04) ** 2
    assert found == pytest.approx([0.2, math.sqrt(252 * first), math.sqrt(252 * second)], rel=1e-12)


def test_an_estimate_waits_for_as_many_returns_as_its_decay_says() -> None:
    """Decay 0.75 asks for 1 / 0.25 = 4 returns, a window of 4 too: both are NaN over three of them."""
    level = np.array([100.0, 101.0, 100.0, 101.0, 100.0])
    assert np.isnan(decayed(level, 0.75, 252)).tolist() == [True] * 4 + [False]
    assert np.isnan(windowed(level[:4], 4, 252)).all()
    # Every return is ln 1.01 up or down, so any weights that add up to one give the same.
    expected = math.sqrt(252) * math.log(1.01)
    assert decayed(level, 0.75, 252)[4] == pytest.approx(expected, rel=1e-12)
    assert windowed(level, 4, 252)[4] == pytest.approx(expected, rel=1e-12)
