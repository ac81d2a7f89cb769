"""Checks of the rules between reviews."""

from __future__ import annotations

import pytest

from tests.unit.methodology.check.rules_and_findings import (
    codes,
)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("weighting: {scheme: equal}\n", []),
        ("weighting: {scheme: equal}\nrebalance: {months: [3], effective: 2nd friday}\n", ["RUL112"]),
        (
            "weighting: {scheme: equal}\nrebalance: {months: [3], effective: 2nd friday}\n"
            "maintenance: {joins_at: leaver_weight}\n",
            [],
        ),
        ("maintenance: {deletions: [{on: delistng, after: 0 sessions, replace_from: none}]}\n", ["RUL116"]),
        (
            "maintenance: {deletions: [{on: leaves_parent, effective: halt, replace_from: none}]}\n",
            ["RUL108"],
        ),
        ("maintenance: {deletions: [{on: delisted, after: 0 sessions, replace_from: none}]}\n", ["RUL116"]),
        ("eligibility: {security_type: {not_in: [REIT]}}\n", ["RUL116"]),
        ("float: {exclude: [treasurry, largest_holder]}\n", ["RUL116"]),
        ("float: {exclude: {2020-01-01: [lockup, related_parties]}}\n", ["RUL116", "RUL116"]),
        ("float: {exclude: [treasury, sovereign_fund]}\n", []),
        ("maintenance: {deletions: [{on: my_own_list, after: 0 sessions, replace_from: none}]}\n", []),
        (
            'committee: [{effective: 2020-06-12, add: ["005930"], why: a, ref: b}, '
            '{effective: 2020-12-11, remove: ["005930"], why: a, ref: b}]\n',
            [],
        ),
    ],
)  # fmt: skip
def test_between_reviews(more: str, expected: list[str]) -> None:
    assert codes(more) == expected
