"""Who waits between reviews, and who is largest and smallest of the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from indexcalc.review.maintenance.reserve import ReserveList, last_fill_by
from indexcalc.review.selection.steps import ReserveNames
from tests.unit.review.maintenance.between_reviews import (
    SIZES,
    absent_until,
    before,
    changes,
    run,
    told,
)
from tests.unit.review.maintenance.fifth_line import FAST, LISTED
from tests.unit.review.small_reviews import rule


def waiting(codes: list[int], groups: str = "", **more: object) -> ReserveList:
    names = ReserveNames(np.array(codes, dtype=np.int32), tuple(groups or [""] * len(codes)))
    return ReserveList(names, **more)  # type: ignore[arg-type]


def refusing(*codes: int) -> Callable[[int], str]:
    return lambda code: "no" if code in codes else ""


def test_the_first_that_can_be_used_takes_the_place_and_waits_no_longer() -> None:
    made = waiting([3, 5, 7])
    assert made.take(None, refusing(3)) == ([5], [(3, "no")])
    assert made.reserve.codes.tolist() == [3, 7]
    assert made.take(None, refusing()) == ([3], [])
    assert made.take(None, refusing(7)) == ([], [(7, "no")])
    assert made.reserve.codes.tolist() == [7]


def test_a_place_of_a_group_is_taken_from_it() -> None:
    made = waiting([3, 5, 7], "xyx", labels=("x", "y", "", "x"))
    assert (made.group(1), made.group(2)) == ("y", "")
    assert made.take("y", refusing(3)) == ([5], [])
    assert made.take("z", refusing()) == ([], [])
    assert made.reserve.groups == ("x", "x")
    assert waiting([1]).group(0) is None


def test_lines_of_an_issuer_come_together_but_those_that_cannot() -> None:
    issuers = np.array([0, 1, 2, 1, 1])
    made = waiting([2, 1, 3, 4], issuers=issuers)
    assert made.take(None, refusing(2, 4)) == ([1, 3], [(2, "no")])
    assert made.reserve.codes.tolist() == [2, 4]


def test_the_largest_that_remained_and_the_smallest_of_the_members() -> None:
    made = waiting(
        [4],
        place=np.array([2, 0, 3, -1, 1]),
        remaining=np.array([True, False, True, True, True]),
    )
    assert made.largest(refusing()) == [4]
    assert made.reserve.codes.size == 0
    assert made.largest(refusing(4)) == [0]
    assert made.largest(refusing(0, 2, 4)) == []
    # Line 3 has no place.
    assert made.smallest(np.array([True, True, False, True, False])) == 0
    assert made.smallest(np.array([False, False, False, True, False])) is None
    nobody = ReserveList()
    assert (nobody.largest(refusing()), nobody.smallest(np.zeros(0, np.bool_))) == ([], None)


def test_who_made_room_waits_before_all_others() -> None:
    made = waiting([3, 5], "xy")
    made.put_first(5, "x")
    assert (made.reserve.codes.tolist(), made.reserve.groups) == ([5, 3], ("x", "x"))


@pytest.mark.parametrize(
    ("selection", "by"),
    [
        ("", "market_cap"),
        ("selection: given\n", "market_cap"),
        ("selection: {steps: [{select: all}]}\n", "market_cap"),
        ("selection: {steps: [{select: all}], reserve: {count: 1, by: size}}\n", "size"),
        ("selection: {steps: [{fill: {to: 1, by: close}}, {fill: {to: 2, by: age}}]}\n", "age"),
        (
            "selection: {steps: [{fill: {to: 2, by: {2000-01-04: close, 2021-01-04: age}}}]}\n",
            "close",
        ),
        (
            "selection: {steps: [{fill: {to: 2, by: {2000-01-04: none, 2021-01-04: age}}}], "
            "reserve: {count: 1, by: size}}\n",
            "size",
        ),
    ],
)
def test_what_orders_names_between_reviews(selection: str, by: str) -> None:
    text = (
        "measures: {size: {last: market_cap}, age: {last: volume}}\n"
        "weighting: {scheme: market_cap}\n" + selection
    )
    assert last_fill_by(rule(text), dt.date(2020, 6, 12)) == by


def test_smallest_is_of_the_last_review() -> None:
    """D grows above C after the review of March: it is D all the same that makes room."""
    caps = {**SIZES, "D": before("2020-03-20", 70.0, 84.0)}
    securities = told("ABCDEFGHIJK", K={"listing_date": LISTED})
    ran = run(FAST, {**caps, "K": 85.0}, securities, absent={"K": absent_until(LISTED)})
    assert changes(ran)[0] == ("2020-04-09", "fast_entry", "K", "D")


def test_where_the_unit_is_the_issuer_its_lines_take_a_place_together() -> None:
    """A, B, C and D are four issuers'; E and F are one's, and both come for B."""
    text = (
        "measures: {size: {last: market_cap}}\nweighting: {scheme: market_cap}\n"
        "selection: {unit: UNIT, count: 4, steps: [{fill: {to: 4, by: size}}], "
        "reserve: {count: 2, by: size}}\n"
    )
    lines = told(**{name: {"issuer": "e" if name in "EF" else name} for name in "ABCDEFGHIJ"})
    rule = "{deletions: [{on: bad, after: 2 sessions, replace_from: reserve}]}"
    spells = [{"symbol": "B", "from": "2020-04-14", "kind": "bad"}]
    for unit, taken in (("issuer", "EF"), ("security", "E")):
        ran = run(rule, securities=lines, text=text.replace("UNIT", unit), designations=spells)
        assert changes(ran)[0] == ("2020-04-16", "deletion", taken, "B")
