"""The scale of a made basket is found, chance is told from it, and multiples of all factors are seen."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.arrays import Bools, Floats
from indexcalc.weighting.float_factors.basket_scale import (
    factor_bounds,
    fit_scale,
    on_grid,
    other_multiples,
)

SHARES = np.round(np.geomspace(4e6, 5.9e9, 60))
WHOLE = ((np.arange(60) * 37) % 90 + 11) / 100


def units_of(shares: Floats, factors: Floats, scale: float) -> Floats:
    made: Floats = np.floor(shares * factors * scale + 0.5)
    return made


def anything(lines: int, steps: int = 100) -> Bools:
    return np.ones((lines, steps), dtype=np.bool_)


@pytest.mark.parametrize("scale", [3.1e-6, 2.345e-5, 7e-4])
def test_scale_and_factors_come_back(scale: float) -> None:
    units = units_of(SHARES, WHOLE, scale)
    held = units > 0
    units, shares, true = units[held], SHARES[held], WHOLE[held]
    found = fit_scale(units, shares, anything(units.size))
    assert found.believed
    assert found.low * 0.999999 <= scale <= found.high * 1.000001
    low, high = factor_bounds(found, units, shares)
    assert ((low <= true + 1e-6) & (true - 1e-6 <= high)).all()
    grid = on_grid(low, high, 100)
    assert grid[np.arange(units.size), np.round(true * 100).astype(int) - 1].all()
    assert other_multiples(found, units, shares, anything(units.size)) == []


def test_a_capped_line_does_not_move_the_scale() -> None:
    factors = WHOLE.copy()
    factors[-1] *= 0.7261
    units = units_of(SHARES, factors, 2e-5)
    found = fit_scale(units, SHARES, anything(60))
    assert found.believed
    assert abs(found.low / 2e-5 - 1) < 1e-4
    assert not found.fits[-1]
    assert found.fits[:-1].all()


@pytest.mark.parametrize("seed", range(20))
def test_holdings_of_no_index_are_not_believed(seed: int) -> None:
    random = np.random.default_rng(seed)
    lines = int(random.integers(3, 60))
    shares = random.choice(SHARES, lines, replace=False)
    units = units_of(shares, random.uniform(0.05, 1.0, lines), 1e-5 * random.uniform(1, 10))
    units = np.maximum(units, 1)
    assert not fit_scale(units, shares, anything(lines)).believed


def test_factors_that_could_all_be_doubled() -> None:
    small = np.round(WHOLE * 50) / 100  # none above 50 %
    units = units_of(SHARES, small, 1e-4)
    found = fit_scale(units, SHARES, anything(60))
    assert other_multiples(found, units, SHARES, anything(60)) == [2]
    known = anything(60)
    known[5] = np.arange(1, 101) == round(small[5] * 100)
    found = fit_scale(units, SHARES, known)
    assert other_multiples(found, units, SHARES, known) == []
