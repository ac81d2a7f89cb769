"""One index by other means: each reads the same Parquet file and gives levels and daily opening weights.

Written as somebody who knows the library would for this rule alone: only the columns needed, all cores,
codes in place of symbols, one pass where one is enough.  Dates, buffer and cap are shared (``reviewing``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.reviewing import capping_factors, members, reviews


@dataclass(frozen=True, slots=True)
class Answer:
    """Levels from the first effective day on, and one weight a member and session (any layout)."""

    levels: Any
    weights: Any

    def agrees_with(self, other: Answer) -> float:
        """The largest relative difference of the levels; infinite where the shapes differ."""
        if self.levels.shape != other.levels.shape or self.weights.size != other.weights.size:
            return float("inf")
        apart = np.abs(self.levels / other.levels - 1).max()
        weights = np.abs(np.sort(self.weights.ravel()) - np.sort(other.weights.ravel())).max()
        return float(max(apart, weights))


def naive_pandas(folder: Path) -> Answer:
    """A day at a time: group by date, merge with the members and the day before."""
    import pandas as pd

    daily, factors = _frames(folder)
    days = np.array([_day(date) for date in daily["date"].unique()])
    agenda = reviews(days)
    by_day = {_day(date): rows.set_index("symbol") for date, rows in daily.groupby("date")}
    symbols = factors.index.to_numpy()
    existing = np.zeros(symbols.size, dtype=np.bool_)
    starts = {item.effective: item for item in agenda}
    held = pd.Series(dtype=float)
    level, levels, weights = 1000.0, [], []
    before = None
    for day in days[np.searchsorted(days, agenda[0].effective) :]:
        if before is None:
            before = by_day[agenda[0].before]
        if day in starts:
            item = starts[day]
            window = [by_day[d] for d in days if item.first <= d <= item.cutoff]
            size = pd.concat(
                [rows["close"] * rows["shares_outstanding"] for rows in window], axis=1
            )
            chosen = members(size.mean(axis=1).reindex(symbols).to_numpy(), existing)
            existing[:] = False
            existing[chosen] = True
            names = symbols[chosen]
            count = before.loc[names, "shares_outstanding"] * factors.loc[names, "float_factor"]
            value = (count * before.loc[names, "close"]).to_numpy()
            held = count * capping_factors(value)
        both = (
            held.to_frame("q").join(by_day[day]["close"]).join(before["close"], rsuffix="_before")
        )
        start = both["q"] * both["close_before"]
        if levels:
            level *= (both["q"] * both["close"]).sum() / start.sum()
        else:
            start = both["q"] * both["close"]  # the series begins at this close
        levels.append(level)
        weights.append((start / start.sum()).to_numpy())
        before = by_day[day]
    return Answer(np.array(levels), np.concatenate(weights))


def polars_tuned(folder: Path) -> Answer:
    """Codes for symbols, window means by group, one join a column of the day before by shift."""
    import polars as pl

    daily = pl.read_parquet(
        _file(folder), columns=["date", "symbol", "close", "shares_outstanding"]
    )
    factors = pl.read_parquet(next(folder.glob("float_factors-*.parquet"))).sort("symbol")
    frame = daily.with_columns(
        pl.col("symbol").to_physical().cast(pl.Int32).alias("code"),
        (pl.col("close") * pl.col("shares_outstanding")).alias("cap"),
    )
    days = frame["date"].unique(maintain_order=True).to_physical().to_numpy()
    n_lines = factors.height
    free = factors["float_factor"].to_numpy()
    agenda = reviews(days)
    existing = np.zeros(n_lines, dtype=np.bool_)
    parts = []
    at = frame.with_row_index("row").select("row", "cap", "close")
    position = {int(day): place for place, day in enumerate(days)}
    for number, item in enumerate(agenda):
        first = int(np.searchsorted(days, item.first))
        window = frame.slice(first * n_lines, (position[item.cutoff] + 1 - first) * n_lines)
        size = window.group_by("code").agg(pl.col("cap").mean()).sort("code")["cap"].to_numpy()
        chosen = members(size, existing)
        existing[:] = False
        existing[chosen] = True
        before = position[item.before]
        value = at.slice(before * n_lines, n_lines)["cap"].to_numpy()[chosen] * free[chosen]
        factor = pl.DataFrame(
            {"code": chosen.astype(np.int32), "factor": capping_factors(value) * free[chosen]}
        )
        end = position[agenda[number + 1].effective] if number + 1 < len(agenda) else days.size
        period = frame.slice(before * n_lines, (end - before) * n_lines)
        held = period.join(factor, on="code", how="inner", maintain_order="left").with_columns(
            (pl.col("cap") * pl.col("factor")).alias("value")
        )
        held = held.with_columns(pl.col("value").shift(chosen.size).alias("opening"))
        parts.append(held.slice(chosen.size).select("date", "value", "opening"))
    rows = pl.concat(parts)
    sums = rows.group_by("date", maintain_order=True).agg(
        pl.col("value").sum(), pl.col("opening").sum(), pl.len()
    )
    growth = (sums["value"] / sums["opening"]).to_numpy()
    whole = np.repeat(sums["opening"].to_numpy(), sums["len"].to_numpy())
    weights = rows["opening"].to_numpy() / whole
    return _started(growth, weights, rows["value"].to_numpy()[:COUNT_OF_FIRST])


def duckdb_tuned(folder: Path) -> Answer:
    """SQL on all cores: one pass for the window means, one for closes, one for what is held."""
    import duckdb
    import pyarrow as pa

    con = duckdb.connect()
    con.sql(
        "create view daily as select date, cast(symbol as varchar) symbol, "
        f"close * shares_outstanding cap from read_parquet('{_file(folder)}')"
    )
    factors = con.sql(
        f"select symbol, float_factor from read_parquet('{next(folder.glob('float_factors-*'))}') "
        "order by symbol"
    ).fetchnumpy()
    symbols, free = factors["symbol"], factors["float_factor"]
    days = con.sql("select distinct date from daily order by date").fetchnumpy()["date"]
    days = days.astype("datetime64[D]").astype(np.int64)
    agenda = reviews(days)

    def dates(values: Any) -> Any:
        return pa.array(np.array(list(values), dtype=np.int32)).cast(pa.date32())

    # Days looked up, not compared: an equality join is a hash join.
    firsts, cutoffs = ([getattr(item, key) for item in agenda] for key in ("first", "cutoff"))
    at = np.searchsorted(firsts, days, side="right") - 1
    inside = (at >= 0) & (days <= np.array(cutoffs)[at])
    con.register("windows", pa.table({"date": dates(days[inside]), "number": at[inside]}))
    befores = dates(item.before for item in agenda)
    con.register("befores", pa.table({"date": befores, "number": np.arange(len(agenda))}))
    size = con.sql(
        "select avg(cap) size from daily join windows using (date) "
        "group by number, symbol order by number, symbol"
    ).fetchnumpy()["size"]
    closes = con.sql(
        "select cap from daily join befores using (date) order by number, symbol"
    ).fetchnumpy()["cap"]
    size, closes = (values.reshape(len(agenda), symbols.size) for values in (size, closes))
    existing = np.zeros(symbols.size, dtype=np.bool_)
    lists, spans = [], []
    for number, item in enumerate(agenda):
        chosen = members(size[number], existing)
        existing[:] = False
        existing[chosen] = True
        factor = capping_factors(closes[number][chosen] * free[chosen]) * free[chosen]
        end = agenda[number + 1].effective if number + 1 < len(agenda) else int(days[-1]) + 1
        lists.append((np.full(chosen.size, number), symbols[chosen], factor))
        spans.append(days[(days >= item.before) & (days < end)])
    held = pa.table(
        {
            "period": np.concatenate([item[0] for item in lists]),
            "symbol": np.concatenate([item[1] for item in lists]).tolist(),
            "factor": np.concatenate([item[2] for item in lists]),
        }
    )
    con.register("held", held)
    periods = np.repeat(np.arange(len(spans)), [span.size for span in spans])
    con.register("periods", pa.table({"date": dates(np.concatenate(spans)), "period": periods}))
    rows = con.sql(
        """
        with valued as (
            select period, date, symbol, cap * factor as value
            from daily join periods using (date) join held using (period, symbol)
        )
        select date, value, lag(value) over (partition by period, symbol order by date) opening
        from valued qualify opening is not null order by date, symbol
        """
    ).fetchnumpy()
    starts = np.flatnonzero(np.r_[True, rows["date"][1:] != rows["date"][:-1]])
    opening = np.add.reduceat(rows["opening"], starts)
    growth = np.add.reduceat(rows["value"], starts) / opening
    weights = rows["opening"] / np.repeat(opening, np.diff(np.r_[starts, rows["date"].size]))
    return _started(growth, weights, rows["value"][:COUNT_OF_FIRST])


def numpy_kernel(folder: Path) -> Answer:
    """No engine at all: this rule and nothing else, row groups to panels to sums (a lower bound)."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(_file(folder))
    factors = pq.ParquetFile(next(folder.glob("float_factors-*.parquet"))).read()
    free = np.from_dlpack(factors.column("float_factor").chunk(0))
    n_lines = free.size
    days, caps = [], []
    for number in range(file.num_row_groups):
        group = file.read_row_group(number, ["date", "close", "shares_outstanding"])
        date, close, count = (
            np.frombuffer(column.chunk(0).buffers()[1], kind)
            for column, kind in zip(group.columns, (np.int32, np.float64, np.int64), strict=True)
        )
        days.append(date[::n_lines])
        caps.append((close * count).reshape(-1, n_lines))
    cap = np.concatenate(caps)
    return _from_panels(np.concatenate(days), cap, cap * free)


COUNT_OF_FIRST = 200


def _from_panels(days: Any, cap: Any, free: Any) -> Answer:
    agenda = reviews(days)
    existing = np.zeros(cap.shape[1], dtype=np.bool_)
    growth, weights = [], []
    first_value = None
    for number, item in enumerate(agenda):
        window = slice(*np.searchsorted(days, [item.first, item.cutoff + 1]))
        chosen = members(cap[window].mean(axis=0), existing)
        existing[:] = False
        existing[chosen] = True
        before = int(np.searchsorted(days, item.before))
        end = (
            int(np.searchsorted(days, agenda[number + 1].effective))
            if number + 1 < len(agenda)
            else days.size
        )
        held = free[before:end][:, chosen]
        held = held * capping_factors(held[0])
        if first_value is None:
            first_value = held[1]
        total = held.sum(axis=1)
        growth.append(total[1:] / total[:-1])
        weights.append(held[:-1] / total[:-1, None])
    return _started(np.concatenate(growth), np.concatenate(weights).ravel(), first_value)


def _started(growth: Any, weights: Any, first_value: Any) -> Answer:
    """The series begins at the first effective close: nothing has moved yet."""
    growth = growth.copy()
    growth[0] = 1.0
    weights[:COUNT_OF_FIRST] = first_value / first_value.sum()
    return Answer(1000.0 * np.cumprod(growth), weights)


def _file(folder: Path) -> Path:
    return next(folder.glob("daily-*.parquet"))


def _frames(folder: Path) -> tuple[Any, Any]:
    import pandas as pd

    daily = pd.read_parquet(_file(folder))
    daily["symbol"] = daily["symbol"].astype(str)
    factors = pd.read_parquet(next(folder.glob("float_factors-*.parquet")))
    return daily, factors.set_index(factors["symbol"].astype(str))


def _day(date: Any) -> int:
    return int(np.datetime64(date, "D").astype(np.int64))
