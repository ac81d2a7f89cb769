"""Children of the KOSPI 200 say why they change between reviews: as the KOSPI 200 does.

The shipped children stand beside a small parent of the same name: four members of seven, two in reserve.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.market.calendar.packaged import packaged
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.load.load import shipped_folder, shipped_names
from tests.oracle.rows import table_of

# The second Thursday of March 2024 is the 14th: the first review is effective on the 15th.
PARENT = """index: kospi200
currency: KRW
calendar: XKRX
base: {date: 2024-03-15, level: 100}
universe: {where: {symbol: {not_in: []}}}
review: {months: [3, 6, 9, 12], effective: session after 2nd thursday, cutoff: last session 1 month before}
measures: {size: {last: market_cap}}
selection: {count: 4, steps: [{fill: {to: 4, by: size}}], reserve: {count: 2, by: size}}
weighting: {scheme: float_market_cap}
maintenance:
  deletions: [{on: administrative, after: 2 sessions, replace_from: reserve}]
  fast_entry:
    - {after: 5 sessions, require: {size: {rank: 3}}, effective: 1 session after test, replaces: smallest}
"""
# A has 88 % of the four largest and is left out of both children; no other has a tenth.
CLOSES = {"A": 9000.0, "B": 500.0, "C": 400.0, "D": 300.0, "E": 250.0, "F": 200.0, "G": 100.0}


def market(*designated: tuple[str, str], listed: str = "") -> Market:
    """A thousand shares a line from 2024-01-02 to 2024-05-31.

    ``designated``: (line, day from which it is administrative); ``listed``: the day from which K is.
    """
    sessions = packaged("XKRX")
    closes = {**CLOSES, "K": 450.0} if listed else CLOSES
    rows: list[dict[str, Any]] = []
    first, last = dt.date(2024, 1, 2), dt.date(2024, 5, 31)
    for position in range(sessions.at_or_after(first), sessions.at_or_before(last) + 1):
        date = sessions.date(position)
        for symbol, close in closes.items():
            if symbol != "K" or str(date) >= listed:
                rows.append(
                    {"date": date, "symbol": symbol, "close": close, "shares_outstanding": 1000}
                )
    early = dt.date(2010, 1, 4)
    securities = [
        {"symbol": name, "listing_date": dt.date.fromisoformat(listed) if name == "K" else early}
        for name in closes
    ]
    factors = [{"symbol": name, "effective_date": early, "float_factor": 1.0} for name in closes]
    designations = [
        {"symbol": name, "kind": "administrative", "from": dt.date.fromisoformat(day)}
        for name, day in designated or [("G", "2024-05-31")]
    ]
    return ic.Market.from_tables(
        daily=table_of(rows),
        securities=table_of(securities),
        float_factors=table_of(factors),
        designations=table_of(designations),
        complete=True,
    )


def changes(child: str, folder: Path, over: Market) -> list[tuple[str, str, int, int]]:
    """(effective date, kind, added, removed) of each change of a child after its first list."""
    (folder / "kospi200.yaml").write_text(PARENT, encoding="utf-8")
    for name in {child, "kospi200-ex-mega-cap"}:
        text = shipped_names(shipped_folder())[name].read_text(encoding="utf-8")
        text = text.replace("{date: 2010-01-04, level: 1000}", "{date: 2024-03-15, level: 1000}")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    run = compute_family(load_family([folder / f"{child}.yaml"]), over, Request())[child]
    rows = run.reviews.to_pylist()[1:]
    return [(str(row["effective_date"]), row["kind"], row["added"], row["removed"]) for row in rows]


CHILDREN = ("kospi200-ex-mega-cap", "kospi200-ex-top-1")


@pytest.mark.parametrize("child", CHILDREN)
def test_a_name_of_the_reserve_comes_with_a_deletion(child: str, tmp_path: Path) -> None:
    """D is designated on Tuesday 2024-04-16 and leaves on Thursday the 18th; E takes its place."""
    over = market(("D", "2024-04-16"))
    assert changes(child, tmp_path, over) == [("2024-04-18", "deletion", 1, 1)]


@pytest.mark.parametrize("child", CHILDREN)
def test_a_fast_entry_is_called_one(child: str, tmp_path: Path) -> None:
    """K is listed on Monday 2024-04-01 and third by size on the fifth session after, Monday the 8th: it
    enters on the 9th, for D, the smallest."""
    over = market(listed="2024-04-01")
    assert changes(child, tmp_path, over) == [("2024-04-09", "fast_entry", 1, 1)]
