"""A sweep in a screenful: what each cap cost, whom it limited, and how much is shown of many."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.cli.main import run
from indexcalc.cli.studies.simulate_summary import MOST_ROWS
from tests.unit.cli.two_lines import folder


def shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *options: str, code: int = 0
) -> list[str]:
    rule, _, market = folder(tmp_path)
    line = ["simulate", rule, "--market", market, "--out", str(tmp_path / "out"), *options]
    assert run(line) == code
    return capsys.readouterr().out.splitlines()


def row_of(lines: list[str], label: str) -> list[str]:
    return next(line.split()[1:] for line in lines if line.split()[:1] == [label])


def test_one_cap_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(tmp_path, capsys, "--cap", "60%")
    # 60 % of 21 % and 40 % of 20 %: 20.6 %; uncapped 31/150.
    assert row_of(lines, "60%")[0].startswith("20.60%")
    assert row_of(lines, "uncapped")[0].startswith("20.67%")
    assert "  caps        per security" in lines
    at = lines.index("  capped at 1 of 1 review: opening weight, uncapped, factor")
    # (0.6 / 0.4) / (2/3 / 1/3) = 0.75.
    assert lines[at + 1].split() == ["2024-01-03", "A", "가나전자", "60.00%", "66.67%", "0.7500"]
    at = lines.index("  largest name A 가나전자: points of the total return")
    # 60 % of 21 % is 12.6 points, two thirds of it 14.0.
    assert [line.strip() for line in lines[at + 1 : at + 3]] == [
        "60% +12.6 of +20.6",
        "uncapped +14.0 of +20.7",
    ]
    # At the last open: 0.6 x 1.1 of 1.06, and 110 of 160.
    assert lines[-4].split() == ["2024", "62.26%", "68.75%"]


def test_a_cap_that_limits_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(tmp_path, capsys, "--cap", "70%")
    assert "  capped: no member at any of 1 review" in lines
    lines = shown(tmp_path, capsys, "--caps", "70%,80%")
    assert "  capped: no member under any of the caps" in lines


def test_several_caps_name_the_loosest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(tmp_path, capsys, "--caps", "55%,60%,70%")
    at = next(at for at, line in enumerate(lines) if line.startswith("  capped: the loosest cap"))
    assert lines[at + 1].split() == ["A", "가나전자", "60%", "1", "review,", "2024-01-03"]


def test_a_cap_that_cannot_be_met(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(tmp_path, capsys, "--caps", "40%,60%", code=1)
    assert any("40%  cannot be met: 40 % x 2 constituents = 80 % < 100 %" in line for line in lines)


def test_many_caps_are_not_all_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(tmp_path, capsys, "--cap", "51%:65%:0.25%", "--levels-only")
    more = next(line for line in lines if line.endswith("more in summary.parquet"))
    # 57 caps and the index uncapped, of which so many are shown.
    assert 58 - int(more.split()[0]) == MOST_ROWS + 1
    assert not any(line.startswith("  capped") for line in lines)  # levels alone know no names


def test_tables_of_some_caps_say_which_they_leave_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """25 % and 40 % of `--cap 10%:40%:5%` were missing without a word."""
    lines = shown(tmp_path, capsys, "--caps", "55%,60%,65%,70%,75%,80%,85%,90%")
    # Eight caps, six shown: 55 and 90; of those that hold somebody (A weighs 66.67 %) 65 and 60; then the
    # middle of what is left, 75 (two steps from 65), and 70.
    told = [line.strip() for line in lines if "not shown" in line]
    assert told == [
        "not shown: 80%, 85% (summary.parquet has all)",
        "not shown: 80%, 85% (levels.parquet has all)",
    ]


def test_files_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = shown(tmp_path, capsys, "--cap", "60%")[-1]
    assert last.startswith(f"  files       {tmp_path}/out/  ")
    assert set(last.split()[2:]) == {
        path.name for path in (tmp_path / "out").iterdir() if path.name[0] != "."
    }
