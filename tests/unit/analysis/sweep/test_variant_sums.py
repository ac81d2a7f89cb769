"""Sums of many variants: the closed form, the sum in order, and one written out agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.analysis.sweep.variant_sums import closed_form, largest_unit, variant_sums

CLOSE = 1e-13


def limits(n: int, caps: list[int], seed: int) -> np.ndarray:
    """Factors (n, len(caps)) that hold the first k lines by size at one amount."""
    size = np.random.default_rng(seed).uniform(1.0, 50.0, n)
    order = np.argsort(-size)
    factors = np.ones((n, len(caps)))
    for variant, k in enumerate(caps):
        held = order[:k]
        # One amount for all that are held, below the smallest of them.
        factors[held, variant] = 0.9 * size[held].min(initial=np.inf) / size[held]
    return factors


@given(
    n=st.integers(1, 8),
    caps=st.lists(st.integers(0, 8), min_size=1, max_size=5),
    seed=st.integers(0, 10_000),
    limited=st.booleans(),
)
def test_all_forms_agree_with_the_sum_written_out(
    n: int, caps: list[int], seed: int, limited: bool
) -> None:
    rng = np.random.default_rng(seed)
    factors = limits(n, [min(k, n) for k in caps], seed)
    if not limited:
        factors = factors * np.where(rng.uniform(size=factors.shape) < 0.5, 1.0, 1.7)
    value, opening = rng.uniform(0.0, 9.0, (2, n, 4))
    made = variant_sums(value, opening, factors, True)
    for v in range(len(caps)):
        for t in range(4):
            held = [factors[i, v] * opening[i, t] for i in range(n)]
            worth = sum(factors[i, v] * value[i, t] for i in range(n))
            assert made.value[v, t] == pytest.approx(worth, rel=CLOSE)
            assert made.opening[v, t] == pytest.approx(sum(held), rel=CLOSE)
            assert made.squares is not None
            assert made.squares[v, t] == pytest.approx(sum(x * x for x in held), rel=CLOSE)
            assert made.largest is not None
            assert made.largest[v, t] == pytest.approx(max(held), rel=CLOSE)
    if limited:
        assert made.closed


def test_factors_of_another_shape_have_no_closed_form() -> None:
    nested = np.array([[0.25, 0.5], [0.5, 1.0]])
    assert closed_form(nested) is not None
    # The second variant holds the smaller line and not the larger one.
    assert closed_form(np.array([[0.25, 1.0], [0.5, 0.5]])) is None
    # Held at another amount than the first variant's ratios say.
    assert closed_form(np.array([[0.25, 0.5], [0.5, 0.9]])) is None


def test_the_largest_unit_is_the_sum_of_its_lines() -> None:
    opening = np.array([[3.0], [4.0], [5.0], [1.0]])
    factors = np.array([[1.0, 0.5], [1.0, 0.5], [1.0, 1.0], [1.0, 1.0]])
    units = np.array([7, 7, -3, -4])
    # Uncapped the first unit has 7; halved it has 3.5, and the line of 5 is the largest.
    assert largest_unit(opening, factors, units).tolist() == [[7.0], [5.0]]
