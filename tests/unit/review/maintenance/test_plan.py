"""What may happen between the reviews of an index, and on which days."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.arrays import Bools
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.calendar.timeline import Timeline
from indexcalc.review.review import Reviewer
from tests.unit.review.data.fields_made import on
from tests.unit.review.maintenance.between_reviews import (
    changes,
    run,
)
from tests.unit.review.maintenance.deletions_made import BAD, bad
from tests.unit.review.maintenance.fifth_line import FAST
from tests.unit.review.maintenance.plans import SESSIONS, event, plan


def test_nothing_happens_before_the_first_list() -> None:
    ran = run(BAD, designations=[bad("A", "2020-02-04"), bad("B", "2020-03-11")])
    # A was designated before the cut-off and is chosen; B would go on the day the first list begins.
    assert ran.members[0] == "ACDE"


def test_a_day_on_which_only_other_lines_are_due_is_not_worked_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """G and H are no members: on their days not even who is in force is asked."""
    asked: list[str] = []
    existing = Reviewer._existing

    def counted(self: Reviewer, event: Event) -> Bools:
        asked.append(str(event.date))
        return existing(self, event)

    monkeypatch.setattr(Reviewer, "_existing", counted)
    days = {"G": "2020-04-14", "B": "2020-04-21", "H": "2020-04-28"}
    ran = run(BAD, designations=[bad(name, day) for name, day in days.items()])
    assert changes(ran)[0] == ("2020-04-23", "deletion", "E", "B")
    assert [day for day in asked if day.startswith("2020-04")] == ["2020-04-23"]


# --- the plan itself, asked for directly ------------------------------------------------------------

TWO = [bad("A", "2020-04-14"), bad("B", "2020-07-01")]


def test_days_are_those_of_the_run_on_which_something_may_happen() -> None:
    both = FAST[:-1] + ", " + BAD[1:]
    listed = [{"symbol": "D", "listing_date": "2020-05-04"}]
    made = plan(both, "measures: {size: {last: market_cap}}\n", designations=TWO, securities=listed)
    # Two sessions after 04-14; five after 05-04 and the next.  July is after the run.
    assert [str(date_of(day)) for day in made.days] == ["2020-04-16", "2020-05-12"]
    tests = [test.test for on_day in made.tests_by_day.values() for test in on_day]
    assert [str(date_of(day)) for day in tests] == ["2020-05-11"]
    (test,) = made.tests()
    assert (test.is_test, str(date_of(test.cutoff))) == (True, "2020-05-11")
    assert made.acts(event("2020-04-16"), np.array([0, 2]))
    assert not made.acts(event("2020-04-16"), np.array([1, 2]))  # A is no member
    assert made.acts(event("2020-05-12"), np.array([1]))
    assert not made.acts(event("2020-04-17"), np.array([0]))


def test_reviews_after_the_run_are_known_from_the_rule() -> None:
    made = plan(BAD)
    # As far as the calendar goes: September and December.
    assert [str(day) for day in made.upcoming(dt.date(2020, 6, 30))] == ["2020-09-11", "2020-12-11"]
    assert [str(day) for day in made.upcoming(dt.date(2020, 9, 11))] == ["2020-12-11"]


def test_who_left_between_a_cut_off_and_an_effective_date_is_barred() -> None:
    made = plan(BAD, designations=TWO)
    due = on("2020-04-16")
    spans = [(due - 1, due), (due, due + 9), (due - 9, due - 1)]
    assert [[move.code for move in made.barred(*span, lambda *_: False)] for span in spans] == [
        [0],
        [],
        [],
    ]
    assert made.barred(due - 1, due, lambda code, day: (code, day) == (0, due)) == []
    made.left = {2: due}
    made.due = {}
    (left,) = made.barred(due - 1, due + 9, lambda *_: False)
    assert (left.code, left.text) == (2, "left the index on 2020-04-16")
    assert made.barred(due - 1, due, lambda *_: True) == []


def test_who_entered_between_the_two_stays() -> None:
    made = plan(BAD)
    made.joined = {0: 100, 1: 105, 2: 110}
    assert made.stays(100, 110) == [1]


def test_why_a_name_cannot_take_a_place() -> None:
    absent = {"D": [str(day) for day in map(SESSIONS.date, range(len(SESSIONS))) if day.month < 6]}
    spells = [bad("C", "2020-04-14", to="2020-05-04")]
    made = plan(BAD, designations=spells, absent=absent)
    members = np.array([True, False, False, False])
    refused = made.unusable(event("2020-04-20"), members, [1])
    assert [refused(code) for code in range(4)] == [
        "in the index already",
        "leaves on the same day",
        "bad since 2020-04-14",
        "not listed",
    ]
    # Known on the session before at the latest, and over on the day itself.
    assert made.unusable(event("2020-04-14"), members, [])(2) == ""
    assert made.unusable(event("2020-04-15"), members, [])(2) != ""
    assert made.unusable(event("2020-05-04"), members, [])(2) == ""


def test_entries_of_a_parent_are_judged_by_the_day_before() -> None:
    """G enters on 2020-04-16 and is judged by the day before, which no review reads, and on which it
    is in no list of the parent yet.  The parent's new names have to be large, or in a sector."""
    parent = Timeline("parent")
    for day, names in (("2020-01-02", "ABCDEF"), ("2020-04-16", "ACDFG")):
        codes = np.array(["ABCDEFGHIJ".index(name) for name in names], dtype=np.int32)
        parent.record(day_number(dt.date.fromisoformat(day)), codes, "fast_entry")
    text = (
        "universe: {of: parent, where: {%s}}\nmeasures: {size: {last: market_cap}}\n"
        "weighting: {scheme: market_cap}\n"
        "selection: {count: 4, steps: [{fill: {to: 4, by: size}}], reserve: {count: 2, by: size}}\n"
    )
    for where, enters in (("sector: x", "G"), ("market_cap: {min: 50}", "")):
        ran = run("{follow_entries: true}", text=text % where, parents={"parent": parent})
        kind = "fast_entry" if enters else "deletion"
        assert changes(ran)[0] == ("2020-04-16", kind, enters, "B")


def test_entries_of_a_parent_are_followed_on_the_dates_on_which_the_rule_says_so() -> None:
    parent = Timeline("parent")
    for day, names in (("2020-01-02", "A"), ("2020-04-16", "AB"), ("2020-05-18", "ABC")):
        codes = np.array(["ABCD".index(name) for name in names], dtype=np.int32)
        parent.record(on(day), codes, "fast_entry")
    more = "universe: {of: parent}\nselection: {steps: [{select: all}]}\n"
    for said, expected in (
        ("false", {}),
        ("true", {on("2020-04-16"): [1], on("2020-05-18"): [2]}),
        ("{2000-01-04: false, 2020-05-01: true}", {on("2020-05-18"): [2]}),
    ):
        made = plan(f"{{follow_entries: {said}}}", more, parents={"parent": parent})
        assert made.joins == expected
