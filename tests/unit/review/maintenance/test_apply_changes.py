"""What a day between reviews does to the list: who leaves, enters, takes a place."""

from __future__ import annotations

import pytest

from tests.unit.review.maintenance.between_reviews import (
    SPAN,
    absent_from,
    absent_until,
    changes,
    row,
    run,
    told,
)
from tests.unit.review.maintenance.deletions_made import BAD, bad
from tests.unit.review.maintenance.fifth_line import FAST, with_k


def test_a_used_up_reserve_leaves_the_place_vacant() -> None:
    days = {"A": "2020-04-14", "B": "2020-04-15", "C": "2020-04-16"}
    ran = run(BAD, designations=[bad(name, day) for name, day in days.items()])
    assert [change[2:] for change in changes(ran)[:3]] == [("E", "A"), ("F", "B"), ("", "C")]
    assert row(ran, "2020-04-20", "C")["detail"] == (
        "bad since 2020-04-16; the reserve is used up: the place is vacant"
    )
    assert ran.results[3].reserve.codes.size == 0
    assert len(ran.results[3].members) == 3


def test_a_name_of_the_reserve_that_would_be_deleted_is_passed_over() -> None:
    """E is designated itself: F takes the place, and E keeps waiting until it is well again."""
    ran = run(
        BAD,
        designations=[
            bad("E", "2020-04-01", to="2020-04-20"),
            bad("B", "2020-04-14"),
            bad("C", "2020-04-21"),
        ],
    )
    assert [change[2:] for change in changes(ran)[:2]] == [("F", "B"), ("E", "C")]
    passed = row(ran, "2020-04-16", "E")
    assert (passed["outcome"], passed["detail"]) == (
        "out",
        "passed over in the reserve: bad since 2020-04-01",
    )


def test_the_place_of_a_group() -> None:
    """Reserve by sector: C (x) goes; of the reserve E is of sector y, F of x: F takes the place."""
    sectors = {name: {"sector": "y" if name in "BEH" else "x"} for name in "ABCDEFGHIJ"}
    text = (
        "measures: {size: {last: market_cap}}\nweighting: {scheme: market_cap}\n"
        "selection: {count: 4, steps: [{fill: {to: 4, by: size}}],"
        " reserve: {count: 1, by: size, within: sector}}\n"
    )
    ran = run(BAD, securities=told(**sectors), text=text, designations=[bad("C", "2020-04-14")])
    assert changes(ran)[0] == ("2020-04-16", "deletion", "F", "C")
    ran = run(BAD, securities=told(**sectors), text=text, designations=[bad("B", "2020-04-14")])
    assert changes(ran)[0] == ("2020-04-16", "deletion", "E", "B")


def test_the_largest_takes_a_place() -> None:
    """The largest that remained at the last review, whoever that is: E, then F, then G."""
    rule = "{deletions: [{on: bad, after: 2 sessions, replace_from: largest}]}"
    days = {"A": "2020-04-14", "B": "2020-04-15", "C": "2020-04-16"}
    ran = run(rule, designations=[bad(name, day) for name, day in days.items()])
    assert [change[2:] for change in changes(ran)[:3]] == [("E", "A"), ("F", "B"), ("G", "C")]


@pytest.mark.parametrize(
    ("day", "gone", "replaced"),
    [("2020-05-07", "2020-05-11", "E"), ("2020-05-08", "2020-05-12", "")],
)
def test_a_near_review_leaves_the_place_vacant(day: str, gone: str, replaced: str) -> None:
    """The review is on Friday 2020-06-12.  A month before is 05-12: a place that falls vacant on
    that day stays so; one of the day before is taken."""
    rule = (
        "{deletions: [{on: bad, after: 2 sessions, replace_from: reserve,"
        " unless_review_within: 1 months}]}"
    )
    ran = run(rule, designations=[bad("B", day)])
    assert changes(ran)[0] == (gone, "deletion", replaced, "B")
    # The last review of the run does not hide the next one: it is known from the rule.
    late = run(rule, designations=[bad("B", "2021-05-20")], end=SPAN.date(len(SPAN) - 25))
    assert changes(late)[-1] == ("2021-05-24", "deletion", "", "B")


def test_a_line_not_yet_listed_takes_no_place() -> None:
    absent = {"E": absent_from("2020-04-01", "2020-05-01"), "F": absent_until("2020-02-03")}
    ran = run(BAD, designations=[bad("B", "2020-04-14")], absent=absent)
    assert changes(ran)[0] == ("2020-04-16", "deletion", "F", "B")
    assert row(ran, "2020-04-16", "E")["detail"] == "passed over in the reserve: not listed"


def test_nobody_makes_room_where_the_rule_says_none() -> None:
    ran = with_k(FAST.replace("smallest", "none"))
    assert changes(ran)[:2] == [
        ("2020-04-09", "fast_entry", "K", ""),
        ("2020-06-12", "regular", "", "D"),  # the count binds at the review
    ]


def test_the_committee_refuses() -> None:
    extra = 'committee: [{effective: 2020-04-09, refuse: ["K"], why: too new, ref: minutes}]\n'
    ran = with_k(FAST, extra=extra)
    assert changes(ran)[0][:2] == ("2020-06-12", "regular")
    assert row(ran, "2020-04-09", "K")["detail"] == "committee: too new (minutes)"


def test_who_is_kept_does_not_leave_and_who_made_room_may_wait_first() -> None:
    """K enters for D, which then waits before E: the next place is D's."""
    waits = FAST.replace("replaces: smallest", "replaces: smallest, leaver: first_reserve")
    both = waits[:-1] + ", " + BAD[1:]
    ran = with_k(both, designations=[bad("B", "2020-04-14")])
    assert changes(ran)[:2] == [
        ("2020-04-09", "fast_entry", "K", "D"),
        ("2020-04-16", "deletion", "D", "B"),
    ]
    ran = with_k(FAST[:-1] + ", " + BAD[1:], designations=[bad("B", "2020-04-14")])
    assert changes(ran)[1] == ("2020-04-16", "deletion", "E", "B")


def test_nobody_takes_a_place_where_enough_remain() -> None:
    rule = BAD.replace("replace_from: reserve", "replace_from: reserve, if_below: BELOW")
    spells = [bad("B", "2020-04-14")]
    # Three remain.
    ran = run(rule.replace("BELOW", "3"), designations=spells)
    assert changes(ran)[0] == ("2020-04-16", "deletion", "", "B")
    assert row(ran, "2020-04-16", "B")["detail"] == (
        "bad since 2020-04-14; 3 members remain: nobody takes the place"
    )
    assert changes(run(rule.replace("BELOW", "4"), designations=spells))[0][2:] == ("E", "B")


@pytest.mark.parametrize(
    ("unless", "replaced"),
    [
        # From Thursday 04-16 to Friday 06-12: 57 days, 41 weekdays.
        ("57 days", ""),
        ("56 days", "E"),
        ("41 sessions", ""),
        ("40 sessions", "E"),
    ],
)
def test_how_near_a_review_is(unless: str, replaced: str) -> None:
    rule = BAD.replace(
        "replace_from: reserve", f"replace_from: reserve, unless_review_within: {unless}"
    )
    ran = run(rule, designations=[bad("B", "2020-04-14")])
    assert changes(ran)[0] == ("2020-04-16", "deletion", replaced, "B")
