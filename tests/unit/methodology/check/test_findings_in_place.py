"""What all checks share: the place of a value in a rule file, said once, and the days of a change."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.methodology.check.findings_in_place import Checking, both, pieces, place, since
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import BEGINNING
from indexcalc.methodology.values.values import NONE, UNKNOWN, ByStatus, Number
from tests.unit.methodology.small_rule import HEAD, rule

MORE = """\
measures:
  size: {mean: market_cap, over: {2000-01-04: 3 months, 2010-01-04: 6 months}}
weighting:
  caps:
    - {per: security, limit: 30%}
    - {per: issuer, limit: {2000-01-04: 20%, 2015-01-02: 25%}, from: 2001-06-08}
"""
TEXT = HEAD + MORE


def at(path: str, on: dt.date | None = None, made: Methodology | None = None) -> str:
    """The text of the file from the place of a path on, up to the end of the line."""
    span = place(made or rule(MORE), path, on)
    assert span is not None
    return TEXT.splitlines()[span.line - 1][span.column - 1 :]


@pytest.mark.parametrize(
    ("path", "on", "text"),
    [
        ("weighting.caps[0].limit", None, "30%}"),
        ("weighting.caps[1].per", None, "issuer,"),
        ("weighting.caps", None, "caps:"),  # no scalar: its key
        ("weighting.caps[1].limit", None, "20%,"),  # no day: the first
        ("weighting.caps[1].limit", dt.date(2015, 1, 1), "20%,"),
        ("weighting.caps[1].limit", dt.date(2015, 1, 2), "25%}"),
        ("weighting.caps[1].limit.2015-01-02", None, "2015-01-02: 25%"),  # the date itself
        ("weighting.caps[0].limit.max", None, "30%}"),  # a word the rule leaves out
        ("weighting.caps[7]", None, "caps:"),  # an item that is not there
        ("returns.kinds", None, "small"),  # nothing of it is said: the name of the index
    ],
)
def test_a_path_is_shown_where_the_rule_says_it(path: str, on: dt.date | None, text: str) -> None:
    assert at(path, on).startswith(text)


def test_one_place_is_told_once_and_another_code_or_day_again() -> None:
    checking = Checking(rule(MORE), {})
    limit = "weighting.caps[1].limit"
    checking.say("CAP001", "first", limit)
    checking.say("CAP001", "the same place", limit)
    checking.say("CAP001", "another day", limit, on=dt.date(2020, 1, 2))
    checking.say("CAP004", "another code", limit)
    said = [(item.code, item.message) for item in checking.findings.items]
    assert said == [("CAP001", "first"), ("CAP001", "another day"), ("CAP004", "another code")]
    first = checking.findings.items[0]
    assert (first.where, first.path) == (limit, checking.rule.path)


def test_the_days_of_a_change_are_those_of_dated_values_and_of_items() -> None:
    made = rule(MORE)
    checking = Checking(made, {})
    assert [str(day) for day in checking.change_dates(made.weighting)] == [
        str(BEGINNING),
        "2000-01-04",
        "2001-06-08",
        "2015-01-02",
    ]
    assert checking.change_dates(made.returns) == [BEGINNING]
    assert [str(day) for day in checking.change_dates(made.measures)][1:] == [
        "2000-01-04",
        "2010-01-04",
    ]


def test_blocks_are_found_at_any_depth_and_the_text_is_no_piece() -> None:
    made = rule(MORE + "cases: [{name: one, expect: {members: {}}}]\n")
    checking = Checking(made, {})
    caps = [block.path for block in checking.blocks(made.weighting.caps)]
    assert caps == ["weighting.caps[0]", "weighting.caps[1]"]
    parts = pieces(made)
    assert made.weighting in parts
    assert made.cases not in [part for part in parts if part]


def test_a_pair_is_a_value_by_status_or_one_value_twice() -> None:
    three, five = Number(3, "3"), Number(5, "5")
    assert both(ByStatus(existing=three, new=five)) == (three, five)
    assert both(five) == (five, five)
    assert both(ByStatus(existing=NONE, new=five)) == (None, five)
    assert both(UNKNOWN) == (None, None)


def test_the_beginning_of_time_is_not_told() -> None:
    assert since(BEGINNING) == ""
    assert since(dt.date(2020, 6, 12)) == " from 2020-06-12"
