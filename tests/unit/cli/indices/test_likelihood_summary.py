"""What `review --likelihood` and `review --backtest` show: shares in words, ranks, scores."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from indexcalc.cli.main import run
from tests.unit.analysis.coming_review import AS_OF, CLOSES, FILL, RULE, market_until
from tests.unit.calculation.stored import stored
from tests.unit.cli.two_lines import folder, overlay

LIKELIHOOD = (
    "symbol", "name", "member", "forecast", "likelihood", "rank_low", "rank", "rank_high",
)  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Lines that never move: every way the windows may go gives the same list."""
    (tmp_path / "test.yaml").write_text(RULE.replace("STEPS", FILL), encoding="utf-8")
    stored(market_until(AS_OF), tmp_path / "m")
    return tmp_path


def shown(place: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    line = ["review", str(place / "test.yaml"), "--market", str(place / "m"), *options]
    assert run(line) == 0
    return capsys.readouterr().out.splitlines()


def test_prices_that_never_move_leave_nothing_to_chance(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = shown(place, capsys, "--likelihood", "5", "--seed", "3")
    assert lines[0] == (
        "test: review effective 2024-06-14, cut-off 2024-05-31, as seen on 2024-05-14"
    )
    # From 16 May (the 15th is a holiday) to 31 May: twelve sessions.
    assert lines[1] == "  12 sessions to the cut-off, 5 ways they may go (seed 3)"
    assert lines[2].split() == ["today", "forecast", "likely", "in", "rank", "by", "size"]
    named = {line.split()[0]: line.split()[1:] for line in lines[3:] if line.startswith("    ")}
    for symbol, found in named.items():
        if symbol not in CLOSES:
            continue
        inside = symbol in "ABC"
        assert found[:3] == (["in", "in", "100.0%"] if inside else ["out", "out", "0.0%"])


def test_json(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["review", str(place / "test.yaml"), "--market", str(place / "m")]
    assert run([*line, "--likelihood", "5", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["tries"], said["seed"], said["missing"], said["measure"]) == (5, 0, 12, "size")
    assert all(row["likelihood"] in (0, 1) for row in said["names"])


@pytest.mark.parametrize("shape", ["csv", "json", "parquet"])
def test_the_table_is_written(
    shape: str, place: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What is read back are the rows of the JSON on screen."""
    out = tmp_path / f"names.{shape}"
    options = ("--likelihood", "5", "--as-of", "2024-04-15", "--format", "json", "--out", str(out))
    said = json.loads("\n".join(shown(place, capsys, *options)))["names"]
    if shape == "csv":
        text = out.read_text(encoding="utf-8")
        assert text.splitlines()[0].split(",") == list(LIKELIHOOD)
    elif shape == "json":
        assert json.loads(out.read_text(encoding="utf-8")) == said
    else:
        assert pq.read_table(out).to_pylist() == said


def test_the_scores_are_written(
    place: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    later = market_until(dt.date(2024, 7, 1))
    shutil.rmtree(place / "m")
    stored(later, place / "m")
    out = tmp_path / "scores.parquet"
    options = ("--backtest", "1", "--likelihood", "5", "--out", str(out), "--format", "json")
    said = json.loads("\n".join(shown(place, capsys, *options)))["scores"]
    read = pq.read_table(out).to_pylist()
    assert len(read) == len(said) == 3
    assert [row["brier"] for row in read] == [row["brier"] for row in said]


def test_windows_that_are_over(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(place, capsys, "--likelihood", "5", "--on", "2023-12-01")
    assert lines[1] == "  the windows are over: nothing is left to chance"


def test_a_forecast_that_could_not_be_wrong_scores_nothing(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(place / "m")
    stored(market_until(AS_OF.replace(month=7)), place / "m")
    lines = shown(place, capsys, "--backtest", "1", "--likelihood", "5")
    assert lines[0] == "test: likelihoods of 5 tries against what came (seed 0)"
    assert lines[1].split()[:3] == ["effective", "seen", "on"]
    scores = [line.split() for line in lines if line.startswith("  2024-06-14")]
    assert scores
    for row in scores:
        # No change, none foreseen: the Brier scores of all three are nothing.
        assert row[3:6] == ["0", "0", "0"]
        assert [float(value) for value in row[6:]] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("options", [("--likelihood", "3"), ("--backtest", "1")])
def test_an_overlay_has_no_reviews(
    tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    _, _, market = folder(tmp_path)
    assert run(["review", overlay(tmp_path), "--market", market, *options]) == 2
    shown = capsys.readouterr().err
    assert "inverse is an overlay: it has no members and no reviews" in shown
    assert "ask for a review of cap" in shown
