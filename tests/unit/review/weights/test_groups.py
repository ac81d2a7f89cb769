"""What caps and weights count as one, as of a cut-off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from indexcalc.review.weights.groups import ReviewGroups
from tests.unit.review.data.fields_made import fields_of, on
from tests.unit.review.small_reviews import market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")
ON = dt.date(2020, 3, 13)
LINES = [
    {"symbol": "A", "valid_from": None, "sector": "x", "issuer": "p"},
    {"symbol": "B", "valid_from": None, "sector": "y", "issuer": "p"},
    {"symbol": "B", "valid_from": "2020-02-10", "sector": "z", "issuer": "p"},
    {"symbol": "C", "valid_from": None, "sector": None, "issuer": None},
]
GROUPS = "groups: {wide: {column: sector, merge: {w: [x, y]}}}\nweighting: {scheme: market_cap}\n"


def groups(**tables: Any) -> ReviewGroups:
    made = market(SESSIONS, dict.fromkeys("ABC", 1.0), **tables)
    return ReviewGroups(fields_of(made, SESSIONS), rule(GROUPS).groups)


def alike(made: ReviewGroups, per: str, day: str) -> list[int] | None:
    """The lines' groups, renumbered in the order they are met; -1: none."""
    codes = made.of(per, on(day), ON)
    if codes is None:
        return None
    met: list[int] = []
    for code in codes.tolist():
        if code >= 0 and code not in met:
            met.append(code)
    return [met.index(code) if code >= 0 else -1 for code in codes.tolist()]


def test_groups_are_those_of_the_cut_off() -> None:
    made = groups(securities=LINES)
    assert alike(made, "sector", "2020-02-07") == [0, 1, -1]
    assert alike(made, "wide", "2020-02-07") == [0, 0, -1]
    assert alike(made, "wide", "2020-02-10") == [0, 1, -1]


def test_a_line_of_unknown_issuer_is_its_own() -> None:
    made = groups(securities=LINES)
    assert alike(made, "issuer", "2020-02-07") == [0, 0, 1]
    assert len(set(made.issuers(on("2020-02-07")).tolist())) == 2


def test_what_no_table_has_is_no_group() -> None:
    assert alike(groups(), "sector", "2020-02-07") is None
    assert alike(groups(), "issuer", "2020-02-07") is None
    # A group of the rule over a column that is not there has nobody in it.
    assert alike(groups(), "wide", "2020-02-07") == [-1, -1, -1]
    assert len(set(groups().issuers(on("2020-02-07")).tolist())) == 3


def test_a_grouping_is_made_once() -> None:
    made = groups(securities=LINES)
    first = made.of("sector", on("2020-02-07"), ON)
    assert made.of("sector", on("2020-02-07"), ON) is first
