"""KOSPI from real files: members by rule, and the ten published returns of March 2026."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path

import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from indexcalc.cli.main import run as command
from tests.real import markets

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def kospi(kospi_2026: Path) -> Run:
    return ic.compute("kospi", ic.Market.open(kospi_2026))


def test_ten_returns_are_the_published_ones(kospi: Run, real_data: Path) -> None:
    off = markets.errors_in_bp(kospi, markets.published_returns(real_data, "KOSPI"))
    assert len(off) == 10
    print(f"KOSPI: {markets.rms(off.values()):.3f} bp rms, {max(map(abs, off.values())):.3f} most")
    assert markets.rms(off.values()) <= 0.1
    assert max(map(abs, off.values())) <= 0.2


def test_members_by_rule_are_the_real_ones_on_every_session(kospi: Run, real_data: Path) -> None:
    real: dict[dt.date, set[str]] = defaultdict(set)
    for row in markets.rows_of(real_data / "kospi_constituents_2026_03.parquet"):
        real[row["date"]].add(row["symbol"])
    held = markets.members(kospi)
    print(
        f"KOSPI members: {[len(symbols) for symbols in held.values()]}, as published: {held == real}"
    )
    assert len(held) == 11
    assert held == real
    assert {len(symbols) for symbols in held.values()} == {837}
    # The file of constituents has one full list, since nobody came or went.
    assert kospi.constituents.num_rows == 837
    assert sum(kospi.constituents.column("weight").to_pylist()) == pytest.approx(1, abs=1e-12)


def test_nothing_but_warnings_is_left(kospi: Run) -> None:
    """Two lines whose base price the exchange set anew, without a row that says why."""
    found = {(item.code, item.severity, item.where) for item in kospi.diagnostics}
    assert found == {
        ("CAL005", "warning", "kospi 001080 2026-03-09"),
        ("CAL005", "warning", "kospi 008600 2026-03-20"),
    }


def test_the_command_says_how_far_it_is_from_the_official_returns(
    kospi_2026: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["compute", "kospi", "--market", str(kospi_2026), "--out", str(tmp_path)]
    assert command(line) == 0
    said = capsys.readouterr().out
    assert "10 returns compared: 0.074 bp rms, 0.156 bp at most" in said
    assert "members       837" in said


def test_without_the_users_row_the_line_of_unknown_type_is_named(
    kospi_without_user_row: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["compute", "kospi", "--market", str(kospi_without_user_row), "--out", str(tmp_path)]
    assert command(line) == 1
    said = capsys.readouterr().err
    assert said.count("error DAT011") == 2  # its type and its share class
    assert said.count("not known of 1 line, which is left out: 279570\n") == 2
    assert "error" not in said.replace("error DAT011", "")
    # The level is written all the same, with the line left out.
    assert (tmp_path / "kospi" / "levels.parquet").exists()


def test_an_assumption_stands_in_for_the_row_and_is_recorded(kospi_without_user_row: Path) -> None:
    run = ic.compute(
        "kospi",
        ic.Market.open(kospi_without_user_row),
        assume={"security_type": "stock", "share_class": "common", "listing_date": "2026-03-05"},
    )
    assert not [item for item in run.diagnostics if item.severity == "error"]
    assert {len(held) for held in markets.members(run).values()} == {837}
    assert any("security_type" in text for text in run.manifest["assumptions"])
