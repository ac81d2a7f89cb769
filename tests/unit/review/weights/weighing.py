"""Reviews of small markets, and what their members weigh by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.diagnostics import Findings
from indexcalc.review.weights.review_weights import ReviewWeighting, WeightedList, WeightingTerms
from tests.unit.review.small_reviews import Ran, market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")
CAPS = {"A": 600.0, "B": 300.0, "C": 100.0}
ALL = "measures: {size: {last: market_cap}}\nselection: {steps: [{select: all}]}\n"


class Weighed:
    """The review of 2020-03-13 (cut-off 2020-02-28) of a rule, ready to be weighed."""

    def __init__(
        self, text: str, caps: Mapping[str, float] = CAPS, select: str = ALL, **tables: Any
    ) -> None:
        made = market(SESSIONS, caps, **tables)
        self.rule = rule(select + text)
        self.ran = Ran(made, SESSIONS, self.rule)
        self.weighting = ReviewWeighting(self.rule, self.ran.reviewer)
        self.findings = Findings()
        self.result = self.ran.results[-1]

    @property
    def terms(self) -> WeightingTerms:
        """What the review weighs by."""
        return self.weighting.of(self.result, self.result.members, self.findings)

    def listed(self, bought: str | None = None, price: Sequence[float] = ()) -> WeightedList:
        """Its members at a price of one hundredth of their market caps and 100 shares each."""
        terms = self.terms
        symbols = self.ran.market.symbols
        names = [symbols[int(code)] for code in terms.codes]
        prices = list(price) or [float(CAPS.get(name, 100.0)) / 100.0 for name in names]
        can = np.array([bought is None or name in bought for name in names], dtype=np.bool_)
        return terms.at(np.array(prices), np.full(len(names), 100.0), can, self.findings)

    def of_names(self, made: WeightedList, values: Floats) -> dict[str, float]:
        """Values by symbol."""
        symbols = self.ran.market.symbols
        return {symbols[int(code)]: float(v) for code, v in zip(made.codes, values, strict=True)}

    @property
    def codes(self) -> list[str]:
        """The codes of what was found while weighing."""
        return [item.code for item in self.findings.items]
