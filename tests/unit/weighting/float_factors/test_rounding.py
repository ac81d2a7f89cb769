"""Float factors rounded and banded, by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from indexcalc.methodology.model.float_rules import Band, RoundTo
from indexcalc.weighting.float_factors.rounding import banded, rounded


@pytest.mark.parametrize(
    ("raw", "up", "nearest", "down"),
    [
        (0.55, 0.55, 0.55, 0.55),  # 0.55 / 0.05 is 11.000000000000002
        (0.551, 0.6, 0.55, 0.55),
        (0.575, 0.6, 0.6, 0.55),
        (0.999, 1.0, 1.0, 0.95),
        (0.0, 0.0, 0.0, 0.0),
        (1.0, 1.0, 1.0, 1.0),
    ],
)
def test_rounding_is_exact(raw: float, up: float, nearest: float, down: float) -> None:
    for direction, expected in (("up", up), ("nearest", nearest), ("down", down)):
        to = RoundTo(direction, Fraction(1, 20))  # type: ignore[arg-type]
        assert rounded(np.array([raw]), to)[0] == expected


def test_each_hundredth_rounded_up_to_one_percent_stays() -> None:
    hundredths = np.array([float(f"{n / 100:.2f}") for n in range(101)])
    np.testing.assert_array_equal(rounded(hundredths, RoundTo("up", Fraction(1, 100))), hundredths)


def test_bands_as_a_chinese_index_has_them() -> None:
    bands = [Band(Fraction(1, 10), None)]
    bands += [Band(Fraction(n, 10), Fraction(n, 10)) for n in range(2, 9)]
    bands.append(Band(Fraction(1), Fraction(1)))
    raw = np.array([0.07, 0.10, 0.101, 0.30, 0.35, 0.8, 0.81, np.nan])
    np.testing.assert_array_equal(banded(raw, bands), [0.07, 0.10, 0.2, 0.3, 0.4, 0.8, 1.0, np.nan])
