"""The level of an index without a decision of its committee, by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from indexcalc.analysis.without_decision import WithoutDecision, without_decisions
from indexcalc.calculation.plan import Request
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.small import day, given, line, market

# A list is given for session 1 and held; the committee takes C out on session 2.
TEXT = small.GIVEN.replace("selection: given\n", "selection: {steps: [{select: all}]}\n") + (
    "weighting: {scheme: market_cap}\n"
)
DECIDED = TEXT + (
    f"committee:\n  - {{effective: {day(2)}, remove: [C], why: it is closed, ref: minutes 7}}\n"
)


def over(**tables: Any) -> Market:
    return market(
        line("A", [100, 100, 100, 110], 10),
        line("B", [50] * 4, 20),
        line("C", [10, 10, 10, 30], 100),
        memberships=given("A", "B", "C"),
        **tables,
    )


def found(
    text: str, symbol: str, made: Market | None = None, on: dt.date | None = None
) -> list[WithoutDecision]:
    family = load_family([small.rule(text)])
    return without_decisions(family, made or over(), symbol, on or day(3), Request())


def test_the_level_with_and_without_a_decision() -> None:
    """With it A and B: 2100 of 2000.  Without it C is held as well: 1100 + 1000 + 3000 of 3000."""
    (one,) = found(DECIDED, "C")
    assert (one.index, one.effective, one.on) == ("test", day(2), day(3))
    assert (one.decision, one.why, one.ref) == ("remove C", "it is closed", "minutes 7")
    assert one.level == pytest.approx(1050.0, abs=1e-9)
    assert one.without == pytest.approx(1700.0, abs=1e-9)
    assert one.sentence() == (
        "without the committee's decision of 2024-01-04 (remove C: it is closed, minutes 7) "
        "test would stand at 1,700.00 on 2024-01-05, not at 1,050.00 (-38.2353%)"
    )


def test_a_decision_of_the_table_is_left_out_as_well() -> None:
    table = {
        "index": "test",
        "effective_date": day(2),
        "symbol": "C",
        "decision": "remove",
        "why": "it is closed",
        "ref": "minutes 7",
    }
    (one,) = found(TEXT, "C", over(committee=[table]))
    assert (one.decision, one.level, one.without) == ("remove C", 1050.0, 1700.0)


def test_only_decisions_on_the_line_that_are_in_force_by_the_day() -> None:
    assert found(DECIDED, "A") == []
    assert found(DECIDED, "C", on=day(1)) == []
    (one,) = found(DECIDED, "C", on=day(2))
    assert one.on == day(2)


def test_each_decision_is_left_out_alone() -> None:
    """B goes with C: without C's removal alone, A and C are left: 1100 + 3000 of 2000."""
    both = DECIDED.replace("remove: [C]", "remove: [B, C]")
    (one,) = found(both, "C")
    assert one.level == pytest.approx(1100.0, abs=1e-9)
    assert one.without == pytest.approx(1000 * 4100 / 2000, abs=1e-9)
