"""Tables as CSV: safe to open in a spreadsheet."""

from __future__ import annotations

import csv

import pyarrow as pa
import pytest

from indexcalc.report.tables import csv_text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_text_that_looks_like_a_formula_is_told_apart(text: str) -> None:
    table = pa.table({"symbol": ["A"], "name": [text], "move": [-1.5], text: ["plain = text"]})
    head, row = csv.reader(csv_text(table).splitlines())
    assert head[3] == f"'{text}"
    assert row == ["A", f"'{text}", "-1.5", "plain = text"]
