"""Schedules as a rule writes them: what each says, and what must stand beside what."""

from __future__ import annotations

import pytest

from tests.unit.methodology.small_rule import HEAD, found_in, rule

BARE = "".join(line for line in HEAD.splitlines(True) if not line.startswith("review:"))


@pytest.mark.parametrize(
    ("review", "kind"),
    [
        (
            "{months: [6, 12], effective: 2nd friday, cutoff: last session 1 month before}",
            "scheduled",
        ),
        ("{every: session}", "session"),
        ("{follows: other}", "follows"),
    ],
)
def test_how_review_dates_come_about(review: str, kind: str) -> None:
    assert rule(f"review: {review}\n", BARE).review.kind == kind


def test_the_dates_of_others_are_followed() -> None:
    read = rule("review: {every: session}\nrebalance: {follows: [first, second]}\n", BARE)
    assert read.rebalance is not None
    assert read.rebalance.follows == ("first", "second")


def test_months_need_their_days() -> None:
    """Line 6: `effective` and `cutoff` are missing, told at the key that holds the block."""
    assert found_in(BARE + "review: {months: [6]}\n") == [("RUL002", 6, 1), ("RUL002", 6, 1)]


@pytest.mark.parametrize(
    ("review", "code"),
    [
        ("{months: [6], every: session, effective: 2nd friday, cutoff: last session}", "RUL012"),
        ("{}", "RUL002"),
        ("{every: day}", "RUL004"),
        ("{months: [13], effective: 2nd friday, cutoff: last session}", "RUL011"),
        ("{months: [6, 6], effective: 2nd friday, cutoff: last session}", "RUL018"),
    ],
)
def test_what_no_schedule_can_say(review: str, code: str) -> None:
    assert code in [found[0] for found in found_in(BARE + f"review: {review}\n")]


@pytest.mark.parametrize(
    ("word", "said", "column"),
    [
        ("review", "{every: session, effective: 2nd friday}", 26),
        ("review", "{follows: other, pricing: 2 sessions before effective}", 26),
        ("review", "{follows: other, announcement: 5 sessions before effective}", 26),
        ("rebalance", "{follows: other, cutoff: 2 sessions before effective}", 29),
    ],
)
def test_days_beside_days_that_are_given_have_no_meaning(word: str, said: str, column: int) -> None:
    head, line = (BARE, 6) if word == "review" else (HEAD, 7)
    assert ("RUL012", line, column) in found_in(f"{head}{word}: {said}\n")


def test_a_named_day_needs_months_and_a_day() -> None:
    assert [found[0] for found in found_in(HEAD + "dates: {expiry: {months: [3]}}\n")] == ["RUL002"]
