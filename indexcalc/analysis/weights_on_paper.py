"""Weights of a review on paper: as it sets them, and as those of the list before have drifted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexcalc.arrays import Codes, Floats
from indexcalc.calculation.plan import IndexJob
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.review.measures.adjusted_closes import adjustments
from indexcalc.review.review import ReviewResult
from indexcalc.review.weights.review_weights import ReviewWeights
from indexcalc.weighting.schemes import family_of


def weights_of_review(
    work: IndexJob, result: ReviewResult, priced: int, n: int, findings: Findings
) -> Floats:
    """Weights (n_symbols,) of a review under its scheme and caps, at the closes of day ``priced``.

    Listed shares as of that day; splits between it and the effective date are not known yet.
    """
    weights = np.zeros(n)
    done = weighed_on_paper(work, result, priced, findings)
    if done is not None:
        weights[done.codes] = done.weights
    return weights


def drifted(
    work: IndexJob,
    results: Sequence[ReviewResult],
    *,
    priced: int,
    market: Market,
    findings: Findings,
) -> Floats:
    """Weights (n_symbols,) at the closes of ``priced`` of the list in force before a review.

    ``results``: the index's history up to that list.  Weights were set, or capped, by the last of
    them that sets weights, and moved since: with prices put through splits and rights where a scheme
    sets weights, else with market capitalisation; what came later has its own.
    """
    weights = np.zeros(len(market.symbols))
    last = results[-1]
    setting = next((item for item in reversed(results) if item.sets_weights), results[0])
    then = weighed_on_paper(work, setting, setting.pricing, findings)
    if then is None:
        return weights
    family = family_of(work.rule.weighting.scheme.at(date_of(last.effective)))
    if family == "neutral":
        moved = _price_move(work, market, then.codes, (setting.pricing, priced))
        weights[then.codes] = np.nan_to_num(then.weights * moved)
        return weights
    factor = np.ones(weights.size)
    factor[then.codes] = then.factors
    now = weighed_on_paper(work, last, priced, findings, capped=False)
    if now is not None:
        weights[now.codes] = now.uncapped * factor[now.codes]
    return weights


def weighed_on_paper(
    work: IndexJob, result: ReviewResult, day: int, findings: Findings, capped: bool = True
) -> ReviewWeights | None:
    """The weights of a review at the closes of a day, under its caps or (not ``capped``) without them;
    None: the index sets none."""
    weighings, fields = work.members.weighings, work.members.fields
    if weighings is None or fields is None:
        return None
    codes = result.members
    days = np.full(codes.size, day, dtype=np.int32)
    price = fields.column("close", codes, days).values * _rates(work, codes, day)
    shares = fields.column("shares_outstanding", codes, days).values
    weighed = weighings.of(result, codes, findings).at(price, shares, ~np.isnan(price), findings)
    if capped:
        return weighed.under_own_caps(findings)
    ones, nobody = np.ones(weighed.codes.size), np.zeros(weighed.codes.size, dtype=np.bool_)
    on = weighed.effective_date
    return ReviewWeights(on, weighed.codes, weighed.weights, weighed.weights, ones, nobody)


def _price_move(work: IndexJob, market: Market, codes: Codes, days: tuple[int, int]) -> Floats:
    """How many times its price of the first day a line is worth on the last (n,), in index currency.

    Closes are put through the splits, bonus and rights issues in between.
    """
    first, stop = np.searchsorted(market.days, days, side="right")
    first = max(int(first) - 1, 0)
    closes = market.panel.carried(first, int(stop))
    adjusted = adjustments(market)(closes, market.days[first:stop])[:, codes]
    move: Floats = adjusted[-1] / adjusted[0]
    return move * (_rates(work, codes, days[1]) / _rates(work, codes, days[0]))


def _rates(work: IndexJob, codes: Codes, day: int) -> Floats:
    """Index currency per line currency (n,) on a day."""
    payouts = work.run.given.payouts
    if payouts is None or not payouts.exchange.foreign:
        return np.ones(codes.size)
    exchange = payouts.exchange
    session = max(int(np.searchsorted(exchange.days, day, side="right")) - 1, 0)
    rates: Floats = exchange.now(session, session + 1, codes)[:, 0]
    return rates
