"""Steps between whole-market snapshots, mostly weeks: real corporate actions, with and without rows."""

from __future__ import annotations

import csv
import datetime as dt
import statistics
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from indexcalc.cli.main import run as command
from tests.real import markets

pytestmark = pytest.mark.real

FIRST = "2022-02-04"  # from here on a snapshot about every week
N_STEPS = 64


@pytest.fixture(scope="module")
def official(real_data: Path) -> dict[dt.date, float]:
    return markets.published_returns(real_data, "KOSPI")


@pytest.fixture(scope="module")
def kospi(weeks: Path) -> Run:
    return ic.compute("kospi", ic.Market.open(weeks), start=FIRST)


@pytest.fixture(scope="module")
def kospi_without_events(weeks_without_events: Path) -> Run:
    return ic.compute("kospi", ic.Market.open(weeks_without_events), start=FIRST)


def test_64_steps_with_the_rows_of_events(kospi: Run, official: dict[dt.date, float]) -> None:
    off = markets.errors_in_bp(kospi, official)
    sizes = [abs(value) for value in off.values()]
    print(f"KOSPI weeks: median {statistics.median(sizes):.3f} bp, rms {markets.rms(sizes):.3f} bp")
    assert len(off) == N_STEPS
    assert statistics.median(sizes) <= 0.3
    assert markets.rms(sizes) <= 1.0


@pytest.mark.parametrize("week", ["2023-03-31", "2023-04-14", "2023-04-28", "2023-06-02"])
def test_weeks_of_demergers_and_resumptions(
    kospi: Run, official: dict[dt.date, float], week: str
) -> None:
    """By the first closes after the halts alone: nothing is fitted."""
    off = markets.errors_in_bp(kospi, official)[dt.date.fromisoformat(week)]
    print(f"KOSPI week to {week}: {off:+.2f} bp")
    assert abs(off) <= 0.5


def test_the_week_of_late_shares(kospi: Run, official: dict[dt.date, float]) -> None:
    off = markets.errors_in_bp(kospi, official)[dt.date(2022, 4, 8)]
    print(f"KOSPI week to 2022-04-08: {off:+.2f} bp")
    assert abs(off) <= 0.5


def test_what_is_left_unexplained_with_rows_is_named(kospi: Run) -> None:
    """Share issues far below the market: no row knows them, so each is an error, and no return."""
    errors = [item for item in kospi.diagnostics if item.severity == "error"]
    assert {item.code for item in errors} == {"CAL001"}
    assert 0 < len(errors) < 20
    unmoved = [row for row in kospi.events.to_pylist() if row["event"] == "gap"]
    assert {item.where for item in errors} == {
        f"kospi {row['symbol']} {row['date']}" for row in unmoved
    }


def _splits(real_data: Path) -> dict[tuple[str, str], float]:
    """(symbol, date of the snapshot that ends the step) -> ratio, of KOSPI splits and consolidations."""
    found: dict[tuple[str, str], float] = {}
    with (real_data / "events.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["type"] in ("split", "reverse_split") and row["note"].startswith("KOSPI"):
                found[row["symbol"], row["ex_date"]] = float(row["ratio_or_price"])
    return found


def test_without_rows_gaps_are_findings_that_name_symbol_date_and_ratio(
    kospi_without_events: Run, real_data: Path
) -> None:
    found = {
        item.where: item.message
        for item in kospi_without_events.diagnostics
        if item.code == "CAL001"
    }
    assert {item.code for item in kospi_without_events.diagnostics if item.severity != "error"} <= {
        "CAL020",
        "DAT037",  # one day a week
    }
    splits = _splits(real_data)
    assert len(splits) >= 10
    for (symbol, day), ratio in splits.items():
        message = found.pop(f"kospi {symbol} {day}")
        step = float(message.split("shares by ")[1].split(" ")[0])
        assert step == pytest.approx(ratio, rel=0.01)
        assert "price moved by " in message


def test_without_rows_the_level_does_not_jump(
    kospi_without_events: Run, official: dict[dt.date, float]
) -> None:
    """One missed split, taken as a return, costs up to 157 bp."""
    off = markets.errors_in_bp(kospi_without_events, official)
    assert len(off) == N_STEPS
    assert max(map(abs, off.values())) < 8
    assert markets.rms(off.values()) < 2.5


def test_without_rows_the_command_exits_1_and_writes_the_outputs(
    weeks_without_events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["compute", "kospi", "--market", str(weeks_without_events), "--out", str(tmp_path)]
    assert command([*line, "--from", FIRST]) == 1
    said = capsys.readouterr().err
    assert "error CAL001 kospi 042700 2022-04-08: price moved by 0.485714 and shares by 2" in said
    levels = pq.ParquetFile(tmp_path / "kospi" / "levels.parquet").read()
    assert levels.num_rows == N_STEPS + 1


# -- KOSDAQ, week to 2022-07-01: two bonus issues whose shares list three weeks later --------------

BONUSES = {
    "247540": {"ex_date": "2022-06-27", "ratio": "4.0", "base": "124700"},
    "366030": {"ex_date": "2022-06-29", "ratio": "6.0", "base": "15000"},
}


def _kosdaq_week(
    market: Path, folders: Any, real_data: Path, rows: list[dict[str, str]]
) -> tuple[float, Run]:
    path = markets.copied(market, folders)
    if rows:
        markets.user_rows(path, folders.mktemp("rows"), "corporate_actions", rows)
    run = ic.compute("kosdaq", ic.Market.open(path), start="2022-06-24", end="2022-07-01")
    (off,) = markets.errors_in_bp(run, markets.published_returns(real_data, "KOSDAQ")).values()
    print(f"KOSDAQ week to 2022-07-01: {off:+.2f} bp")
    return off, run


def _bonus(symbol: str) -> dict[str, str]:
    said = BONUSES[symbol]
    keys = {"symbol": symbol, "ex_date": said["ex_date"]}
    return {**keys, "type": "bonus", "ratio": said["ratio"]}


@pytest.mark.parametrize(
    ("rows", "low", "high"),
    [
        pytest.param(["247540", "366030"], -5, 5, id="both"),
        pytest.param(["247540"], -15, -5, id="the larger one alone"),
        pytest.param([], -260, -200, id="none: nothing in weekly data tells a bonus from a loss"),
    ],
)
def test_the_kosdaq_week_of_two_bonus_issues(
    weeks_without_events: Path,
    tmp_path_factory: pytest.TempPathFactory,
    real_data: Path,
    rows: list[str],
    low: float,
    high: float,
) -> None:
    made = [_bonus(symbol) for symbol in rows]
    off, _ = _kosdaq_week(weeks_without_events, tmp_path_factory, real_data, made)
    assert low <= off <= high


def test_the_kosdaq_week_on_listed_shares_alone(
    weeks_without_events: Path, tmp_path_factory: pytest.TempPathFactory, real_data: Path
) -> None:
    """The base prices without the new shares: the lines count for too little of what they did."""
    rows = [
        {"symbol": symbol, "ex_date": said["ex_date"], "type": "base_price", "price": said["base"]}
        for symbol, said in BONUSES.items()
    ]
    off, _ = _kosdaq_week(weeks_without_events, tmp_path_factory, real_data, rows)
    assert off > 15


def test_there_is_no_step_when_the_bonus_shares_list(weeks: Path, real_data: Path) -> None:
    """Counted from the ex-dates, they change nothing in the weeks in which the exchange lists them."""
    run = ic.compute("kosdaq", ic.Market.open(weeks), start="2022-06-24", end="2022-07-22")
    off = markets.errors_in_bp(run, markets.published_returns(real_data, "KOSDAQ"))
    print("KOSDAQ weeks:", {str(day): round(value, 2) for day, value in off.items()})
    rows = [row for row in run.events.to_pylist() if row["event"] == "shares_listed"]
    listed = {row["symbol"]: row for row in rows if row["symbol"] in BONUSES}
    assert {str(row["date"]) for row in listed.values()} == {"2022-07-15", "2022-07-22"}
    assert run.composition is not None
    held = {
        (row["symbol"], row["date"]): row["index_shares"] for row in run.composition.to_pylist()
    }
    days = run.levels.column("date").to_pylist()
    for symbol, row in listed.items():
        before = days[days.index(row["date"]) - 1]
        ratio = float(BONUSES[symbol]["ratio"])
        assert row["after"] == ratio * row["before"]
        assert held[symbol, before] == held[symbol, row["date"]] == row["after"]
        # Taken to be new ones, they would have cost or given the week what they are worth of it.
        assert abs(off[row["date"]]) < 5
