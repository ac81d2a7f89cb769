"""A market with one session more, on which nothing has traded yet: what an index will hold, on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from indexcalc.analysis.moved_sessions import daily_rows
from indexcalc.diagnostics import UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market

NOT_YET = ("close", "base_price", "volume", "traded_value")


def with_sessions_alike(market: Market, dates: Sequence[dt.date]) -> Market:
    """``market`` with sessions after its last on which everything is as it was on the last."""
    if not dates:
        return market
    last = int(market.days[-1])
    daily = daily_rows(market)
    carried = _carried(daily, last, day_number(dates[0]), ("base_price",))
    rows = [carried] + [
        _carried(carried, day_number(dates[0]), day_number(day), ()) for day in dates[1:]
    ]
    rows = [_listed(market, part, day_number(day)) for part, day in zip(rows, dates, strict=True)]
    return _continued(market, [daily, *rows], last, dates)


def with_session(market: Market, date: dt.date) -> Market:
    """``market`` with the session ``date`` after its last: every line of the last session that is still
    listed has a row without a price, so that it is worth its last price put through the actions known.

    Exchange rates of the new session are those of the last.  UsageError (ANA001): not a later day.
    """
    days = market.days
    if not days.size or day_number(date) <= int(days[-1]):
        last = date_of(days[-1]) if days.size else "no session"
        raise UsageError.of("ANA001", f"{date} is not after the data, which end with {last}")
    daily = daily_rows(market)
    rows = _carried(daily, int(days[-1]), day_number(date), NOT_YET)
    rows = _listed(market, rows, day_number(date))
    return _continued(market, [daily, rows], int(days[-1]), [date])


def _continued(market: Market, daily: Sequence[Any], last: int, dates: Sequence[dt.date]) -> Market:
    """``market`` with other daily rows, and on ``dates`` the exchange rates of the day ``last``."""
    tables: dict[str, Any] = {name: market.table(name) for name in market.names if name != "daily"}
    tables["daily"] = pa.concat_tables(daily)
    fx = tables.get("fx")
    if fx is not None:
        earlier = fx.filter(pa.array(arrow.days(fx.column("date")) < day_number(dates[0])))
        new = [_carried(fx, last, day_number(day), ()) for day in dates]
        tables["fx"] = pa.concat_tables([earlier, *new])
    return Market(market.facts, tables)


def _carried(table: Any, last: int, day: int, unknown: tuple[str, ...]) -> Any:
    """The rows of the day ``last``, for ``day``; nothing is known of some columns."""
    rows = table.filter(pa.array(arrow.days(table.column("date")) == last))
    for name in ("date", *unknown):
        if name in rows.column_names:
            column = rows.column_names.index(name)
            kind = rows.schema.field(name).type
            values = (
                arrow.from_days(np.full(rows.num_rows, day, dtype=np.int32)).cast(kind)
                if name == "date"
                else pa.nulls(rows.num_rows, kind)
            )
            rows = rows.set_column(column, pa.field(name, kind), values)
    return rows


def _listed(market: Market, rows: Any, day: int) -> Any:
    """Without the lines that are no longer listed on the day."""
    securities = market.table("securities")
    if securities is None or "delisting_date" not in securities.column_names:
        return rows
    ends = arrow.days(securities.column("delisting_date"))
    gone = {
        symbol
        for symbol, end in zip(arrow.texts(securities.column("symbol")), ends.tolist(), strict=True)
        if end != arrow.NULL_DAY and end <= day
    }
    return rows.filter(pa.array([s not in gone for s in arrow.texts(rows.column("symbol"))]))
