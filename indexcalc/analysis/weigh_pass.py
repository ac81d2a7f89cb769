"""Weighs the reviews of a plan without computing levels: for what asks only why and how much."""

from __future__ import annotations

from indexcalc.calculation.members.scheduled import Scheduled
from indexcalc.calculation.plan import Plan, options_of
from indexcalc.calculation.prices.line_prices import LinePrices
from indexcalc.market.calendar.sessions import date_of


def weigh(plan: Plan, last_day: int) -> None:
    """Weigh and cap every review of the plan effective up to a day, where anything depends on it.

    One scan of the daily rows for each set of rules that treat lines alike; none where no rule caps
    or sets weights.  Afterwards ledgers have their ``cap`` rows.
    """
    waiting = [
        (work, work.members.membership)
        for work in plan.works.values()
        if isinstance(work.members.membership, Scheduled) and work.members.membership.acts
    ]
    begin = {
        work.rule.index: options_of(
            work.rule, date_of(plan.market.days[work.start.session]), plan.request
        )
        for work, _ in waiting
    }
    for option in sorted(set(begin.values()), key=repr):
        lines = LinePrices(plan.market, plan.sessions, option)
        for block in lines.stream(None, last_day, plan.request.threads):
            for work, membership in waiting:
                if begin[work.rule.index] == option:
                    payouts = work.run.payouts
                    seen = block if payouts is None else payouts.exchange.seen(block)
                    membership.dense(seen, {})
