"""Deletions between reviews, by hand.

Ten lines A (market cap 100) to J (10); the four largest are in from 2020-03-13, E and F in reserve.
"""

from __future__ import annotations

from indexcalc.market.calendar.sessions import date_of
from tests.unit.review.maintenance.between_reviews import (
    absent_from,
    changes,
    row,
    run,
    told,
)
from tests.unit.review.maintenance.deletions_made import BAD, DELISTING, bad, leaving
from tests.unit.review.maintenance.plans import plan


def test_two_sessions_pass_and_it_goes_on_the_next() -> None:
    """Designated on Tuesday 2020-04-14: Tuesday and Wednesday pass, B goes on Thursday; E takes its
    place, and F that of C, a week later.  In June D, still listed, and the others are reviewed: B
    and C are chosen again (the rule does not look at designations)."""
    ran = run(BAD, designations=[bad("B", "2020-04-14"), bad("C", "2020-04-21")])
    assert changes(ran)[:2] == [
        ("2020-04-16", "deletion", "E", "B"),
        ("2020-04-23", "deletion", "F", "C"),
    ]
    assert changes(ran)[2] == ("2020-06-12", "regular", "BC", "EF")
    out, into = row(ran, "2020-04-16", "B"), row(ran, "2020-04-16", "E")
    assert (out["outcome"], out["detail"]) == ("out", "bad since 2020-04-14")
    assert out["rule_path"] == "maintenance.deletions[0]"
    assert (into["outcome"], into["rule_path"]) == ("in", "selection.reserve")
    assert into["detail"] == "takes the place of B from the reserve"
    assert ran.results[1].why == {
        1: "deletion: bad since 2020-04-14",
        4: "deletion: takes the place of B from the reserve",
    }


def test_it_is_known_when_it_is_known() -> None:
    """In force from Tuesday, known on Friday: Friday and Monday pass."""
    ran = run(BAD, designations=[bad("B", "2020-04-14", known_at="2020-04-17")])
    assert changes(ran)[0] == ("2020-04-21", "deletion", "E", "B")


def test_a_delisting_goes_after_the_decision_and_never_past_the_last_trade() -> None:
    """Known on Tuesday 2020-04-14 for 2020-05-04: goes on Thursday.  Known on Wednesday 2020-04-22
    for the next day: goes with the listing, on the 23rd."""
    rows = [
        *told(),
        leaving("B", "2020-04-14", "2020-05-04"),
        leaving("C", "2020-04-22", "2020-04-23"),
    ]
    absent = {"B": absent_from("2020-05-04"), "C": absent_from("2020-04-23")}
    ran = run(DELISTING, securities=rows, absent=absent)
    assert changes(ran)[:2] == [
        ("2020-04-16", "deletion", "E", "B"),
        ("2020-04-23", "deletion", "F", "C"),
    ]


def test_rows_that_stop_are_a_delisting_where_nothing_tells_of_it() -> None:
    ran = run(DELISTING, absent={"B": absent_from("2020-05-04")})
    assert changes(ran)[0] == ("2020-05-04", "deletion", "E", "B")


def test_a_static_delisting_date_is_no_foresight() -> None:
    """One row a line that says its delisting date does not say when it was decided."""
    rows = told(B={"delisting_date": "2020-05-04", "valid_from": "2010-01-04"})
    ran = run(DELISTING, securities=rows, absent={"B": absent_from("2020-05-04")})
    assert changes(ran)[0] == ("2020-05-04", "deletion", "E", "B")


def test_a_merger_goes_at_the_halt() -> None:
    """Known on 2020-04-01, halted from 04-21, gone on 04-30: the delisting item is not for it."""
    rule = (
        "{deletions: [{on: delisting, after: 2 sessions, replace_from: reserve},"
        " {on: merger, effective: halt, replace_from: given}]}"
    )
    rows = [*told(), leaving("B", "2020-04-01", "2020-04-30", successor="G")]
    halts = [{"symbol": "B", "from": "2020-04-21", "kind": "halted"}]
    absent = {"B": absent_from("2020-04-30")}
    ran = run(rule, securities=rows, designations=halts, absent=absent)
    assert changes(ran)[0] == ("2020-04-21", "deletion", "G", "B")
    assert row(ran, "2020-04-21", "G")["detail"] == "takes the place of B as its successor"
    # Without a word of the halt it leaves at its last trade.
    ran = run(rule, securities=rows, absent=absent)
    assert changes(ran)[0] == ("2020-04-30", "deletion", "G", "B")
    # A halt that ends before the delisting is another one.
    other = [{"symbol": "B", "from": "2020-04-02", "to": "2020-04-03", "kind": "halted"}]
    ran = run(rule, securities=rows, designations=[*other, *halts], absent=absent)
    assert changes(ran)[0][0] == "2020-04-21"
    # Where no item names mergers it is a delisting like others.
    ran = run(DELISTING, securities=rows, designations=halts, absent=absent)
    assert changes(ran)[0] == ("2020-04-03", "deletion", "E", "B")


def test_rows_that_stop_once_it_is_known_end_the_wait() -> None:
    """A is designated on Tuesday 2020-04-14 and would go on Thursday; its rows stop on Wednesday.  They
    stopped before, on 2020-04-01, and those of D stop on Wednesday too."""
    gaps = {"A": ["2020-04-01", *absent_from("2020-04-15")], "D": absent_from("2020-04-15")}
    bad_lines = [bad("A", "2020-04-14"), bad("C", "2020-04-14")]
    made = plan(BAD, designations=bad_lines, absent=gaps)
    assert [(str(date_of(day)), [due.code for due in made.due[day]]) for day in made.days] == [
        ("2020-04-15", [0]),
        ("2020-04-16", [2]),
    ]


def test_a_transfer_is_one() -> None:
    """B moves to another market on Tuesday 2020-04-14; nobody takes its place."""
    rows = [
        *told(**{name: {"market": "one"} for name in "ABCDEFGHIJ"}),
        {"symbol": "B", "valid_from": "2020-04-14", "market": "two", "listing_date": "2020-04-14"},
    ]
    ran = run(
        "{deletions: [{on: transfer, after: 0 sessions, replace_from: none}]}", securities=rows
    )
    assert changes(ran)[0] == ("2020-04-14", "transfer", "", "B")


def test_a_line_whose_rows_stopped_does_not_come_back_with_another_event() -> None:
    """B has no row on 2020-04-01, and a deletion of C on 04-16 makes a new list: B stays out."""
    ran = run(
        BAD,
        designations=[bad("C", "2020-04-14")],
        absent={"B": ["2020-04-01"]},
    )
    assert ran.names(ran.results[1].members) == "ADE"
