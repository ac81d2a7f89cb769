"""Computing rules over a market: one run or several, warnings, records and the passes in between."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation import compute as module
from indexcalc.calculation.compute import compute, compute_family, level_pass, line_prices
from indexcalc.calculation.plan import Request, make_plan
from indexcalc.diagnostics import FindingsWarning
from indexcalc.methodology.load.family import Family, load_family
from tests.unit.calculation import small
from tests.unit.calculation.small import day, dividend, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"
COMPOSITE = small.rule(small.CAP)
OTHER = small.rule(small.CAP.replace("index: test", "index: other"))


def over(**tables: Any) -> ic.Market:
    return market(
        line("A", [100, 100, 110], 10),
        line("B", [50] * 3, 20),
        memberships=given("A", "B"),
        **tables,
    )


def test_one_rule_is_a_run_and_a_list_is_a_run_for_each() -> None:
    rule = small.rule(CAP)
    alone = compute(rule, over())
    assert small.levels(alone) == [1000.0, 1050.0]
    several = compute([rule], over())
    assert list(several) == ["test"]
    assert several["test"].levels.equals(alone.levels)


def test_what_is_found_as_an_error_and_leaves_a_result_is_a_warning() -> None:
    broken = market(
        line("A", [100] * 4, 10, skip=(2,)),
        line("B", [50] * 4, 20),
        memberships=given("A", "B"),
        complete=False,
    )
    with pytest.warns(FindingsWarning, match=r"test: CAL003 test: 1 row of a member is missing"):
        run = compute(small.rule(CAP), broken)
    assert small.codes(run) == ["CAL003"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compute(small.rule(CAP), over())


def test_a_member_that_is_said_to_be_delisted_lacks_no_row_where_the_rule_deletes_it() -> None:
    """B leaves on session 2, at 50; A is held alone from then on, and gains 10 %."""
    gone = market(
        line("A", [100, 100, 100, 110], 10),
        line("B", [50] * 2, 20),
        memberships=given("A", "B"),
        securities=[{"symbol": "B", "delisting_date": day(2)}],
        complete=False,
    )
    with pytest.warns(FindingsWarning):
        run = compute(small.rule(CAP), gone)
    (found,) = run.diagnostics
    assert found.code == "CAL003"
    keys = found.hint.partition("`maintenance: ")[2].partition("`")[0]
    assert found.hint.startswith("B had left by then, and the rule keeps what is delisted: ")
    kept = compute(small.rule(CAP + f"maintenance: {keys}\n"), gone)
    assert small.codes(kept) == []
    assert small.levels(kept) == pytest.approx([1000.0, 1000.0, 1100.0])


def test_the_period_and_the_series_that_are_asked_for() -> None:
    run = compute(
        small.rule(CAP), over(dividends=[dividend("A", 2, 2.0)]), returns="tr", start=day(2)
    )
    assert run.levels.column("date").to_pylist() == [day(2)]
    assert small.levels(run) == [1050.0]
    assert small.levels(run, "level_tr") == pytest.approx([1060.0], rel=1e-12)
    options = run.manifest["options"]
    assert options == {
        "assume": {}, "returns": ["tr"], "known": None, "start": "2024-01-04", "end": None,
    }  # fmt: skip
    assert run.manifest["counts"]["sessions"] == 1
    assert run.manifest["counts"]["lines"] == 2
    ended = compute(small.rule(CAP), over(), end=day(1))
    assert small.levels(ended) == [1000.0]


def test_dividend_points_start_anew_by_the_rule() -> None:
    """A pays 2 a share on 10 shares over a divisor of 2: ten points."""
    text = CAP + "returns: {points: {months: [1], effective: first session of month}}\n"
    run = compute(small.rule(text), over(dividends=[dividend("A", 2, 2.0)]))
    assert small.levels(run, "dividend_points") == pytest.approx([0.0, 10.0], rel=1e-12)


def test_one_scan_serves_all_rules_and_only_those_asked_for_are_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scans: list[int] = []
    whole = module.stretches
    monkeypatch.setattr(module, "stretches", lambda *a: scans.append(1) or whole(*a))
    runs = compute_family(
        Family({"test": COMPOSITE, "other": OTHER}, ("other",)), over(), Request()
    )
    assert list(runs) == ["other"]
    assert scans == [1]


def test_without_weights_no_holdings_are_kept() -> None:
    family = load_family([small.rule(CAP)])
    lean = compute_family(family, over(), Request(keep_weights=False))["test"]
    assert lean.composition is None
    assert small.levels(lean) == [1000.0, 1050.0]


def test_treatments_are_made_once_for_all_rules() -> None:
    """On session 2 the index is worth 1100 + 1000 of 2000."""
    family = load_family([COMPOSITE, OTHER])
    plan = make_plan(family, over(), Request())
    assert len(line_prices(plan)) == 1
    terms = small.rule(
        small.CAP.replace("index: test", "index: third") + "maintenance: {base_price: terms}\n"
    )
    more = make_plan(load_family([COMPOSITE, terms]), plan.market, Request())
    assert len(line_prices(more)) == len(line_prices(plan, more)) == 2
    level_pass(plan, more)
    for one in (plan, more):
        for work in one.works.values():
            assert work.run.found.level[-1][-1] == pytest.approx(1050.0, rel=1e-14)


def test_decisions_of_the_committee_are_recorded() -> None:
    text = CAP + (
        f"committee:\n  - {{effective: {day(2)}, remove: [B], why: it is closed, ref: minutes 7}}\n"
    )
    run = compute(small.rule(text), over())
    (entry,) = run.committee
    assert "B" in str(entry)
    assert not run.overrides


def test_a_total_return_without_a_table_of_dividends_is_told() -> None:
    said = "no table of dividends: a total return is the price return"
    rule = small.rule(CAP)
    assert said in compute(rule, over(), returns="tr").manifest["assumptions"]
    assert said not in compute(rule, over()).manifest["assumptions"]
    paid = over(dividends=[dividend("A", 1, 1.0)])
    assert said not in compute(rule, paid, returns="tr").manifest["assumptions"]
