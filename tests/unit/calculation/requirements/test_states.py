"""Indices whose members are checked every session: which they are, and what is refused of them."""

from __future__ import annotations

import pytest

import indexcalc as ic
from indexcalc.calculation.requirements.states import (
    caps_said,
    holds_what_parents_hold,
    report_states,
)
from indexcalc.diagnostics import DataError, Findings
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("", []),
        (", caps: []", []),
        (", caps: [{per: security, limit: 30%}]", ["caps"]),
        (", caps: {2000-01-01: [], 2030-01-01: [{per: security, limit: 30%}]}", ["caps"]),
        (", check: [{per: security, limit: 30%}], floor: 1%", ["check", "floor"]),
    ],
)
def test_the_keys_by_which_a_rule_caps(keys: str, said: list[str]) -> None:
    rule = small.rule(small.GIVEN + f"weighting: {{scheme: market_cap{keys}}}\n")
    assert list(caps_said(rule)) == said


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (small.CAP + "selection: {count: 1, steps: [{fill: {to: 1, by: close}}]}\n", "selection"),
        (
            small.CAP + "rebalance: {months: [1], effective: 1st friday}\n"
            "maintenance: {shares: at_rebalance}\n",
            "rebalance",
        ),
        (small.CAP.replace("market_cap", "price"), "weighting.scheme"),
        (small.CAP.replace("symbol: {not_in: []}", "status: new"), "universe.where"),
        (small.CAP + "eligibility: {close: {rank: 1}}\n", "eligibility"),
        (
            small.CAP.replace("{every: session}", "{every: session, cutoff: 2nd friday}"),
            "review.cutoff",
        ),
    ],
)
def test_what_is_decided_at_reviews_is_refused_where_there_are_none(text: str, where: str) -> None:
    """By a run, and told of the rule alone, as `validate` asks."""
    over = market(line("A", [100, 100, 110]), line("B", [100, 100, 100]))
    with pytest.raises(DataError) as refused:
        small.run(text, over)
    assert [(item.code, item.where) for item in refused.value.diagnostics] == [("CAL008", where)]
    findings = Findings()
    report_states(small.rule(text), findings)
    assert [item.where for item in findings.items] == [where]


@pytest.mark.parametrize(
    ("own", "holds"),
    [
        ("", True),
        ("weighting: {scheme: equal}\n", False),
        ("selection: {steps: [{select: all}]}\n", False),
        ("weighting: {scheme: market_cap, floor: 1%}\n", False),
    ],
)
def test_a_child_that_chooses_and_sets_nothing_holds_what_its_parents_hold(
    own: str, holds: bool
) -> None:
    """A rank is refused of it, as it is checked every session, and of no other."""
    text = (
        "index: child\nuniverse: {of: kospi, where: {market_cap: {rank: 5}}}\n"
        f"review: {{follows: kospi}}\n{own}"
    )
    rule = ic.Methodology.from_text(text)
    assert holds_what_parents_hold(rule) is holds
    findings = Findings()
    report_states(rule, findings)
    assert [item.where for item in findings.items] == (["universe.where"] if holds else [])
