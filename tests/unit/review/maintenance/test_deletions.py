"""Deletions between reviews and the reserve, by hand.

Ten lines A (market cap 100) to J (10); the four largest are in from 2020-03-13, E and F in reserve.
"""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.arrays import Bools
from indexcalc.market.calendar.sessions import day_number
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.calendar.timeline import Timeline
from indexcalc.review.review import Reviewer
from tests.unit.review.maintenance.between_reviews import (
    SPAN,
    absent_from,
    absent_until,
    changes,
    row,
    run,
    told,
)

DELISTING = "{deletions: [{on: delisting, after: 2 sessions, replace_from: reserve}]}"
BAD = "{deletions: [{on: bad, after: 2 sessions, replace_from: reserve}]}"


def bad(symbol: str, day: str, **more: str) -> dict[str, str]:
    return {"symbol": symbol, "from": day, "kind": "bad", **more}


def leaving(symbol: str, known: str, gone: str, **more: object) -> dict[str, object]:
    """The row of ``securities`` from which a delisting is known."""
    return {
        "symbol": symbol,
        "valid_from": known,
        "listing_date": "2010-01-04",
        "delisting_date": gone,
        **more,
    }


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


def test_deleted_between_cutoff_and_effective_date_it_never_enters() -> None:
    """Cut-off 2020-05-29, effective 2020-06-12.  E grows and would enter for D; it is designated on
    06-09 (goes on the 11th): the reserve (F, for D is a better one) takes its place."""
    from tests.unit.review.maintenance.between_reviews import SIZES, before

    caps = SIZES | {"E": before("2020-05-01", 60.0, 95.0)}
    ran = run(BAD, caps, designations=[bad("E", "2020-06-09")])
    # The review alone: A E B C; the reserve is D, F.  D takes E's place: nothing changes until the
    # next review, which knows nothing against E.
    assert changes(ran) == [("2020-09-11", "regular", "E", "D")]
    june = next(place for place, one in enumerate(ran.results) if one.effective == 18425)
    assert ran.names(ran.results[june].members) == "ABCD"
    assert row(ran, "2020-06-12", "E")["detail"] == "bad since 2020-06-09"
    assert row(ran, "2020-06-12", "D")["detail"] == "takes the place of E from the reserve"
    # One that is due only after the review enters with it, and goes then.
    late = run(BAD, caps, designations=[bad("E", "2020-06-11")])
    assert changes(late)[:2] == [
        ("2020-06-12", "regular", "E", "D"),
        ("2020-06-15", "deletion", "D", "E"),
    ]


def test_the_committee_keeps_a_name() -> None:
    extra = 'committee: [{effective: 2020-04-16, keep: ["B"], why: a mistake, ref: minutes}]\n'
    ran = run(BAD, designations=[bad("B", "2020-04-14")], extra=extra)
    assert changes(ran) == []
    kept = row(ran, "2020-04-16", "B")
    assert (kept["outcome"], kept["detail"]) == ("kept", "committee: a mistake (minutes)")


def test_a_line_whose_rows_stopped_does_not_come_back_with_another_event() -> None:
    """B has no row on 2020-04-01, and a deletion of C on 04-16 makes a new list: B stays out."""
    ran = run(
        BAD,
        designations=[bad("C", "2020-04-14")],
        absent={"B": ["2020-04-01"]},
    )
    assert ran.names(ran.results[1].members) == "ADE"


def test_it_leaves_with_its_parents_list() -> None:
    """The list of the parent loses B on 2020-04-16 and G joins: an index with a selection of its own
    passes on the deletion, the entry only where it says so."""
    text = (
        "universe: {of: parent}\nmeasures: {size: {last: market_cap}}\n"
        "weighting: {scheme: market_cap}\n"
        "selection: {count: 4, steps: [{fill: {to: 4, by: size}}], reserve: {count: 2, by: size}}\n"
    )

    def parent(kind: str = "fast_entry") -> Timeline:
        found = Timeline("parent")
        for day, names in (("2020-01-02", "ABCDEF"), ("2020-04-16", "ACDFG")):
            codes = np.array(["ABCDEFGHIJ".index(name) for name in names], dtype=np.int32)
            import datetime as dt

            found.record(day_number(dt.date.fromisoformat(day)), codes, kind)
        return found

    ran = run("{follow_entries: false}", text=text, parents={"parent": parent()})
    assert changes(ran)[0] == ("2020-04-16", "deletion", "", "B")
    ran = run("{follow_entries: true}", text=text, parents={"parent": parent()})
    assert changes(ran)[0] == ("2020-04-16", "fast_entry", "G", "B")
    # What the parent did is a deletion, with a name of its reserve in the place: so it is here.
    ran = run("{follow_entries: true}", text=text, parents={"parent": parent("deletion")})
    assert changes(ran)[0] == ("2020-04-16", "deletion", "G", "B")
    # Said, it is replaced: E left the parent too, so F.
    rule = "{deletions: [{on: leaves_parent, after: 0 sessions, replace_from: reserve}]}"
    ran = run(rule, text=text, parents={"parent": parent()})
    assert changes(ran)[0] == ("2020-04-16", "deletion", "F", "B")
    assert row(ran, "2020-04-16", "E")["detail"] == "passed over in the reserve: not in parent"


def test_nothing_happens_before_the_first_list() -> None:
    ran = run(BAD, designations=[bad("A", "2020-02-04"), bad("B", "2020-03-11")])
    # A was designated before the cut-off and is chosen; B would go on the day the first list begins.
    assert ran.members[0] == "ACDE"


def test_a_line_not_yet_listed_takes_no_place() -> None:
    absent = {"E": absent_from("2020-04-01", "2020-05-01"), "F": absent_until("2020-02-03")}
    ran = run(BAD, designations=[bad("B", "2020-04-14")], absent=absent)
    assert changes(ran)[0] == ("2020-04-16", "deletion", "F", "B")
    assert row(ran, "2020-04-16", "E")["detail"] == "passed over in the reserve: not listed"


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
