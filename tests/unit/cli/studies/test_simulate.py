"""`indexcalc simulate`: what it prints, writes, draws and refuses, and how it exits."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest

from indexcalc.cli.main import run as command
from tests.unit.analysis.sweep.test_simulate_caps import RULE, three
from tests.unit.calculation.stored import files_of, stored

FILES = ["factors", "levels", "reviews", "summary", "weights"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "test.yaml").write_text(RULE + "name: {ko: 시험}\n", encoding="utf-8")
    stored(three(), tmp_path / "m")
    return tmp_path


def simulate(place: Path, *options: str, out: str = "out") -> int:
    rule, market = str(place / "test.yaml"), str(place / "m")
    return command(["simulate", rule, "--market", market, "--out", str(place / out), *options])


def test_one_cap(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(place, "--cap", "50%") == 0
    said = capsys.readouterr().out
    assert "시험 / test" in said
    # Level 1087.5 against 1090 uncapped; A opens at half instead of 60 %.
    assert "8.75%" in said
    assert "capped at 1 of 1 review:" in said
    assert "가나전자" in said
    assert "50.00%   60.00%   0.6667" in said


def test_a_range_with_a_point_that_cannot_be_met(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate(place, "--cap", "30%:60%:10%") == 1
    shown = capsys.readouterr()
    assert "cannot be met: 30 % x 3 constituents = 90 % < 100 %" in shown.out
    assert "error CAP001 cap 30%" in shown.err
    written = pq.ParquetFile(place / "out" / "levels.parquet").read()
    assert set(written.column("cap").to_pylist()) == {"40%", "50%", "60%", "none"}


def test_values_are_taken_once_and_all_that_is_typed(place: Path) -> None:
    level = "base.level=1000,1000", "base.level=500"
    given = [word for text in level for word in ("--vary", text)]
    assert simulate(place, *given, out="vary") == 0
    made = pq.ParquetFile(place / "vary" / "summary.parquet").read()
    assert made.column("variant").to_pylist() == ["as written", "base.level=1000", "base.level=500"]
    assert simulate(place, "--cap", "50%", "--and", "issuer=60%", "--and", "issuer=70%") == 0
    made = pq.ParquetFile(place / "out" / "summary.parquet").read()
    assert made.column("cap").to_pylist() == ["50% issuer=60%", "50% issuer=70%", "none"]


def test_the_same_command_writes_the_same_bytes(place: Path) -> None:
    for out in ("one", "two"):
        assert simulate(place, "--caps", "40%,50%", out=out) == 0
    one, two = (files_of(place / out) for out in ("one", "two"))
    assert one == two
    assert {f"{name}.parquet" for name in FILES} | {"manifest.json", "levels.svg"} <= set(one)
    manifest = json.loads(one["manifest.json"])
    assert manifest["options"]["caps"] == ["40%", "50%", "none"]
    assert str(place) not in one["manifest.json"].decode()


def test_pictures_are_drawings_with_names_and_units(place: Path) -> None:
    assert simulate(place, "--cap", "40%:60%:10%") == 0
    folder = place / "out"
    for name in ("levels", "largest_weight", "trade_off"):
        root = ElementTree.fromstring((folder / f"{name}.svg").read_text(encoding="utf-8"))
        texts = [element.text or "" for element in root.iter() if element.tag.endswith("text")]
        assert texts[0].startswith("시험: ")
        assert {"40%", "50%", "uncapped"} <= set(texts), name
        assert any("%" in text and "(" in text for text in texts)


def test_pictures_of_before_go_with_their_run(place: Path) -> None:
    assert simulate(place, "--cap", "50%") == 0
    assert simulate(place, "--cap", "50%", "--levels-only") == 0
    names = {found.name for found in (place / "out").iterdir()}
    assert not any(name.endswith(".svg") for name in names)
    assert "weights.parquet" not in names


def test_json(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(place, "--cap", "50%", "--and", "issuer=60%", "--format", "json") == 0
    said = json.loads(capsys.readouterr().out)
    assert [row["cap"] for row in said["summary"]] == ["50% issuer=60%", "none"]
    assert said["annual"]["sessions_a_year"] == 252


def test_vary(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(place, "--vary", "weighting.scheme=market_cap,price") == 0
    assert "scheme=price" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 2),
        (("--cap", "30"), 2),
        (("--cap", "30%", "--and", "issuer"), 2),
        (("--and", "a=1%"), 2),
    ],
)
def test_what_is_no_sweep(place: Path, options: tuple[str, ...], code: int) -> None:
    assert simulate(place, *options) == code
    assert not (place / "out").exists()


def test_a_folder_with_a_computed_run_is_left_alone(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule, market = str(place / "test.yaml"), str(place / "m")
    assert command(["compute", rule, "--market", market, "--out", str(place / "out")]) == 0
    before = files_of(place / "out" / "test")
    assert simulate(place, "--cap", "50%", out="out/test") == 1
    assert "error RUN008" in capsys.readouterr().err
    assert files_of(place / "out" / "test") == before


def test_a_sweep_lies_beside_the_runs_of_its_folder_and_is_reported(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`compute --out out`, `simulate --out out`, `report out/test.simulate`, `verify out`."""
    monkeypatch.chdir(place)
    assert command(["compute", "test.yaml", "--market", "m", "--out", "out"]) == 0
    before = files_of(place / "out" / "test")
    assert simulate(place, "--cap", "50%") == 0
    assert "out/test.simulate/" in capsys.readouterr().out
    assert files_of(place / "out" / "test") == before
    assert not (place / "out" / "summary.parquet").exists()
    for folder in ("out/test.simulate", "out"):
        assert command(["report", folder, "--out", "page.html"]) == 0
    capsys.readouterr()
    assert command(["verify", "out", "--market", "m"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["good", "good"]
    # A run has no other inside it.
    assert command(["compute", "test.yaml", "--market", "m", "--out", "out/test"]) == 1
    assert "error RUN008" in capsys.readouterr().err
    assert not (place / "out" / "test" / "test").exists()


def test_files_of_others_in_the_folder_stay(place: Path) -> None:
    (place / "out").mkdir()
    (place / "out" / "prices.parquet").write_bytes(b"mine")
    assert simulate(place, "--cap", "50%") == 0
    assert simulate(place, "--cap", "40%") == 0
    assert (place / "out" / "prices.parquet").read_bytes() == b"mine"
