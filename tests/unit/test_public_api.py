"""The public face: names, lazy imports, and what the examples of the README do."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.diagnostics import DataError, Findings, UsageError
from indexcalc.review.data.assumptions import check_assumed
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market


def test_every_public_name_is_there_and_is_its_own() -> None:
    assert sorted(ic.__all__) == list(ic.__dir__()) == sorted(dir(ic))
    for name in ic.__all__:
        assert getattr(ic, name) is not None
    assert "compute" in ic.__all__
    assert len(ic.__all__) <= 30
    with pytest.raises(AttributeError, match="no attribute 'comput'"):
        _ = ic.comput  # type: ignore[attr-defined]


def test_names_come_from_the_module_they_are_listed_with() -> None:
    for name, home in ic._HOME.items():
        assert getattr(import_module(home), name) is getattr(ic, name)


def _loaded(code: str) -> set[str]:
    """Which of the heavy packages a fresh interpreter has after running ``code``."""
    asked = (
        "import sys\n"
        + code
        + (
            "\nprint(*(name for name in ('numpy', 'pyarrow', 'yaml', 'pandas', 'click') "
            "if name in sys.modules), file=sys.stderr)"
        )
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={"PYTHONPATH": ":".join(path or "." for path in sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert _loaded("import indexcalc; dir(indexcalc)") == set()


# What a computation may need, and most do without: loaded where it is used.
NOT_ALWAYS = {
    "difflib",
    "gzip",
    "html",
    "importlib.metadata",
    "pandas",
    "pyarrow.compute",
    "tempfile",
    "indexcalc.calculation.compute_overlays",
    "indexcalc.codes.imp",
    "indexcalc.weighting.caps.caps",
    "indexcalc.weighting.caps.nested",
}


def test_importing_what_computes_loads_no_more_than_every_computation_needs() -> None:
    code = (
        "import sys, indexcalc.calculation.compute, indexcalc.calculation.run.publish\n"
        f"print(*({NOT_ALWAYS!r} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(path or "." for path in sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []


def test_a_computation_loads_no_pandas() -> None:
    code = """
import indexcalc as ic
from tests.unit.calculation import small
over = small.market(small.line("A", [100, 110]), dividends=[small.dividend("A", 1, 1)],
                    corporate_actions=[small.action("A", 1, "bonus", ratio=2)])
run = small.run(small.CAP, over, returns=["pr", "tr"])
assert run.weights("2024-01-03").num_rows == 1
run.levels.to_pylist(), run.events.to_pylist()
"""
    loaded = _loaded(code)
    assert "pandas" not in loaded
    assert {"numpy", "pyarrow"} <= loaded


def test_compute_takes_dates_as_text_or_dates() -> None:
    over = market(line("A", [100, 110, 121]))
    texts = ic.compute(small.rule(small.CAP), over, start="2024-01-03", end="2024-01-04")
    dates = ic.compute(small.rule(small.CAP), over, start=small.day(1), end=small.day(2))
    assert texts.levels.equals(dates.levels)
    assert texts.levels.num_rows == 2


def test_weights_are_opening_weights() -> None:
    """Fixed before the session opens, at base prices: the close of the day has no part in them."""
    run = small.run(small.CAP, market(line("A", [100, 300]), line("B", [100, 100], 3000)))
    table = run.weights("2024-01-03")
    assert table.column_names == ["symbol", "weight"]
    assert table.to_pylist() == [
        {"symbol": "A", "weight": 0.25},
        {"symbol": "B", "weight": 0.75},
    ]


def test_tables_of_a_run_have_the_designed_columns() -> None:
    run = small.run(small.CAP, market(line("A", [100, 110])), returns=["pr", "tr"])
    assert run.levels.column_names == [
        *("date", "level", "level_published", "level_tr", "divisor"),
        *("market_value", "constituents", "status"),
    ]
    assert run.constituents.column_names == [
        *("effective_date", "symbol", "name", "shares", "float_factor", "capping_factor"),
        *("inclusion_factor", "index_shares", "price", "market_value", "weight", "change"),
    ]
    assert run.reviews.column_names == [
        *("effective_date", "announcement_date", "cutoff_date", "kind", "constituents", "added"),
        *("removed", "one_way_turnover", "capped", "largest_weight", "effective_number"),
    ]
    assert run.decisions.column_names == [
        *("effective_date", "symbol", "step", "outcome", "observed", "threshold", "detail"),
        *("rule_path", "rule_line", "code"),
    ]
    assert run.events.column_names == [
        *("date", "symbol", "event", "before", "after", "divisor_before", "divisor_after"),
        "reason",
    ]
    assert run.composition.column_names == [
        *("date", "symbol", "base_price", "close", "index_shares", "weight", "divisor")
    ]


def test_anything_with_an_arrow_stream_is_a_table() -> None:
    class Stream:
        def __init__(self, table: Any) -> None:
            self.table = table

        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return self.table.__arrow_c_stream__(requested_schema)

    plain = market(line("A", [100, 110]))
    (daily,) = plain.daily_sources()
    sessions = plain.table("sessions")
    wrapped = ic.Market.from_tables(daily=Stream(daily), sessions=sessions, complete=True)
    one, two = (ic.compute(small.rule(small.CAP), over) for over in (plain, wrapped))
    assert one.levels.equals(two.levels)
    with pytest.raises(TypeError, match="dailies is no table: daily, "):
        ic.Market.from_tables(dailies=daily)
    with pytest.raises(TypeError, match="is not Arrow data"):
        ic.Market.from_tables(daily={"date": []})


def test_a_market_without_prices_is_a_data_error() -> None:
    over = ic.Market.from_tables(
        securities=small.table_of([{"symbol": "A", "name": "a"}]), complete=True
    )
    with pytest.raises(DataError, match=r"DAT001.*no table daily") as refused:
        ic.compute(small.rule(small.CAP), over)
    assert refused.value.exit_code == 3


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("close", 0.0, "DAT006"),
        ("close", -1.0, "DAT006"),
        ("close", float("nan"), "DAT006"),
        ("close", float("inf"), "DAT006"),
        ("base_price", -5.0, "DAT006"),
        ("base_price", float("inf"), "DAT006"),
        ("shares_outstanding", -1, "DAT006"),
        ("shares_outstanding", None, "DAT005"),
        ("date", None, "DAT005"),
        ("symbol", None, "DAT005"),
        ("volume", -1, "DAT006"),
    ],
)
def test_bad_rows_are_refused_with_their_place(column: str, value: Any, code: str) -> None:
    rows = [*line("A", [100, 110], base={1: 105}), *line("B", [100, 110])]
    rows[1][column] = value
    with pytest.raises(DataError) as refused:
        ic.Market.from_tables(daily=_with_nan(rows, column, value))
    (found,) = refused.value.diagnostics
    assert found.code == code
    assert found.where
    assert column in found.message + found.where


def _with_nan(rows: list[dict[str, Any]], column: str, value: Any) -> Any:
    """The rows as a table; a NaN stays a NaN and is no null."""
    import pyarrow as pa

    table = small.table_of(rows)
    if isinstance(value, float) and np.isnan(value):
        at = table.column_names.index(column)
        values = [row[column] for row in rows]
        table = table.set_column(at, column, pa.array(values, pa.float64(), from_pandas=False))
    return table


def test_a_null_close_is_a_halt_and_no_mistake() -> None:
    run = small.run(small.CAP, market(line("A", [100, None, 110]), line("B", [100] * 3)))
    assert small.levels(run) == [1000, 1000, 1050]


def test_rows_twice_are_refused() -> None:
    rows = [*line("A", [100, 110]), *line("A", [100])]
    with pytest.raises(DataError, match=r"DAT004.*") as refused:
        market(rows)
    (found,) = refused.value.diagnostics
    assert "A" in found.where + found.message
    assert "2024-01-02" in found.where + found.message


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"float_factor": "all"}, "`all` is not a share"),
        ({"float_factor": "2"}, "a bare `2` is not a share"),
        ({"float_factor": "-0.5"}, "is negative"),
        ({"listing_date": "2020-13-01"}, "is no date"),
        ({"shares_outstanding": "many"}, "is no number"),
        ({"style": "110% of exisitng"}, "exisitng"),
    ],
)
def test_an_assumption_that_cannot_be_read_is_told(said: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match="CAL019") as refused:
        small.run(small.CAP, market(line("A", [100])), assume=said)
    assert told in str(refused.value)


@pytest.mark.parametrize("value", ["1", "0.3", "30%", "1/3"])
def test_a_float_factor_is_assumed_as_a_share(value: str) -> None:
    findings = Findings()
    check_assumed(
        {"float_factor": value, "style": "growth", "listing_date": "2001-05-30"}, findings
    )
    assert findings.items == []


def test_assumptions_that_do_not_exist_are_told() -> None:
    with pytest.raises(UsageError, match="CAL003"):
        small.run(small.CAP, market(line("A", [100])), assume={"missing_row": "maybe"})
