"""The contestants: each reads the same Parquet file and gives levels and daily opening weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.one_index.reviewing import capping_factors, members, reviews

RULE = Path(__file__).with_name("top200.yaml")


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


def indexcalc(folder: Path) -> Answer:
    """This engine, as ``indexcalc compute --weights daily`` does it, every table made."""
    import indexcalc as ic
    from indexcalc.market import arrow

    run = ic.compute(RULE, ic.Market.open(folder))
    return Answer(
        arrow.floats(run.levels.column("level")), arrow.floats(run.composition.column("weight"))
    )


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


def wide_pandas(folder: Path) -> Answer:
    """One pivot a column, then vectors over dates."""
    daily, factors = _frames(folder)
    close = daily.pivot(index="date", columns="symbol", values="close")
    count = daily.pivot(index="date", columns="symbol", values="shares_outstanding")
    cap = close * count
    free = cap * factors["float_factor"].reindex(cap.columns)
    return _from_panels(
        np.array([_day(date) for date in close.index]), cap.to_numpy(), free.to_numpy()
    )


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
        parts.append(
            held.slice(chosen.size).select(
                "date",
                "value",
                "opening",
                (pl.col("opening") / pl.col("opening").sum().over("date")).alias("weight"),
            )
        )
    made = pl.concat(parts)
    sums = made.group_by("date", maintain_order=True).agg(
        pl.col("value").sum(), pl.col("opening").sum()
    )
    growth = (sums["value"] / sums["opening"]).to_numpy()
    weights = made["weight"].to_numpy().copy()
    return _started(growth, weights, made["value"].to_numpy()[:COUNT_OF_FIRST])


def duckdb_tuned(folder: Path) -> Answer:
    """SQL: window means by review, a lag of the member's value, sums by day; two threads."""
    import duckdb

    con = duckdb.connect()
    con.sql("set threads = 2")
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
    existing = np.zeros(symbols.size, dtype=np.bool_)
    rows = []
    epoch = "date '1970-01-01'"
    for number, item in enumerate(agenda):
        size = con.sql(
            f"select symbol, avg(cap) size from daily where date between {epoch} + {item.first}::integer "
            f"and {epoch} + {item.cutoff}::integer group by symbol order by symbol"
        ).fetchnumpy()["size"]
        chosen = members(size, existing)
        existing[:] = False
        existing[chosen] = True
        value = (
            con.sql(
                f"select cap from daily where date = {epoch} + {item.before}::integer order by symbol"
            ).fetchnumpy()["cap"][chosen]
            * free[chosen]
        )
        factor = capping_factors(value) * free[chosen]
        end = agenda[number + 1].effective if number + 1 < len(agenda) else int(days[-1]) + 1
        rows.append((number, item.before, end, symbols[chosen], factor))
    import pandas as pd

    held = pd.DataFrame(
        {
            "period": np.repeat([row[0] for row in rows], [row[3].size for row in rows]),
            "before": np.repeat([row[1] for row in rows], [row[3].size for row in rows]),
            "until": np.repeat([row[2] for row in rows], [row[3].size for row in rows]),
            "symbol": np.concatenate([row[3] for row in rows]),
            "factor": np.concatenate([row[4] for row in rows]),
        }
    )
    con.register("held", held)
    made = con.sql(
        f"""
        with valued as (
            select period, before, date, symbol, cap * factor as value
            from daily join held using (symbol)
            where date >= {epoch} + before::integer and date < {epoch} + until::integer
        ), moved as (
            select *, lag(value) over (partition by period, symbol order by date) opening from valued
        )
        select date, symbol, value, opening, opening / sum(opening) over (partition by date) weight
        from moved where opening is not null order by date, symbol
        """
    ).fetchnumpy()
    starts = np.flatnonzero(np.r_[True, made["date"][1:] != made["date"][:-1]])
    growth = np.add.reduceat(made["value"], starts) / np.add.reduceat(made["opening"], starts)
    return _started(growth, made["weight"].copy(), made["value"][:COUNT_OF_FIRST])


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


def bt_given_weights(folder: Path) -> Answer:
    """bt told the target weights of every review: it only holds and adds up (less work than the rest)."""
    import bt
    import pandas as pd

    daily, factors = _frames(folder)
    close = daily.pivot(index="date", columns="symbol", values="close")
    close.index = pd.to_datetime(close.index)
    count = daily.groupby("symbol")["shares_outstanding"].first()
    days = close.index.to_numpy().astype("datetime64[D]").astype(np.int64)
    free = (count * factors["float_factor"]).reindex(close.columns).to_numpy()
    cap = close.to_numpy() * count.reindex(close.columns).to_numpy()
    existing = np.zeros(close.shape[1], dtype=np.bool_)
    targets = {}
    for item in reviews(days):
        window = slice(*np.searchsorted(days, [item.first, item.cutoff + 1]))
        chosen = members(cap[window].mean(axis=0), existing)
        existing[:] = False
        existing[chosen] = True
        # bt trades at a day's close: the weights of the effective day are bought the day before.
        before = int(np.searchsorted(days, item.before))
        value = close.to_numpy()[before, chosen] * free[chosen]
        value = value * capping_factors(value)
        row = pd.Series(0.0, index=close.columns)
        row.iloc[chosen] = value / value.sum()
        targets[close.index[before]] = row
    weights = pd.DataFrame(targets).T
    used = weights.columns[(weights > 0).any()]
    strategy = bt.Strategy(
        "top200",
        [
            bt.algos.RunOnDate(*weights.index),
            bt.algos.WeighTarget(weights[used]),
            bt.algos.Rebalance(),
        ],
    )
    test = bt.Backtest(
        strategy, close.loc[weights.index[0] :, used], integer_positions=False, progress_bar=False
    )
    test.run()
    held = test.strategy.values.to_numpy()
    levels = held[-(days.size - int(np.searchsorted(days, reviews(days)[0].effective))) :]
    return Answer(1000.0 * levels / levels[0], np.zeros(0))
