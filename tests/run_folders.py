"""The files of a small run made by hand, for tests of what a report makes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from indexcalc.report.run_report.folder import RunFolder

EPOCH = dt.date(1970, 1, 1)
Listed = tuple[dt.date, str, float]
"""A row of a list: the day, the symbol, the weight."""


def days_of(dates: Sequence[dt.date]) -> Any:
    return np.array([(date - EPOCH).days for date in dates], dtype=np.int32)


def run_folder(
    dates: Sequence[dt.date],
    levels: Sequence[float],
    held: Sequence[Listed] = (),
    reviews: Sequence[dict[str, Any]] = (),
    events: Sequence[dict[str, Any]] = (),
    decisions: Sequence[dict[str, Any]] = (),
    levels_table: pa.Table | None = None,
    **changed: Any,
) -> RunFolder:
    """A run of the index `mine` with these levels and lists; each member holds 10 of 100 shares at half
    float, uncapped; other parts by name."""
    n = len(held)
    constituents = pa.table(
        {
            "effective_date": pa.array([day for day, _, _ in held], pa.date32()),
            "symbol": pa.array([symbol for _, symbol, _ in held], pa.string()),
            "name": pa.array([f"Name {symbol}" for _, symbol, _ in held], pa.string()),
            "shares": np.full(n, 100.0),
            "float_factor": np.full(n, 0.5),
            "capping_factor": np.ones(n),
            "inclusion_factor": np.ones(n),
            "index_shares": np.full(n, 50.0),
            "price": np.full(n, 10.0),
            "market_value": np.full(n, 500.0),
            "weight": np.array([weight for _, _, weight in held], dtype=np.float64),
        }
    )
    counts = [sum(day == date for day, _, _ in held) or 1 for date in dates]
    value = np.asarray(levels, dtype=np.float64)
    given: dict[str, Any] = {
        "path": Path("out/mine"),
        "index": "mine",
        "name": {"en": "Mine", "ko": "내 지수"},
        "days": days_of(dates),
        "series": {"level": value},
        "market_value": value * 1e9,
        "levels": levels_table
        or pa.table({"date": pa.array(dates, pa.date32()), "constituents": counts}),
        "constituents": constituents,
        "reviews": _table(reviews, _REVIEWS),
        "decisions": _table(decisions, _DECISIONS),
        "events": _table(events, _EVENTS),
        "manifest": {"rule": {"files": [{"name": "mine.yaml", "text": "currency: KRW\n"}]}},
    }
    return RunFolder(**{**given, **changed})


_REVIEWS = {
    "effective_date": pa.date32(),
    "announcement_date": pa.date32(),
    "cutoff_date": pa.date32(),
    "kind": pa.string(),
    "constituents": pa.int64(),
    "added": pa.int64(),
    "removed": pa.int64(),
    "one_way_turnover": pa.float64(),
    "capped": pa.int64(),
    "largest_weight": pa.float64(),
    "effective_number": pa.float64(),
}
_EVENTS = {
    "date": pa.date32(),
    "symbol": pa.string(),
    "event": pa.string(),
    "before": pa.float64(),
    "after": pa.float64(),
    "divisor_before": pa.float64(),
    "divisor_after": pa.float64(),
    "reason": pa.string(),
}
_DECISIONS = {
    "effective_date": pa.date32(),
    "symbol": pa.string(),
    "step": pa.string(),
    "outcome": pa.string(),
    "observed": pa.float64(),
    "threshold": pa.float64(),
    "detail": pa.string(),
    "rule_path": pa.string(),
    "rule_line": pa.int64(),
    "code": pa.string(),
}


def _table(rows: Sequence[dict[str, Any]], columns: dict[str, pa.DataType]) -> pa.Table:
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()}
    )
