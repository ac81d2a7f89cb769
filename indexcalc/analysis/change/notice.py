"""What a change of methodology changes: each clause, and its effect on the last reviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Floats
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.figures.returns_and_drawdown import periods_a_year
from indexcalc.calculation.figures.volatility_and_tracking_error import tracking_error
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.differences import RunDifference, WrittenLists, compare_runs
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.diagnostics import Diagnostic
from indexcalc.market import arrow
from indexcalc.market.market import Market
from indexcalc.methodology.describe.differences import Difference, differences
from indexcalc.methodology.load.family import Family
from indexcalc.review.data.assumptions import assumed_said


class Notice(Struct, frozen=True):
    """``clauses`` that differ; ``effects`` by review, old list against new; ``reasons``: sources only the
    new rule gives; ``effective``: the first day a clause holds (None: not dated); ``names`` of the lines
    that leave or join at the last, by language; ``diagnostics`` of the two runs."""

    old: Family
    new: Family
    clauses: tuple[Difference, ...]
    effective: dt.date | None
    reasons: tuple[str, ...]
    effects: tuple[RunDifference, ...] = ()
    tracking_error: float | None = None
    assets: float = 0.0
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def notice(
    old: Family,
    new: Family,
    market: Market | None = None,
    *,
    reviews: int = 4,
    assets: float = 1e12,
    assume: Mapping[str, str] | None = None,
) -> Notice:
    """The notice of the change from the rule asked for in ``old`` to that in ``new``.

    ``market``: where the effect is measured, on the last ``reviews`` days on which both set a list; None:
    the clauses alone.  ``assets``: what the money traded is said for.
    Raises what ``compute`` does.
    """
    first, second = old[old.asked[0]], new[new.asked[0]]
    clauses = differences(first, second)
    dates = [clause.from_ for clause in clauses if clause.from_ is not None]
    before = {(source.what, source.ref) for source in first.sources}
    reasons = tuple(
        f"{source.what} ({source.ref})"
        for source in second.sources
        if (source.what, source.ref) not in before
    )
    effects: tuple[RunDifference, ...] = ()
    names: dict[str, dict[str, str]] = {}
    found: tuple[Diagnostic, ...] = ()
    error = None
    if market is not None:
        request = Request(assume=assumed_said(assume), keep_weights=False)
        runs = [compute_family(family, market, request)[family.asked[0]] for family in (old, new)]
        lists = [WrittenLists.of(run.index, run.constituents) for run in runs]
        effects = compare_runs(lists[0], lists[1])[-reviews:]
        error = run_tracking_error(runs[0].levels, runs[1].levels)
        for language in ("en", "ko"):
            called = NamesOfDay(market, language)
            names[language] = {
                symbol: called.of(symbol, item.date)
                for item in effects[-1:]
                for symbol in (*item.only_first, *item.only_second)
            }
        found = tuple(dict.fromkeys(item for run in runs for item in run.diagnostics))
    return Notice(
        old=old,
        new=new,
        clauses=clauses,
        effective=min(dates, default=None),
        reasons=reasons,
        effects=effects,
        tracking_error=error,
        assets=assets,
        names=names,
        diagnostics=found,
    )


def run_tracking_error(first: Any, second: Any) -> float | None:
    """The tracking error a year of two ``levels`` tables on the sessions both have; None: under three.

    Returns a year are those of the common sessions (``periods_a_year``).
    """
    days = [arrow.days(table.column("date")) for table in (first, second)]
    common = np.intersect1d(days[0], days[1])
    if common.size < 3:
        return None
    levels: list[Floats] = [
        arrow.floats(table.column("level"))[np.searchsorted(own, common)]
        for table, own in zip((first, second), days, strict=True)
    ]
    return float(tracking_error(levels[0], levels[1], periods_a_year(common)))
