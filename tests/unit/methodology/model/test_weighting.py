"""The block `weighting`: defaults, and schemes that need a measure."""

from __future__ import annotations

import pytest

from indexcalc.methodology.model.weighting import BY_MEASURE, SCHEMES
from tests.unit.methodology.small_rule import HEAD, found_in, rule


def test_what_holds_when_nothing_is_said() -> None:
    weighting = rule().weighting
    assert weighting.scheme.value == "float_market_cap"
    assert weighting.interim.value == "keep"
    assert weighting.on_infeasible.value == "error"
    assert weighting.caps.value == ()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_schemes_by_a_measure_say_which(scheme: str) -> None:
    text = HEAD + f"weighting: {{scheme: {scheme}}}\n"
    if scheme in BY_MEASURE:
        assert found_in(text) == [("RUL002", 7, 1)]
    else:
        assert rule(f"weighting: {{scheme: {scheme}}}\n").weighting.scheme.value == scheme


def test_a_scheme_that_changes_by_date() -> None:
    text = "weighting: {scheme: {2000-01-04: equal, 2010-01-04: market_cap}}\n"
    assert rule(text).weighting.scheme.values == ("equal", "market_cap")


def test_a_scheme_that_is_not_known() -> None:
    assert found_in(HEAD + "weighting: {scheme: cap}\n")[0][0] == "RUL004"
