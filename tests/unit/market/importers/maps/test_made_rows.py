"""Rows of a file that say a thing twice, say two things of one key, or what no table can hold."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.diagnostics import Diagnostic, ImportRefused
from indexcalc.market import arrow
from indexcalc.market.importers.formats import read_file
from indexcalc.market.importers.imported import Options
from indexcalc.market.importers.maps.made_rows import repeated_rows
from indexcalc.market.tables import TABLES
from tests.unit.market.importers.maps.files_and_maps import read, rows

BY_DAY = "table: float_factors\ncolumns: {symbol: S, effective_date: D, float_factor: F}\n"
ONE_DAY = (
    "table: float_factors\ncolumns: {symbol: S, float_factor: F}\n"
    "constants: {effective_date: 2024-01-02}\n"
)


def findings(tmp_path: Path, data: str, text: str) -> list[Diagnostic]:
    with pytest.raises(ImportRefused) as refused:
        read(tmp_path, data, text)
    return list(refused.value.diagnostics)


def test_equal_rows_are_one(tmp_path: Path) -> None:
    """A file with a row for each day, of which the map takes no day."""
    data = "D,S,F\n2024-01-02,A,0.4\n2024-01-02,B,\n2024-01-03,A,0.4\n2024-01-03,C,0.5\n"
    result = read(tmp_path, data.replace("B,", "B,0.3"), ONE_DAY)
    made = [(row["symbol"], row["float_factor"]) for row in rows(result, "float_factors")]
    assert made == [("A", 0.4), ("B", 0.3), ("C", 0.5)]
    assert [(note.text, note.count) for note in result.notes if note.kind == "dropped"] == [
        ("rows that say again what another says", 1)
    ]


def test_two_values_of_a_day_that_python_does_not_have_are_told(tmp_path: Path) -> None:
    """A day of a damaged Parquet file; a search found the traceback it was."""
    day = pa.array([-1_000_000, -1_000_000], pa.int32()).cast(pa.date32())
    table = pa.table({"symbol": ["A", "A"], "effective_date": day, "float_factor": [0.4, 0.5]})
    pq.write_table(table, tmp_path / "float_factors.parquet")
    with pytest.raises(ImportRefused) as refused:
        read_file(tmp_path / "float_factors.parquet", Options(into="float_factors"))
    assert [found.code for found in refused.value.diagnostics] == ["DAT004"]


def test_two_values_of_one_key_are_told_with_their_lines(tmp_path: Path) -> None:
    data = "D,S,F\n2024-01-02,A,0.4\n2024-01-02,B,0.3\n2024-01-03,A,0.5\n"
    (found,) = findings(tmp_path, data, ONE_DAY)
    assert found.code == "DAT004"
    assert (
        found.message == "float_factors has A 2024-01-02 twice, with another float_factor on line 2"
    )
    assert found.span is not None
    assert found.span.line == 4
    assert "map the column that tells these rows apart" in found.hint
    assert "`where` or `except`" in found.hint


def test_of_many_the_first_are_listed(tmp_path: Path) -> None:
    data = "D,S,F\n" + "".join(f"2024-01-02,A,0.{n}\n" for n in range(100, 130))
    found = findings(tmp_path, data, ONE_DAY)
    assert len(found) == 21
    assert any("29 of these in all; the first 20 are listed" in item.message for item in found)


def test_a_number_out_of_bounds_is_told_at_its_cell(tmp_path: Path) -> None:
    data = "D,S,F\n2024-01-02,A,0.4\n2024-01-02,B,45\n"
    (found,) = findings(tmp_path, data, BY_DAY)
    assert found.code == "DAT006"
    assert found.message == "float_factor is 45: not finite or below 0 or above 1"
    assert found.span is not None
    assert (found.span.line, found.span.column, found.span.length) == (3, 14, 2)
    assert "in a map: `float_factor: {column: F, percent: true}`" in found.hint


def test_rows_that_are_left_out_may_hold_anything(tmp_path: Path) -> None:
    data = "D,S,F\n2024-01-02,A,0.4\n2024-01-02,total,45\n"
    result = read(tmp_path, data, BY_DAY + "except: {S: total}\n")
    assert len(rows(result, "float_factors")) == 1


def test_nulls_are_equal_to_nulls() -> None:
    table = arrow.table(
        {
            "symbol": arrow.from_texts(["A", "B", "A", "B"]),
            "effective_date": arrow.from_days([1, 1, 1, 1]),
            "float_factor": arrow.from_floats([0.5, 0.5, 0.5, 0.5]),
            "source": arrow.from_texts([None, None, None, "x"]),
        }
    )
    found = repeated_rows(TABLES["float_factors"], table)
    assert found.again.tolist() == [False, False, True, False]
    assert found.others == [(1, 3, "source")]
