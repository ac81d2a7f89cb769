"""Exact shares printed as percentages."""

from __future__ import annotations

from fractions import Fraction

import pytest

from indexcalc.methodology.values.exact_shares import percent, smallest_last


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


def test_the_smallest_last_step_of_a_ladder() -> None:
    tenths = [Fraction(n, 10) for n in (5, 3, 1)]
    # 50 + 30 leave 20 % for two names: 10 % each.
    assert smallest_last(tenths, [1, 1, 2]) == Fraction(1, 10)
    assert smallest_last(tenths, [1, 1, 0]) is None  # the last step holds nobody
    # 20 % would be above the 15 % before it.
    assert smallest_last([Fraction(65, 100), Fraction(15, 100), Fraction(1, 10)], [1, 1, 1]) is None
    # One step has none before it: a third for each of three names.
    assert smallest_last([Fraction(3, 10)], [3]) == Fraction(1, 3)
