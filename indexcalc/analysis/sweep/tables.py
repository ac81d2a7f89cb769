"""The tables of a sweep: levels, reviews, factors and weights, each row keyed by its ``cap`` as typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.analysis.sweep.swept_rule import SweptRule
from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.calculation.levels.published_levels import published_column
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.market import arrow
from indexcalc.market.market import Market


def labels_of(swept: SweptRule) -> list[str]:
    """The points as tables call them."""
    return [point.label for point in swept.points]


def levels_table(swept: SweptRule) -> Any:
    """One row a point and session: level, and the largest weight and effective number at its start."""
    points = _with_levels(swept)
    shape = (points.size, swept.days.size)
    level = _rows(swept.levels, points)
    columns: dict[str, Any] = {
        "cap": _keys(swept, np.broadcast_to(points.astype(np.int32)[:, None], shape).reshape(-1)),
        "date": arrow.from_days(np.broadcast_to(swept.days, shape).reshape(-1)),
        "level": arrow.from_floats(level.reshape(-1)),
        "level_published": published_column(swept.rule.published, swept.days, level),
    }
    if swept.sweep.full:
        for name, parts in (
            ("largest_weight", swept.sweep.largest),
            ("effective_number", swept.sweep.effective),
        ):
            made = _rows(np.concatenate(parts, axis=1), points)
            columns[name] = arrow.from_floats(made.reshape(-1))
    return arrow.table(columns)


def reviews_table(swept: SweptRule) -> Any:
    """One row a point and session at which members or weights change."""
    reviews, points = swept.sweep.reviews, _with_levels(swept)
    n = len(reviews)
    kinds = sorted({item.kind for item in reviews})
    kind = np.array([kinds.index(item.kind) for item in reviews], dtype=np.int32)
    days = np.array([swept.plan.market.days[item.session] for item in reviews], dtype=np.int32)
    constituents = np.array([item.constituents for item in reviews], dtype=np.int64)

    def stacked(name: str) -> npt.NDArray[Any]:
        rows = [getattr(item, name)[points] for item in reviews]
        return np.stack(rows, axis=1).reshape(-1) if rows else np.zeros(0)

    symbols = swept.plan.market.symbols
    return arrow.table(
        {
            "cap": _keys(swept, np.repeat(points, n)),
            "effective_date": arrow.from_days(np.tile(days, points.size)),
            "kind": arrow.from_codes(np.tile(kind, points.size), kinds),
            "constituents": arrow.from_ints(np.tile(constituents, points.size)),
            "capped": arrow.from_ints(stacked("capped")),
            "one_way_turnover": arrow.from_floats(stacked("turnover")),
            "largest_weight": arrow.from_floats(stacked("largest")),
            "largest_symbol": arrow.from_codes(stacked("largest_code"), symbols),
            "effective_number": arrow.from_floats(stacked("effective_number")),
        }
    )


def weights_table(swept: SweptRule) -> Any:
    """One row a point, list that sets weights, and member: opening weight and capping factor."""
    columns = _members(swept, capped_only=False)
    return arrow.table({name: columns[name] for name in columns if name != "weight_uncapped"})


def in_force_table(swept: SweptRule) -> Any:
    """One row a point and member of the last list: its effective date and opening weight."""
    market, found = swept.plan.market, swept.sweep.in_force
    points = _with_levels(swept)
    codes = np.zeros(0, dtype=np.int32) if found is None else found.codes
    weight = np.zeros((0, 0)) if found is None else found.weight[:, points].T
    day = 0 if found is None else market.days[found.session]
    return arrow.table(
        {
            "cap": _keys(swept, np.repeat(points, codes.size)),
            **_called(market, np.tile(codes, points.size), np.full(weight.size, day)),
            "weight": arrow.from_floats(weight.ravel()),
        }
    )


def factors_table(swept: SweptRule) -> Any:
    """One row a point, list that sets weights, and capped member, with its weight uncapped."""
    return arrow.table(_members(swept, capped_only=True))


def _members(swept: SweptRule, capped_only: bool) -> Mapping[str, Any]:
    market, points = swept.plan.market, _with_levels(swept)
    codes: list[Codes] = [np.zeros(0, dtype=np.int32)]
    days: list[Ints] = [np.zeros(0, dtype=np.int64)]
    weights_uncapped: list[Floats] = [np.zeros(0)]
    # A column for each member of each list, a row for each point.
    factors: list[Floats] = [np.zeros((points.size, 0))]
    weights: list[Floats] = [np.zeros((points.size, 0))]
    capped: list[Bools] = [np.zeros((points.size, 0), dtype=np.bool_)]
    for item in swept.sweep.reviews:
        if item.set is None or item.weight is None:
            continue
        at = np.searchsorted(item.set.codes, item.codes)
        at = np.minimum(at, max(item.set.codes.size - 1, 0))
        known = item.set.codes[at] == item.codes
        factor = np.where(known, item.set.factors[at][:, points].T, 1.0)
        codes.append(item.codes)
        days.append(np.full(item.codes.size, market.days[item.session]))
        weights_uncapped.append(item.weight[:, swept.sweep.reference])
        factors.append(factor)
        weights.append(item.weight[:, points].T)
        capped.append(known & (item.set.capped[at][:, points].T | (factor != 1.0)))
    held = np.concatenate(capped, axis=1)
    cells = np.flatnonzero(held) if capped_only else np.arange(held.size)
    point, member = np.divmod(cells, max(held.shape[1], 1))
    return {
        "cap": _keys(swept, points[point]),
        **_called(market, np.concatenate(codes)[member], np.concatenate(days)[member]),
        "capping_factor": arrow.from_floats(np.concatenate(factors, axis=1).take(cells)),
        "weight": arrow.from_floats(np.concatenate(weights, axis=1).take(cells)),
        "weight_uncapped": arrow.from_floats(np.concatenate(weights_uncapped)[member]),
    }


def _called(market: Market, codes: Codes, days: npt.NDArray[Any]) -> dict[str, Any]:
    """The columns ``effective_date``, ``symbol`` and ``name`` of lines (n,) on days (n,)."""
    return {
        "effective_date": arrow.from_days(days),
        "symbol": arrow.from_codes(codes, market.symbols),
        "name": arrow.from_codes(*NamesOfDay(market).on(codes, days.astype(np.int32))),
    }


def _rows(values: Floats, points: Ints) -> Floats:
    """Values (n_points, n_sessions) of some points; all of them are not copied."""
    return values if points.size == values.shape[0] else values[points]


def _with_levels(swept: SweptRule) -> Ints:
    points = [point for point in range(len(swept.points)) if swept.has_levels(point)]
    return np.array(points, dtype=np.int64)


def _keys(swept: SweptRule, points: Sequence[int] | npt.NDArray[Any]) -> Any:
    return arrow.from_codes(points, labels_of(swept))
