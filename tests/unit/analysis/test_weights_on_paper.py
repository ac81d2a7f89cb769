"""Weights of a review on paper, and those of the list before it: by hand, capped and not."""

from __future__ import annotations

import pytest

from indexcalc.analysis.pro_forma import planned_review
from indexcalc.analysis.weights_on_paper import drifted, weighed_on_paper, weights_of_review
from indexcalc.calculation.plan import Request
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.load.family import load_family
from tests.unit.analysis.test_pro_forma import CAPPED, OVER, RULE
from tests.unit.calculation import small
from tests.unit.calculation.small import day

PRICED = day_number(day(3))
EXACT = 1e-12


@pytest.mark.parametrize(
    ("scheme", "before", "review"),
    [
        # 120 : 60 : 40 at the closes of session 3.
        ("market_cap", [120 / 220, 60 / 220, 40 / 220], [120 / 220, 60 / 220, 40 / 220]),
        # Capped at 40 % when A was half: it counts 2/3, and is 80 of 180 now.
        (CAPPED, [80 / 180, 60 / 180, 40 / 180], [0.4, 0.36, 0.24]),
        # A third each at 100 : 60 : 40; A has gained a fifth: 1.2 of 3.2.
        ("equal", [1.2 / 3.2, 1 / 3.2, 1 / 3.2], [1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_before_a_review_and_by_it(scheme: str, before: list[float], review: list[float]) -> None:
    family = load_family([small.rule(RULE.replace("SCHEME", scheme))])
    plan, place = planned_review(family, OVER, day(6), Request(keep_weights=False))
    work = plan.works["test"]
    results = work.members.results
    findings = Findings()
    made = weights_of_review(work, results[place], PRICED, 3, findings)
    assert made.tolist() == pytest.approx(review, rel=EXACT)
    old = drifted(work, results[:place], priced=PRICED, market=plan.market, findings=findings)
    assert (old / old.sum()).tolist() == pytest.approx(before, rel=EXACT)
    bare = weighed_on_paper(work, results[place], PRICED, findings, capped=False)
    assert bare is not None
    assert bare.factors.tolist() == [1.0, 1.0, 1.0]
    assert findings.items == []
