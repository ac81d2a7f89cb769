"""`make bench`: one index from one Parquet file, beside pandas, polars, duckdb, bt and bare NumPy."""

from __future__ import annotations

from benchmarks.machine import machine
from benchmarks.one_index.contest import run


def test_thirty_years_of_2500_lines(capsys):
    """What the README quotes; the contestants that take a minute run once."""
    with capsys.disabled():
        print(f"\n{machine()}")
        medians = run(2500, 30.0, 5, everyone=True)
    assert medians["naive_pandas"] > medians["indexcalc"]
