"""Tables and records as files: safe to open in a spreadsheet, and no number that is none."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import indexcalc
from indexcalc.report.tables import SUFFIXES, csv_text, json_text, write_table, write_tables


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_text_that_looks_like_a_formula_is_told_apart(text: str) -> None:
    table = pa.table({"symbol": ["A"], "name": [text], "move": [-1.5], text: ["plain = text"]})
    head, row = csv.reader(csv_text(table).splitlines())
    assert head[3] == f"'{text}"
    assert row == ["A", f"'{text}", "-1.5", "plain = text"]


NOT_FINITE = (math.nan, math.inf, -math.inf, None, 1.5)


def strict(text: str) -> Any:
    """JSON as a reader of another language takes it: NaN and Infinity are no numbers."""

    def refuse(word: str) -> Any:
        raise ValueError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_nan_and_no_infinity_is_written(suffix: str, tmp_path: Path) -> None:
    table = pa.table({"symbol": list("ABCDE"), "value": pa.array(NOT_FINITE, pa.float64())})
    path = tmp_path / f"t{suffix}"
    write_table(path, table)
    write_tables(tmp_path / "many", {"t": table})
    expected = [None, None, None, None, 1.5]
    assert pq.ParquetFile(tmp_path / "many" / "t.parquet").read()["value"].to_pylist() == expected
    if suffix == ".parquet":
        assert pq.ParquetFile(path).read()["value"].to_pylist() == expected
    elif suffix == ".csv":
        assert path.read_text() == "symbol,value\nA,\nB,\nC,\nD,\nE,1.5\n"
    else:
        assert [row["value"] for row in strict(path.read_text())] == expected


def test_a_folder_with_a_colon_is_no_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table = pa.table({"value": [1.5]})
    write_tables(Path("cap:ten"), {"t": table})
    write_table(Path("cap:ten/one.parquet"), table)
    for name in ("t", "one"):
        assert pq.ParquetFile(tmp_path / "cap:ten" / f"{name}.parquet").read().equals(table)


def test_a_record_is_json_for_every_reader() -> None:
    record = {"day": dt.date(2024, 1, 2), "rows": [{"value": value} for value in NOT_FINITE]}
    expected = [{"value": value} for value in (None, None, None, None, 1.5)]
    record["pair"] = (math.inf, {"inside": math.nan})
    assert strict(json_text(record)) == {
        "day": "2024-01-02",
        "rows": expected,
        "pair": [None, {"inside": None}],
    }


def test_every_verb_writes_json_through_it() -> None:
    verbs = Path(indexcalc.__file__).parent / "cli"
    writers = [
        path.name for path in verbs.rglob("*.py") if "json.dumps(" in path.read_text("utf-8")
    ]
    assert writers == ["demo.py"]  # to compare two sets of facts
