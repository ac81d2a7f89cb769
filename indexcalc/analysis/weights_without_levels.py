"""Weighs the reviews of a plan without computing levels: for what asks only why and how much."""

from __future__ import annotations

import numpy as np

from indexcalc.calculation.compute import line_prices
from indexcalc.calculation.members.scheduled import Scheduled
from indexcalc.calculation.plan import Plan
from indexcalc.calculation.prices.daily_rows import stretches
from indexcalc.calculation.prices.index_lines import IndexLines


def weigh(plan: Plan, last_day: int) -> None:
    """Weigh and cap every review of the plan effective up to a day, where anything depends on it.

    One scan of the daily rows; none where no rule caps or sets
    weights.  Afterwards ledgers have their ``cap`` rows.
    """
    waiting = [
        (work, work.members.membership)
        for work in plan.works.values()
        if isinstance(work.members.membership, Scheduled) and work.members.membership.acts
    ]
    if not waiting:
        return
    prices = line_prices(plan)
    stop = int(np.searchsorted(plan.market.days, last_day, side="right"))
    for rows in stretches(plan.market, stop):
        blocks = {option: lines.advance(rows) for option, lines in prices.items()}
        for work, membership in waiting:
            lines, payouts = blocks[work.treatment], work.run.given.payouts
            local = IndexLines.of(lines, membership.codes(lines, {}))
            membership.held(local if payouts is None else payouts.exchange.seen(local), {})
