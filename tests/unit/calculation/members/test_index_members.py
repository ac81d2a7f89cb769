"""What of a rule caps anything at any time."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.calculation.members.index_members import capped_on
from indexcalc.calculation.requirements.states import caps_said
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


def test_a_cap_of_later_or_of_old_is_none_in_force() -> None:
    """The 30 % of a year between two, as KOSPI 200 had them."""
    cap = "[{per: security, limit: 30%}]"
    rule = small.rule(
        small.GIVEN + "weighting: {scheme: market_cap, "
        f"caps: {{2000-01-01: none, 2019-06-14: {cap}, 2020-06-12: none}}}}\n"
    )
    days = [dt.date(2019, 6, 13), dt.date(2019, 6, 14), dt.date(2020, 6, 12)]
    assert [capped_on(rule, day) for day in days] == [False, True, False]
