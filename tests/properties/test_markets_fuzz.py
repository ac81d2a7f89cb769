"""Small markets of every kind: one result in memory, from files, from a later start, live; and every
change of a value changes what is computed, or what its manifest says of the data, or is told.

`INDEXCALC_HYPOTHESIS=thorough` makes fifteen hundred markets; the default is short.
"""

from __future__ import annotations

import datetime as dt
import math
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow.csv as pa_csv
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import indexcalc as ic
from indexcalc.diagnostics import DataError, FindingsWarning, IndexcalcError
from indexcalc.market import arrow
from indexcalc.market.checks.check import check_market
from indexcalc.market.importers.formats import read_file
from indexcalc.market.importers.imported import Options
from indexcalc.market.merging.merge import merge
from tests.oracle.rows import table_of
from tests.properties.fuzz import bounded, tries
from tests.unit.calculation.stored import stored

# Thursday 2024-02-08 on: Friday 9 and Monday 12 are holidays in Korea.
DAYS = [day for n in range(20) if (day := dt.date(2024, 2, 8) + dt.timedelta(n)).weekday() < 5]
SESSIONS = [day for day in DAYS if day not in (dt.date(2024, 2, 9), dt.date(2024, 2, 12))]

HEAD = "index: test\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2024-02-08, level: 1000}\n"
MONTHLY = (
    "review: {months: [2], effective: 3rd thursday, cutoff: 3 sessions before effective}\n"
    "measures: {size: {mean: market_cap, over: 3 sessions}}\n"
    "selection: {count: 2, steps: [{fill: {to: 2, by: size}}], reserve: {count: 1, by: size}}\n"
)
RULES = [
    HEAD + "universe: {}\nreview: {every: session}\nweighting: {scheme: market_cap}\n",
    HEAD + "universe: {}\n" + MONTHLY + "weighting: {scheme: equal}\n",
    HEAD
    + "universe: {where: {designation: {none_of: [halted]}}}\n"
    + MONTHLY
    + "weighting: {scheme: float_market_cap}\nfloat: {exclude: [treasury, founders]}\n",
]


@st.composite
def markets(draw: st.DrawFn) -> tuple[dict[str, list[dict[str, Any]]], bool]:
    """Tables of two to four lines over a few sessions, and whether ``daily`` is said to be complete."""
    names = ["A", "B", "C", "D"][: draw(st.integers(2, 4))]
    complete = draw(st.booleans())
    abroad = draw(st.booleans())
    tables: dict[str, list[dict[str, Any]]] = {"daily": [], "securities": []}
    ends: dict[str, int] = {}
    for name in names:
        foreign = abroad and name == "B"
        calendar = [day for day in DAYS if day.day != 15] if foreign else SESSIONS
        first, last = draw(st.integers(0, 2)), draw(st.integers(6, len(calendar)))
        ends[name] = last
        price = draw(st.sampled_from([5.0, 20.0, 80.0]))
        for place in range(first, last):
            if draw(st.integers(0, 5 if complete else 15)) == 0:
                continue  # a missing row: in a complete market the line is away for a session
            price = round(price * draw(st.sampled_from([0.9, 1.0, 1.05, 2.0])), 4)
            tables["daily"].append(
                {
                    "date": calendar[place],
                    "symbol": name,
                    "close": price,
                    "shares_outstanding": draw(st.sampled_from([1000, 1000, 1000, 2000])),
                    "volume": draw(st.sampled_from([0, 7, 7, 7])),
                }
            )
        tables["securities"].append(
            {
                "symbol": name,
                "valid_from": SESSIONS[0],
                "name": name.lower(),
                "currency": "USD" if foreign else "KRW",
                "listing_date": draw(st.sampled_from([SESSIONS[0], dt.date(2020, 1, 2)])),
                "delisting_date": calendar[last]
                if last < len(calendar) and draw(st.booleans())
                else None,
                "successor": draw(st.sampled_from([None, None, *names])),
            }
        )
    if draw(st.booleans()):  # a ticker used again
        name = draw(st.sampled_from(names))
        tables["securities"].append(
            {**tables["securities"][names.index(name)], "valid_from": SESSIONS[5],
             "listing_date": SESSIONS[5], "name": "other", "delisting_date": None}
        )  # fmt: skip
    some_day, some_name = st.sampled_from(SESSIONS), st.sampled_from(names)
    tables["corporate_actions"] = [
        {
            "symbol": draw(some_name),
            "ex_date": draw(some_day),
            "sequence": number + 1,
            "type": draw(
                st.sampled_from(["split", "bonus", "rights", "merger", "bankruptcy", "spin_off"])
            ),
            "ratio": draw(st.sampled_from([0.5, 2.0, 3.0])),
            "price": draw(st.sampled_from([None, 4.0])),
            "other_symbol": draw(some_name),
        }
        for number in range(draw(st.integers(0, 2)))
    ]
    tables["dividends"] = [
        {
            "symbol": draw(some_name),
            "ex_date": draw(some_day),
            "sequence": number + 1,
            "kind": draw(st.sampled_from(["ordinary", "special"])),
            "amount": draw(st.sampled_from([0.5, 1.0])),
        }
        for number in range(draw(st.integers(0, 2)))
    ]
    tables["holdings"] = [
        {"symbol": name, "date": SESSIONS[0], "holder": "h", "shares": draw(st.sampled_from([0, 100, 400])),
         "holder_kind": draw(st.sampled_from(["treasury", "founders", "others"]))}
        for name in names
    ]  # fmt: skip
    tables["designations"] = [
        {"symbol": draw(some_name), "from": draw(some_day), "kind": "halted", "to": None}
        for _ in range(draw(st.integers(0, 1)))
    ]
    tables["fx"] = [
        {"date": day, "from_currency": "USD", "to_currency": "KRW", "rate": 1000.0 + 10 * number}
        for number, day in enumerate(DAYS)
    ]
    assume(tables["daily"])
    return {name: rows for name, rows in tables.items() if rows}, complete


def _table(rows: list[dict[str, Any]]) -> Any:
    """Rows as a table, without the columns in which nothing is said."""
    stated = {name for row in rows for name, value in row.items() if value is not None}
    return table_of([{k: v for k, v in row.items() if k in stated} for row in rows])


def in_memory(tables: dict[str, list[dict[str, Any]]], complete: bool) -> ic.Market:
    made = {name: _table(rows) for name, rows in tables.items()}
    return ic.Market.from_tables(complete=complete, facts={"currency": "KRW"}, **made)


def computed(rule: ic.Methodology, over: ic.Market, **more: Any) -> ic.Run | list[str]:
    """A run, or the codes it is refused with; within the time of a hang, and finite."""
    try:
        with bounded():
            run = ic.compute(rule, over, returns=["pr", "tr"], **more)
    except DataError as refused:
        return sorted({item.code for item in refused.diagnostics})
    for table in (run.levels, run.constituents, run.reviews, run.events, run.decisions):
        for column in table.columns:
            if str(column.type) == "double":
                values = [value for value in column.to_pylist() if value is not None]
                assert all(math.isfinite(value) for value in values)
    return run


def levels(result: ic.Run | list[str]) -> Any:
    return result if isinstance(result, list) else result.levels.to_pylist()


WAYS = ("parquet", "csv", "later start", "live")


@settings(max_examples=tries(1_000, 60))
@given(
    made=markets(),
    number=st.integers(0, len(RULES) - 1),
    way=st.sampled_from(WAYS),
    data=st.data(),
)
def test_one_result_by_every_way(
    made: tuple[dict[str, list[dict[str, Any]]], bool], number: int, way: str, data: st.DataObject
) -> None:
    tables, complete = made
    assume(not (complete and way == "csv"))  # files do not say it
    warnings.simplefilter("ignore", FindingsWarning)
    rule = ic.Methodology.from_text(RULES[number], "test.yaml")
    over = in_memory(tables, complete)
    run = computed(rule, over)
    with tempfile.TemporaryDirectory(prefix="indexcalc-fuzz-") as place:
        folder = Path(place)
        if way == "parquet":
            check_market(over)
            kept = ic.Market.open(stored(over, folder / "parquet"))
            assert levels(computed(rule, kept)) == levels(run)
        elif way == "csv":
            assert levels(computed(rule, _through_csv(tables, folder))) == levels(run)
        elif isinstance(run, list):
            return
        elif way == "later start":
            start = data.draw(st.sampled_from(run.levels.column("date").to_pylist()))
            part = computed(rule, over, start=start)
            assert levels(part) == [row for row in run.levels.to_pylist() if row["date"] >= start]
        else:
            _live(rule, tables, complete, run, data, folder)


def _through_csv(tables: dict[str, list[dict[str, Any]]], folder: Path) -> ic.Market:
    imported = []
    for name, rows in tables.items():
        path = folder / f"{name}.csv"
        pa_csv.write_csv(_table(rows), path)
        imported.append(read_file(path, Options(into=name)))
    merge(folder / "csv", imported)
    over = ic.Market.open(folder / "csv")
    over.facts["currency"] = "KRW"
    return over


def _live(
    rule: ic.Methodology,
    tables: dict[str, list[dict[str, Any]]],
    complete: bool,
    run: ic.Run,
    data: st.DataObject,
    folder: Path,
) -> None:
    """From a state saved on some day on: the same levels, or a refusal with a code."""
    days = run.levels.column("date").to_pylist()
    until = data.draw(st.sampled_from(days))
    early = {**tables, "daily": [row for row in tables["daily"] if row["date"] <= until]}
    expected = {row["date"]: row["level"] for row in run.levels.to_pylist()}
    with suppress(IndexcalcError), bounded():
        ic.Live.begin(rule, in_memory(early, complete)).save(folder / "state")
        live = ic.Live.resume(folder / "state", rule, in_memory(tables, complete))
        for session in live.advance():
            assert session["test"].level == expected[session.date], session.date


CHANGES = {
    "daily": ("close", "shares_outstanding"),
    "dividends": ("amount",),
    "holdings": ("shares",),
    "corporate_actions": ("ratio",),
    "fx": ("rate",),
}


@settings(max_examples=tries(500, 25))
@given(made=markets(), data=st.data())
def test_a_changed_value_shows(
    made: tuple[dict[str, list[dict[str, Any]]], bool], data: st.DataObject
) -> None:
    """In the levels or in the hash of its table: no change of the data leaves the manifest as it was."""
    tables, complete = made
    warnings.simplefilter("ignore", FindingsWarning)
    rule = ic.Methodology.from_text(RULES[0], "test.yaml")
    name = data.draw(st.sampled_from([name for name in CHANGES if name in tables]))
    place = data.draw(st.integers(0, len(tables[name]) - 1))
    column = data.draw(st.sampled_from(CHANGES[name]))
    rows = [dict(row) for row in tables[name]]
    rows[place][column] = (rows[place][column] or 1) * 2 + 1
    before = computed(rule, in_memory(tables, complete))
    after = computed(rule, in_memory({**tables, name: rows}, complete))
    if isinstance(before, list) or isinstance(after, list):
        return
    assert before.manifest["market"] != after.manifest["market"]
    if name == "daily" and column == "close" and arrow.floats(before.levels.column("level")).size:
        moved = before.levels.to_pylist() != after.levels.to_pylist()
        told = {(d.code, d.where) for d in before.diagnostics} != {
            (d.code, d.where) for d in after.diagnostics
        }
        held = {
            row["date"]
            for row in before.composition.to_pylist()
            if row["symbol"].split("~")[0] == rows[place]["symbol"]
        }
        if rows[place]["date"] in held and rows[place]["volume"]:
            assert moved or told
