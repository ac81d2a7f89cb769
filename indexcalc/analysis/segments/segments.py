"""Segments of a market against each other: large, mid and small, each an index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.analysis.flows.baskets import Baskets
from indexcalc.analysis.flows.holdings import ActionDays
from indexcalc.analysis.flows.volumes import Traded
from indexcalc.analysis.segments.calendar_effects import (
    MonthEffect,
    month_effect,
    month_returns,
    sentence,
    turn_of_year,
)
from indexcalc.analysis.segments.compare import concentration
from indexcalc.analysis.segments.together import CommonDays, Rule, computed_together
from indexcalc.arrays import Floats
from indexcalc.calculation.figures.returns_and_drawdown import (
    annual_return,
    daily_returns,
    drawdown,
    total_return,
)
from indexcalc.calculation.figures.turnover_and_concentration import effective_number
from indexcalc.calculation.figures.volatility_and_tracking_error import volatility
from indexcalc.diagnostics import Diagnostic, UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.said_dates import date_said
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market

YEAR = 252


class Segments(Struct, frozen=True):
    """Tables over the sessions all segments have.

    ``series``: date, index, level (100 at the start), relative (to the first segment, 1 at the start),
    drawdown, rolling_return and rolling_relative over ``window`` sessions (null before), largest_weight,
    effective_number.  ``summary``: a row a segment, with breadth on the last session.  ``months``: a row
    a calendar month: the last segment less the first.  ``words``: what January and the turn of the year
    say.
    """

    start: dt.date
    end: dt.date
    window: int
    series: Any
    summary: Any
    months: Any
    words: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def segments(
    rules: Sequence[Rule],
    market: Market | str | Path,
    *,
    start: dt.date | str | None = None,
    end: dt.date | str | None = None,
    window: int = YEAR,
    assume: Mapping[str, str] | None = None,
) -> Segments:
    """Segments, largest companies first, against each other, and calendar effects of the last less the
    first.  UsageError (ANA001): fewer than two rules; (ANA005): no sessions in common."""
    if len(rules) < 2 or window < 1:
        raise _too_few()
    market = Market.of(market)
    first, last = date_said(start, "start"), date_said(end, "end")
    both = computed_together(rules, market, start=first, end=last, assume=assume)
    names = list(both.runs)
    if len(names) < 2:
        raise _too_few()
    large, small = names[0], names[-1]
    effects, words = _calendar(both, large, small)
    return Segments(
        start=date_of(both.days[0]),
        end=date_of(both.days[-1]),
        window=window,
        series=_series(both, window),
        summary=_summary(both, large),
        months=_months_table(effects),
        words=words,
        diagnostics=tuple({item: None for run in both.runs.values() for item in run.diagnostics}),
    )


def _too_few() -> UsageError:
    text = "segments are at least two indices, largest companies first"
    return UsageError.of("ANA001", text, where="RULE")


def _series(both: CommonDays, window: int) -> Any:
    names = list(both.runs)
    base = both.levels(names[0])
    columns: dict[str, list[Floats]] = {
        name: []
        for name in (
            "level",
            "relative",
            "drawdown",
            "rolling_return",
            "rolling_relative",
            "largest_weight",
            "effective_number",
        )
    }
    for index in names:
        level = both.levels(index)
        relative = (level / level[0]) / (base / base[0])
        rolling = np.full(level.size, np.nan)
        rolling_base = rolling.copy()
        if level.size > window:
            rolling[window:] = level[window:] / level[:-window] - 1.0
            rolling_base[window:] = relative[window:] / relative[:-window] - 1.0
        largest, effective = _daily_concentration(both, index)
        for name, values in zip(
            columns,
            (
                100.0 * level / level[0],
                relative,
                drawdown(level),
                rolling,
                rolling_base,
                largest,
                effective,
            ),
            strict=True,
        ):
            columns[name].append(values)
    n = both.days.size
    return arrow.table(
        {
            "date": arrow.from_days(np.tile(both.days, len(names))),
            "index": arrow.from_codes(np.repeat(np.arange(len(names)), n).astype(np.int32), names),
            **{
                name: arrow.from_floats(np.concatenate(parts), nan_is_null=True)
                for name, parts in columns.items()
            },
        }
    )


def _daily_concentration(both: CommonDays, index: str) -> tuple[Floats, Floats]:
    table = both.runs[index].composition
    if table is None:
        nothing = np.full(both.days.size, np.nan)
        return nothing, nothing
    days, weight = arrow.days(table.column("date")), arrow.floats(table.column("weight"))
    rows = np.searchsorted(both.days, days)
    inside = both.days[np.minimum(rows, both.days.size - 1)] == days
    largest = np.zeros(both.days.size)
    np.maximum.at(largest, rows[inside], weight[inside])
    squares: Floats = np.zeros(both.days.size)
    np.add.at(squares, rows[inside], weight[inside] ** 2)
    return largest, effective_number(squares)


def _summary(both: CommonDays, large: str) -> Any:
    rows: list[dict[str, float]] = []
    for index in both.runs:
        level = both.levels(index)
        largest, effective, members = concentration(both, index)
        above, beating = _breadth(both, index)
        rows.append(
            {
                "total_return": float(total_return(level)),
                "annual_return": float(annual_return(level, both.periods)),
                "volatility": float(volatility(level, both.periods)),
                "relative": float(
                    level[-1] / level[0] / (both.levels(large)[-1] / both.levels(large)[0])
                ),
                "deepest_drawdown": float(drawdown(level).min()),
                "members": members,
                "largest_weight": largest,
                "effective_number": effective,
                "above_a_year_ago": above,
                "beating_the_index": beating,
            }
        )
    return arrow.table(
        {
            "index": arrow.from_texts(list(both.runs)),
            "currency": arrow.from_texts([both.rules[index].currency for index in both.runs]),
            **{
                name: arrow.from_floats([row[name] for row in rows], nan_is_null=True)
                for name in rows[0]
            },
        }
    )


def _breadth(both: CommonDays, index: str) -> tuple[float, float]:
    """Shares of the members of the last session above their price a year (252 sessions) ago, and with a
    price return above the index's since; of those that had a price then."""
    run = both.runs[index]
    if run.composition is None or both.days.size <= YEAR:
        return float("nan"), float("nan")
    then, now = int(both.days[-1 - YEAR]), int(both.days[-1])
    codes = Baskets(run).at_close(now).codes
    traded = Traded(run.market, codes, ActionDays(run.market))
    first, last = np.searchsorted(traded.days, [then, now]).tolist()
    panel = run.market.panel
    before = panel.carried(first, first + 1)[0][codes]
    after = panel.carried(last, last + 1)[0][codes]
    factor = np.array(
        [
            np.prod([m for session, m in steps if first < session <= last] or [1.0])
            for steps in traded.steps
        ]
    )
    gain = after * factor / before - 1.0
    known = np.isfinite(gain)
    if not known.any():
        return float("nan"), float("nan")
    level = both.levels(index)
    whole = float(level[-1] / level[-1 - YEAR] - 1.0)
    return float(np.mean(gain[known] > 0)), float(np.mean(gain[known] > whole))


def _calendar(
    both: CommonDays, large: str, small: str
) -> tuple[list[MonthEffect], tuple[str, ...]]:
    years, months, of_small = month_returns(both.days, both.levels(small), both.calendar)
    _, _, of_large = month_returns(both.days, both.levels(large), both.calendar)
    effects = [month_effect(years, months, of_small - of_large, month) for month in range(1, 13)]
    daily = daily_returns(both.levels(small)) - daily_returns(both.levels(large))
    n, mean, above = turn_of_year(both.days, daily)
    words = [sentence(effects[0], small, large)]
    if n:
        words.append(
            f"Turn of the year (last session and the first four): {small} less {large} {mean:+.2%} on "
            f"average of {n}, above zero in {above:.0%}."
        )
    return [item for item in effects if item is not None], tuple(words)


def _months_table(effects: Sequence[MonthEffect]) -> Any:
    names = ("mean", "others", "effect", "error", "low", "high", "same_sign")
    return arrow.table(
        {
            "month": arrow.from_ints([item.month for item in effects]),
            "years": arrow.from_ints([item.n for item in effects]),
            **{
                name: arrow.from_floats([getattr(item, name) for item in effects], nan_is_null=True)
                for name in names
            },
        }
    )
