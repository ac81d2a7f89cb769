"""What of a rule the level pass needs on the day a series begins: scheme, divisor, payouts, prices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from indexcalc.calculation.base_date_and_level import Start
from indexcalc.calculation.levels.index_terms import IndexTerms, Scheme
from indexcalc.calculation.prices.lines import Options
from indexcalc.calculation.returns.currencies import Exchange
from indexcalc.calculation.returns.dividends import OrdinaryDividends
from indexcalc.calculation.returns.returns import Payouts, ReturnTerms
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.returns import Withholding
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.weighting.schemes import family_of


def index_terms(
    rule: Methodology,
    family: Family,
    begins: Start,
    begins_on: dt.date,
    last: int,
    payouts: Payouts | None,
) -> IndexTerms:
    """What an index is given that begins as ``begins`` says and goes on to session ``last``."""
    divisor, decimals = _base_divisor(rule, begins_on)
    return IndexTerms(
        index=rule.index,
        scheme=_scheme(rule, begins_on, family),
        base_level=begins.level,
        begin=begins.begin,
        start=begins.session,
        last_session=last,
        base_divisor=divisor,
        divisor_decimals=decimals,
        payouts=payouts,
    )


def _scheme(rule: Methodology, start: dt.date, family: Family) -> Scheme:
    updates = rule.maintenance.shares.get(start)
    kind = family_of(rule.weighting.scheme.at(start))
    digits = value_on(rule.rounding.index_shares, start)
    neutral, price_weighted = kind == "neutral", kind == "price"
    if updates is None:
        return Scheme(neutral, price_weighted=price_weighted, share_digits=digits)
    threshold = float(value_on(updates.threshold, start, 0.0))
    joins = value_on(rule.maintenance.joins_at, start)
    teller = who_says("maintenance.merger_shares", rule, family)
    return Scheme(
        value_neutral=neutral,
        shares=updates.mode,
        threshold=threshold,
        joins_at="average_weight" if joins == "average_weight" else "leaver_weight",
        price_weighted=price_weighted,
        share_digits=digits,
        special_drifts=rule.maintenance.special_weight.at(start) == "drift",
        any_takeover=teller.maintenance.merger_shares.at(start) == "of_any",
        fixed_amount=rule.weighting.amount is not None,
    )


def _base_divisor(rule: Methodology, start: dt.date) -> tuple[float | None, int | None]:
    """The divisor given for the base date, where the series starts there, and its decimals."""
    assert rule.base is not None
    divisor = rule.base.divisor if start == rule.base.date else None
    return None if divisor is None else float(divisor), value_on(rule.rounding.divisor, start)


def payouts_of(
    rule: Methodology,
    start: dt.date,
    taxes: tuple[Dated[Withholding], ...],
    dividends: OrdinaryDividends,
) -> Payouts:
    """What the index makes of dividends and currencies; net at each of ``taxes``."""
    order = rule.returns.order.at(start)
    terms = ReturnTerms(
        "before" if order == "before" else "after",
        rule.returns.reinvest.at(start) == "paying_stock",
        taxes,
        rule.maintenance.special.at(start) == "taxed",
    )
    return Payouts(dividends, Exchange(dividends.market, rule.currency), terms)


def options_of(
    rule: Methodology, start: dt.date, assume: Mapping[str, str], family: Family
) -> Options:
    """How a rule treats the prices of lines: in its own words, else in those of a parent."""

    def word(key: str) -> str:
        return str(getattr(who_says(f"maintenance.{key}", rule, family).maintenance, key).at(start))

    return Options(
        word("base_price") != "terms",
        word("rights"),
        assume.get("missing_row", ""),
        word("spin_off") == "valued",
        word("resumption") == "frozen",
        rule.returns.withholding if rule.maintenance.special.at(start) == "net" else None,
    )


def who_says(path: str, rule: Methodology, family: Family) -> Methodology:
    """The rule, or the nearest it rests on, that says a key; the rule itself where none does."""
    waiting, seen = [rule], {rule.index}
    while waiting:
        here = waiting.pop(0)
        if path in here.uses:
            return here
        for name in here.parents:
            if name in family.rules and name not in seen:
                seen.add(name)
                waiting.append(family[name])
    return rule
