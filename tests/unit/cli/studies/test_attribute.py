"""`indexcalc attribute`: a return in parts, by hand, of a rule and of a written run."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from indexcalc.cli.main import run
from indexcalc.cli.studies.attribute import LARGE, TABLES
from tests.unit.calculation.small import day, given, line
from tests.unit.calculation.small import market as market_of
from tests.unit.cli.two_lines import folder, over


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, str]:
    return folder(tmp_path)


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert run(["attribute", *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_return_by_cause_group_and_line(
    files: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    rule, _, market = files
    lines = shown(capsys, rule, "--market", market)
    # 121,000 + 60,000 of 150,000: A gave 21,000 of it (14 %), B 10,000 (6.67 %).
    assert lines[0] == "cap: price return +20.67% from 2024-01-03 to 2024-01-05"
    assert lines[1] == "  by cause       price +20.67%"
    # Opening weights 2/3 and 110/160: 67.71 % on the mean.
    assert [line.split() for line in lines[3:5]] == [
        ["tech", "+14.00%", "+14.00%", "+0.00%", "67.71%"],
        ["food", "+6.67%", "+6.67%", "+0.00%", "32.29%"],
    ]
    assert lines[6].split()[:3] == ["A", "가나전자", "+14.00%"]


def test_a_market_without_sectors_is_shown_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule, _, market = folder(tmp_path, over(securities=[{"symbol": "A", "name": "가나전자"}]))
    lines = shown(capsys, rule, "--market", market)
    assert lines[2].split()[:2] == ["by", "line"]
    assert lines[3].split()[:3] == ["A", "가나전자", "+14.00%"]
    assert run(["attribute", rule, "--market", market, "--by", "sector"]) == 2
    assert "ANA001" in capsys.readouterr().err


def test_against_a_benchmark_and_without_a_line(
    files: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    rule, other, market = files
    lines = shown(capsys, rule, "--market", market, "--against", other, "--without", "B")
    # Half of 21 % and half of 20 %; 1.20667 / 1.205 - 1.
    assert (
        "  against equal (+20.50%): +0.14% relative (geometric: index level / benchmark level - 1)"
        in lines
    )
    # Without B the index is A: 21 %, 3.33 points of 1,000 more.
    assert "  without B: +21.00%, +3.33 points of the level" in lines
    assert lines[-1].split() == ["all", "+0.14%", "+0.00%", "+0.00%"]


def test_grouped_by_line_there_are_no_groups(
    files: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    rule, _, market = files
    lines = shown(capsys, rule, "--market", market, "--by", "line", "--from", "2024-01-04")
    assert lines[0] == "cap: price return +13.13% from 2024-01-04 to 2024-01-05"  # 181 / 160
    assert sum(line.startswith("  by ") for line in lines) == 2  # cause and line


def test_a_written_run_is_computed_again(
    files: tuple[str, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule, _, market = files
    assert run(["compute", rule, "--market", market, "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    of_run = shown(capsys, str(tmp_path / "out" / "cap"), "--market", market)
    assert of_run == shown(capsys, rule, "--market", market)


def test_json_and_files_have_the_same_rows(
    files: tuple[str, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule, _, market = files
    lines = shown(
        capsys, rule, "--market", market, "--out", str(tmp_path / "t"), "--format", "json"
    )
    said = json.loads("\n".join(lines))
    assert said["total"] == pytest.approx(31 / 150)
    assert said["benchmark"] is None
    assert said["effects"] is None
    written = {path.stem for path in (tmp_path / "t").iterdir()}
    assert written == {*LARGE, *(name for name in TABLES if said[name] is not None)}
    table = pq.ParquetFile(tmp_path / "t" / "lines.parquet").read()
    assert table.column("symbol").to_pylist() == [row["symbol"] for row in said["lines"]]


def test_days_without_a_level(
    files: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    rule, _, market = files
    assert run(["attribute", rule, "--market", market, "--from", "2024-01-05"]) == 2
    assert "error ANA" in capsys.readouterr().err
    assert run(["attribute", "no-such-rule", "--market", market]) == 1


def test_a_currency_that_moves_a_line_has_a_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """B 1,000 at 50 dollars of 1 won, then of 2: 50,000 of 150,000; A 10,000 and B 20,000 at the end."""
    rates = [
        {"date": day(at), "from_currency": "USD", "to_currency": "KRW", "rate": rate}
        for at, rate in enumerate((1.0, 1.0, 2.0, 2.0))
    ]
    lines = [{"symbol": "A", "currency": "KRW"}, {"symbol": "B", "currency": "USD"}]
    rule, _, market = folder(tmp_path, over(fx=rates, securities=lines))
    said = shown(capsys, rule, "--market", market, "--by", "line", "--to", "2024-01-04")
    assert said[1] == "  by cause       price +6.67%, currency +33.33%"
    assert said[2].split() == ["by", "line", "part", "price", "currency", "dividends", "weight"]
    assert said[3].split()[1:5] == ["+33.33%", "+0.00%", "+33.33%", "+0.00%"]
    assert len(said[2]) == len(said[3])


def test_findings_of_the_run_are_told_and_an_error_is_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A, all there is, leaves with the second session (CAL006)."""
    odd = market_of(
        line("A", [100, 100]),
        line("B", [50, 50, 50, 60]),
        memberships=[{**row, "index": "cap"} for row in given("A")],
        securities=[{"symbol": "A", "sector": "tech"}, {"symbol": "B", "sector": "food"}],
    )
    rule, _, market = folder(tmp_path, odd)
    assert run(["attribute", rule, "--market", market]) == 1
    said = capsys.readouterr()
    assert "CAL006" in said.err
    assert "FindingsWarning" not in said.err
    assert said.out.startswith("cap: price return")
