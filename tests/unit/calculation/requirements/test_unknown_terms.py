"""Terms that are not known on some days of a run are told once, with those days."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.calculation.requirements.unknown_terms import report_unknown
from indexcalc.diagnostics import Findings
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

BEGIN, END = dt.date(2024, 1, 3), dt.date(2024, 1, 31)
DELETED = "{on: delisting, after: 2 sessions, replace_from: none}"


def told(text: str, end: dt.date = END) -> list[tuple[str, str, dt.date | None]]:
    """(path, days, the date of the finding) of what is told of a rule."""
    findings = Findings()
    rule = small.rule(small.CAP + text + "\n")
    report_unknown(rule, BEGIN, end, findings)
    assert {(item.code, item.severity) for item in findings.items} <= {("REV007", "warning")}
    return [
        (str(item.where), item.message.split(" from ")[1].split(",")[0], item.on)
        for item in findings.items
    ]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (f"maintenance: {{deletions: {{2024-01-10: [{DELETED}]}}}}", "deletions"),
        (
            "maintenance: {deletions: [{on: delisting, after: {2024-01-10: 2 sessions}, "
            "replace_from: none}]}",
            "deletions[0].after",
        ),
        ("maintenance: {rights: {2024-01-10: listing}}", "rights"),
        (
            "maintenance: {shares: {threshold: {2024-01-10: 5%}}}",
            "shares.threshold",
        ),
    ],
)
def test_what_begins_on_a_date_is_not_known_before(text: str, path: str) -> None:
    last = dt.date(2024, 1, 9)
    assert told(text) == [(f"maintenance.{path}", "2024-01-03 to 2024-01-09", last)]
    # Still not known when the run ends: it concerns whatever comes last.
    assert told(text, last) == [(f"maintenance.{path}", "2024-01-03 to 2024-01-09", None)]


def test_unknown_for_all_time_and_in_between() -> None:
    assert told("maintenance: {deletions: unknown}") == [
        ("maintenance.deletions", "2024-01-03 to 2024-01-31", None)
    ]
    assert told(
        "returns: {order: {1990-01-01: after, 2024-01-05: unknown, 2024-01-08: after}}"
    ) == [("returns.order", "2024-01-05 to 2024-01-07", dt.date(2024, 1, 7))]
    assert told("maintenance: {deletions: unknown}", dt.date.max)[0][1] == "2024-01-03 on"
    twice = "maintenance: {rights: {2024-01-05: listing, 2024-01-20: unknown}}"
    assert told(twice)[0][1] == "2024-01-03 to 2024-01-04 and"
    assert told(twice)[0][2] is None


def test_what_is_none_or_does_not_hold_yet_is_known() -> None:
    assert told(f"maintenance: {{deletions: {{1990-01-01: none, 2024-01-10: [{DELETED}]}}}}") == []
    later = "{from: 2024-01-10, on: delisting, after: {2024-01-10: 2 sessions}, replace_from: none}"
    assert told(f"maintenance: {{deletions: [{later}]}}") == []


def test_a_run_tells_it_once() -> None:
    over = market(line("A", [10] * 12), line("B", [10] * 5))
    made = small.run(small.CAP + "maintenance: {deletions: unknown}\n", over)
    assert small.codes(made).count("REV007") == 1
