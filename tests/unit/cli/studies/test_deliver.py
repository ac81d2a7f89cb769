"""The verb ``deliver``: each format is read back to what was written, and what is not written is said."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import indexcalc as ic
from indexcalc.analysis.deliver.desk_files import desk_files
from indexcalc.cli import main as entry
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, given, line, market
from tests.unit.calculation.stored import stored

TEXT = small.GIVEN + "weighting: {scheme: market_cap}\n"
# Sevenths have no short decimals; rights of B come on the next session.
OVER = market(
    line("A", [100, 100 / 7, 101 / 7], 10),
    line("B", [50, 50 / 3, 51 / 3], 20),
    memberships=given("A", "B"),
    n_sessions=8,
    corporate_actions=[action("B", 4, "rights", ratio=1.0, price=3.0, known_at=day(0))],
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the rule ``test.yaml`` and the market ``market``."""
    monkeypatch.chdir(tmp_path)
    Path("test.yaml").write_text(TEXT, encoding="utf-8")
    stored(OVER, tmp_path / "market")
    return tmp_path


def read_csv(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def same(read: Any, written: Any) -> bool:
    """Is what was read what was written: numbers to the bit, days as ISO, nothing for null?"""
    if isinstance(written, float):
        return read is not None and read != "" and float(read) == written
    if written is None:
        return read in (None, "")
    return str(read) == str(written)


@pytest.mark.parametrize("shape", ["csv", "parquet", "json"])
def test_what_is_read_back_is_what_was_written(
    shape: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["deliver", "test.yaml", "--market", "market", "--format", shape, "--out", "desk"]
    assert entry.run(words) == 0
    told = capsys.readouterr().out.splitlines()
    files = desk_files(ic.compute("test.yaml", ic.Market.open("market")))
    assert len(told) == len(files) == 5
    for name, table in files.items():
        path = Path("desk") / f"{name}.{shape}"
        assert f"{path}: {table.num_rows} row{'s' * (table.num_rows != 1)}" in told
        rows: list[dict[str, Any]]
        if shape == "parquet":
            rows = pq.read_table(path).to_pylist()
        elif shape == "json":
            rows = json.loads(path.read_text(encoding="utf-8"))
        else:
            rows = list(read_csv(path))
        assert len(rows) == table.num_rows > 0
        for read, written in zip(rows, table.to_pylist(), strict=True):
            assert list(read) == list(written)
            for column, value in written.items():
                assert same(read[column], value), (name, column, read[column], value)


def test_stoxx_columns_are_read_back_and_give_the_level(folder: Path) -> None:
    words = ["deliver", "test.yaml", "--market", "market", "--format", "stoxx", "--out", "desk"]
    assert entry.run(words) == 0
    names = sorted(path.name for path in Path("desk").iterdir())
    assert names == [
        f"closecomposition_test_{day(2):%Y%m%d}.csv",
        f"opencomposition_test_{day(2):%Y%m%d}.csv",
    ]
    rows = read_csv(Path("desk") / names[0], ";")
    units = sum(float(row["Weightfactor"]) * float(row["Close_unadjusted_local"]) for row in rows)
    # 10 x 101/7 + 20 x 51/3, over the divisor: the level of the run.
    assert units == pytest.approx(10 * 101 / 7 + 20 * 51 / 3, rel=1e-15)
    level = ic.compute("test.yaml", ic.Market.open("market")).levels.to_pylist()[-1]["level"]
    assert units / float(rows[0]["Index_Divisor"]) == pytest.approx(level, rel=1e-15)


def test_a_file_whose_columns_are_not_public_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["deliver", "test.yaml", "--market", "market", "--format", "dcaf", "--out", "desk"]
    assert entry.run(words) == 2
    said = capsys.readouterr().err
    assert "ANA008" in said
    assert "Daily Corporate Action File is not written" in said
    assert "`actions` of --format csv" in said
    assert not Path("desk").exists()


def test_a_session_without_a_level_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["deliver", "test.yaml", "--market", "market", "--on", str(day(0)), "--out", "desk"]
    assert entry.run(words) == 2
    assert "has no level on" in capsys.readouterr().err
