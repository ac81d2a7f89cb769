"""What part of an index is in lines of one currency, by hand."""

from __future__ import annotations

import pytest

from indexcalc.calculation.compute import level_pass
from indexcalc.calculation.overlays.currency_weights import Parts
from indexcalc.calculation.plan import Request, make_plan
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.small import day, given, line, market


def made() -> Parts:
    """A 10 at 100 won; B 20 at 5 dollars of 10 won, 6 dollars of 11 on session 2: 1000, 1320."""
    over = market(
        line("A", [100] * 3, 10),
        line("B", [5, 5, 6], 20),
        memberships=given("A", "B"),
        securities=[{"symbol": "A", "currency": "KRW"}, {"symbol": "B", "currency": "USD"}],
        fx=[
            {"date": day(at), "from_currency": "USD", "to_currency": "KRW", "rate": rate}
            for at, rate in enumerate((10.0, 10.0, 11.0))
        ],
    )
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
