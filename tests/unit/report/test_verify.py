"""The folder of a sweep is recomputed: figures, files, pictures and every statement of its manifest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import indexcalc as ic
from indexcalc.cli.main import run as command
from indexcalc.diagnostics import IndexcalcError, RunError
from indexcalc.report.sweep_files import publish_sweep
from tests.unit.analysis.sweep.test_simulate_caps import RULE, three
from tests.unit.calculation import small
from tests.unit.calculation.run.test_stored_manifest import mutants
from tests.unit.calculation.stored import stored
from tests.unit.calculation.test_verify import edited


def written(folder: Path, **options: object) -> Path:
    """A sweep of two limits and none, in its folder."""
    rule = ic.Methodology.from_text(RULE)
    publish_sweep(ic.simulate_caps(rule, three(), **{"caps": ["50%", "60%"], **options}), folder)
    return folder


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"tables": "levels"},
        {"per": "issuer", "caps": ["80%", "none"]},
        {"caps": ["50%"], "also": {"issuer": ["75%", None]}},
        {"caps": ["50%"], "vary": {"weighting.scheme": ["market_cap", "price"]}},
        {"caps": None, "vary": {"weighting.scheme": ["price"]}},
        {"caps": ["30%", "50%"], "start": small.day(1), "end": small.day(2)},
    ],
)
def test_a_sweep_equals_itself_bit_for_bit(tmp_path: Path, options: dict[str, object]) -> None:
    verdict = ic.verify(written(tmp_path, **options), three())
    assert verdict.sentence().endswith("rows equal bit for bit (same versions, same data)")
    assert verdict.good
    assert verdict.rows > 0


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("summary", "tracking_error"),
        ("levels", "level"),
        ("reviews", "one_way_turnover"),
        ("factors", "capping_factor"),
        ("weights", "weight"),
    ],
)
def test_one_changed_number_is_seen(tmp_path: Path, table: str, name: str) -> None:
    folder = written(tmp_path)
    edited(folder, table, name, lambda value: value * (1 + 2**-52) + 2**-60)
    verdict = ic.verify(folder, three())
    assert not verdict.bits
    assert not verdict.good


def test_files_that_are_not_there_or_not_the_sweeps(tmp_path: Path) -> None:
    folder = written(tmp_path / "a")
    (folder / "levels.svg").write_text("<svg/>", encoding="utf-8")
    assert "levels.svg is not the picture of these figures" in ic.verify(folder, three()).sentence()
    folder = written(tmp_path / "b")
    (folder / "trade_off.svg").unlink()
    assert not ic.verify(folder, three()).good
    folder = written(tmp_path / "c")
    pq.write_table(pq.read_table(folder / "levels.parquet"), folder / "events.parquet")
    assert "a table `events`, which is not made" in ic.verify(folder, three()).sentence()
    folder = written(tmp_path / "d", tables="levels")
    shutil.copy(tmp_path / "b" / "weights.parquet", folder)
    assert "a table `weights`, which is not made" in ic.verify(folder, three()).sentence()
    folder = written(tmp_path / "e")
    (folder / "reviews.parquet").unlink()
    with pytest.raises(RunError, match=r"RUN003.*reviews\.parquet is missing"):
        ic.verify(folder, three())


def test_no_changed_key_of_a_manifest_gives_a_traceback_or_goes_unnoticed(tmp_path: Path) -> None:
    options = {"also": {"issuer": ["75%"]}, "vary": {"weighting.scheme": ["market_cap"]}}
    folder = written(tmp_path, caps=["50%"], end=small.day(2), **options)
    said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    over = three()
    assert ic.verify(folder, over).bits
    tried = 0
    for change, at, made in mutants(said):
        tried += 1
        (folder / "manifest.json").write_text(json.dumps(made), encoding="utf-8")
        try:
            verdict = ic.verify(folder, over)
        except IndexcalcError:
            continue
        assert at[0] in ("versions", "market") or not verdict.good, (
            f"{change} at {at} is called good"
        )
    assert tried > 700


def test_the_command_says_good_or_gives_a_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test.yaml").write_text(RULE, encoding="utf-8")
    stored(three(), tmp_path / "m")
    market, out = ("--market", str(tmp_path / "m")), str(tmp_path / "out")
    simulated = ["simulate", str(tmp_path / "test.yaml"), "--cap", "50%:60%:5%", *market]
    assert command([*simulated, "--out", out]) == 0
    assert command(["verify", out, *market]) == 0
    assert "good  test: " in capsys.readouterr().out
    edited(tmp_path / "out", "summary", "volatility", lambda value: value + 1e-9)
    assert command(["verify", out, *market]) == 1
    shown = capsys.readouterr()
    assert shown.out.startswith("BAD   test: largest relative difference")
    assert "error RUN004" in shown.err


def test_a_folder_and_a_market_may_be_named_by_text(tmp_path: Path) -> None:
    """From Python, as everywhere else: a text is a path."""
    stored(three(), tmp_path / "market")
    written(tmp_path / "sweep")
    assert ic.verify(str(tmp_path / "sweep"), str(tmp_path / "market")).bits
    with pytest.raises(ic.UsageError, match=r"CAL010.*int is not a market"):
        ic.verify(tmp_path / "sweep", 7)  # type: ignore[arg-type]
    with pytest.raises(RunError, match=r"RUN003.*no run here"):
        ic.verify(str(tmp_path / "nowhere"), str(tmp_path / "market"))
