"""`indexcalc verify`: runs computed again from their manifests, one by one or a folder of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from indexcalc.cli.main import run
from indexcalc.market import arrow
from tests.unit.calculation.small import given, line, market
from tests.unit.calculation.stored import stored
from tests.unit.cli.two_lines import folder


@pytest.fixture
def runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """(a folder with the runs of both rules, their market)."""
    one, other, place = folder(tmp_path)
    assert run(["compute", one, other, "--market", place, "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    return str(tmp_path / "out"), place


def test_every_run_of_a_folder(runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    out, place = runs
    assert run(["verify", out, "--market", place]) == 0
    good = "8 rows equal bit for bit (same versions, same data)"
    assert capsys.readouterr().out.splitlines() == [f"good  cap: {good}", f"good  equal: {good}"]
    assert run(["verify", f"{out}/equal", "--market", place]) == 0
    assert capsys.readouterr().out.splitlines() == [f"good  equal: {good}"]


def test_another_market_is_told_with_the_run(
    runs: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = runs
    lists = [{**row, "index": "cap"} for row in given("A", "B")]
    rows = (line("A", [100, 100, 110, 122]), line("B", [50, 50, 50, 60]))
    place = stored(market(*rows, memberships=lists), tmp_path / "other")
    assert run(["verify", f"{out}/cap", "--market", str(place)]) == 1
    shown = capsys.readouterr()
    assert shown.out.startswith("BAD   cap: ")
    assert f"{out}/cap: error RUN004" in shown.err


def test_a_changed_file_is_named_and_runs_of_one_index_by_their_paths(
    runs: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last weight of `equal`, that of B, is one half; its divisor and levels stand."""
    out, place = runs
    shutil.copytree(f"{out}/equal", f"{out}/again")
    file = Path(out, "again", "constituents.parquet")
    rows = pq.ParquetFile(file).read()
    number = rows.column_names.index("weight")
    weights = [*rows.column("weight").to_pylist()[:-1], 0.25]
    pq.write_table(rows.set_column(number, "weight", arrow.from_floats(weights)), file)
    assert run(["verify", out, "--market", place]) == 1
    shown = capsys.readouterr()
    day = rows.column("effective_date").to_pylist()[-1]
    assert shown.out.splitlines()[:2] == [
        f"BAD   {out}/again: largest relative difference 0.5, published levels equal"
        " (same versions, same data)",
        f"      constituents.parquet weight {day} B: stored 0.25, recomputed 0.5",
    ]
    assert "good  cap: " in shown.out
    assert f"good  {out}/equal: " in shown.out
    assert "hint: a file was changed after the run was written" in shown.err


def test_a_difference_that_is_no_number_is_told_in_words(
    runs: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    out, place = runs
    file = Path(out, "cap", "constituents.parquet")
    rows = pq.ParquetFile(file).read()
    names = arrow.from_texts(["another"] * rows.num_rows)
    pq.write_table(rows.set_column(rows.column_names.index("name"), "name", names), file)
    assert run(["verify", f"{out}/cap", "--market", place]) == 1
    said = capsys.readouterr().out.splitlines()[0]
    assert said.startswith("BAD   cap: other rows, columns or texts, published levels equal (")


def test_a_run_that_cannot_be_read_keeps_no_other_from_being_judged(
    runs: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Of five copies one is whole: a manifest is no JSON or is missing, a table is cut short or missing."""
    out, place = runs
    for name in ("a", "b", "c", "d"):
        shutil.copytree(f"{out}/equal", f"{out}/{name}")
    Path(out, "a", "manifest.json").write_text("{", encoding="utf-8")
    Path(out, "b", "manifest.json").unlink()
    with Path(out, "c", "levels.parquet").open("r+b") as stream:
        stream.truncate(100)
    Path(out, "d", "events.parquet").unlink()
    assert run(["verify", out, "--market", place]) == 1
    shown = capsys.readouterr()
    lines = sorted(shown.out.splitlines())
    assert lines[:4] == [
        f"BAD   {out}/{name}: it cannot be judged (RUN003)" for name in ("a", "b", "c", "d")
    ]
    assert {text.split(": ")[0] for text in lines[4:]} == {"good  cap", f"good  {out}/equal"}
    for place_and_words in (
        f"{out}/a/manifest.json: error RUN003: the manifest cannot be read",
        f"{out}/b: error RUN003: manifest.json is missing",
        f"{out}/c/levels.parquet: error RUN003: not a readable Parquet file",
        f"{out}/d: error RUN003: events.parquet is missing",
    ):
        assert place_and_words in shown.err


def test_a_run_that_the_market_cannot_carry_keeps_no_other_from_being_judged(
    runs: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other market has no list of `equal`: exit code 3, as of `compute`."""
    out, _ = runs
    lists = [{**row, "index": "cap"} for row in given("A", "B")]
    place = stored(
        market(line("A", [100, 100, 110, 121]), line("B", [50, 50, 50, 60]), memberships=lists),
        tmp_path / "other",
    )
    shutil.copytree(f"{out}/cap", f"{out}/later")
    assert run(["verify", out, "--market", str(place)]) == 3
    shown = capsys.readouterr()
    assert f"BAD   {out}/equal: it cannot be judged (" in shown.out
    assert shown.out.count("rows equal bit for bit") + shown.out.count("BAD   ") == 3


def test_a_run_of_another_market_is_not_judged_on_the_demo_market(
    runs: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = runs
    assert run(["verify", out]) == 2
    shown = capsys.readouterr()
    assert sorted(shown.out.splitlines()) == [
        f"?     {out}/{name}: it cannot be judged (RUN004)" for name in ("cap", "equal")
    ]
    assert f"{out}/cap: error RUN004: it was not made from the demo market" in shown.err
    assert "--market DIR" in shown.err


def test_a_run_of_the_demo_market_in_a_folder_is_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its files are others than those in memory, and every row is the same."""
    market, out = str(tmp_path / "market"), str(tmp_path / "out")
    assert run(["market", "demo", "--out", market]) == 0
    run(["compute", "top-n-buffer", "--market", market, "--out", out])
    capsys.readouterr()
    assert run(["verify", out]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("good  top-n-buffer: ")
    assert "other data files" in shown


def test_a_folder_without_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(tmp_path)]) == 2
    assert f"there is no run in {tmp_path}" in capsys.readouterr().err
    assert run(["verify", str(tmp_path / "absent")]) == 2
