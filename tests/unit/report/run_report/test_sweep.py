"""The section on a sweep of caps, from the files of a small one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import indexcalc as ic
from indexcalc.diagnostics import RunError
from indexcalc.report.run_report.sweep import read_sweep
from indexcalc.report.sweep_files import publish_sweep
from tests.unit.analysis.sweep.test_simulate_caps import RULE, three

DAYS = [dt.date(2024, 1, 2), dt.date(2024, 1, 3)]


def written(folder: Path, caps: list[str], rows: list[dict[str, object]]) -> Path:
    """A sweep with these rows as its summary and two sessions a cap, in the folder of a small one."""
    rule = ic.Methodology.from_text(RULE)
    publish_sweep(ic.simulate_caps(rule, three(), caps=["50%"]), folder)
    pq.write_table(pa.Table.from_pylist(rows), folder / "summary.parquet")
    levels = [
        {"cap": cap, "date": day, "level": 100.0 + at, "largest_weight": 0.3}
        for at, cap in enumerate(caps)
        for day in DAYS
    ]
    table = pa.Table.from_pylist(levels)
    schema = table.schema.set(1, pa.field("date", pa.date32()))
    pq.write_table(table.cast(schema), folder / "levels.parquet")
    return folder


def row(cap: str, limit: float | None, bound: int, difference: float) -> dict[str, object]:
    return {
        "cap": cap,
        "limit": limit,
        "level_last": 100.0,
        "feasible": True,
        "reviews": 16,
        "reviews_capped": bound,
        "sessions_above_limit": 764,
        "annual_return": 0.0382,
        "tracking_error": 0.0045,
        "tracking_difference": difference,
    }


def test_the_loosest_cap_that_bound_and_the_tightest_are_told(tmp_path: Path) -> None:
    rows = [
        row("10%", 0.10, 16, -0.0085),
        row("30%", 0.30, 10, 0.0002),
        row("40%", 0.40, 0, 0.0),
        row("none", None, 0, 0.0),
    ]
    sweep = read_sweep(written(tmp_path, ["10%", "30%", "40%", "none"], rows))
    loose, tight = (text.en for text in sweep.sentences)
    assert loose == (
        "The 30\u00a0% cap bound at 10 of 16 reviews and cost nothing (+0.02 points a year, tracking "
        "error 0.45\u00a0%); the largest name still stood above it on 764 sessions, because weights drift."
    )
    assert tight.startswith(
        "The 10\u00a0% cap bound at 16 of 16 reviews and lowered the return (−0.85"
    )
    assert not sweep.synthetic


def test_a_difference_has_its_sign_and_zero_none(tmp_path: Path) -> None:
    rows = [row("30%", 0.30, 10, 0.0002), row("40%", 0.40, 0, 0.00001), row("none", None, 0, -0.01)]
    sweep = read_sweep(written(tmp_path, ["30%", "40%", "none"], rows))
    at = [title.en for title in sweep.head].index("Difference a year")
    assert [cells[at] for cells in sweep.rows] == ["+0.02\u00a0%", "0.00\u00a0%", "−1.00\u00a0%"]


def test_at_most_six_lines_the_first_and_the_last_among_them(tmp_path: Path) -> None:
    caps = [f"{number}%" for number in range(10, 20)]
    rows = [row(cap, 0.1, 1, 0.0) for cap in caps]
    sweep = read_sweep(written(tmp_path, caps, rows))
    # The first, the last, the middle of each widest gap.
    assert list(sweep.levels) == ["10%", "11%", "12%", "14%", "16%", "19%"]
    assert sweep.sentences[-1].en == (
        "The table has every cap; the pictures leave out 13\u00a0%, 15\u00a0%, 17\u00a0%, 18\u00a0%."
    )
    assert sweep.levels["19%"].tolist() == [109.0, 109.0]
    assert len(sweep.rows) == 10


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path, ["none"], [row("none", None, 0, 0.0)])
    (folder / "levels.parquet").unlink()
    with pytest.raises(RunError, match="RUN003"):
        read_sweep(folder)
