"""What of a rule caps anything at any time."""

from __future__ import annotations

import datetime as dt

from indexcalc.calculation.members.index_members import capped_on
from tests.unit.calculation import small


def test_a_cap_of_later_or_of_old_is_none_in_force() -> None:
    """The 30 % of a year between two, as KOSPI 200 had them."""
    cap = "[{per: security, limit: 30%}]"
    rule = small.rule(
        small.GIVEN + "weighting: {scheme: market_cap, "
        f"caps: {{2000-01-01: none, 2019-06-14: {cap}, 2020-06-12: none}}}}\n"
    )
    days = [dt.date(2019, 6, 13), dt.date(2019, 6, 14), dt.date(2020, 6, 12)]
    assert [capped_on(rule, day) for day in days] == [False, True, False]
