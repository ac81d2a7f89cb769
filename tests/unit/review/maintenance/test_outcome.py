"""What a day decided as a word, and terms that hold for stretches of dates."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.review.maintenance.outcome import Outcome, counts, in_turn
from tests.unit.review.small_reviews import rule

D = dt.date
CAP = "weighting: {scheme: market_cap}\n"


@pytest.mark.parametrize(
    ("done", "kind"),
    [
        ([], ""),
        (["deletion"], "deletion"),
        (["committee", "transfer", "deletion"], "deletion"),
        (["deletion", "demerger"], "demerger"),
        (["transfer", "fast_entry", "deletion"], "fast_entry"),
    ],
)
def test_a_day_is_called_by_the_first_of_its_kinds(done: list[str], kind: str) -> None:
    assert Outcome(done=done).kind == kind


def test_days_do_not_share_what_they_decide() -> None:
    first, second = Outcome(), Outcome()
    first.done.append("deletion")
    assert second.kind == ""


def stretches(text: str) -> list[tuple[str, str, str]]:
    made = rule(CAP + f"maintenance: {{deletions: {text}}}\n").maintenance.deletions
    return [(item.path, str(begin), str(stop)) for item, begin, stop in in_turn(made)]


def test_an_item_is_told_for_each_stretch_in_which_its_values_are_the_same() -> None:
    one = "{on: delisting, after: AFTER, replace_from: none}"
    assert stretches(f"[{one.replace('AFTER', '0 sessions')}]") == [
        ("maintenance.deletions[0]", "0001-01-01", "None")
    ]
    dated = one.replace("AFTER", "{2010-01-04: 1 session, 2015-01-02: 2 sessions}")
    assert stretches(f"[{dated}]") == [
        ("maintenance.deletions[0]", "2010-01-04", "2015-01-02"),
        ("maintenance.deletions[0]", "2015-01-02", "None"),
    ]


def test_a_list_that_changes_by_date_ends_with_its_stretch() -> None:
    one = "{on: delisting, after: 0 sessions, replace_from: none}"
    found = stretches(f"{{2010-01-04: [{one}], 2015-01-02: [], 2020-01-02: [{one}, {one}]}}")
    assert [(begin, stop) for _, begin, stop in found] == [
        ("2010-01-04", "2015-01-02"),
        ("2020-01-02", "None"),
        ("2020-01-02", "None"),
    ]


def test_a_date_counts_from_the_first_day_of_a_stretch_to_the_last_before_its_end() -> None:
    text = (
        "maintenance: {deletions: [{on: delisting, after: 0 sessions, replace_from: none, "
        "from: 2012-01-02, until: 2014-01-02}]}\n"
    )
    (item,) = rule(CAP + text).maintenance.deletions.value  # type: ignore[misc]
    begin, stop = D(2010, 1, 4), D(2013, 1, 2)
    days = [D(2011, 12, 30), D(2012, 1, 2), D(2013, 1, 1), D(2013, 1, 2)]
    assert [counts(item, day, begin, stop) for day in days] == [False, True, True, False]
    assert [counts(item, day, begin, None) for day in (D(2014, 1, 1), D(2014, 1, 2))] == [
        True,
        False,
    ]
    block = rule(CAP).weighting  # no item: it holds whenever the stretch does
    assert [counts(block, day, begin, stop) for day in (D(2010, 1, 3), begin, stop)] == [
        False,
        True,
        False,
    ]
