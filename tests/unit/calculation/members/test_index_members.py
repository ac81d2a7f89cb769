"""What of a rule caps anything at any time."""

from __future__ import annotations

import pytest

from indexcalc.calculation.members.index_members import caps_said
from tests.unit.calculation import small


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
