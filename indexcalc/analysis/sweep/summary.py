"""The summary of a sweep: one row a point, every figure from ``figures``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from indexcalc.analysis.sweep.swept_rule import SweptRule
from indexcalc.analysis.sweep.tables import labels_of
from indexcalc.arrays import Bools, Floats
from indexcalc.calculation.figures.returns_and_drawdown import annual_return, total_return
from indexcalc.calculation.figures.turnover_and_concentration import turnover_a_year
from indexcalc.calculation.figures.volatility_and_tracking_error import (
    tracking_difference,
    tracking_error,
    volatility,
)
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.market import arrow

_AT_A_TIME = 8


def summary_table(swept: SweptRule, reference: Floats | None = None) -> Any:
    """One row a point; figures are null where there is no level or no such figure.

    ``reference`` (n_sessions,): levels to compare with, by default those of the uncapped point.
    """
    sweep, n = swept.sweep, len(swept.points)
    caps = sweep.factors.caps
    compared = swept.reference if reference is None else reference
    levels, periods = swept.levels, swept.periods
    has_level = np.array([swept.has_levels(point) for point in range(n)])

    def told(values: Floats) -> Any:
        return arrow.from_floats(np.where(has_level, values, np.nan), nan_is_null=True)

    refused = np.array([swept.reviews_refused(point) for point in range(n)], dtype=np.int64)
    findings = [caps.refused.get(point, caps.excused.get(point)) for point in range(n)]
    columns: dict[str, Any] = {
        "cap": arrow.from_codes(np.arange(n), labels_of(swept)),
        "limit": arrow.from_floats(
            np.where(np.isfinite(sweep.limits[0]), sweep.limits[0], np.nan), nan_is_null=True
        ),
        "feasible": arrow.from_bools(refused == 0),
        "reviews": arrow.from_ints(np.full(n, caps.reviews)),
        "reviews_infeasible": arrow.from_ints(refused),
        "finding": arrow.from_texts(
            None if not refused_at else refused_at[0][1].message for refused_at in findings
        ),
        "sessions": arrow.from_ints(np.full(n, swept.days.size)),
        "level_first": told(levels[:, 0]),
        "level_last": told(levels[:, -1]),
        "total_return": told(total_return(levels)),
        "annual_return": told(annual_return(levels, periods)),
        "volatility": told(_few(levels, lambda few: volatility(few, periods))),
        "tracking_error": told(
            _few(
                levels,
                lambda few: tracking_error(few, compared, periods),
            )
        ),
        "tracking_difference": told(tracking_difference(levels, compared, periods)),
    }
    if sweep.full:
        columns.update(_concentration(swept, has_level))
        columns.update(_trading(swept, has_level))
        columns.update(_largest_name(swept, has_level))
    return arrow.table(columns)


def _few(levels: Floats, measure: Callable[[Floats], Floats]) -> Floats:
    """A figure (n_points,) of each point's own levels, made of a few points at a time: what is made of
    them on the way stays small.  A point's figure has the same bits whatever stands beside it."""
    steps = range(0, levels.shape[0], _AT_A_TIME)
    return np.concatenate([measure(levels[first : first + _AT_A_TIME]) for first in steps])


def _concentration(swept: SweptRule, has_level: Bools) -> dict[str, Any]:
    sweep = swept.sweep
    largest = np.concatenate(sweep.largest, axis=1)
    effective = np.concatenate(sweep.effective, axis=1)
    peak = np.argmax(largest, axis=1)
    days = np.where(has_level, swept.days[peak], arrow.NULL_DAY)

    def told(values: Floats) -> Any:
        return arrow.from_floats(np.where(has_level, values, np.nan), nan_is_null=True)

    return {
        "largest_weight_mean": told(largest.mean(axis=1)),
        "largest_weight_most": told(largest.max(axis=1)),
        "largest_weight_most_date": arrow.from_days(days),
        "largest_weight_last": told(largest[:, -1]),
        "effective_number_mean": told(effective.mean(axis=1)),
        "effective_number_last": told(effective[:, -1]),
        "sessions_above_limit": arrow.from_ints(sweep.above, ~has_level),
    }


def _trading(swept: SweptRule, has_level: Bools) -> dict[str, Any]:
    reviews, n = swept.sweep.reviews, len(swept.points)
    turnover = (
        np.stack([item.turnover for item in reviews], axis=1) if reviews else np.zeros((n, 0))
    )
    begin = swept.sweep.begin
    lists = [item for item in reviews if item.set is not None]
    capped = np.stack([item.capped for item in lists], axis=1) if lists else np.zeros((n, 0), int)
    later = np.array(
        [item.session != begin and item.set is not None for item in reviews], dtype=bool
    )
    whole = turnover_a_year(turnover, swept.days.size, swept.periods)
    per_list = turnover[:, later].mean(axis=1) if later.any() else np.full(n, np.nan)

    def told(values: Floats) -> Any:
        return arrow.from_floats(np.where(has_level, values, np.nan), nan_is_null=True)

    return {
        "reviews_capped": arrow.from_ints(np.count_nonzero(capped, axis=1), ~has_level),
        "capped_most": arrow.from_ints(capped.max(axis=1, initial=0), ~has_level),
        "turnover_a_review": told(per_list),
        "turnover_a_year": told(whole),
    }


def _largest_name(swept: SweptRule, has_level: Bools) -> dict[str, Any]:
    """The line that weighs most uncapped over all sessions, and its part of every point's return."""
    sweep, market = swept.sweep, swept.plan.market
    line = int(np.argmax(sweep.mean_weight))
    n = has_level.size
    name = NamesOfDay(market).texts(np.array([line]), int(swept.days[-1]))[0]
    part = np.where(has_level, sweep.contributions[line], np.nan)
    return {
        "largest_symbol": arrow.from_codes(np.full(n, line), market.symbols),
        "largest_name": arrow.from_texts([name] * n),
        "largest_contribution": arrow.from_floats(part, nan_is_null=True),
    }
