"""Restatements: a level once written changes only when told to, and the old value is kept."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.calculation.run import files_and_journal as run_files
from indexcalc.diagnostics import RunError, quantity
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.places.place import Place

TABLE = "restatements.parquet"
SERIES = ("level", "level_tr", "level_ntr", "dividend_points")
SHOWN = 5


def restated(folder: Place, levels: Any, allowed: bool) -> Any | None:
    """The restatements the run in ``folder`` will have once ``levels`` replaces its levels.

    None: there are none.  A written value that would change or vanish is a restatement, also that
    of a series no longer asked for; an earlier last row is not (``--to``).  RunError (RUN001): there
    are new ones and ``allowed`` is false.
    Columns: date, series, old, new (null: the row is gone).
    """
    published = run_files.read_table(folder, TABLE)
    before = run_files.read_table(folder, "levels.parquet")
    if before is None:
        return published
    old_days, new_days = arrow.days(before.column("date")), arrow.days(levels.column("date"))
    day: list[int] = []
    series: list[str] = []
    old: list[float] = []
    new: list[float] = []
    for name in SERIES:
        if name not in before.column_names:
            continue
        was = arrow.floats(before.column(name))
        now: dict[int, float] = {}
        if name in levels.column_names:
            values = arrow.floats(levels.column(name)).tolist()
            now = dict(zip(new_days.tolist(), values, strict=True))
        last = int(new_days[-1]) if new_days.size else -(1 << 31)
        for at, value in zip(old_days.tolist(), was.tolist(), strict=True):
            current = now.get(at, float("nan") if at <= last else value)
            if current != value:
                day.append(at)
                series.append(name)
                old.append(value)
                new.append(current)
    if not day:
        return published
    if not allowed:
        rows = [
            f"{date_text(at)} {name} {was!r} -> {'gone' if np.isnan(now) else repr(now)}"
            for at, name, was, now in list(zip(day, series, old, new, strict=True))[:SHOWN]
        ]
        more = f", and {len(day) - SHOWN} more" if len(day) > SHOWN else ""
        raise RunError.of(
            "RUN001",
            f"{quantity(len(day), 'written value')} would change: {'; '.join(rows)}{more}",
            path=str(folder / "levels.parquet"),
            hint=f"{_asked_again(series, levels)}--restate writes them and keeps the old values; or choose "
            "another --out",
        )
    table = arrow.table(
        {
            "date": arrow.from_days(day),
            "series": arrow.from_texts(series),
            "old": arrow.from_floats(old),
            "new": arrow.from_floats(new, nan_is_null=True),
        }
    )
    if published is None:
        return table
    import pyarrow as pa

    return pa.concat_tables([published, table])


def _asked_again(series: list[str], levels: Any) -> str:
    """The way out where a series was written and is not asked for any more."""
    gone = dict.fromkeys(name for name in series if name not in levels.column_names)
    kinds = [name.removeprefix("level_") for name in gone if name.startswith("level_")]
    return f"--returns {','.join(kinds)} computes what is gone; " if kinds else ""
