"""A run written to its folder: which files, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

import indexcalc as ic
from indexcalc.calculation.run.publish import publish
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import finding
from tests.unit.calculation import level_table, small
from tests.unit.calculation.small import day, given, line, market
from tests.unit.calculation.stored import column, files_of

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"
TABLES = {
    f"{name}.parquet" for name in ("levels", "constituents", "reviews", "decisions", "events")
}


def run(last: float = 110, text: str = CAP) -> Run:
    over = market(
        line("A", [100, 100, last], 10), line("B", [50] * 3, 20), memberships=given("A", "B")
    )
    return ic.compute(small.rule(text), over)


def test_the_files_of_a_run(tmp_path: Path) -> None:
    folder = publish(run(), tmp_path)
    assert folder == tmp_path / "test"
    assert set(files_of(folder)) == TABLES | {"manifest.json"}
    assert column(folder, "levels", "level") == [1000.0, 1050.0]
    assert json.loads((folder / "manifest.json").read_text())["index"] == "test"


def test_the_composition_and_the_committee_where_there_are_any(tmp_path: Path) -> None:
    text = CAP + (
        f"committee:\n  - {{effective: {day(2)}, remove: [B], why: it is closed, ref: minutes 7}}\n"
    )
    folder = publish(run(text=text), tmp_path, composition=True)
    assert set(files_of(folder)) == TABLES | {
        "manifest.json", "composition.parquet", "committee.jsonl",
    }  # fmt: skip
    assert pq.ParquetFile(folder / "composition.parquet").metadata.num_rows == 3
    # Written again without it, the composition goes.
    publish(run(text=text), tmp_path)
    assert "composition.parquet" not in files_of(folder)


def test_a_written_level_changes_only_when_told_to(tmp_path: Path) -> None:
    folder = publish(run(), tmp_path)
    before = files_of(folder)
    with pytest.raises(ic.RunError, match="RUN001"):
        publish(run(120), tmp_path)
    assert files_of(folder) == before
    publish(run(120), tmp_path, restate=True)
    assert column(folder, "levels", "level") == [1000.0, 1100.0]
    assert "restatements.parquet" in files_of(folder)


def test_a_run_of_errors_without_a_member_is_not_written(tmp_path: Path) -> None:
    good = run()
    empty = replace(
        good, constituents=good.constituents.slice(0, 0), diagnostics=(finding("CAL003", "x"),)
    )
    with pytest.raises(ic.DataError, match="CAL003"):
        publish(empty, tmp_path)
    assert list(tmp_path.iterdir()) == []
    publish(replace(empty, diagnostics=()), tmp_path)
    publish(replace(empty, constituents=good.constituents), tmp_path)


def test_an_overlay_has_no_member_and_is_written(tmp_path: Path) -> None:
    days = level_table.dates("2024-01-02", "2024-01-03")
    laid = level_table.run("{leverage: 2, reset: daily}", level_table.levels(days, [1, 2]), days[0])
    failing = replace(laid, diagnostics=(finding("CAL015", "x", severity="error"),))
    assert column(publish(failing, tmp_path), "levels", "level") == pytest.approx([1000, 3000])


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "test").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ic.RunError, match=r"RUN020.*symbolic link"):
        publish(run(), tmp_path)
    assert list((tmp_path / "elsewhere").iterdir()) == []
