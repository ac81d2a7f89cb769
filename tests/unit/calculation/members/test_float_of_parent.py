"""An index that says nothing of float factors has those of the index it is chosen from."""

from __future__ import annotations

import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import DataError
from tests.unit.calculation import small
from tests.unit.calculation.small import FIRST, day, line, market

# Up to the next 10 %, on the sessions after the first Thursdays of January and February 2024: 3 and 31.
PARENT = small.GIVEN + (
    "dates: {odd: {months: [1, 2], on: 1st thursday}}\n"
    "float:\n"
    "  updated: {months: [1, 2], effective: session after odd, pricing: 1 session before effective}\n"
    "  steps: [{round: up to 10%}]\n"
    "weighting: {scheme: float_market_cap}\n"
)


def child(name: str, of: str, scheme: str = "float_market_cap", own: str = "") -> ic.Methodology:
    """All but C of a parent, chosen on the second Friday of January: session 10."""
    return ic.Methodology.from_text(
        f"index: {name}\nuniverse: {{of: {of}, where: {{symbol: {{not_in: [C]}}}}}}\n"
        "review: {months: [1], effective: 2nd friday, cutoff: 1 session before effective}\n"
        f"selection: {{steps: [{{select: all}}]}}\nweighting: {{scheme: {scheme}}}\n{own}"
    )


def runs(*children: ic.Methodology, parent: str = PARENT) -> dict[str, Run]:
    """46 % of A are float, from session 6 on 71 %; B and C whole."""
    factors = (("A", -9, 0.46), ("A", 6, 0.71), ("B", -9, 1.0), ("C", -9, 1.0))
    over = market(
        *(line(name, [10.0] * 33) for name in "ABC"),
        memberships=small.given("A", "B", "C"),
        float_factors=[
            {"symbol": name, "effective_date": day(on), "float_factor": factor}
            for name, on, factor in factors
        ],
    )
    return dict(ic.compute([small.rule(parent), *children], over))


def test_it_has_the_factors_of_the_parent_and_its_days() -> None:
    """46 % are 50 % until session 31, then 71 % are 80 %."""
    run = runs(child("child", "test"))["child"]
    held = small.held(run)
    assert held[10] == held[30] == {"A": 500, "B": 1000}
    assert held[31]["A"] == 800
    assert run.reviews["kind"].to_pylist() == ["regular", "float"]
    assert (run.reviews["effective_date"].to_pylist()[-1] - FIRST).days == 31


def test_so_has_one_that_is_chosen_from_the_child() -> None:
    text = child("grand", "child").text.replace("2nd friday", "session after 2nd friday")
    made = runs(child("child", "test"), ic.Methodology.from_text(text))
    held = small.held(made["grand"])
    assert held[11]["A"] == 500
    assert held[31]["A"] == 800


def test_one_that_says_its_own_has_its_own() -> None:
    """71 % at its review."""
    own = child("child", "test", own="float: {steps: [{round: up to 1%}]}\n")
    assert small.held(runs(own)["child"])[10]["A"] == 710


def test_so_does_one_that_chooses_nothing() -> None:
    """Up to the next 1 % at the reviews of the parent and on days of its own: 46 % on the parent's first
    session, 71 % on the session after the third Friday of January, session 18."""
    own = ic.Methodology.from_text(
        "index: all\nuniverse: {of: test}\nreview: {follows: test}\n"
        "dates: {late: {months: [1], on: 3rd friday}}\n"
        "float:\n"
        "  updated: {months: [1], effective: session after late, pricing: 1 session before effective}\n"
        "  steps: [{round: up to 1%}]\n"
        "weighting: {scheme: float_market_cap}\n"
    )
    held = small.held(runs(own)["all"])
    assert held[17] == {"A": 460, "B": 1000, "C": 1000}
    assert held[18]["A"] == 710


def test_a_scheme_that_asks_for_no_factor_has_no_day_of_them() -> None:
    run = runs(child("child", "test", "market_cap"))["child"]
    assert small.held(run)[32]["A"] == 1000
    assert run.reviews["kind"].to_pylist() == ["regular"]


@pytest.mark.parametrize("scheme", ["equal", "market_cap"])
def test_a_parent_that_weighs_by_none_has_rules_for_them(scheme: str) -> None:
    """An index of its members that chooses nothing weighs them by its rules all the same."""
    parent = PARENT.replace("float_market_cap}", scheme + "}")
    joins = "maintenance: {joins_at: average_weight}\n" if scheme == "equal" else ""
    all_of = ic.Methodology.from_text(
        "index: all\nuniverse: {of: test}\nreview: {follows: test}\n"
        "weighting: {scheme: float_market_cap}\n"
    )
    held = small.held(runs(all_of, parent=parent + joins)["all"])
    assert held[3] == held[30] == {"A": 500, "B": 1000, "C": 1000}
    assert held[31]["A"] == 800


def test_checked_every_session_it_has_none_to_take_over() -> None:
    parent = PARENT.replace("float_market_cap}", "market_cap}")
    all_of = ic.Methodology.from_text(
        "index: all\nuniverse: {of: test}\nreview: {every: session}\n"
        "weighting: {scheme: float_market_cap}\n"
    )
    with pytest.raises(DataError, match=r"CAL008 weighting\.scheme: float factors of its own"):
        runs(all_of, parent=parent)
