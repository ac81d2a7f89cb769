"""Conditions that become true of a line: from which day, and until when."""

from __future__ import annotations

from typing import Any

from indexcalc.market.calendar.sessions import date_of
from indexcalc.review.data.line_facts import FOREVER
from indexcalc.review.maintenance.conditions_turned_true import turned_true
from tests.unit.review.data.fields_made import fields_of
from tests.unit.review.small_reviews import market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")
RULE = (
    "weighting: {scheme: market_cap}\n"
    "maintenance: {deletions: [{on: delisting, after: 0 sessions, replace_from: none}, "
    "{when: WHEN, after: 2 sessions, replace_from: none}]}\n"
)


def turned(when: str, **tables: Any) -> list[tuple[str, str, str]]:
    made = market(SESSIONS, {"A": 1.0, "B": 2.0}, **tables)
    found = turned_true(rule(RULE.replace("WHEN", when)), fields_of(made, SESSIONS))
    assert {fact.kind for fact in found} <= {"maintenance.deletions[1]"}
    return [
        (
            made.symbols[fact.code],
            str(date_of(fact.known)),
            "" if fact.until == FOREVER else str(date_of(fact.until)),
        )
        for fact in found
    ]


def sector(symbol: str, since: str | None, label: str | None) -> dict[str, Any]:
    return {"symbol": symbol, "valid_from": since, "sector": label}


def test_from_the_day_it_is_true_to_the_day_it_is_no_longer() -> None:
    rows = [
        sector("A", None, "y"),
        sector("A", "2020-02-03", "x"),
        sector("A", "2020-02-10", "x"),  # it is true still
        sector("A", "2020-03-02", "y"),
        sector("A", "2020-03-09", "x"),
        sector("B", None, "y"),
    ]
    assert turned("{sector: x}", securities=rows) == [
        ("A", "2020-02-03", "2020-03-02"),
        ("A", "2020-03-09", ""),
    ]


def test_what_is_true_from_the_first_row_on_is_so_from_the_first_session() -> None:
    rows = [sector("A", None, "x"), sector("B", None, "x"), sector("B", "2020-02-03", "y")]
    assert turned("{sector: x}", securities=rows) == [
        ("A", "2020-01-02", ""),
        ("B", "2020-01-02", "2020-02-03"),
    ]


def test_what_is_true_to_the_end_has_no_end() -> None:
    rows = [sector("A", None, "y"), sector("B", None, "y"), sector("B", "2020-02-03", "x")]
    assert turned("{sector: x}", securities=rows) == [("B", "2020-02-03", "")]


def test_a_designation_makes_it_true_too() -> None:
    spells = [{"symbol": "B", "from": "2020-02-03", "kind": "caution", "to": "2020-02-10"}]
    rows = [sector("A", None, "x"), sector("B", None, "x")]
    text = "{designation: caution, sector: x}"
    assert turned(text, securities=rows, designations=spells) == [("B", "2020-02-03", "2020-02-10")]


def test_where_nothing_changes_nothing_turns() -> None:
    assert turned("{sector: x}") == []
