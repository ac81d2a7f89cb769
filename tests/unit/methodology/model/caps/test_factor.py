"""The form `factor`: a share above zero, that can always be met."""

from __future__ import annotations

from fractions import Fraction

from indexcalc.methodology.model.caps.factor import FACTOR
from tests.unit.methodology.model.caps.caps_read import ON, cap, refused


def test_a_factor_is_a_share_above_zero() -> None:
    one = cap("factor: 90%")
    assert one.factor.value.exact == Fraction(9, 10)
    assert [code for code, _ in refused("factor: 0%")] == ["RUL011"]
    assert [code for code, _ in refused("factor: 2")] == ["RUL006"]
    assert FACTOR.infeasible(one, 1, ON) is None
    assert FACTOR.words == "multiplied"
