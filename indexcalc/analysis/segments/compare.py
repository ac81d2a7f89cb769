"""Plain figures of several indices side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.analysis.flows.flows import flows_of_runs
from indexcalc.analysis.segments.together import CommonDays, Rule, computed_together
from indexcalc.arrays import Floats
from indexcalc.calculation.figures.returns_and_drawdown import annual_return, drawdown, total_return
from indexcalc.calculation.figures.turnover_and_concentration import (
    effective_number,
    turnover_a_year,
)
from indexcalc.calculation.figures.volatility_and_tracking_error import tracking_error, volatility
from indexcalc.diagnostics import Diagnostic
from indexcalc.market import arrow
from indexcalc.market.calendar.said_dates import date_said
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market


class Comparison(Struct, frozen=True):
    """``summary``: a row an index (see docs/segments.md); ``levels``: date and the level of each index,
    rebased to 100 at ``start``.  Both cover the sessions all the indices have."""

    start: dt.date
    end: dt.date
    periods: float
    summary: Any
    levels: Any
    diagnostics: tuple[Diagnostic, ...] = ()


def compare(
    rules: Sequence[Rule],
    market: Market | str | Path,
    *,
    start: dt.date | str | None = None,
    end: dt.date | str | None = None,
    assume: Mapping[str, str] | None = None,
) -> Comparison:
    """Return, risk, turnover, concentration and capacity of several indices over common sessions.

    ``tracking_error`` is against the first.  ``capacity``: the assets at which the first line of the last
    review that trades takes 10 % of its mean volume of 20 sessions; ``capacity_median``: half of the money
    is traded in lines that carry them.  What an overlay has none of is null.  UsageError (ANA005): no
    sessions in common.
    """
    market = Market.of(market)
    first, last = date_said(start, "start"), date_said(end, "end")
    both = computed_together(rules, market, start=first, end=last, returns=("tr",), assume=assume)
    names = list(both.runs)
    rows = [_row(both, index, names[0]) for index in names]
    levels = {index: both.levels(index) for index in names}
    return Comparison(
        start=date_of(both.days[0]),
        end=date_of(both.days[-1]),
        periods=both.periods,
        summary=arrow.table(
            {
                "index": arrow.from_texts(names),
                "currency": arrow.from_texts([both.rules[index].currency for index in names]),
                **{
                    name: arrow.from_floats([row[name] for row in rows], nan_is_null=True)
                    for name in rows[0]
                },
            }
        ),
        levels=arrow.table(
            {
                "date": arrow.from_days(both.days),
                **{
                    name: arrow.from_floats(100.0 * level / level[0])
                    for name, level in levels.items()
                },
            }
        ),
        diagnostics=tuple({item: None for run in both.runs.values() for item in run.diagnostics}),
    )


def _row(both: CommonDays, index: str, reference: str) -> dict[str, float]:
    run = both.runs[index]
    level = both.levels(index)
    # An overlay has one level, and no lines whose dividends or turnover it could count.
    gross = np.full(level.shape, np.nan)
    if "level_tr" in run.levels.column_names:
        gross = both.levels(index, "level_tr")
    days = arrow.days(run.reviews.column("effective_date"))
    inside = (days > both.days[0]) & (days <= both.days[-1])
    turnover = arrow.floats(run.reviews.column("one_way_turnover"))[inside]
    largest, effective, members = concentration(both, index)
    capacity = median = float("nan")
    if run.composition is not None:
        reviews = flows_of_runs({index: run}, {index: both.rules[index]}, aum={"": 1.0}).reviews
        smallest, medians = (
            arrow.floats(reviews.column(name)) for name in ("capacity", "capacity_median")
        )
        known = np.flatnonzero(~np.isnan(smallest))
        if known.size:
            capacity, median = float(smallest[known[-1]]), float(medians[known[-1]])
    error = tracking_error(level, both.levels(reference), both.periods)
    return {
        "price_return": float(total_return(level)),
        "gross_return": float(total_return(gross)),
        "annual_return": float(annual_return(level, both.periods)),
        "annual_gross_return": float(annual_return(gross, both.periods)),
        "volatility": float(volatility(level, both.periods)),
        "deepest_drawdown": float(drawdown(level).min()),
        "tracking_error": float(error),
        "turnover_a_year": float("nan")
        if run.composition is None
        else float(turnover_a_year(turnover, both.days.size, both.periods)),
        "members": members,
        "largest_weight": largest,
        "effective_number": effective,
        "capacity": capacity,
        "capacity_median": median,
    }


def concentration(both: CommonDays, index: str) -> tuple[float, float, float]:
    """Largest opening weight, effective number and members of the last session compared."""
    table = both.runs[index].composition
    if table is None:
        return float("nan"), float("nan"), float("nan")
    days = arrow.days(table.column("date"))
    rows = slice(*np.searchsorted(days, [both.days[-1], both.days[-1] + 1]).tolist())
    weight: Floats = arrow.floats(table.column("weight"))[rows]
    squares = np.array(np.sum(weight**2))
    return (
        float(weight.max(initial=0.0)),
        float(effective_number(squares)),
        float(weight.size),
    )
