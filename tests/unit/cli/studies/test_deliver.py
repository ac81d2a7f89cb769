"""`indexcalc deliver`: the files of a session, in every form, of a rule and of a run."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from indexcalc.cli.main import run
from tests.unit.cli.two_lines import folder

NAMES = ["opening", "closing", "next", "divisors", "actions"]


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    rule, _, market = folder(tmp_path)
    return rule, market


def deliver(files: tuple[str, str], out: Path, *options: str) -> int:
    rule, market = files
    return run(["deliver", rule, "--market", market, "--out", str(out), *options])


def test_the_composition_at_the_close_by_hand(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "d"
    assert deliver(files, out) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{out}/{name}.csv: {rows} rows" for name, rows in zip(NAMES, (2, 2, 2, 3, 0), strict=True)
    ]
    with open(out / "closing.csv", encoding="utf-8", newline="") as stream:
        rows = {row["symbol"]: row for row in csv.DictReader(stream)}
    assert list(rows) == ["A", "B"]
    # 121,000 and 60,000 of 181,000.
    assert float(rows["A"]["weight"]) == pytest.approx(121 / 181)
    assert float(rows["B"]["weight"]) == pytest.approx(60 / 181)


def test_every_form_has_the_same_rows(files: tuple[str, str], tmp_path: Path) -> None:
    for shape in ("csv", "parquet", "json"):
        assert deliver(files, tmp_path / "d", "--format", shape, "--on", "2024-01-04") == 0
    table = pq.ParquetFile(tmp_path / "d" / "closing.parquet").read()
    said = json.loads((tmp_path / "d" / "closing.json").read_text(encoding="utf-8"))
    with open(tmp_path / "d" / "closing.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    weights = [110 / 160, 50 / 160]
    assert table.column("weight").to_pylist() == pytest.approx(weights)
    assert [row["weight"] for row in said] == pytest.approx(weights)
    assert [float(row["weight"]) for row in rows] == pytest.approx(weights)


def test_the_columns_of_another_provider(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deliver(files, tmp_path / "d", "--format", "stoxx") == 0
    names = ["closecomposition_cap_20240105.csv", "opencomposition_cap_20240105.csv"]
    assert sorted(path.name for path in (tmp_path / "d").iterdir()) == names
    assert [line.rpartition("/")[2] for line in capsys.readouterr().out.splitlines()] == [
        f"{name}: 2 rows" for name in names
    ]


def test_a_run_is_delivered_as_its_rule_is(
    files: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule, market = files
    monkeypatch.chdir(tmp_path)
    assert run(["compute", rule, "--market", market, "--out", "runs"]) == 0
    assert deliver(files, tmp_path / "of-rule") == 0
    assert run(["deliver", "runs/cap", "--market", market]) == 0  # to out/<index>.deliver
    for name in NAMES:
        of_run = (tmp_path / "out" / "cap.deliver" / f"{name}.csv").read_bytes()
        assert of_run == (tmp_path / "of-rule" / f"{name}.csv").read_bytes(), name


def test_a_day_without_a_level(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deliver(files, tmp_path / "d", "--on", "2024-01-02") == 2
    assert "its sessions run from 2024-01-03 to 2024-01-05" in capsys.readouterr().err
    assert not (tmp_path / "d").exists()
