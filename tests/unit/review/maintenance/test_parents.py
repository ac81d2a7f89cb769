"""Who joins and leaves the lists an index is made from."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Bools
from indexcalc.market.calendar.sessions import day_number
from indexcalc.review.calendar.timeline import MemberLists, StateTimeline, Timeline
from indexcalc.review.data.line_states import StateRows
from indexcalc.review.data.texts import Texts
from indexcalc.review.maintenance.parents import ParentLists, kind_of_change
from tests.unit.review.data.fields_made import on
from tests.unit.review.maintenance.between_reviews import changes, row, run
from tests.unit.review.small_reviews import rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-01-10")
DAYS = [str(SESSIONS.date(at)) for at in range(len(SESSIONS))]


def timeline(index: str, *lists: tuple[str, str, str]) -> Timeline:
    made = Timeline(index)
    for day, names, kind in lists:
        codes = np.array(["ABCD".index(name) for name in names], dtype=np.int32)
        made.record(on(day), codes, kind)
    return made


def composite(*said: tuple[str, int, bool]) -> StateTimeline:
    """A composite of (line, session, is in)."""
    n = len(said)
    rows = StateRows(
        codes=np.array(["ABCD".index(name) for name, _, _ in said], dtype=np.int32),
        session=np.array([session for _, session, _ in said]),
        eligible=np.array([is_in for _, _, is_in in said]),
        path=np.zeros(n, dtype=np.int64),
        observed=np.zeros(n),
        threshold=np.zeros(n),
        detail=np.zeros(n, dtype=np.int64),
        words=Texts(),
    )
    return StateTimeline("all", rows, SESSIONS, 4)


PARENT = timeline("parent", ("2020-01-02", "ABC", "regular"), ("2020-01-07", "ABD", "fast_entry"))
OTHER = timeline("other", ("2020-01-06", "B", "regular"))
ALL = composite(("A", 0, True), ("B", 2, True), ("C", 3, True), ("C", 4, False))
LISTS: dict[str, MemberLists] = {"parent": PARENT, "other": OTHER, "all": ALL}


def lists(universe: str) -> ParentLists:
    text = f"universe: {universe}\nweighting: {{scheme: market_cap}}\n"
    return ParentLists(rule(text), LISTS, 4)


def names(rows: Bools) -> str:
    return "".join(name for name, there in zip("ABCD", rows, strict=True) if there)


def moves(made: ParentLists, first: str, last: str) -> tuple[list[str], list[str]]:
    joins, departures = made.changes(on(first), on(last))
    shown = [[f"{'ABCD'[code]} {DAYS[[on(d) for d in DAYS].index(day)]}" for code, day in part]
             for part in (joins, departures)]  # fmt: skip
    return shown[0], shown[1]


def test_members_are_in_a_list_and_in_none_of_the_others() -> None:
    made = lists("{of: parent, except: other}")
    assert [names(made.members(on(day))) for day in DAYS[:4]] == ["ABC", "ABC", "AC", "AD"]
    assert names(lists("{of: [parent, other]}").members(on("2020-01-02"))) == "ABC"
    assert names(lists("{where: {market: x}}").members(on("2020-01-02"))) == "ABCD"
    later = lists("{of: {2020-01-01: other, 2020-01-08: parent}}")
    assert [names(later.members(on(day))) for day in DAYS[3:5]] == ["B", "ABD"]


def test_who_joins_and_leaves_after_a_day_up_to_another() -> None:
    made = lists("{of: parent, except: other}")
    assert moves(made, "2020-01-02", "2020-01-10") == (
        ["D 2020-01-07"],
        ["B 2020-01-06", "C 2020-01-07"],
    )
    assert moves(made, "2020-01-02", "2020-01-06") == ([], ["B 2020-01-06"])
    assert moves(made, "2020-01-07", "2020-01-10") == ([], [])
    # The day the rule names another parent is a change too.
    later = lists("{of: {2020-01-01: other, 2020-01-08: parent}}")
    assert moves(later, "2020-01-06", "2020-01-10")[0] == ["A 2020-01-08", "D 2020-01-08"]


def test_of_one_composite_the_changes_of_its_states_are_those() -> None:
    alone = lists("{of: all}")
    expected = (["B 2020-01-06", "C 2020-01-07"], ["C 2020-01-08"])
    assert moves(alone, "2020-01-02", "2020-01-10") == expected
    assert moves(alone, "2020-01-06", "2020-01-07") == (["C 2020-01-07"], [])
    # With another list beside it day by day, the same.
    assert moves(lists("{of: [all, other]}"), "2020-01-06", "2020-01-10") == (
        ["C 2020-01-07"],
        ["C 2020-01-08"],
    )


def test_who_enters_a_parent_with_reviews_between_a_test_and_a_day() -> None:
    made = lists("{of: parent}")
    assert names(made.entering(on("2020-01-06"), on("2020-01-07"))) == "D"
    assert names(made.entering(on("2020-01-07"), on("2020-01-08"))) == ""
    # A composite has no reviews: who enters it is in it on the day of the test.
    assert names(lists("{of: all}").entering(on("2020-01-03"), on("2020-01-06"))) == ""


def test_a_change_is_called_as_the_parent_called_it() -> None:
    made = lists("{of: [all, parent]}")
    days = ("2020-01-02", "2020-01-07", "2020-01-08")
    assert [made.kind_of_change(on(day)) for day in days] == ["", "fast_entry", ""]
    assert kind_of_change(["other"], LISTS, on("2020-01-06")) == ""  # at its regular review


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
