"""The result tables of an overlay: levels and events; it has no members and no reviews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexcalc.calculation.levels.published_levels import published_column
from indexcalc.calculation.overlays.advance import Track
from indexcalc.calculation.overlays.overlay_inputs import Ground
from indexcalc.market import arrow
from indexcalc.methodology.model.returns import Published


def levels_table(ground: Ground, track: Track, published: Published, launch_day: int | None) -> Any:
    """``levels.parquet``: date, level, level_published, underlying (the level below, in its own
    currency), fx (where that is another one), exposure (where there is leverage), status."""
    days = ground.below.days[track.first :]
    live = np.zeros(days.size, dtype=np.int64) if launch_day is None else days >= launch_day
    columns = {
        "date": arrow.from_days(days),
        "level": arrow.from_floats(track.level),
        "level_published": published_column(published, days, track.level),
        "underlying": arrow.from_floats(ground.below.level[track.first :]),
    }
    if ground.converts:
        spot = [ground.spot(at) for at in range(track.first, ground.below.days.size)]
        columns["fx"] = arrow.from_floats(spot)
    if track.exposure is not None:
        columns["exposure"] = arrow.from_floats(track.exposure, nan_is_null=True)
    columns["status"] = arrow.from_codes(np.asarray(live), ["backtested", "live"])
    return arrow.table(columns)


_DATE, _TEXT, _FLOAT, _INT = "date", "text", "float", "int"
CONSTITUENTS: Mapping[str, str] = {
    "effective_date": _DATE,
    "symbol": _TEXT,
    "name": _TEXT,
    **dict.fromkeys(
        (
            "shares",
            "float_factor",
            "capping_factor",
            "inclusion_factor",
            "index_shares",
            "price",
            "market_value",
            "weight",
        ),
        _FLOAT,
    ),
    "change": _TEXT,
}
REVIEWS: Mapping[str, str] = {
    **dict.fromkeys(("effective_date", "announcement_date", "cutoff_date"), _DATE),
    "kind": _TEXT,
    **dict.fromkeys(("constituents", "added", "removed"), _INT),
    "one_way_turnover": _FLOAT,
    "capped": _INT,
    **dict.fromkeys(("largest_weight", "effective_number"), _FLOAT),
}
DECISIONS: Mapping[str, str] = {
    "effective_date": _DATE,
    **dict.fromkeys(("symbol", "step", "outcome"), _TEXT),
    **dict.fromkeys(("observed", "threshold"), _FLOAT),
    **dict.fromkeys(("detail", "rule_path"), _TEXT),
    "rule_line": _INT,
    "code": _TEXT,
}


def empty(columns: Mapping[str, str]) -> Any:
    """A table without rows that readers of an ordinary run can read."""
    no_rows = {
        _DATE: arrow.from_days(np.zeros(0, dtype=np.int32)),
        _TEXT: arrow.from_codes(np.zeros(0, dtype=np.int32), []),
        _FLOAT: arrow.from_floats(np.zeros(0)),
        _INT: arrow.from_ints(np.zeros(0, dtype=np.int64)),
    }
    return arrow.table({name: no_rows[kind] for name, kind in columns.items()})
