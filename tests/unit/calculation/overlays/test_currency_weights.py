"""What part of an index is in lines of one currency, by hand."""

from __future__ import annotations

import pytest

from indexcalc.calculation.compute import level_pass
from indexcalc.calculation.overlays.currency_weights import Parts
from indexcalc.calculation.plan import Request, make_plan
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small


def made() -> Parts:
    """1000 won of A; of B 20 at 5 dollars of 10 won, and 6 of 11 on session 2: 1000, 1320."""
    over = small.two_currencies()
    text = small.GIVEN + "weighting: {scheme: market_cap}\n"
    plan = make_plan(load_family([small.rule(text)]), over, Request())
    level_pass(plan)
    return Parts(plan.works["test"].run, over, "KRW")


def test_parts_of_the_value_at_the_close() -> None:
    parts = made()
    assert parts.part("USD", 0) == pytest.approx(0.5, rel=1e-15)
    assert parts.part("USD", 1) == pytest.approx(1320 / 2320, rel=1e-15)
    assert parts.part("KRW", 1) == pytest.approx(1000 / 2320, rel=1e-15)
    assert parts.part("EUR", 1) == 0.0


def test_a_session_the_run_has_not_is_an_error() -> None:
    with pytest.raises(IndexError):
        made().part("USD", 2)
