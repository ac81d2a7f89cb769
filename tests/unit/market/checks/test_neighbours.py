"""Steps are measured from the last row of a line, wherever it lies, and a run sees its own days alone."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.diagnostics import Findings
from indexcalc.market.checks.neighbours import PRICES, LastSession, last_trade, steps
from indexcalc.market.checks.plausible import Plausibility
from tests.unit.calculation.small import dividend, line, market


def test_the_last_session_with_a_row_lies_stretches_back() -> None:
    rows = np.zeros((600, 2), dtype=np.bool_)
    rows[[3, 590], 0] = True
    last = LastSession(lambda first, stop: rows[first:stop], 600)
    asked = [(599, 0), (590, 0), (3, 0), (4, 0), (599, 1)]
    assert [last.before(*one) for one in asked] == [590, 3, -1, 3, -1]


def test_a_step_over_a_hole_is_measured_from_the_close_before_it() -> None:
    over = market(
        line("A", [100.0, None, None, 300.0]), line("B", [50.0] * 4), facts={"plausible": {}}
    )
    (step,) = steps(over, PRICES)
    assert (step.session, step.code, step.ratio, step.since) == (3, 0, 3.0, 0)


@pytest.mark.parametrize(("first", "told"), [(0, ["DAT050", "DAT055"]), (1, ["DAT055"]), (3, [])])
def test_what_lies_before_the_days_of_a_run_is_not_looked_at(first: int, told: list[str]) -> None:
    over = market(line("A", [100.0, 300.0, 300.0, 300.0]), dividends=[dividend("A", 2, 200.0)])
    findings = Findings()
    everyone = np.ones(1, dtype=np.bool_)
    Plausibility(over, findings, everyone, int(over.days[first]), int(over.days[3])).run()
    assert sorted(one.code for one in findings.items) == told


def test_a_session_without_volume_is_no_trade() -> None:
    over = market(line("A", [100.0] * 4, volume={2: 0, 3: 0}))
    assert last_trade(over, 0, 4) == 1
    assert last_trade(over, 0, 1) == 0
