"""The form `measured`: a window beside a limit, and what is compared with it."""

from __future__ import annotations

from indexcalc.methodology.model.caps.measured import MEASURED
from tests.unit.methodology.model.caps.caps_read import ON, cap, refused, told

WINDOW = "measured: {mean: market_cap, over: 3 months, to: cutoff}"


def test_a_window_compares_weights_of_means_unless_said() -> None:
    assert cap(f"limit: 30%, {WINDOW}").test.value == "weight_of_means"
    assert cap(f"limit: 30%, {WINDOW}, test: mean_of_weights").test.value == "mean_of_weights"
    assert [code for code, _ in refused(f"limit: 30%, {WINDOW}, test: means")] == ["RUL004"]


def test_its_limit_must_be_met_as_a_plain_one() -> None:
    # 3 x 30 = 90
    problem = MEASURED.infeasible(cap(f"limit: 30%, {WINDOW}"), 3, ON)
    assert "30 % x 3 constituents = 90 % < 100 %" in told(problem)
    assert MEASURED.infeasible(cap(f"limit: 30%, {WINDOW}"), 4, ON) is None
