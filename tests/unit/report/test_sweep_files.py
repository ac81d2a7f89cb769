"""A sweep takes the place of a sweep, and of nothing else."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

import indexcalc as ic
from indexcalc.calculation.run.publish import publish
from indexcalc.diagnostics import RunError
from indexcalc.report.run_report.folder import run_folders
from indexcalc.report.sweep_files import publish_sweep, sweep_folder
from tests.unit.analysis.sweep.test_simulate_caps import RULE, three


def sweep(*caps: str) -> ic.CapSweep:
    return ic.simulate_caps(ic.Methodology.from_text(RULE), three(), caps=list(caps))


def test_tables_pictures_and_manifest_are_written_and_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "caps"
    publish_sweep(sweep("50%", "60%"), folder)
    names = {file.name for file in folder.iterdir()}
    assert {"summary.parquet", "levels.parquet", "weights.parquet", "manifest.json"} <= names
    assert "trade_off.svg" in names
    publish_sweep(sweep("60%"), folder)
    caps = pq.read_table(folder / "summary.parquet").column("cap").to_pylist()
    assert caps == ["60%", "none"]
    # One cap has no picture of what less concentration costs: the old one is gone.
    assert not (folder / "trade_off.svg").exists()


def test_a_sweep_lies_beside_the_runs_of_a_folder(tmp_path: Path) -> None:
    rule = ic.Methodology.from_text(RULE)
    out = tmp_path / "out"
    # A folder of its own is taken as it is: one that is new, empty or holds a sweep.
    assert sweep_folder(out, "test") == out
    run = Path(publish(ic.compute(rule, three()), out))
    assert sweep_folder(out, "test") == out / "test.simulate"
    publish_sweep(sweep("60%"), out / "test.simulate")
    assert sweep_folder(out / "test.simulate", "test") == out / "test.simulate"
    assert sweep_folder(out, "other") == out / "other.simulate"
    assert run_folders(out) == [run, out / "test.simulate"]
    with pytest.raises(RunError, match="RUN008"):
        sweep_folder(run, "test")


def test_a_sweep_written_first_and_runs_in_its_folder_are_both_found(tmp_path: Path) -> None:
    publish_sweep(sweep("60%"), tmp_path)
    run = Path(publish(ic.compute(ic.Methodology.from_text(RULE), three()), tmp_path))
    assert run_folders(tmp_path) == [tmp_path, run]
    assert sweep_folder(tmp_path, "test") == tmp_path


def test_a_folder_with_a_run_is_left_as_it_is(tmp_path: Path) -> None:
    folder = Path(publish(ic.compute(ic.Methodology.from_text(RULE), three()), tmp_path))
    before = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    with pytest.raises(RunError, match="RUN008"):
        publish_sweep(sweep("60%"), folder)
    for name, content in before.items():
        assert (folder / name).read_bytes() == content
