"""The levels an overlay stands on: of an index computed in the same run, or official ones."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Days, Floats
from indexcalc.market import arrow
from indexcalc.market.market import Market


class Series(Struct, frozen=True):
    """Levels by session: ``days`` (n,) int32 ascending, ``level`` (n,) float64, above zero.

    ``source``: ``computed`` or ``published``.
    """

    index: str
    return_: str
    currency: str
    source: str
    days: Days
    level: Floats


def published_levels(market: Market, index: str) -> tuple[Days, Floats]:
    """The rows of the table ``published`` of one index that have a level, by ascending day."""
    table = market.table("published")
    if table is None or "level" not in table.column_names:
        return np.zeros(0, dtype=np.int32), np.zeros(0)
    level = arrow.floats(table.column("level"))
    mine = np.array([name == index for name in arrow.texts(table.column("index"))], dtype=np.bool_)
    rows = np.flatnonzero(mine & ~np.isnan(level))
    days = arrow.days(table.column("date"))[rows]
    order = np.argsort(days, kind="stable")
    return days[order], level[rows][order]
