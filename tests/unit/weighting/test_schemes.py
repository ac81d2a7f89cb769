"""Weights of each scheme on three members worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.methodology.model import weighting as language
from indexcalc.weighting.schemes import SCHEMES, Inputs, values_of, weights_of

INPUTS = Inputs(
    price=np.array([10.0, 20.0, 40.0]),
    shares=np.array([6.0, 2.0, 1.0]),
    float_factor=np.array([0.5, 1.0, 0.25]),
    inclusion=np.ones(3),
    measure=np.array([0.5, 0.25, 0.25]),
    price_factor=np.array([1.0, 0.5, 1.0]),
    weight_factor=np.array([2.0, 1.0, 1.0]),
    issuers=np.array([0, 0, 1]),
)


@pytest.mark.parametrize(
    ("scheme", "across", "expected"),
    [
        ("market_cap", "security", [60, 40, 40]),
        ("float_market_cap", "security", [30, 40, 10]),
        ("equal", "security", [1, 1, 1]),
        ("equal", "issuer", [1, 1, 2]),
        ("price", "security", [10, 10, 40]),
        ("measure", "security", [2, 1, 1]),
        ("tilt", "security", [15, 10, 2.5]),
        ("inverse_volatility", "security", [2, 4, 4]),
        ("given", "security", [20, 20, 40]),
    ],
)
def test_weights_are_in_these_proportions(scheme: str, across: str, expected: list[float]) -> None:
    found = weights_of(scheme, INPUTS, across)
    np.testing.assert_allclose(found.weights, np.array(expected) / sum(expected), rtol=1e-15)
    assert not found.bad.any()


def test_half_inclusion_halves_a_value() -> None:
    half = Inputs(INPUTS.price, INPUTS.shares, INPUTS.float_factor, np.array([0.5, 1.0, 1.0]))
    np.testing.assert_array_equal(values_of("market_cap", half), [30.0, 40.0, 40.0])


def test_members_that_cannot_weigh_are_marked() -> None:
    inputs = Inputs(
        np.array([10.0, np.nan, 10.0, 10.0]),
        np.ones(4),
        np.array([1.0, 1.0, 0.0, np.nan]),
        np.ones(4),
    )
    found = weights_of("float_market_cap", inputs)
    np.testing.assert_array_equal(found.bad, [False, True, True, True])
    np.testing.assert_array_equal(found.weights, [1.0, 0.0, 0.0, 0.0])
    assert weights_of("measure", inputs).bad.all()
    with pytest.raises(KeyError):
        values_of("best", inputs)


def test_every_scheme_of_the_language_is_computed() -> None:
    assert tuple(SCHEMES) == language.SCHEMES
