"""Files of following days merged as one: what comes of it is what came of them one by one."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any, Literal
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexcalc.diagnostics import ImportRefused
from indexcalc.market import arrow, store
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.importers.imported import Imported, Observed
from indexcalc.market.merging import merge as module
from indexcalc.market.merging.joined_files import joined
from indexcalc.market.merging.merge import merge

FIRST = day_number(dt.date(2024, 1, 1))
Line = tuple[str, float | None, str | None]


def file_of(name: str, day: int, lines: list[Line], **said: Any) -> Imported:
    """A day's file: of each line its symbol, close and name."""
    symbols = arrow.from_texts(symbol for symbol, _, _ in lines)
    days = arrow.from_days([FIRST + day] * len(lines))
    closes = [float("nan") if close is None else close for _, close, _ in lines]
    daily = arrow.table(
        {
            "date": days,
            "symbol": symbols,
            "close": arrow.from_floats(closes, nan_is_null=True),
            "shares_outstanding": arrow.from_ints([10] * len(lines)),
        }
    )
    seen = arrow.table(
        {
            "symbol": symbols,
            "valid_from": days,
            "name": arrow.from_texts(name for _, _, name in lines),
        }
    )
    return Imported(name, "x", {"daily": daily}, [Observed("securities", seen)], **said)


def rows_of(market: Path) -> dict[str, list[dict[str, Any]]]:
    """Every table of a market as its rows."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for item in store.read_contents(market).files:
        tables.setdefault(item.table, []).extend(
            store.open_parquet(market / item.name).read().to_pylist()
        )
    return tables


def outcome(market: Path, files: list[Imported], on_conflict: Any) -> Any:
    """What a merge says, and what the market holds afterwards."""
    try:
        said: Any = merge(market, files, on_conflict)
    except ImportRefused as refused:
        said = refused.diagnostics
    return said, rows_of(market) if (market / "market.json").exists() else None


def test_following_days_are_one_file(tmp_path: Path) -> None:
    files = [
        file_of("a", 0, [("B", 2.0, "Bee"), ("A", 1.0, "Ay")]),
        file_of("b", 1, [("A", 1.5, "Ay"), ("B", 2.0, "Be"), ("C", 3.0, None)]),
        file_of("c", 3, [("B", 2.5, "Be")]),
    ]
    assert joined(files) is not None
    report = merge(tmp_path, files)
    assert report.notes == [
        f"securities: {known} of {n} row{chr(115) * (n != 1)} as known already"
        for known, n in ((0, 2), (2, 3), (1, 1))
    ]
    tables = rows_of(tmp_path)
    assert [(r["symbol"], r["valid_from"].day, r["name"]) for r in tables["securities"]] == [
        ("A", 1, "Ay"),
        ("B", 1, "Bee"),
        ("B", 2, "Be"),
    ]
    assert [(r["date"].day, r["symbol"], r["close"]) for r in tables["daily"]] == [
        (1, "A", 1.0),
        (1, "B", 2.0),
        (2, "A", 1.5),
        (2, "B", 2.0),
        (2, "C", 3.0),
        (4, "B", 2.5),
    ]


def test_a_finding_names_its_file(tmp_path: Path) -> None:
    merge(tmp_path, file_of("old", 1, [("A", 1.0, "Ay")]))
    files = [file_of("a", 0, [("A", 9.0, "Ay")]), file_of("b", 1, [("A", 1.0, "Eh")])]
    assert joined(files) is not None
    with pytest.raises(ImportRefused) as caught:
        merge(tmp_path, files)
    assert [(item.code, item.path) for item in caught.value.diagnostics] == [("IMP009", "b")]
    bad = [file_of("a", 2, [("A", 9.0, "Ay")]), file_of("b", 3, [("A", -1.0, "Ay")])]
    with pytest.raises(ImportRefused) as caught:
        merge(tmp_path, bad)
    assert [(item.code, item.path) for item in caught.value.diagnostics] == [("DAT006", "b")]


@pytest.mark.parametrize(
    "files",
    [
        [file_of("a", 0, [("A", 1.0, "Ay")])],
        [file_of("b", 1, [("A", 1.0, "Ay")]), file_of("a", 0, [("A", 1.0, "Ay")])],
        [file_of("a", 0, [("A", 1.0, "Ay")]), file_of("b", 0, [("B", 1.0, "Bee")])],
        [file_of("a", 0, [("A", 1.0, "Ay")]), file_of("b", 1, [("A", 1.0, "Ay")], facts={"x": 1})],
        [file_of("a", 0, [("A", 1.0, "Ay")]), file_of("b", 1, [])],
    ],
    ids=["one", "descending", "same day", "other facts", "no row"],
)
def test_what_stays_apart(files: list[Imported]) -> None:
    assert joined(files) is None


lines = st.lists(
    st.tuples(
        st.sampled_from("ABC"), st.sampled_from([None, 1.0, 2.0]), st.sampled_from([None, "x", "y"])
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda line: line[0],
)


@settings(max_examples=60, deadline=None)
@given(
    before=st.lists(st.tuples(st.integers(0, 5), lines), max_size=3),
    new=st.lists(st.tuples(st.integers(0, 5), lines), min_size=2, max_size=4),
    on_conflict=st.sampled_from(["refuse", "keep", "replace"]),
)
def test_as_one_or_one_by_one(
    before: list[tuple[int, list[Line]]],
    new: list[tuple[int, list[Line]]],
    on_conflict: Literal["refuse", "keep", "replace"],
) -> None:
    files = [file_of(f"new{at}", day, rows) for at, (day, rows) in enumerate(new)]
    with tempfile.TemporaryDirectory() as folder:
        markets = [Path(folder) / name for name in ("one", "apart")]
        for market in markets:
            for at, (day, rows) in enumerate(before):
                merge(market, file_of(f"before{at}", day, rows), "keep")
        one = outcome(markets[0], files, on_conflict)
        with mock.patch.object(module, "joined", return_value=None):
            apart = outcome(markets[1], files, on_conflict)
        shown = str(apart).replace(str(markets[1]), str(markets[0]))
        assert str(one) == shown
