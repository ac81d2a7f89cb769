"""Folders of runs: which hold one, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indexcalc.calculation.compute import compute
from indexcalc.calculation.run.publish import publish
from indexcalc.diagnostics import RunError
from indexcalc.report.run_report.folder import manifest_of, read, read_run, run_folders
from tests.unit.calculation import small
from tests.unit.calculation.small import dividend, given, line, market

RUN = ("manifest.json", "constituents.parquet")
SWEEP = ("manifest.json", "summary.parquet", "factors.parquet")


def folder_with(path: Path, names: tuple[str, ...]) -> Path:
    path.mkdir()
    for name in names:
        (path / name).touch()
    return path


def test_a_folder_of_one_run_is_itself_and_of_several_those_inside_by_name(tmp_path: Path) -> None:
    second = folder_with(tmp_path / "b", RUN)
    first = folder_with(tmp_path / "a", SWEEP)
    folder_with(tmp_path / "half", RUN[:1])
    assert run_folders(tmp_path) == [first, second]
    assert run_folders(second) == [second]


def test_a_folder_without_a_run_is_refused_and_those_near_it_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="RUN003: no run is in this folder"):
        run_folders(tmp_path)
    run = folder_with(tmp_path / "a", RUN)
    with pytest.raises(RunError, match="RUN003: there is no such folder") as refused:
        run_folders(tmp_path / "a.simulate")
    assert refused.value.diagnostics[0].hint.endswith(f"; there are {run}")


def test_a_sweep_of_levels_alone_says_so(tmp_path: Path) -> None:
    sweep = folder_with(tmp_path / "a", tuple(name for name in SWEEP if "factors" not in name))
    for place in (tmp_path, sweep):
        with pytest.raises(RunError, match="RUN003: the sweep has levels alone"):
            run_folders(place)
    run = folder_with(tmp_path / "b", RUN)
    assert run_folders(tmp_path) == [run]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for attempt in (lambda: manifest_of(tmp_path), lambda: read_run(tmp_path)):
        with pytest.raises(RunError, match=r"manifest\.json"):
            attempt()
    with pytest.raises(RunError, match=r"levels\.parquet"):
        read(tmp_path, "levels")


@pytest.mark.parametrize(("paid", "told"), [([], False), ([dividend("A", 2, 1.0)], True)])
def test_a_total_return_without_a_dividend_is_no_figure_of_its_own(
    paid: list[dict[str, Any]], told: bool, tmp_path: Path
) -> None:
    tables = {"dividends": paid} if paid else {}
    over = market(line("A", [100, 110, 121], 10), memberships=given("A"), **tables)
    run = compute(small.rule(small.GIVEN + "weighting: {scheme: equal}\n"), over, returns="tr")
    folder = publish(run, tmp_path / "run")
    assert ("level_tr" in read_run(folder).series) is told
