"""Days of a schedule: made from days that exist, and not from each other."""

from __future__ import annotations

import pytest

from indexcalc.diagnostics import RuleError
from tests.unit.methodology.small_rule import HEAD, found_in, rule

EXPIRY = "dates: {expiry: {months: [3], on: 2nd friday}}\n"
OF_SHARES = "maintenance: {shares: {threshold: 1%, updated: SCHEDULE}}\n"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            "dates: {expiry: {months: [3], on: 2nd friday}}\n"
            "rebalance: {months: [3, 6], effective: session after expiry}\n",
            [("DTE006", 8, 40)],
        ),
        (
            "rebalance: {months: [3], effective: 1 session after pricing, "
            "pricing: 1 session before effective}\n",
            [("DTE007", 7, 37)],
        ),
        (
            "rebalance: {months: [3], effective: 2nd friday, pricing: 1 session before announcement}\n",
            [("DTE011", 7, 58)],
        ),
        (
            "rebalance: {months: [3], effective: 2nd friday, pricing: 1 session after test}\n",
            [("DTE011", 7, 58)],
        ),
        (EXPIRY + "rebalance: {months: [3], effective: session after expiry}\n", []),
        (EXPIRY + "rebalance: {months: [3, 6], effective: session after next expiry}\n", []),
        (
            EXPIRY + "float: {updated: {months: [6, 9], effective: expiry}}\n",
            [("DTE006", 8, 46)],
        ),
        (
            EXPIRY + OF_SHARES.replace("SCHEDULE", "{months: [3, 12], effective: expiry}"),
            [("DTE006", 8, 77)],
        ),
        # Prices are of a day before the effective one: what is made from them is made from itself.
        ("rebalance: {months: [3], effective: 1 session after pricing}\n", [("DTE007", 7, 37)]),
        (
            OF_SHARES.replace(
                "SCHEDULE", "{months: [3], effective: 2nd friday, pricing: 1 session after cutoff}"
            ),
            [("DTE011", 7, 94)],
        ),
        # A longer circle, through the day between.
        (
            "rebalance: {months: [3], effective: 1 session after cutoff, "
            "cutoff: 1 session before pricing, pricing: 1 session before effective}\n",
            [("DTE007", 7, 37)],
        ),
        (
            "rebalance: {months: [3], effective: 1 session after cutoff, cutoff: 2nd friday, "
            "pricing: 1 session before effective}\n",
            [],
        ),
    ],
)
def test_days_that_can_be_made(more: str, expected: list[tuple[str, int, int]]) -> None:
    if expected:
        assert found_in(HEAD + more) == expected
    else:
        assert rule(more).index == "small"


def test_the_months_a_day_does_not_have_are_named() -> None:
    with pytest.raises(RuleError) as refused:
        rule(EXPIRY + "rebalance: {months: [3, 9, 6], effective: expiry}\n")
    (item,) = refused.value.diagnostics
    assert item.message == "`expiry` has no day in month 6, 9"
    assert item.hint == "add the month to `dates.expiry.months`"
