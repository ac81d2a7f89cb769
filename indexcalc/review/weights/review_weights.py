"""What members weigh at a review: the scheme's weights, then the caps.

In two parts, because what is weighed is costly to gather and capping it is cheap:

- ``ReviewWeighting.of(result)`` gives the ``WeightingTerms`` of one review: all but prices and share
  counts, which come from the scan of the daily rows.  ``WeightingTerms.at(prices, shares)`` adds them:
- ``WeightedList`` holds values, groups and windows of the members, and ``WeightedList.cap`` applies
  caps, the rule's own or any others, as often as asked.

Prices are the closes of the ``pricing`` session put through the events up to the effective date;
shares and float factors are those in force on it; labels those of the cut-off.

Readings chosen where the reference leaves room:

- A line whose value cannot weigh (a measure that is not known or not above zero, no weight factor)
  is a finding and does not enter.
- Caps that cannot be met leave the review's weights uncapped: an error that names the date, and the
  run goes on, so that the rest of it can be looked at.
- The window of a measured cap takes ``inclusion`` as the weights do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.diagnostics import Findings, quantity
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.in_force import items_in_force
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.weighting import BY_MEASURE, Weighting
from indexcalc.methodology.values.dated import value_on
from indexcalc.review.conditions.judged_lines import RuleNotKnown
from indexcalc.review.result import ReviewResult
from indexcalc.review.review import Reviewer
from indexcalc.review.weights.caps_in_force import caps_something, floor_in_force, unknown_keys
from indexcalc.review.weights.given_factors import GivenFactors
from indexcalc.review.weights.groups import ReviewGroups
from indexcalc.review.weights.measured_windows import CapWindows
from indexcalc.review.weights.price_factors import PriceFactors
from indexcalc.weighting.schemes import CAP_WEIGHTED, Inputs, Weights, half_up, weights_of

if TYPE_CHECKING:
    from indexcalc.weighting.caps.caps import Capped
    from indexcalc.weighting.caps.measured import Window

_SHOWN = 5


class ReviewWeights(Struct, frozen=True):
    """Weights of one review at its pricing closes; arrays (n,) for ``codes`` ascending.

    ``uncapped``: as the scheme has them; ``weights``: after the caps; ``factors``: capping factors,
    1 for a name that nothing holds; ``capped``: lines some cap holds; ``made``: the caps' steps
    (None: the rule caps nothing, or the caps could not be met).
    """

    effective_date: dt.date
    codes: Codes
    uncapped: Floats
    weights: Floats
    factors: Floats
    capped: Bools
    made: Capped | None = None


class WeightedList(Struct, frozen=True):
    """The weighing inputs of one review, complete: cap them with any caps, as often as asked.

    Arrays (n,) for ``codes`` (ascending: the lines that can weigh).  ``values``: what the scheme
    gives each, only their ratios count; ``weights`` are in proportion and sum to one.  ``price``:
    the pricing close put through the events up to the effective date, in index currency;
    ``shares``: share counts of the effective date; ``weight_factor``: for ``scheme: given``;
    ``windows``: by path of the rule's measured caps.
    """

    weighing: WeightingTerms
    codes: Codes
    values: Floats
    weights: Floats
    price: Floats
    shares: Floats
    float_factor: Floats
    inclusion: Floats
    weight_factor: Floats | None
    windows: Mapping[str, Window]

    @property
    def effective_date(self) -> dt.date:
        """The effective date of the review."""
        return self.weighing.date

    def group(self, per: str) -> Ints | None:
        """Codes (n,) of what a cap counts as one (``issuer``, ``sector`` ...) as of the cut-off.

        -1: no label; None: there is no such column.
        """
        groups = self.weighing.group(per)
        return None if groups is None else groups[self.codes]

    def cap(self, weighting: Weighting, findings: Findings) -> Capped | None:
        """Weights and capping factors under the caps, floor and checks of ``weighting``.

        ``weighting``: the rule's own, or another (``weighting.apply_caps.read_weighting`` makes one from
        Python values).  A measured cap finds its window by its rule path.  None after a finding of
        error level (CAP001 ... CAP009), which has no place or date yet: see ``cap_weights``.
        """
        on, month = self.weighing.date, self.weighing.month
        unknown = unknown_keys(weighting, on)
        for key in unknown:
            path = f"weighting.{key}"
            message = f"`{path}` is not known on {on}"
            findings.add("CAP009", message, where=path, hint="say what holds then, or none")
        if unknown:
            return None
        caps = items_in_force(weighting.caps, on, month)
        checks = items_in_force(weighting.check, on, month)
        triggers = items_in_force(weighting.when_exceeded, on, month)
        groups: dict[str, Ints] = {}
        for per in {item.per for item in (*caps, *checks, *triggers)} - {"security"}:
            codes = self.group(per)
            if codes is not None:
                groups[per] = codes
        from indexcalc.weighting.caps.caps import cap_weights

        return cap_weights(
            self.values,
            caps,
            on,
            groups=groups,
            findings=findings,
            floor=floor_in_force(weighting, on),
            on_infeasible=weighting.on_infeasible.get(on, "error"),
            checks=checks,
            triggers=triggers,
            windows=self.windows,
        )

    def under_own_caps(self, findings: Findings) -> ReviewWeights:
        """The weights of the review under the rule's own caps; see the readings above.

        Findings: those of ``cap``, each with the date of the review and its place in the rule.
        """
        rule, on = self.weighing.rule, self.weighing.date
        ones, nobody = np.ones(self.codes.size), np.zeros(self.codes.size, dtype=np.bool_)
        capped: Capped | None = None
        if self.codes.size and caps_something(rule.weighting, on, self.weighing.month):
            own = Findings()
            capped = self.cap(rule.weighting, own)
            for item in own.items:
                findings.add(
                    item.code,
                    f"the review of {on}: {item.message}",
                    span=rule.span_of(item.where),
                    where=item.where,
                    path=rule.path,
                    on=on,
                    hint=item.hint,
                    severity=item.severity,
                )
        if capped is None:
            return ReviewWeights(on, self.codes, self.weights, self.weights, ones, nobody)
        factors, weights = capped.factors, capped.weights
        digits = value_on(rule.rounding.capping_factor, on)
        if digits is not None:
            factors = half_up(factors, digits)
            weights = self.weights * factors / ordered_sum(self.weights * factors)
        return ReviewWeights(
            effective_date=on,
            codes=self.codes,
            uncapped=self.weights,
            weights=weights,
            factors=factors,
            capped=capped.capped,
            made=capped,
        )


class WeightingTerms(Struct, frozen=True):
    """All that one review weighs by but prices and shares; arrays (n,) for ``codes`` ascending.

    ``measure``, ``weight_factor``, ``weight``: what the scheme needs, else None.
    """

    source: ReviewWeighting
    scheme: str
    date: dt.date
    month: int
    effective: int
    cutoff: int
    pricing: int
    codes: Codes
    inclusion: Floats
    float_factor: Floats
    measure: Floats | None
    weight_factor: Floats | None
    weight: Floats | None

    @property
    def rule(self) -> Methodology:
        """The rule that weighs."""
        return self.source.rule

    @property
    def acts(self) -> bool:
        """Does anything depend on it: a scheme that sets weights, or caps?"""
        weighting = self.rule.weighting
        return self.scheme not in CAP_WEIGHTED or caps_something(weighting, self.date, self.month)

    def group(self, per: str) -> Ints | None:
        """Codes (n_symbols,) of a grouping as of the cut-off; -1: no label; None: no such column."""
        return self.source.groups.of(per, self.cutoff, self.date)

    def at(
        self, price: Floats, shares: Floats, can_be_bought: Bools, findings: Findings
    ) -> WeightedList:
        """The inputs with prices and shares (n,); ``can_be_bought`` (n,): lines that can be bought.

        Finding DAT011: lines whose value cannot weigh are left out.
        """
        rows = np.flatnonzero(can_be_bought)
        inputs, weights = self._scheme_weights(rows, price, shares)
        if self.scheme in CAP_WEIGHTED:
            # A float factor of zero weighs nothing and stays a member.
            can_weigh = np.isfinite(weights.values)
        else:
            can_weigh = ~weights.bad
            self._left_out(self.codes[rows[~can_weigh]], findings)
        if not can_weigh.all():
            rows = rows[can_weigh]
            inputs, weights = self._scheme_weights(rows, price, shares)
        codes = self.codes[rows]
        return WeightedList(
            weighing=self,
            codes=codes,
            values=np.where(weights.bad, 0.0, weights.values),
            weights=weights.weights,
            price=inputs.price,
            shares=inputs.shares,
            float_factor=inputs.float_factor,
            inclusion=inputs.inclusion,
            weight_factor=inputs.weight_factor if self.scheme == "given" else None,
            windows=self.source.cap_windows.of(
                effective=self.effective,
                month=self.month,
                cutoff=self.cutoff,
                codes=codes,
                inclusion=inputs.inclusion,
                float_factor=inputs.float_factor,
            ),
        )

    def _scheme_weights(
        self, rows: npt.NDArray[np.intp], price: Floats, shares: Floats
    ) -> tuple[Inputs, Weights]:
        """What the scheme reads of the lines at ``rows``, and the weights it gives them."""
        codes = self.codes[rows]
        issuers = None
        unit: Literal["security", "issuer"] = "security"
        if self.rule.weighting.across.at(self.date) == "issuer":
            unit, issuers = "issuer", self.group("issuer")
        price_factor = self.source.price_factors.on(self.effective)
        inputs = Inputs(
            price=price[rows],
            shares=shares[rows],
            float_factor=self.float_factor[rows],
            inclusion=self.inclusion[rows],
            measure=None if self.measure is None else self.measure[rows],
            price_factor=None if price_factor is None else price_factor[codes],
            weight_factor=None if self.weight_factor is None else self.weight_factor[rows],
            weight=None if self.weight is None else self.weight[rows],
            issuers=None if issuers is None else issuers[codes],
        )
        return inputs, weights_of(self.scheme, inputs, unit)

    def _left_out(self, codes: Codes, findings: Findings) -> None:
        if not codes.size:
            return
        what = {
            "price": "price factor",
            "given": "weight factor",
            "equal": "inclusion",
        }.get(self.scheme, "")
        by = self.rule.weighting.by
        if not what and by is not None:
            what = f"measure `{by.at(self.date)}`"
        symbols = self.source.symbols
        named = ", ".join(symbols[int(code)] for code in codes[:_SHOWN])
        findings.add(
            "DAT011",
            f"the {what} of {quantity(codes.size, 'member')} is not known or not above zero on "
            f"{self.date}: without weight, and not taken in: {named}",
            span=self.rule.span_of("weighting.scheme"),
            where="weighting.scheme",
            path=self.rule.path,
            on=self.date,
            hint="require it in the rule (`{measure: {above: 0}}`), or give the data",
        )


class ReviewWeighting:
    """Makes the ``WeightingTerms`` of each review of one rule, from what its reviewer has read."""

    def __init__(self, rule: Methodology, reviewer: Reviewer) -> None:
        self.rule, self.reviewer, market = rule, reviewer, reviewer.market
        self.price_factors = PriceFactors(rule, market)
        self.given = GivenFactors(rule.index, market)
        self.groups = ReviewGroups(reviewer.fields, rule.groups)
        self.cap_windows = CapWindows(rule, market, reviewer.measures, self.groups)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The lines of the market."""
        return self.reviewer.market.symbols

    def of(self, result: ReviewResult, codes: Codes, findings: Findings) -> WeightingTerms:
        """What a review weighs by; ``codes``: the members of ``result`` that enter, ascending.

        Finding REV001: the rule does not know its terms on the date (the measure counts as unknown).
        """
        date = date_of(result.effective)
        scheme = self.rule.weighting.scheme.get(date, "float_market_cap")
        rows = np.searchsorted(result.members, codes)
        measure = None
        if scheme in BY_MEASURE:
            measure = self._measure(result, findings)[rows]
        factor = result.float_factor[rows]
        if scheme == "market_cap":
            factor = np.ones(codes.size)
        factors = weight = None
        if scheme == "given":
            factors, weight = self.given.of_members(result.effective, codes, self.rule, findings)
        return WeightingTerms(
            source=self,
            scheme=scheme,
            date=date,
            month=self._month(result),
            effective=result.effective,
            cutoff=result.cutoff,
            pricing=result.pricing,
            codes=codes,
            inclusion=result.inclusion[rows],
            float_factor=factor,
            measure=measure,
            weight_factor=factors,
            weight=weight,
        )

    def _month(self, result: ReviewResult) -> int:
        for event in self.reviewer.events:
            if event.effective == result.effective:
                return event.month[1] or date_of(result.effective).month
        return date_of(result.effective).month

    def _measure(self, result: ReviewResult, findings: Findings) -> Floats:
        """The measure weights are made by (n,); NaN where it is not known."""
        date = date_of(result.effective)
        by = None if self.rule.weighting.by is None else self.rule.weighting.by.at(date)
        name = by if isinstance(by, str) else ""
        codes = result.members
        if name and name not in self.rule.measures:
            days = np.full(codes.size, result.cutoff, dtype=np.int32)
            column = self.reviewer.fields.column(name, codes, days)
            numbers = column.values.astype(np.float64)
            return np.full(codes.size, np.nan) if column.kind == "text" else numbers
        try:
            values = self.reviewer.measures.of_weights(
                result.effective, name, self.groups.issuers(result.cutoff)
            )
        except RuleNotKnown as unknown:
            findings.add(
                "REV001",
                f"the weights of {date} cannot be set: `{unknown.path}` is not known on that date",
                span=self.rule.span_of(unknown.path),
                where=unknown.path,
                path=self.rule.path,
                on=date,
            )
            values = None
        return np.full(codes.size, np.nan) if values is None else values[codes]
