"""Which lines need be tested at all: in the lists, and not kept out by their columns for sure."""

from __future__ import annotations

import numpy as np

from indexcalc.review.calendar.timeline import Timeline
from indexcalc.review.data.texts import Texts
from indexcalc.review.maintenance.fast_entry_and_exit.candidates import narrow
from indexcalc.review.maintenance.fast_entry_and_exit.entry_exit_test import (
    FAST_ENTRY,
    FAST_EXIT,
    NEW_COMPANY,
    PARENT_STAYS,
    EntryExitTest,
)
from indexcalc.review.maintenance.parents import ParentLists
from tests.unit.review.data.fields_made import fields_of, on
from tests.unit.review.small_reviews import market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")
SECTORS = [
    {"symbol": "A", "sector": "x"},
    {"symbol": "B", "sector": "y"},
    {"symbol": "C", "sector": None},
    {"symbol": "D", "sector": "x"},
]
MADE = market(SESSIONS, dict.fromkeys("ABCD", 1.0), securities=SECTORS)


def parent() -> Timeline:
    made = Timeline("parent")
    for day, names in (("2020-01-02", "AB"), ("2020-02-10", "BC")):
        made.record(on(day), np.array(["ABCD".index(name) for name in names], dtype=np.int32))
    return made


def left(universe: str, *what: str, measures: str = "") -> dict[str, str]:
    """The candidates left of A, B, C and D by test, tested on 2020-02-07 for the 10th."""
    made = rule(measures + f"universe: {universe}\nweighting: {{scheme: market_cap}}\n")
    tests = [
        EntryExitTest(one, on("2020-02-07"), on("2020-02-10"), [0, 1, 2, 3], None, one, 1)
        for one in what
    ]
    by_day = {on("2020-02-10"): tests}
    fields = fields_of(MADE, SESSIONS)
    lists = ParentLists(made, {"parent": parent()}, 4)
    narrow(by_day, made, fields, lists, Texts())
    return {
        test.path: "".join("ABCD"[code] for code in test.codes)
        for tests in by_day.values()
        for test in tests
    }


def test_who_is_in_none_of_the_lists_is_no_candidate() -> None:
    # A is in on the day of the test alone, C enters the parent on the day of the entry; D is in no list.
    # A new company is in the lists on the day it joins.
    assert left("{of: parent}", FAST_ENTRY, NEW_COMPANY) == {FAST_ENTRY: "ABC", NEW_COMPANY: "BC"}


def test_who_must_be_a_member_is_not_looked_at() -> None:
    found = left("{of: parent, where: {sector: y}}", FAST_EXIT, PARENT_STAYS)
    assert found == {FAST_EXIT: "ABCD", PARENT_STAYS: "ABCD"}


def test_a_column_keeps_out_who_surely_does_not_pass() -> None:
    # C has no sector: it may pass, and is reported where it does not.
    assert left("{where: {sector: x}}", FAST_ENTRY) == {FAST_ENTRY: "ACD"}
    assert left("{of: parent, where: {sector: x}}", FAST_ENTRY) == {FAST_ENTRY: "AC"}


def test_what_changes_by_the_day_is_left_to_the_test() -> None:
    assert left("{where: {close: {min: 9}}}", FAST_ENTRY) == {FAST_ENTRY: "ABCD"}
    dated = "{where: {2000-01-04: {sector: y}, 2021-01-04: {sector: x}}}"
    assert left(dated, FAST_ENTRY) == {FAST_ENTRY: "ABCD"}
    size = "measures: {size: {last: market_cap}}\n"
    assert left("{where: {size: {min: 9}}}", FAST_ENTRY, measures=size) == {FAST_ENTRY: "ABCD"}


def test_tests_of_nobody_are_forgotten_but_exits() -> None:
    assert left("{where: {sector: z, symbol: {in: [Z]}}}", FAST_ENTRY, FAST_EXIT) == {
        FAST_EXIT: "ABCD"
    }
    assert left("{where: {symbol: Z}}", FAST_ENTRY) == {}
