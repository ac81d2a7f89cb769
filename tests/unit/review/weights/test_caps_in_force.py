"""Which caps, floor and checks hold on a date, and which are not known."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.review.weights.caps_in_force import caps_something, floor_in_force, unknown_keys
from tests.unit.review.small_reviews import rule

ON = dt.date(2020, 6, 12)
CAP = "[{per: security, limit: 30%}]"


@pytest.mark.parametrize(
    ("said", "something", "unknown"),
    [
        ("", False, ()),
        (f"caps: {CAP}", True, ()),
        (f"check: {CAP}", True, ()),
        ("floor: 1%", True, ()),
        (f"caps: {{2000-01-04: {CAP}, 2020-06-12: none}}", False, ()),
        (f"caps: {{2000-01-04: none, 2020-06-12: {CAP}}}", True, ()),
        (f"caps: {{2021-01-04: {CAP}}}", True, ("caps",)),  # not known: it may be something
        (f"check: {{2021-01-04: {CAP}}}", True, ("check",)),
        ("floor: {2021-01-04: 1%}", False, ("floor",)),
        ("measured: {mean: market_cap, over: {2021-01-04: 5 days}}", False, ("measured.over",)),
        ("measured: {mean: market_cap, over: {2020-01-04: 5 days}}", False, ()),
        ("caps: [{per: security, limit: 30%, from: 2020-06-13}]", False, ()),
        ("caps: [{per: security, limit: 30%, until: 2020-06-13}]", True, ()),
        ("caps: [{per: security, limit: 30%, months: [3]}]", False, ()),
        ("caps: [{per: security, limit: 30%, months: [6]}]", True, ()),
    ],
)
def test_what_holds_on_a_date(said: str, something: bool, unknown: tuple[str, ...]) -> None:
    comma = ", " if said else ""
    weighting = rule(f"weighting: {{scheme: market_cap{comma}{said}}}\n").weighting
    assert caps_something(weighting, ON, 6) is something
    assert unknown_keys(weighting, ON) == unknown


def test_the_floor_of_a_date() -> None:
    weighting = rule(
        "weighting: {scheme: market_cap, floor: {2000-01-04: 1%, 2020-06-12: 2%}}\n"
    ).weighting
    floors = [floor_in_force(weighting, day) for day in (dt.date(2020, 6, 11), ON)]
    assert [str(floor) for floor in floors] == ["1%", "2%"]
    assert floor_in_force(rule("weighting: {scheme: market_cap}\n").weighting, ON) is None
