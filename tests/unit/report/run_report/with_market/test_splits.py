"""Splits of the weight: by hand, and against a slow way over a demo market."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.market.market import Market
from indexcalc.report.run_report.with_market.splits import by_sector, by_size, concentration


@pytest.fixture(scope="module")
def run() -> ic.Run:
    market = Market.demo(securities=420, years=2, seed=3)
    return ic.compute("kospi", market)


def test_sectors_are_those_known_on_the_day_of_each_list(run: ic.Run) -> None:
    made = by_sector(run.constituents, run.market)
    assert made is not None
    rows = run.market.table("securities").to_pylist()
    slow: dict[dt.date, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for member in run.constituents.to_pylist():
        day = member["effective_date"]
        known = [
            row
            for row in rows
            if row["symbol"] == member["symbol"]
            and row["sector"] is not None
            and (row["valid_from"] is None or row["valid_from"] <= day)
            and (row.get("known_at") is None or row["known_at"] <= day)
        ]
        known.sort(key=lambda row: row["valid_from"] or dt.date.min)
        slow[day][known[-1]["sector"] if known else ""] += member["weight"]
    days = sorted(slow)
    assert made.days.size == len(days)
    for name, values in made.parts.items():
        assert values == pytest.approx([slow[day].get(name, 0.0) for day in days], abs=1e-12)
    assert sum(values[-1] for values in made.parts.values()) == pytest.approx(1.0)


def test_sizes_are_ranks_among_all_lines_of_the_market(run: ic.Run) -> None:
    made = by_size(run.constituents, run.market)
    assert made is not None
    daily = run.market.table("daily").to_pandas()
    sessions = sorted(daily["date"].unique())
    lists = run.constituents.to_pandas()
    first = lists["effective_date"].unique()
    for at in (0, len(first) // 2, len(first) - 1):
        before = sessions[max(sessions.index(first[at]) - 1, 0)]
        day = daily[daily["date"] == before]
        value = (day["close"] * day["shares_outstanding"]).set_axis(day["symbol"])
        rank = value.rank(ascending=False, method="min")
        members = lists[lists["effective_date"] == first[at]].set_index("symbol")["weight"]
        ranks = rank.reindex(members.index).fillna(10_000)
        expected = [
            members[ranks <= 100].sum(),
            members[(ranks > 100) & (ranks <= 300)].sum(),
            members[ranks > 300].sum(),
        ]
        assert [values[at] for values in made.parts.values()] == pytest.approx(expected)


def test_concentration_of_a_session(run: ic.Run) -> None:
    days, largest, five, effective = concentration(run.holdings.columns(run.market))
    assert days.size == run.levels.num_rows
    table = run.composition.to_pandas()
    for at in (0, days.size // 2, days.size - 1):
        day = np.datetime64(int(days[at]), "D")
        weight = table[table["date"].astype("datetime64[s]") == day]["weight"].sort_values()[::-1]
        assert largest[at] == pytest.approx(weight.iloc[0])
        assert five[at] == pytest.approx(weight.iloc[:5].sum())
        assert effective[at] == pytest.approx(1 / (weight**2).sum())
