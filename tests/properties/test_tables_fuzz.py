"""Markets damaged at random, in memory and as files: told or computed, never a traceback.

`INDEXCALC_HYPOTHESIS=thorough` runs a thousand of each; the default is short.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import indexcalc as ic
from indexcalc.market import arrow
from indexcalc.market.checks.check import check_market
from indexcalc.market.importers.formats import read_file
from indexcalc.market.importers.imported import Options
from indexcalc.market.merging.merge import merge
from tests.properties.fuzz import bounded, tries
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

RULES = [
    small.rule(small.CAP + "returns: {kinds: [gross]}\n"),
    small.rule(small.GIVEN + "weighting: {scheme: equal}\n"),
    small.rule(
        small.CAP.replace(
            "symbol: {not_in: []}", "security_type: stock, designation: {none_of: [halted]}"
        )
    ),
]


def sound() -> dict[str, pa.Table]:
    """The tables of a market in which everything occurs once."""
    day = small.day
    over = market(
        line("A", [100.0, 110, 130, 128, 131], base={1: 100.0}, volume={2: 0}),
        line("B", [30.0, 31, 29, 15, 14], [3000, 3000, 3000, 6000, 6000]),
        line("C", [10.0, 11, 12]),
        securities=[
            {
                "symbol": name,
                "valid_from": day(0),
                "security_type": "stock",
                "currency": money,
                "listing_date": day(0),
                "delisting_date": day(3) if name == "C" else None,
                "name": name,
            }
            for name, money in (("A", "KRW"), ("B", "USD"), ("C", "KRW"))
        ],
        corporate_actions=[
            small.action("B", 3, "split", ratio=2.0),
            small.action("C", 3, "merger", ratio=0.5, other_symbol="A", final_price=12.0),
        ],
        dividends=[small.dividend("A", 2, 1.5)],
        designations=[{"symbol": "A", "from": day(2), "kind": "halted", "to": day(3)}],
        memberships=small.given("A", "B"),
        fx=[
            {
                "date": day(number),
                "from_currency": "USD",
                "to_currency": "KRW",
                "rate": 1300.0 + number,
            }
            for number in range(5)
        ],
        float_factors=[{"symbol": "A", "effective_date": day(0), "float_factor": 0.5}],
    )
    tables: dict[str, pa.Table] = {}
    for name in over.names:
        tables[name] = over.daily_sources()[0] if name == "daily" else over.table(name)
    return tables


TABLES = sound()
NUMBERS = (0.0, -1.0, 1e-300, 1e300, -1e300, float("nan"), float("inf"), 2.0**63, 1e18, 0.1, 1e-9)
TEXTS = (
    "",
    " ",
    "A ",
    "a\nb",
    "\x00",
    "KRW",
    "B",
    "=1+1",
    "가",
    "merger",
    "spin_off",
    "9" * 300,
    "2024-01-03",
)
DAYS = (-1_000_000, -719_162, 0, 19_724, 19_725, 47_482, 2_932_896, 2**31 - 1)
CASTS = (
    "string",
    "large_string",
    "string_view",
    "int64",
    "int8",
    "float64",
    "float16",
    "bool_",
    "date32",
    "date64",
    "null",
)


def cast(column: Any, kind: str) -> Any:
    """A column as another type; where Arrow cannot, text of it."""
    wanted = getattr(pa, kind)()
    plain = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    try:
        return plain.cast(wanted, safe=False)
    except (pa.ArrowException, ValueError):
        return pa.nulls(len(column), wanted) if kind == "null" else plain


def with_cell(column: Any, row: int, draw: Callable[[Any], Any]) -> Any:
    """A column with one cell changed to something of its type."""
    plain = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    values = plain.combine_chunks() if isinstance(plain, pa.ChunkedArray) else plain
    kind = values.type
    if pa.types.is_date32(kind):
        cell = pa.array([draw(st.sampled_from((*DAYS, None)))], pa.int32()).cast(kind)
    elif pa.types.is_floating(kind):
        cell = pa.array([draw(st.sampled_from((*NUMBERS, None)))], kind)
    elif pa.types.is_integer(kind):
        cell = pa.array([draw(st.sampled_from((0, -1, 1, 2**62, -(2**63), 2**63 - 1, None)))], kind)
    else:
        cell = pa.array([draw(st.sampled_from((*TEXTS, None)))], pa.string()).cast(kind)
    return pa.concat_arrays([values.slice(0, row), cell, values.slice(row + 1)])


@st.composite
def damaged(draw: Any) -> dict[str, pa.Table]:
    """The sound market with one to three faults."""
    tables = dict(TABLES)
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(tables)))
        table = tables[name]
        if not table.num_columns:
            continue
        column = draw(st.sampled_from(table.column_names))
        place = table.column_names.index(column)
        what = draw(
            st.sampled_from(
                ("cell", "cell", "cell", "cast", "drop", "twice", "rows", "none", "order", "gone")
            )
        )
        if what == "cell" and table.num_rows:
            row = draw(st.integers(0, table.num_rows - 1))
            with suppress(pa.ArrowException):  # a type that cannot hold what was drawn
                table = table.set_column(place, column, with_cell(table.column(place), row, draw))
        elif what == "cast":
            table = table.set_column(
                place, column, cast(table.column(place), draw(st.sampled_from(CASTS)))
            )
        elif what == "drop":
            table = table.drop_columns([column]) if table.column_names.count(column) == 1 else table
        elif what == "twice":
            table = table.append_column(column, table.column(place))
        elif what == "rows" and table.num_rows:
            table = pa.concat_tables(
                [table, table.slice(draw(st.integers(0, table.num_rows - 1)), 1)]
            )
        elif what == "none":
            table = table.slice(0, 0)
        elif what == "order":
            rows = [table.slice(row, 1) for row in reversed(range(table.num_rows))]
            table = pa.concat_tables(rows) if rows else table
        elif what == "gone":
            del tables[name]
            continue
        tables[name] = table
    return tables


def used(over: ic.Market) -> None:
    """Check and compute: findings are fine, a traceback or a number that is none is not."""
    with np.errstate(all="ignore"), bounded():
        with suppress(ic.IndexcalcError):
            check_market(over)
        for rule in RULES:
            try:
                run = ic.compute(rule, over)
            except ic.IndexcalcError:
                continue
            for table in (
                run.levels,
                run.constituents,
                run.reviews,
                run.decisions,
                run.events,
                run.composition,
            ):
                for name in table.column_names:
                    if str(table.column(name).type) == "double":
                        null = arrow.null_mask(table.column(name))
                        assert np.isfinite(arrow.floats(table.column(name))[~null]).all(), name


QUIET = settings(
    max_examples=tries(1_000, 50),
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@QUIET
@given(damaged())
def test_tables(tables: dict[str, pa.Table]) -> None:
    try:
        over = ic.Market.from_tables(complete=True, **tables)
    except ic.IndexcalcError:
        return
    used(over)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@QUIET
@given(damaged(), st.sampled_from(("parquet", "csv", "feather")))
def test_files(tables: dict[str, pa.Table], kind: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        imported = []
        try:
            for table_name, table in tables.items():
                path = folder / f"{table_name}.{kind}"
                if not written(path, table, kind):
                    continue
                imported.append(read_file(path, Options(into=table_name)))
            merge(folder / "m", imported, "refuse")
        except ic.IndexcalcError:
            assert not list((folder / "m").glob(".*.part"))
            return
        used(ic.Market.open(folder / "m"))


def written(path: Path, table: pa.Table, kind: str) -> bool:
    """Write a table where the format can hold it."""
    try:
        if kind == "csv":
            plain = [column.cast(pa.string()) for column in table.columns]
            pa_csv.write_csv(pa.Table.from_arrays(plain, names=table.column_names), path)
        elif kind == "feather":
            with (
                pa.OSFile(str(path), "wb") as stream,
                pa.ipc.new_file(stream, table.schema) as writer,
            ):
                writer.write_table(table)
        else:
            pq.write_table(table, path)
    except (pa.ArrowException, ValueError, OverflowError):
        return False
    return True


def test_the_sound_market_is_computed_by_every_rule() -> None:
    over = ic.Market.from_tables(complete=True, **TABLES)
    assert not check_market(over).findings.errors
    for rule in RULES:
        assert ic.compute(rule, over).levels.num_rows >= 3
