"""The blocks `maintenance` and `committee`."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.unit.methodology.small_rule import HEAD, found_in, rule

SMALL = "{recent: {min: 1}}"
MEASURE = "measures: {recent: {mean: market_cap, over: 15 sessions}}\n"


def maintained(said: str) -> list[str]:
    return [found[0] for found in found_in(HEAD + MEASURE + f"maintenance: {{{said}}}\n")]


def test_what_holds_when_nothing_is_said() -> None:
    """The first of its words for each, shares as they change every day."""
    read = rule().maintenance
    assert read.shares.value.mode == "daily"  # type: ignore[union-attr]
    assert (read.rights.value, read.base_price.value, read.resumption.value) == (
        "ex_date",
        "exchange",
        "counted",
    )
    assert (read.fast_entry.value, read.deletions.value) == ((), ())


@pytest.mark.parametrize(
    ("said", "mode"),
    [("daily", "daily"), ("at_rebalance", "at_rebalance"), ("{threshold: 5%}", "threshold")],
)
def test_when_share_counts_change(said: str, mode: str) -> None:
    assert rule(f"maintenance: {{shares: {said}}}\n").maintenance.shares.value.mode == mode  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("shares: weekly", ["RUL004"]),
        ("shares: {after: 3 sessions}", ["RUL002"]),
        ("shares: {threshold: 5%, after: 3 months}", ["RUL007"]),
        ("deletions: [{on: delisting, after: 2 sessions}]", ["RUL002"]),
        (
            "deletions: [{on: delisting, after: 2 sessions, effective: halt, replace_from: none}]",
            ["RUL012"],
        ),
        (
            f"deletions: [{{on: delisting, when: {SMALL}, after: 2 sessions, replace_from: none}}]",
            ["RUL012"],
        ),
        ("deletions: [{on: delisting, after: 2 sessions, replace_from: friends}]", ["RUL004"]),
        (
            "deletions: [{on: [merger, merger], after: 2 sessions, replace_from: none}]",
            ["RUL018"],
        ),
        ("fast_entry: [{after: 15 sessions, replaces: smallest}]", ["RUL002"]),
        ("fast_exit: {checked: last session of month}", ["RUL002"] * 3),
        ("demerger: {parent_stays: {after: 2 sessions}}", ["RUL002"]),
        ("rights: never", ["RUL004"]),
    ],
)
def test_what_cannot_be_said(said: str, codes: list[str]) -> None:
    assert maintained(said) == codes


def test_a_deletion_by_fact_and_by_condition() -> None:
    read = rule(
        MEASURE
        + "maintenance: {deletions: [{on: delisting, after: 2 sessions, replace_from: none},"
        " {when: {recent: {below: 1}}, after: 0 sessions, replace_from: reserve}]}\n"
    )
    first, second = read.maintenance.deletions.value  # type: ignore[misc]
    assert (first.on, first.when) == (("delisting",), None)
    assert second.when is not None


COMMITTEE = "committee: [{effective: 2020-06-12, why: size, ref: minutes, %s}]\n"


def test_a_decision_of_the_committee() -> None:
    (decision,) = rule(COMMITTEE % 'add: ["005930"], remove: ["000660"]').committee
    assert decision.effective == dt.date(2020, 6, 12)
    assert (decision.add, decision.remove, decision.keep) == (("005930",), ("000660",), ())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("who: chair", "RUL002"),
        ('add: ["005930"], refuse: ["005930"]', "RUL018"),
        ("add: [005930]", "RUL009"),
    ],
)
def test_a_decision_that_decides_nothing_or_twice(said: str, code: str) -> None:
    assert [found[0] for found in found_in(HEAD + COMMITTEE % said)] == [code]
