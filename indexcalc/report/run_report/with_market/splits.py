"""How the weight of an index is split through time: by sector, by rank of size in the whole market."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Days, Floats
from indexcalc.calculation.figures.turnover_and_concentration import effective_number
from indexcalc.calculation.run.composition import HeldColumns
from indexcalc.market import arrow
from indexcalc.market.as_of import History
from indexcalc.market.market import Market

SIZE_RANKS = (100, 300)
"""The last rank of each band of size but the smallest."""
BANDS = ("1-100", "101-300", "301-")
UNKNOWN = ""


class Split(Struct, frozen=True):
    """Shares of the weight (n,) of each part on ``days`` (n,), the days of the lists."""

    days: Days
    parts: Mapping[str, Floats]


def by_sector(constituents: Any, market: Market) -> Split | None:
    """The weight of each sector of ``securities`` at each list, as known on its day; the largest at the
    last list first.  None: no sector is known."""
    table = market.table("securities")
    if table is None or "sector" not in table.column_names:
        return None
    history = History(table, "valid_from", market.order)
    days, codes, weight, starts = _lists(constituents, market)
    places, labels = history.labels("sector", codes, days)
    if not days.size or not (places >= 0).any():
        return None
    names = [*labels, UNKNOWN]
    sums = _sums(weight, np.where(places < 0, len(labels), places), starts, len(names))
    order = sorted(np.flatnonzero(sums.any(axis=0)).tolist(), key=lambda at: -sums[-1, at])
    return Split(days[starts], {names[at]: sums[:, at] for at in order})


def by_size(constituents: Any, market: Market) -> Split | None:
    """The weight of members ranked 1 to 100, 101 to 300 and below by market value among all lines of the
    market at the close before each list, or of its day where there is none before."""
    days, codes, weight, starts = _lists(constituents, market)
    panel = market.panel
    if not days.size or not panel.has("shares_outstanding"):
        return None
    band = np.zeros(days.size, dtype=np.int64)
    for first, stop in zip(starts.tolist(), [*starts[1:].tolist(), days.size], strict=True):
        row = max(panel.row(int(days[first])) - 1, 0)
        shares = panel.column("shares_outstanding", row, row + 1)[0]
        value = np.nan_to_num(panel.column("close", row, row + 1)[0] * shares)
        larger = np.sort(value)[::-1]
        # Equal values share the better rank.
        rank = np.searchsorted(-larger, -value[codes[first:stop]], side="left") + 1
        band[first:stop] = np.searchsorted(SIZE_RANKS, rank, side="left")
    sums = _sums(weight, band, starts, len(BANDS))
    return Split(days[starts], {name: sums[:, at] for at, name in enumerate(BANDS)})


def concentration(held: HeldColumns) -> tuple[Days, Floats, Floats, Floats]:
    """Each session's largest opening weight, weight of the five largest, and effective number: (n,)."""
    day, weight = held.days, held.weight
    starts = held.starts
    days = day[starts]
    squares = np.add.reduceat(weight**2, starts)
    sizes = np.diff(starts, append=day.size)
    # A row a session, filled up with zeros: the largest of each row without sorting all of them.
    filled = np.zeros((days.size, max(int(sizes.max(initial=0)), 5)))
    filled[
        np.repeat(np.arange(days.size), sizes), np.arange(day.size) - np.repeat(starts, sizes)
    ] = weight
    five = np.partition(filled, -5, axis=1)[:, -5:]
    largest = five.max(axis=1)
    return days, largest, five.sum(axis=1), effective_number(squares)


def _lists(constituents: Any, market: Market) -> tuple[Days, Any, Floats, Any]:
    days = arrow.days(constituents.column("effective_date"))
    codes = arrow.codes_into(constituents.column("symbol"), market.order)
    weight = arrow.floats(constituents.column("weight"))
    return days, codes, weight, np.unique(days, return_index=True)[1]


def _sums(weight: Floats, part: Any, starts: Any, n: int) -> Floats:
    """Sums of the weight by part at each list: (n_lists, n)."""
    stops = [*starts[1:].tolist(), weight.size]
    return np.array(
        [
            np.bincount(part[a:b], weights=weight[a:b], minlength=n)
            for a, b in zip(starts.tolist(), stops, strict=True)
        ]
    ).reshape(-1, n)
