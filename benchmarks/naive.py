"""The composite as one would first write it: pandas, one day at a time, a merge with the day before.

It knows just enough for the demo market: base prices, pending shares counted from the ex-date by
``list_date`` or by the step of the listed shares, listings from their second session.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd


def composite_levels(tables: Mapping[str, Any], board: str, base_level: float) -> pd.Series:
    """Levels by date of all domestic common lines of ``board`` that are no funds."""
    daily = tables["daily"].to_pandas()
    securities = tables["securities"].to_pandas()
    actions = tables["corporate_actions"].to_pandas()
    columns = ["valid_from", "known_at", "market", "share_class", "security_type", "listing_date"]
    history = {
        symbol: rows[columns].to_dict("records")
        for symbol, rows in securities.groupby("symbol", observed=True)
    }
    pending: dict[str, list[list[Any]]] = {}
    listed: dict[str, float] = {}
    level = base_level
    levels: dict[Any, float] = {}
    before: pd.DataFrame | None = None
    day_before = None
    for date, day in daily.groupby("date", observed=True):
        day = day.set_index(day["symbol"].astype(str))
        _open_and_list(actions, day, date, pending, listed)
        count = day["shares_outstanding"].astype(float)
        for symbol, open_ in pending.items():
            for item in open_:
                if symbol in count.index:
                    count[symbol] *= item[0]
        day = day.assign(count=count)
        if before is None:
            levels[date] = level
        else:
            inside = [
                symbol
                for symbol in day.index
                if symbol in before.index
                and _member(history.get(symbol, []), day_before, date, board)
            ]
            now = day.loc[inside]
            level *= (now["count"] * now["close"]).sum() / (now["count"] * now["base_price"]).sum()
            levels[date] = level
        before, day_before = day, date
    return pd.Series(levels)


def _open_and_list(
    actions: pd.DataFrame,
    day: pd.DataFrame,
    date: Any,
    pending: dict[str, list[list[Any]]],
    listed: dict[str, float],
) -> None:
    """New pending factors of the day; those whose shares are listed now close."""
    shares = day["shares_outstanding"]
    for symbol, open_ in pending.items():
        if symbol not in shares.index:
            continue
        step = shares[symbol] / listed[symbol]
        open_[:] = [
            item
            for item in open_
            if not (
                (item[1] is not None and date >= item[1])
                or (item[1] is None and abs(step - item[0]) <= 0.1 * abs(item[0] - 1))
            )
        ]
    kinds = ("split", "consolidation", "bonus", "stock_dividend", "capital_reduction", "rights")
    today = actions[(actions["ex_date"] == date) & actions["type"].isin(kinds)]
    for row in today.itertuples():
        if row.symbol not in shares.index or row.symbol not in listed:
            continue
        factor = row.ratio + 1 if row.type == "rights" else row.ratio
        step = shares[row.symbol] / listed[row.symbol]
        if abs(step - factor) > 0.1 * abs(factor - 1):
            when = None if pd.isna(row.list_date) else row.list_date
            pending.setdefault(row.symbol, []).append([factor, when])
    listed.update(shares.to_dict())


def _member(rows: list[dict[str, Any]], cutoff: Any, date: Any, board: str) -> bool:
    """Common, domestic, on the board today, listed by the cut-off."""
    held: dict[str, Any] = {}
    today: dict[str, Any] = {}
    for row in rows:
        said = {key: value for key, value in row.items() if not pd.isna(value)}
        start = said.get("valid_from")
        if start is None or start <= date:
            today |= said
        if (start is None or start <= cutoff) and said.get("known_at", cutoff) <= cutoff:
            held |= said
    return bool(
        today.get("market") == board
        and held["share_class"] == "common"
        and held["security_type"] not in ("fund", "depositary_receipt", "foreign")
        and held["listing_date"] <= cutoff
    )
