"""Exact shares printed as percentages."""

from __future__ import annotations

from fractions import Fraction

import pytest

from indexcalc.methodology.values.exact_shares import percent


@pytest.mark.parametrize(
    ("share", "up", "text"),
    [
        (Fraction(1, 200), None, "0.5 %"),
        (Fraction(1, 3), True, "33.3334 %"),
        (Fraction(1, 3), False, "33.3333 %"),
        (Fraction(6, 10), None, "60 %"),
        (Fraction(0), None, "0 %"),
        (Fraction(1), None, "100 %"),
    ],
)
def test_percent(share: Fraction, up: bool | None, text: str) -> None:
    assert percent(share, up=up) == text
