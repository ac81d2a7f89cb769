"""What the reviews of an index read of the market, and when."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from indexcalc.diagnostics import Findings
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.review import Reviewer
from tests.unit.review.small_reviews import Ran, market, rule, weekdays

SELECTION = (
    "measures: {size: {last: market_cap}}\nweighting: {scheme: market_cap}\n"
    "selection: {count: 1, steps: [{fill: {to: 1, by: size}}]}\n"
)


def test_making_a_reviewer_reads_nothing() -> None:
    """The market of this test has symbols and nothing to read; asking for the events reads."""
    sessions = weekdays("2020-01-02", "2020-06-30")
    empty = SimpleNamespace(symbols=("A",), order={"A": 0})
    reviewer = Reviewer(
        rule=rule(SELECTION),
        market=empty,  # type: ignore[arg-type]
        sessions=sessions,
        parents={},
        start=sessions.date(0),
        end=sessions.date(len(sessions) - 1),
        assumptions=Assumptions(("A",)),
        findings=Findings(),
    )
    with pytest.raises(AttributeError):
        reviewer.run()


def test_reviews_before_the_data_are_one_finding() -> None:
    """Sessions from 2018, rows from June 2020: ten reviews have their cut-off before the first row."""
    sessions = weekdays("2018-01-02", "2020-12-31")
    rows = weekdays("2020-06-01", "2020-12-31")
    ran = Ran(market(rows, {"A": 2.0, "B": 1.0}), sessions, rule(SELECTION))
    (found,) = [item for item in ran.findings.items if item.code == "REV002"]
    assert "10 reviews, of 2018-03-09 to 2020-06-12, are not made" in found.message
    assert str(found.on) == "2020-06-12"
    assert len(ran.reviewer.prepared.before_the_data) == 10
