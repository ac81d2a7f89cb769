"""Conditions on the state of a line alone, and the cut-off of an index checked every session."""

from __future__ import annotations

import pytest

from indexcalc.diagnostics import Findings
from indexcalc.review.conditions.state_conditions import cutoff_lag, state_conditions, state_only
from tests.unit.review.composite.states import a_rule
from tests.unit.review.conditions.state_lines import condition


def test_state_only() -> None:
    assert state_only(condition("{tier: 1, any: [{symbol: A}, {listed_for: {min: 1 day}}]}"))
    assert not state_only(condition("{market_cap: {rank: 5}}"))
    assert not state_only(condition("{status: new}"))
    assert not state_only(condition("{tier: {min: {existing: 1, new: 2}}}"))
    assert not state_only(condition("{size: 1}"), measures=("size",))


def test_both_conditions_are_looked_at() -> None:
    """A rank is refused at the condition that has it; a state is not."""
    findings = Findings()
    text = "universe: {where: {sector: x}}\neligibility: {market_cap: {rank: 5}}\n"
    assert len(state_conditions(a_rule(text), findings)) == 2
    assert [(item.code, item.where) for item in findings.items] == [("CAL008", "eligibility")]


@pytest.mark.parametrize(
    ("cutoff", "lag", "codes"),
    [
        ("", 1, []),
        (", cutoff: effective", 0, []),
        (", cutoff: 1 session before effective", 1, []),
        (", cutoff: 3 sessions before effective", 3, []),
        (", cutoff: last session 1 month before", 1, ["CAL008"]),
        (
            ", cutoff: {2000-01-04: effective, 2010-01-04: 1 session before effective}",
            1,
            ["CAL008"],
        ),
    ],
)
def test_the_sessions_from_the_cut_off_to_the_day(cutoff: str, lag: int, codes: list[str]) -> None:
    findings = Findings()
    made = a_rule("", f"review: {{every: session{cutoff}}}\n")
    assert cutoff_lag(made, findings) == lag
    assert [item.code for item in findings.items] == codes
