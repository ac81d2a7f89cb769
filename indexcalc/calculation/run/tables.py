"""The result tables of one index run, built from its collected columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.arrays import Codes, Floats
from indexcalc.calculation.levels.index_run import IndexRun
from indexcalc.calculation.levels.published_levels import published_column
from indexcalc.calculation.levels.results import Change
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.market import arrow
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.returns import Published


def levels_table(
    run: IndexRun,
    days: Codes,
    published: Published,
    returns: Mapping[str, Sequence[Floats]],
    launch_day: int | None,
) -> Any:
    """``levels.parquet``: one row a session, in order; ``returns``: its columns by name."""
    level = _joined(run.found.level)
    day = days[np.array(run.found.sessions, dtype=np.int64)]
    live = np.zeros(day.size, dtype=np.int64) if launch_day is None else day >= launch_day
    columns = {
        "date": arrow.from_days(day),
        "level": arrow.from_floats(level),
        "level_published": published_column(published, day, level),
    }
    for name, parts in returns.items():
        columns[name] = arrow.from_floats(_joined(parts))
    columns["divisor"] = arrow.from_floats(_joined(run.found.divisor))
    columns["market_value"] = arrow.from_floats(_joined(run.found.value))
    columns["constituents"] = arrow.from_ints(_joined(run.found.members))
    columns["status"] = arrow.from_codes(np.asarray(live), ["backtested", "live"])
    return arrow.table(columns)


def constituents_table(
    run: IndexRun, days: Codes, symbols: Sequence[str], names: NamesOfDay
) -> Any:
    """``constituents.parquet``: one full list per row of ``reviews``, with the names of its day.

    Prices are as quoted; with members in other currencies ``fx_rate`` says what they count at.
    """
    changes = run.found.changes
    sizes = [item.codes.size for item in changes]
    code = _joined([item.codes for item in changes])
    day = np.repeat(np.array([days[item.session] for item in changes], dtype=np.int32), sizes)
    name_codes, known = names.on(code, day)
    price, index_shares, shares = (
        _column(changes, name) for name in ("price", "index_shares", "shares")
    )
    added = np.concatenate([item.added for item in changes]) if changes else np.zeros(0, bool)
    quote, rate = price, {}
    if changes and all(item.rate is not None for item in changes):
        quote = _column(changes, "quote")
        rate = {"fx_rate": arrow.from_floats(_column(changes, "rate"))}
    return arrow.table(
        {
            "effective_date": arrow.from_days(day),
            "symbol": arrow.from_codes(code, symbols),
            "name": arrow.from_codes(name_codes, known),
            # A market without listed shares is enough for weights that need none.
            "shares": arrow.from_floats(shares, nan_is_null=bool(np.isnan(shares).all())),
            "float_factor": arrow.from_floats(_column(changes, "float_factor")),
            "capping_factor": arrow.from_floats(_column(changes, "capping")),
            "inclusion_factor": arrow.from_floats(_column(changes, "inclusion")),
            "index_shares": arrow.from_floats(index_shares),
            "price": arrow.from_floats(quote),
            **rate,
            "market_value": arrow.from_floats(index_shares * price),
            "weight": arrow.from_floats(_column(changes, "weight")),
            "change": arrow.from_codes(np.where(added, 0, 1), ["added", "kept"]),
        }
    )


def reviews_table(
    run: IndexRun,
    days: Codes,
    announcements: Mapping[int, int],
    cutoffs: Mapping[int, int],
) -> Any:
    """``reviews.parquet``; announcement and cut-off days by session where there are any."""
    kinds = sorted({item.kind for item in run.found.changes})
    sessions = [item.session for item in run.found.changes]
    squares = [float(ordered_sum(item.weight**2)) for item in run.found.changes]

    def said(table: Mapping[int, int]) -> Any:
        return arrow.from_days([table.get(at, arrow.NULL_DAY) for at in sessions])

    return arrow.table(
        {
            "effective_date": arrow.from_days([days[at] for at in sessions]),
            "announcement_date": said(announcements),
            "cutoff_date": said(cutoffs),
            "kind": arrow.from_codes([kinds.index(item.kind) for item in run.found.changes], kinds),
            "constituents": arrow.from_ints([item.codes.size for item in run.found.changes]),
            "added": arrow.from_ints([int(item.added.sum()) for item in run.found.changes]),
            "removed": arrow.from_ints([item.removed.size for item in run.found.changes]),
            "one_way_turnover": arrow.from_floats([item.turnover for item in run.found.changes]),
            "capped": arrow.from_ints([item.capped for item in run.found.changes]),
            "largest_weight": arrow.from_floats(
                [float(item.weight.max(initial=0.0)) for item in run.found.changes]
            ),
            "effective_number": arrow.from_floats(
                [1.0 / total if total > 0 else 0.0 for total in squares]
            ),
        }
    )


def _joined(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0)


def _column(changes: Sequence[Change], name: str) -> Floats:
    return _joined([getattr(item, name) for item in changes])
