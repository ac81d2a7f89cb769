"""The record of a test between reviews, and its condition on a date."""

from __future__ import annotations

import datetime as dt

from indexcalc.review.maintenance.fast_entry_and_exit.entry_exit_test import (
    FAST_EXIT,
    EntryExitTest,
    condition_on,
)
from tests.unit.review.small_reviews import rule


def test_a_condition_is_that_of_the_date() -> None:
    text = (
        "weighting: {scheme: market_cap}\n"
        "eligibility: {2000-01-04: none, 2010-01-04: {market: A}, 2020-01-02: {market: B}}\n"
    )
    dated = rule(text).eligibility
    on = dt.date
    assert condition_on(dated, on(2005, 1, 4)) is None
    first, second = condition_on(dated, on(2010, 1, 4)), condition_on(dated, on(2020, 1, 2))
    assert first is not None
    assert second is not None
    assert first != second
    assert condition_on(None, on(2020, 1, 2)) is None


def test_two_tests_share_nothing() -> None:
    one = EntryExitTest(FAST_EXIT, 1, 2, [], None, "p", 1)
    one.needs[3] = (4, 5)
    one.parts[3] = (4, 0.5)
    other = EntryExitTest(FAST_EXIT, 1, 2, [], None, "p", 1)
    assert (other.needs, other.parts) == ({}, {})
    assert (other.replaces, other.replace_from, other.leaver) == ("none", "none", "none")
