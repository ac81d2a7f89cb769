"""Blocks: what their keys read, items in force, and blocks that follow each other by date."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.methodology.reading.block import walk
from indexcalc.methodology.values.values import NONE, UNKNOWN
from tests.call_counts import count_calls
from tests.unit.methodology.small_rule import HEAD, found_in, rule

D = dt.date


def test_an_item_holds_from_its_first_day_until_the_first_day_out() -> None:
    cap = "{per: security, limit: 30%, from: 2010-01-04, until: 2020-01-02, months: [6]}"
    text = f"weighting: {{caps: [{cap}]}}\n"
    (item,) = rule(text).weighting.caps.value
    assert isinstance(item, Cap)
    days = (D(2010, 1, 3), D(2010, 1, 4), D(2020, 1, 1), D(2020, 1, 2))
    assert [item.in_force(day) for day in days] == [False, True, True, False]
    assert item.in_force(D(2015, 6, 1), 6)
    assert not item.in_force(D(2015, 6, 1), 12)


def test_blocks_that_follow_each_other_have_dated_fields() -> None:
    text = (
        "weighting:\n"
        "  2000-01-04: {scheme: equal}\n"
        "  2010-01-04: {scheme: market_cap, floor: 1%}\n"
        "  2020-01-02: unknown\n"
    )
    weighting = rule(text).weighting
    assert weighting.scheme.entries == (
        (D(2000, 1, 4), "equal"),
        (D(2010, 1, 4), "market_cap"),
        (D(2020, 1, 2), UNKNOWN),
    )
    assert weighting.floor is not None
    assert weighting.floor.at(D(2005, 1, 3)) is NONE


@pytest.mark.parametrize(
    "text",
    [
        "float:\n  2000-01-04: {updated: {months: [6], effective: 2nd friday}}\n"
        "  2010-01-04: {updated: {every: session}}\n",
        "weighting: {2000-01-04: none, 2010-01-04: unknown}\n",
    ],
)
def test_what_may_not_change_by_date(text: str) -> None:
    assert [found[0] for found in found_in(HEAD + text)] == ["DTE010"]


def test_every_block_is_walked() -> None:
    read = rule(
        "weighting: {caps: [{per: security, limit: 30%}], check: [{per: issuer, limit: 50%}]}\n"
    )
    kinds = [type(block).__name__ for block in walk(read.weighting)]
    assert kinds == ["Weighting", "Cap", "Check"]


def test_what_a_rule_has_worked_out_of_its_text_is_not_walked() -> None:
    read = rule("weighting: {caps: [{per: security, limit: 30%}]}\n")
    before = count_calls(lambda: walk(read))
    assert read.paths
    assert read.line_of("weighting.caps[0]")
    assert count_calls(lambda: walk(read)) == before


def test_a_block_knows_its_path_and_line() -> None:
    (cap,) = rule("weighting:\n  caps:\n    - {per: security, limit: 30%}\n").weighting.caps.value
    assert (cap.path, cap.line) == ("weighting.caps[0]", 9)
