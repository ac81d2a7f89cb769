"""A market described: facts, tables, dates, columns, files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from indexcalc.diagnostics import quantity
from indexcalc.market import arrow, store
from indexcalc.market.as_of import History
from indexcalc.market.calendar import choose as calendars
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.holidays import sessions_of_run
from indexcalc.market.market import Market
from indexcalc.market.market_json import Contents, StoredFile, read_contents
from indexcalc.market.panel_cache import sidecar
from indexcalc.market.places.file_safety import identity
from indexcalc.market.places.place import Place
from indexcalc.market.tables import TABLES


def describe(path: Place) -> list[str]:
    """Lines about the market at ``path``.  DataError (DAT010): there is none, or it is damaged.

    Of ``daily`` only the files' own statistics are read, not its rows.
    """
    market = Market.open(path)
    if market.versions:
        return _delta(path, market)
    contents = read_contents(path)
    lines = [f"{path}"]
    lines += [f"  {name} = {value}" for name, value in sorted(contents.facts.items())]
    if "daily" in market.names:
        lines += _daily(market, path, contents)
    for name in market.names:
        if name != "daily":
            lines += _table(name, market.table(name))
    lines.append("files")
    for item in contents.files:
        size = identity(path / item.name)[0]
        lines.append(f"  {item.name}: {quantity(item.rows, 'row')}, {size / 1e6:,.1f} MB")
    lines += _panel(path, market)
    return lines


def _delta(path: Place, market: Market) -> list[str]:
    lines = [f"{path} (Delta tables)"]
    lines += [f"  {name} = {value}" for name, value in sorted(market.facts.items())]
    for name, version in market.versions.items():
        lines.append(f"version {version} of {name}")
        lines += _table(name, market.table(name)) if name in market.names else []
    return lines


def _panel(path: Place, market: Market) -> list[str]:
    """What the sidecar of the panel takes: decoded daily rows, which may be deleted at any time."""
    size = sidecar.size_of(path)
    if not size:
        return []
    daily, limit = market.panel_limit
    where = "" if isinstance(path, Path) else f" in {sidecar.folder_of(path)}, with those of others"
    return [
        f"panel (decoded daily rows, safe to delete): {size / 1e6:,.1f} MB, "
        f"{size / max(daily, 1):.2f} of the daily files, at most {limit / 1e6:,.0f} MB{where}"
    ]


def _daily(market: Market, path: Place, contents: Contents) -> list[str]:
    days = market.days
    files = contents.of("daily")
    rows = sum(item.rows for item in files)
    lines = [
        f"daily: {quantity(rows, 'row')}, {quantity(len(market.symbols), 'line')}, "
        f"{date_text(int(days[0]))} .. {date_text(int(days[-1]))}"
    ]
    own = market.table("sessions")
    calendar = str(market.facts.get("calendar", ""))
    if own is not None or calendar in calendars.names():
        sessions, _ = sessions_of_run(market, calendar, str(market.facts.get("currency", "")), "")
        inside = sessions.days[(sessions.days >= days[0]) & (sessions.days <= days[-1])]
        observed = int(np.isin(inside, days).sum())
        lines.append(
            f"  {observed:,} of {quantity(inside.size, 'session')} of {sessions.name} observed"
        )
    else:
        lines.append(f"  {quantity(days.size, 'day')} observed; no calendar to compare with")
    lines += _lines_by_market(market, files[-1])
    nulls: Counter[str] = Counter()
    groups = 0
    for item in files:
        file = store.open_parquet(path / item.name)
        try:
            groups += file.num_row_groups
            present = set(file.schema_arrow.names)
            for name in market.columns("daily"):
                if name not in present:
                    nulls[name] += item.rows
            for group in range(file.num_row_groups):
                row_group = file.metadata.row_group(group)
                for position in range(row_group.num_columns):
                    column = row_group.column(position)
                    if column.is_stats_set and column.statistics.has_null_count:
                        nulls[column.path_in_schema] += column.statistics.null_count
        finally:
            file.close()
    lines.append(f"  {quantity(len(files), 'file')}, {quantity(groups, 'row group')}")
    lines += [_column_line(name, nulls[name], rows) for name in market.columns("daily")]
    return lines


def _lines_by_market(market: Market, last: StoredFile) -> list[str]:
    """How many lines each market has on the last session."""
    securities = market.table("securities")
    if securities is None or "market" not in securities.column_names or market.path is None:
        return []
    file = store.open_parquet(market.path / last.name)
    try:
        table = file.read_row_group(file.num_row_groups - 1, columns=["date", "symbol"])
    finally:
        file.close()
    days = arrow.days(table.column("date"))
    rows = days == market.days[-1]
    codes = arrow.codes_into(table.column("symbol"), market.order)[rows]
    labels, names = History(securities, "valid_from", market.order).labels(
        "market", codes, days[rows]
    )
    counts = Counter(names[label] if label >= 0 else "no market known" for label in labels.tolist())
    counted = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    return [f"  lines on {date_text(int(market.days[-1]))}: {counted}"]


def _table(name: str, table: Any) -> list[str]:
    lines = [f"{name}: {quantity(table.num_rows, 'row')}"]
    for key in TABLES[name].key:
        if TABLES[name].by_name[key].kind == "date":
            days = arrow.days(table.column(key))
            days = days[days != arrow.NULL_DAY]
            if days.size:
                span = f"{date_text(int(days.min()))} .. {date_text(int(days.max()))}"
                lines[0] += f", {key} {span}"
    for column in table.column_names:
        lines.append(_column_line(column, table.column(column).null_count, table.num_rows))
    return lines


def _column_line(name: str, nulls: int, rows: int) -> str:
    share = nulls / rows if rows else 0.0
    return f"  {name}" + (f" ({share:.1%} unknown)" if nulls else "")
