"""A run computed again over its market, and a market that is not its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.calculation.run.publish import publish
from indexcalc.diagnostics import RunError
from indexcalc.market.market import line_names
from indexcalc.report.run_report.folder import read_run
from indexcalc.report.run_report.with_market.of_one_run import depth
from tests.unit.analysis.sweep.test_simulate_caps import RULE, three
from tests.unit.calculation import small


def test_what_the_market_tells_agrees_with_the_run(tmp_path: Path) -> None:
    market = three()
    run = read_run(publish(ic.compute(ic.Methodology.from_text(RULE), market), tmp_path))
    held = depth(run, market, line_names(market), {})
    assert held.days.size == run.days.size
    assert np.all(held.largest <= held.five + 1e-12)
    assert held.moved is not None
    level = run.series["level"]
    assert held.moved.total == pytest.approx(level[-1] / level[0] - 1, abs=1e-12)
    assert held.flows is None  # no assets are known


def test_another_market_is_refused(tmp_path: Path) -> None:
    another = small.market(small.line("A00001", [10.0, 11.0, 12.0]))
    run = read_run(publish(ic.compute(ic.Methodology.from_text(RULE), three()), tmp_path))
    with pytest.raises(RunError, match="RUN004"):
        depth(run, another, [], {})
