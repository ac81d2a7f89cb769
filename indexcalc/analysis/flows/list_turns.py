"""The turn of an index from one session to the next, put together from its run and the market's actions."""

from __future__ import annotations

import numpy as np

from indexcalc.analysis.flows.baskets import Baskets
from indexcalc.analysis.flows.holdings import ActionDays, Holding, Rights, ended, put_through
from indexcalc.analysis.flows.trades import Turn
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.weighting.schemes import family_of


def rights_of(rule: Methodology, day: int) -> Rights:
    """What a tracker does with rights under the scheme in force on a day."""
    on = date_of(day)
    family = family_of(rule.weighting.scheme.at(on))
    if family == "neutral":
        return "reinvested"
    at_ex_date = rule.maintenance.rights.at(on) != "listing"
    return "subscribed" if family == "cap" and at_ex_date else "sold"


def turn_of(baskets: Baskets, actions: ActionDays, rule: Methodology, day: int) -> Turn | None:
    """The turn into the session on ``day``; None for the first of a run, or where nothing was held."""
    last = baskets.session_before(day)
    if last is None:
        return None
    old, new = baskets.at_close(last), baskets.at_start(day)
    if not old.codes.size or not new.codes.size:
        return None
    codes = np.union1d(old.codes, new.codes).astype(np.int32)
    before, close, rate_before = old.spread(codes)
    after, base, rate = new.spread(codes)
    rate = np.where(np.isnan(rate), rate_before, rate)
    # What leaves is sold at the close, before the events of the session.
    base = np.where(after != 0.0, base, close)
    held, cash = before.copy(), 0.0
    inside = {int(code) for code in codes[after != 0.0]}
    rights = rights_of(rule, day)
    for line, code in enumerate(codes.tolist()):
        line_actions = actions.on(day, code)
        if not line_actions or before[line] == 0.0:
            continue
        holding: Holding | None
        if after[line] != 0.0:
            holding = put_through(line_actions, float(close[line]), rights, inside)
        else:
            holding = ended(line_actions, float(close[line]), inside)
        if holding is None:
            continue
        held[line] += before[line] * (holding.factor - 1.0)
        cash += before[line] * holding.cash * float(rate[line])
        for other, ratio in holding.received:
            held[int(np.searchsorted(codes, other))] += before[line] * ratio
    scheme = family_of(rule.weighting.scheme.at(date_of(day)))
    return Turn(
        codes=codes,
        before=before,
        close=close,
        held=held,
        after=after,
        base=base,
        rate=rate,
        cash=cash,
        old=baskets.factors(last, codes, scheme),
        new=baskets.factors(day, codes, scheme),
        sets_weights=scheme != "cap",
    )
