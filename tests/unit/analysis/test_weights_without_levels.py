"""Reviews weighed without levels: their factors, and only those up to a day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.analysis import weights_without_levels
from indexcalc.analysis.weights_without_levels import weigh
from indexcalc.calculation.members.scheduled import Scheduled
from indexcalc.calculation.plan import Plan, Request, make_plan
from indexcalc.methodology.load.family import load_family
from indexcalc.review.weights.review_weights import ReviewWeights
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

# Reviews effective on 8 January and 7 February, sessions 6 and 36, weighed at the closes before.
TEXT = (
    small.HEAD.replace("2024-01-02", "2024-01-10")
    + "universe: {where: {symbol: {not_in: []}}}\n"
    + "review: {months: [1, 2], effective: 6 sessions after first session of month,"
    + " cutoff: 1 session before effective}\n"
    + "selection: {steps: [{select: all}]}\n"
    + "weighting: {scheme: market_cap, caps: [{per: security, limit: 60%}]}\n"
)
PLAIN = TEXT.replace(", caps: [{per: security, limit: 60%}]", "")


def planned(text: str = TEXT) -> Plan:
    over = market(line("A", [300] * 35 + [900] * 5, 10), line("B", [100] * 40, 10))
    return make_plan(load_family([small.rule(text)]), over, Request())


def weights(plan: Plan) -> dict[int, ReviewWeights]:
    """What was weighed, by the observed session of the list."""
    membership = plan.works["test"].members.membership
    assert isinstance(membership, Scheduled)
    return membership.weights


def test_reviews_are_weighed_and_capped_by_hand() -> None:
    """75 % is 60 %: 3000 c / (3000 c + 1000) = 0.6 for c = 0.5; with 9000 in February for 1 / 6."""
    plan = planned()
    weigh(plan, plan.works["test"].members.results[-1].effective)
    found = weights(plan)
    assert list(found) == [6, 36]
    np.testing.assert_allclose(found[6].factors, [0.5, 1.0], rtol=1e-12)
    np.testing.assert_allclose(found[36].factors, [1 / 6, 1.0], rtol=1e-12)


def test_lines_in_other_currencies_are_weighed_at_their_rates() -> None:
    """10 dollars of 10 won are the 100 won of the plain case."""
    over = market(
        line("A", [300] * 40, 10),
        line("B", [10] * 40, 10),
        securities=[{"symbol": "A", "currency": "KRW"}, {"symbol": "B", "currency": "USD"}],
        fx=[
            {"date": small.day(at), "from_currency": "USD", "to_currency": "KRW", "rate": 10.0}
            for at in range(40)
        ],
    )
    plan = make_plan(load_family([small.rule(TEXT)]), over, Request())
    weigh(plan, 10**6)
    np.testing.assert_allclose(weights(plan)[6].factors, [0.5, 1.0], rtol=1e-12)


def test_a_review_after_the_day_is_not_weighed() -> None:
    plan = planned()
    assert weights(plan) == {}
    weigh(plan, plan.works["test"].members.results[-1].effective - 1)
    assert list(weights(plan)) == [6]


def test_a_rule_that_caps_nothing_reads_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> Any:
        raise AssertionError("prices are asked for")

    monkeypatch.setattr(weights_without_levels, "line_prices", refused)
    weigh(planned(PLAIN), 10**6)
    with pytest.raises(AssertionError, match="prices are asked for"):
        weigh(planned(), 10**6)
