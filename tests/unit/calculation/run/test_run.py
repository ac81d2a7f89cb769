"""A computed index in memory: how it is shown, and the weights of a day."""

from __future__ import annotations

import pytest

import indexcalc as ic
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import level_table, small
from tests.unit.calculation.small import day, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"


def test_weights_of_a_day_open_it() -> None:
    """1100 of 2100 at the open of session 3."""
    run = ic.compute(small.rule(CAP), market(
        line("A", [100, 100, 110, 110], 10), line("B", [50] * 4, 20), memberships=given("A", "B")
    ))  # fmt: skip
    rows = {row["symbol"]: row["weight"] for row in run.weights(day(3)).to_pylist()}
    assert rows == pytest.approx({"A": 1100 / 2100, "B": 1000 / 2100}, rel=1e-14)
    assert run.weights(str(day(1))).column("weight").to_pylist() == [0.5, 0.5]
    assert run.composition is not None


def test_a_day_without_a_level_is_refused_with_the_sessions_there_are() -> None:
    run = ic.compute(small.rule(CAP), market(line("A", [100] * 3), memberships=given("A")))
    for asked in (day(0), day(9)):
        with pytest.raises(ic.UsageError, match=r"CAL010.*run from 2024-01-03 to 2024-01-04"):
            run.weights(asked)
    with pytest.raises(ic.UsageError):
        run.weights("2024-02-30")


def test_a_run_without_weights_and_an_overlay_have_none() -> None:
    family = load_family([small.rule(CAP)])
    made = market(line("A", [100] * 3), memberships=given("A"))
    lean = compute_family(family, made, Request(keep_weights=False))["test"]
    assert lean.composition is None
    with pytest.raises(ic.UsageError, match="CAL010"):
        lean.weights(day(1))
    days = level_table.dates("2024-01-02", "2024-01-03")
    laid = level_table.run("{leverage: 2, reset: daily}", level_table.levels(days, [1, 2]), days[0])
    with pytest.raises(ic.UsageError, match=r"CAL010.*stands on the level of another index"):
        laid.weights(days[0])


def test_what_is_shown_of_a_run() -> None:
    made = market(
        line("A", [100, 100, 110], 10), line("B", [50] * 3, 20), memberships=given("A", "B")
    )
    shown = repr(ic.compute(small.rule(CAP + "name: {en: A test}\n"), made))
    assert shown.startswith("Run test (A test)")
    for said in ("2, 2024-01-03 to 2024-01-04", "1,050.00", "none"):
        assert said in shown
    html = ic.compute(small.rule(CAP), made)._repr_html_()
    assert "Run test" in html
    assert "1,050.00" in html
