"""What reviews report: those not made or refused, short of names or of factors."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.diagnostics import Diagnostic, Findings
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.conditions.judged_lines import RuleNotKnown
from indexcalc.review.review_findings import ReviewFindings
from tests.unit.review.conditions.review_lines import mask, review_lines
from tests.unit.review.data.fields_made import on
from tests.unit.review.small_reviews import rule

FLOAT = "weighting: {scheme: {2000-01-04: float_market_cap, 2021-01-04: equal}}\n"
SELECTS = "selection: {steps: [{select: all}]}\n"
NAN = float("nan")


def made(text: str = FLOAT + SELECTS) -> ReviewFindings:
    return ReviewFindings(rule(text), tuple("ABCDEF"), Findings())


def event(day: str = "2020-06-12") -> Event:
    return Event(on(day), on(day) - 1, on(day) - 14, on(day) - 1)


def only(said: ReviewFindings) -> Diagnostic:
    (item,) = said.findings.items
    return item


def dates(*days: str) -> list[dt.date]:
    return [dt.date.fromisoformat(day) for day in days]


def test_reviews_before_the_data_are_one_finding() -> None:
    said = made()
    said.before_the_data([])
    assert said.findings.items == []
    said.before_the_data(dates("2018-03-09"))
    assert only(said).message == (
        "the review of 2018-03-09 is not made: the data begin after the cut-off"
    )
    said = made()
    said.before_the_data(dates("2018-03-09", "2018-06-08"))
    assert only(said).message.startswith("2 reviews, of 2018-03-09 to 2018-06-08, are not made")
    assert (only(said).code, str(only(said).on)) == ("REV002", "2018-06-08")


@pytest.mark.parametrize(("n", "more"), [(3, ""), (4, " and 1 more")])
def test_lists_that_are_not_taken(n: int, more: str) -> None:
    said = made()
    said.lists_not_taken(())
    assert said.findings.items == []
    days = ("2020-01-02", "2020-02-03", "2020-03-02", "2020-04-01")[:n]
    said.lists_not_taken(tuple(on(day) for day in days))
    assert f"test from 2020-01-02, 2020-02-03, 2020-03-02{more}, which" in only(said).message
    assert (only(said).code, only(said).where) == ("REV006", "selection")


def test_factors_matter_only_where_weights_need_them() -> None:
    said = made()
    said.factors_not_known_yet(event(), np.zeros(0, dtype=np.int32))
    said.factors_not_known_yet(event("2021-06-11"), np.array([1]))  # equal weights by then
    factors = np.array([NAN, 0.5, NAN, NAN, NAN, NAN])
    said.factors_missing(event("2021-06-11"), factors, np.array([0]))
    said.factors_missing(event(), factors, np.array([1]))  # of the member it is known
    assert said.findings.items == []
    said.factors_not_known_yet(event(), np.arange(6))
    assert "the float factors of 6 lines (A, B, C, D, E and 1 more) begin" in only(said).message
    assert "a `known_at`, the day they were announced" in only(said).hint
    said = made()
    said.factors_not_known_yet(event(), np.array([1]))
    assert "the float factor of 1 line (B) begins" in only(said).message
    said = made()
    said.factors_missing(event(), factors, np.array([0, 1, 2]))
    assert only(said).code == "DAT011"
    assert only(said).message == "float_factor is not known of 2 members on 2020-06-12: A, C"


def test_a_refused_review_says_from_when_the_rule_knows() -> None:
    said = made()
    day = dt.date(2020, 6, 12)
    said.refused(event(), RuleNotKnown("selection.steps", day, dt.date(2021, 1, 4)))
    said.refused(event(), RuleNotKnown("selection.steps", day, None))
    hints = [item.hint for item in said.findings.items]
    assert hints == ["begin with --from 2021-01-04", "say what held on that date"]
    assert said.findings.items[0].code == "REV001"
    assert said.findings.items[0].span is not None


@pytest.mark.parametrize(
    ("members", "count", "by_issuer", "code"),
    [
        ("", 0, False, "REV004"),
        ("", 2, False, "REV004"),
        ("AB", 2, False, ""),
        ("AB", 0, False, ""),  # no target
        ("ABC", 2, False, "REV003"),
        ("A", 2, False, "REV003"),
        ("ABC", 2, True, ""),  # A and B are one issuer's
    ],
)
def test_a_list_without_anybody_or_with_another_number(
    members: str, count: int, by_issuer: bool, code: str
) -> None:
    state = review_lines(issuers=(0, 0, 1, 2, 3, 4), count=count, by_issuer=by_issuer).review
    assert state is not None
    said = made()
    said.count(event(), state, mask(members))
    assert [item.code for item in said.findings.items] == ([code] if code else [])
    if code == "REV003":
        names = "1 name" if len(members) == 1 else f"{len(members)} names"
        assert only(said).message == (
            f"{names} after the review of 2020-06-12; the target is {count}"
        )
