"""Several indices computed over one market, on the sessions they all have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import NoReturn

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Days, Floats
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.figures.returns_and_drawdown import periods_a_year
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import UsageError, quantity
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import assumed_said

Rule = str | Path | Methodology


class CommonDays(Struct, frozen=True):
    """``runs`` and ``rules`` by index; ``days`` (n,) they all have; ``periods`` returns a year."""

    runs: Mapping[str, Run]
    rules: Mapping[str, Methodology]
    days: Days
    periods: float

    def levels(self, index: str, column: str = "level") -> Floats:
        """A level column (n,) of an index on ``days``."""
        table = self.runs[index].levels
        own = arrow.days(table.column("date"))
        values: Floats = arrow.floats(table.column(column))[np.searchsorted(own, self.days)]
        return values

    @property
    def calendar(self) -> str:
        """The name of the sessions of the first run."""
        return str(next(iter(self.runs.values())).manifest["calendar"]["name"])


def computed_together(
    rules: Sequence[Rule],
    market: Market,
    *,
    start: dt.date | None = None,
    end: dt.date | None = None,
    returns: Sequence[str] = (),
    assume: Mapping[str, str] | None = None,
) -> CommonDays:
    """Compute the rules; ``start`` and ``end`` bound the sessions compared, not the indices.

    UsageError (ANA005): fewer than two sessions in common.  Raises what ``compute`` does.
    """
    family = load_family(list(rules))
    request = Request(end=end, returns=tuple(returns), assume=assumed_said(assume))
    runs = compute_family(family, market, request)
    days = [arrow.days(run.levels.column("date")) for run in runs.values()]
    common: Days = reduce(lambda one, two: np.intersect1d(one, two, assume_unique=True), days)
    if start is not None:
        common = common[common >= day_number(start)]
    if common.size < 2:
        _refuse(list(runs), days, common, start)
    return CommonDays(
        runs,
        {name: family[name] for name in runs},
        common,
        periods_a_year(common),
    )


def _refuse(names: list[str], days: list[Days], common: Days, start: dt.date | None) -> NoReturn:
    """UsageError (ANA005): too few sessions that all indices have from ``start`` on."""
    since = "" if start is None else f" from {start} on"
    begins = max(int(one[0]) for one in days)
    ends = min(int(one[-1]) for one in days)
    if begins < ends:
        hint = f"say a --from before {date_of(ends)}, the last day they all have"
    else:
        hint = "each begins with its first review: give more data, or leave one out"
    raise UsageError.of(
        "ANA005",
        f"{quantity(common.size, 'session')} in common of {', '.join(names)}{since}",
        where="--from",
        hint=hint,
    )
