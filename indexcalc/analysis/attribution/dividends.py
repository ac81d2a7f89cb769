"""What the lines of an index pay in a session, per index share, as its return series count it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from indexcalc.analysis.flows.holdings import ActionDays, put_through
from indexcalc.analysis.flows.list_turns import rights_of
from indexcalc.arrays import Codes, Floats
from indexcalc.calculation.returns.currencies import Exchange
from indexcalc.calculation.returns.dividends import OrdinaryDividends
from indexcalc.calculation.returns.returns import Payouts, ReturnTerms
from indexcalc.diagnostics import UsageError
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.weighting.schemes import family_of

Series = Literal["pr", "tr", "ntr"]


@dataclass(slots=True, eq=False)
class SessionDividends:
    """The ordinary dividends of a market by session, for one series of one rule.

    UsageError (ANA003): the net return of a rule that taxes special dividends, or of one without a tax.
    """

    rule: Methodology
    market: Market
    series: Series
    start: int
    terms: ReturnTerms = field(init=False)
    _rows: dict[int, list[tuple[int, float]]] = field(init=False, default_factory=dict)
    actions: ActionDays = field(init=False)

    def __post_init__(self) -> None:
        rule, on = self.rule, date_of(self.start)
        taxes = () if self.series != "ntr" else (rule.returns.withholding,)
        if self.series == "ntr":
            taxed = rule.maintenance.special.at(on) == "taxed"
            if taxed or rule.returns.withholding is None:
                why = "taxes special dividends" if taxed else "says no withholding"
                raise UsageError.of(
                    "ANA003",
                    f"{rule.index} {why}: its net return is not split into lines",
                    where=rule.index,
                    hint="ask for the gross return: tr",
                )
        self.terms = ReturnTerms(
            "before" if rule.returns.order.at(on) == "before" else "after",
            rule.returns.reinvest.at(on) == "paying_stock",
            tuple(tax for tax in taxes if tax is not None),
        )
        self.actions = ActionDays(self.market)
        if self.series == "pr":
            return
        dividends = OrdinaryDividends(self.market)
        payouts = Payouts(dividends, Exchange(self.market, rule.currency), self.terms)
        cash = payouts.cash if self.series == "tr" else payouts.cash * payouts.kept[0]
        days = self.market.days
        for session, code, amount in zip(
            dividends.session.tolist(), dividends.code.tolist(), cash.tolist(), strict=True
        ):
            self._rows.setdefault(int(days[session]), []).append((code, amount))

    def pays(self, day: int) -> bool:
        """Does any line of the market pay in a session?"""
        return day in self._rows

    def per_share(self, day: int, codes: Codes) -> Floats:
        """Paid (n,) per share held before the events of a session, in index currency."""
        amounts = np.zeros(codes.size)
        for code, amount in self._rows.get(day, ()):
            row = int(np.searchsorted(codes, code))
            if row < codes.size and codes[row] == code:
                amounts[row] += amount
        return amounts

    def factor(self, day: int, code: int, close: float, base: float, held: set[int]) -> float:
        """What the events of a session made of one index share of a line (e is q over it), from
        its last price and its base price."""
        family = family_of(self.rule.weighting.scheme.at(date_of(day)))
        holding = put_through(self.actions.on(day, code), close, rights_of(self.rule, day), held)
        if family != "neutral":
            return holding.factor
        ratio = close / base if base > 0 else 1.0
        drifts = self.rule.maintenance.special_weight.at(date_of(day)) == "drift"
        return ratio / holding.spun / (holding.paid if drifts else 1.0)

    def share_factor(self, day: int, code: int, close: float, held: set[int]) -> float:
        """New shares for one in a session, rights that are subscribed among them."""
        actions = self.actions.on(day, code)
        at_ex_date = self.rule.maintenance.rights.at(date_of(day)) != "listing"
        return put_through(actions, close, "subscribed" if at_ex_date else "sold", held).factor
