"""What a person at an interpreter or in a notebook types, and what they see."""

from __future__ import annotations

import datetime as dt
import importlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

import indexcalc as ic
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

OVER = market(line("A", [100, 110, 121]), dividends=[small.dividend("A", 1, 1)])


@pytest.mark.parametrize(
    "day",
    [
        "2024-01-03",
        dt.date(2024, 1, 3),
        dt.datetime(2024, 1, 3),
        pd.Timestamp("2024-01-03"),
        np.datetime64("2024-01-03"),
    ],
)
def test_a_day_is_said_in_any_form(day: Any) -> None:
    run = ic.compute(small.rule(small.CAP), OVER, start=day)
    assert run.levels.column("date")[0].as_py() == dt.date(2024, 1, 3)
    assert run.weights(day).num_rows == 1


@pytest.mark.parametrize(
    "day", ["3.1.2024", "", 20240103, 1.5, dt.datetime(2024, 1, 3, 15), pd.NaT, ["2024-01-03"]]
)
def test_anything_else_is_refused(day: Any) -> None:
    with pytest.raises(ic.UsageError, match=r"start: .* is not a day"):
        ic.compute(small.rule(small.CAP), OVER, start=day)
    with pytest.raises(ic.UsageError, match="is not a day"):
        ic.compute(small.rule(small.CAP), OVER).weights(day)


def test_returns_and_caps_as_one_word() -> None:
    one = ic.compute(small.rule(small.CAP), OVER, returns="tr")
    two = ic.compute(small.rule(small.CAP), OVER, returns=["tr"])
    assert one.levels.equals(two.levels)
    assert "level_tr" in one.levels.column_names


def test_a_path_is_a_market(tmp_path: Path) -> None:
    from indexcalc.market import store

    folder = tmp_path / "m"
    with store.writing(folder) as writer:
        writer.facts.update(OVER.facts)
        writer.put_daily(OVER.daily_sources())
        writer.put("sessions", OVER.table("sessions"))
    rule = small.rule(small.CAP)
    run = ic.compute(rule, str(folder))
    assert run.levels.equals(ic.compute(rule, ic.Market.open(folder)).levels)
    assert ic.Live.begin(rule, folder).day == dt.date(2024, 1, 4)
    with pytest.raises(ic.UsageError, match="int is not a market"):
        ic.compute(rule, 5)  # type: ignore[call-overload]


def test_what_objects_show() -> None:
    run = ic.compute(small.rule(small.CAP), OVER)
    rule = small.rule(small.CAP)
    for shown, words in (
        (OVER, ("Market in memory", "3, 2024-01-02 to 2024-01-04", "lines")),
        (run, ("Run", "members", "findings")),
        (rule, ("Methodology", "currency")),
    ):
        text = repr(shown)
        assert all(word in text for word in words), text
        assert len(text.splitlines()) < 10
        assert max(map(len, text.splitlines())) < 120
        assert "<table>" in shown._repr_html_()
    with pytest.raises(ic.RuleError) as caught:
        ic.Methodology.from_text("index: x")
    assert repr(caught.value).startswith("<RuleTextError: RUL")
    assert len(repr(caught.value).splitlines()) == 1


def test_a_run_with_errors_warns() -> None:
    from indexcalc.calculation import compute as module
    from indexcalc.diagnostics import finding

    run = ic.compute(small.rule(small.CAP), OVER)
    bad = replace(run, diagnostics=(finding("CAL001", "something", where="A"),) * 2)
    assert bad.diagnostics[0].severity in ("error", "warning")
    wrong = tuple(replace(item, severity="error") for item in bad.diagnostics)
    with pytest.warns(ic.FindingsWarning, match=r"x: CAL001 A: something and 1 more error"):
        module._warn({"x": replace(run, diagnostics=wrong)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        module._warn({"x": run})


def test_review_is_a_function_whatever_was_imported() -> None:
    folder = importlib.import_module("indexcalc.review")
    importlib.import_module("indexcalc.review.review")
    assert callable(ic.review)
    assert folder.__name__ == "indexcalc.review"


def test_review_explain_validate_and_caps() -> None:
    demo = ic.Market.demo(securities=100, years=2)
    first = ic.Methodology.from_text(TEN % _day(demo, 60))
    paper = ic.review(first, demo, on=_day(demo, 80))
    assert paper.members.num_rows == 10
    symbol = paper.members.column("symbol")[0].as_py()
    assert ic.explain(first, demo, symbol).because()
    assert ic.validate("kospi200").errors == ()
    sweep = ic.simulate_caps(first, demo, caps="15%, 20%", tables="levels")
    assert sweep.summary.column("cap").to_pylist() == ["15%", "20%", "none"]


TEN = """
index: ten
currency: KRW
calendar: XKRX
base: {date: %s, level: 100}
universe: {}
review: {months: [3, 6, 9, 12], effective: 2nd friday, cutoff: last session 1 months before}
measures: {size: {mean: market_cap, over: 1 calendar months}}
selection: {count: 10, steps: [{select: {size: {rank: 10}}}]}
weighting: {scheme: equal}
"""


def _day(demo: ic.Market, at: int) -> dt.date:
    from indexcalc.market.calendar.sessions import date_of

    return date_of(int(demo.days[at]))


@pytest.mark.parametrize("rule", [5, None, [], [5], {}])
def test_what_is_no_rule_is_told(rule: Any) -> None:
    with pytest.raises(ic.UsageError, match=r"CAL010 rule: .* is not a rule"):
        ic.compute(rule, OVER)


@pytest.mark.parametrize("returns", [5, [5], [None]])
def test_what_is_no_return_series_is_told(returns: Any) -> None:
    with pytest.raises(ic.UsageError, match=r"CAL008 returns: .* is no return series"):
        ic.compute(small.rule(small.CAP), OVER, returns=returns)


def test_assumptions_may_be_numbers_and_days() -> None:
    rule = small.rule(small.CAP.replace("market_cap", "float_market_cap"))
    said = [ic.compute(rule, OVER, assume={"float_factor": one}) for one in (0.5, "0.5", "1/2")]
    assert len({run.levels.column("level").to_pylist()[-1] for run in said}) == 1
    assert said[0].manifest["options"]["assume"] == {"float_factor": "0.5"}
    for wrong in ([], "float_factor", {"float_factor": None}, {1: "x"}, {"float_factor": [1]}):
        if wrong:
            with pytest.raises(ic.UsageError, match="CAL019 assume"):
                ic.compute(rule, OVER, assume=wrong)  # type: ignore[arg-type]
    with pytest.raises(ic.UsageError, match=r"CAL019.*float_factor=nan"):
        ic.compute(rule, OVER, assume={"float_factor": float("nan")})


def test_a_line_asked_for_by_number_is_told() -> None:
    with pytest.raises(ic.DataError, match=r"DAT012 5930: 5930 has no row in daily"):
        ic.explain(small.rule(small.CAP), OVER, 5930)  # type: ignore[arg-type]


def test_a_cap_that_is_a_whole_number_is_told() -> None:
    with pytest.raises(ic.UsageError, match="RUL006 caps"):
        ic.simulate_caps(small.rule(small.CAP), OVER, caps=5)  # type: ignore[arg-type]
