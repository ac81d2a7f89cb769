"""`indexcalc compute`: what it writes, prints and refuses, and how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from indexcalc.cli.main import run as command
from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import action, line, market
from tests.unit.calculation.stored import column, files_of, stored


def over() -> Market:
    return market(
        line("A", [100, 110, 55, 60.5], [1000, 1000, 2000, 2000]),
        line("0126Z0", [50, 50, 50, 55], 2000),
        corporate_actions=[action("A", 2, "split", ratio=2)],
        dividends=[small.dividend("A", 1, 2)],
        securities=[
            {"symbol": "A", "name": "가나전자"},
            {"symbol": "0126Z0", "name": "다라홀딩스"},
        ],
        published=[
            {"index": "test", "date": small.day(n), "level": level}
            for n, level in enumerate([2000.0, 2100.0, 2100.0, 2310.21])
        ],
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return stored(over(), tmp_path / "m")


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    file = tmp_path / "test.yaml"
    file.write_text(small.CAP, encoding="utf-8")
    return file


def line_of(rule: Path, place: Path, out: Path, *more: str) -> list[str]:
    return ["compute", str(rule), "--market", str(place), "--out", str(out), *more]


def test_it_writes_the_files_and_sums_them_up(
    rule: Path, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert command(line_of(rule, place, out)) == 0
    assert set(files_of(out / "test")) == {
        *(f"{name}.parquet" for name in ("levels", "constituents", "reviews", "decisions")),
        *("events.parquet", "manifest.json"),
    }
    assert column(out / "test", "levels", "level") == pytest.approx([1000, 1050, 1050, 1155])
    said = capsys.readouterr()
    assert said.err == ""
    assert (
        "level         1155.00 on 2024-01-05  (from 1000.00 on 2024-01-02, 4 sessions)" in said.out
    )
    assert "members       2" in said.out
    # 1155/1050 is 1.1; the published return is 2310.21/2100 = 1.1001: one basis point more.
    assert "3 returns compared: 0.577 bp rms, 1.000 bp at most" in said.out
    assert "가나전자" in said.out
    assert "split 1" in said.out
    assert str(out / "test") in said.out


def test_options(rule: Path, place: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ["--from", "2024-01-03", "--to", "2024-01-04", "--returns", "pr,tr"]
    assert command(line_of(rule, place, out, *options, "--weights", "daily")) == 0
    assert column(out / "test", "levels", "date") == [small.day(1), small.day(2)]
    assert "level_tr" in files_text(out / "test", "levels")
    assert column(out / "test", "composition", "symbol") == ["0126Z0", "A"] * 2
    manifest = json.loads((out / "test" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["options"] == {
        "assume": {},
        "returns": ["pr", "tr"],
        "known": None,
        "start": "2024-01-03",
        "end": "2024-01-04",
    }
    assert manifest["index"] == "test"
    assert manifest["counts"]["sessions"] == 2


def test_three_return_versions(
    rule: Path, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pays 2 on 1,000 shares, of which 15.4 % is withheld."""
    rule.write_text(small.CAP + "returns: {withholding: 15.4%}\n", encoding="utf-8")
    out = tmp_path / "out"
    assert command(line_of(rule, place, out, "--returns", "pr,tr,ntr")) == 0
    # 100,000 + 100,000 becomes 110,000 + 100,000, with 2,000 paid and 1,692 kept; then 1.1.
    for name, cash in (("level", 0), ("level_tr", 2000), ("level_ntr", 1692)):
        second = 1000 * (210_000 + cash) / 200_000
        got = column(out / "test", "levels", name)
        assert got == pytest.approx([1000, second, second, second * 1.1], rel=1e-12)
    said = capsys.readouterr().out
    assert "total return  1166.00" in said
    assert "net return    1164.31" in said
    assert command(["verify", str(out / "test"), "--market", str(place)]) == 0


def files_text(folder: Path, table: str) -> list[str]:
    import pyarrow.parquet as pq

    return list(pq.ParquetFile(folder / f"{table}.parquet").schema_arrow.names)


def test_files_of_a_run_before_that_are_no_longer_made_go(
    rule: Path, place: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert command(line_of(rule, place, out, "--weights", "daily")) == 0
    assert "composition.parquet" in files_of(out / "test")
    assert command(line_of(rule, place, out)) == 0
    assert "composition.parquet" not in files_of(out / "test")


def test_a_restatement_is_refused_and_then_asked_for(
    rule: Path, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert command(line_of(rule, place, out)) == 0
    before = files_of(out / "test")
    rule.write_text(small.CAP.replace("level: 1000", "level: 500"), encoding="utf-8")
    assert command(line_of(rule, place, out)) == 1
    said = capsys.readouterr().err
    assert "error RUN001" in said
    assert "hint: --restate" in said
    assert files_of(out / "test") == before
    assert command(line_of(rule, place, out, "--restate")) == 0
    assert column(out / "test", "restatements", "new") == column(out / "test", "levels", "level")


def test_findings_with_a_result_exit_1(
    rule: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gap = market(line("A", [100, 50], [1000, 2000]), line("B", [100, 100]))
    place = stored(gap, tmp_path / "gap")
    assert command(line_of(rule, place, tmp_path / "out")) == 1
    said = capsys.readouterr()
    assert (
        f"{place}: error CAL001 test A 2024-01-03: price moved by 0.5 and shares by 2" in said.err
    )
    assert "1000.00 on 2024-01-03" in said.out
    assert (tmp_path / "out" / "test" / "levels.parquet").exists()


def test_an_index_that_is_a_path_is_refused(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("../elsewhere", "/tmp/elsewhere", "a/b", "Test", "..", '"a b"'):
        rule = tmp_path / "test.yaml"
        rule.write_text(small.CAP.replace("index: test", f"index: {name}"), encoding="utf-8")
        assert command(line_of(rule, place, tmp_path / "out")) == 1
        said = capsys.readouterr().err
        assert "RUL010" in said, said
        assert "test.yaml:1:8" in said
        assert not (tmp_path / "out").exists()
        assert not (tmp_path / "elsewhere").exists()


def test_a_cp949_rule_file_is_told(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = tmp_path / "test.yaml"
    text = small.CAP.replace("index: test", "index: test\nname: {ko: 코스피 이백}")
    rule.write_bytes(text.encode("cp949"))
    assert command(line_of(rule, place, tmp_path / "out")) == 1
    said = capsys.readouterr().err
    assert "error YML003" in said
    assert "cp949" in said
    assert "test.yaml:2:" in said


def test_a_folder_without_a_market_is_told(
    rule: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(line_of(rule, tmp_path / "nothing", tmp_path / "out")) == 3
    assert "DAT010" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_market_without_daily_is_told(
    rule: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "names.csv"
    file.write_text("symbol,name\nA,a\n", encoding="utf-8")
    place = tmp_path / "m"
    assert (
        command(["market", "import", str(file), "--into", "securities", "--market", str(place)])
        == 0
    )
    assert command(line_of(rule, place, tmp_path / "out")) == 3
    assert "error DAT001: the market has no table daily" in capsys.readouterr().err


def test_rows_on_a_day_that_is_no_session_exit_3(
    tmp_path: Path, rule: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a sessions table the packaged XKRX counts: the 6th and 7th are a weekend."""
    csv = tmp_path / "prices.csv"
    rows = [f"2024-01-0{day},A,{100 + day},1000\n" for day in (4, 5, 6, 8)]
    csv.write_text("date,symbol,close,shares_outstanding\n" + "".join(rows), encoding="utf-8")
    assert command(["market", "import", str(csv), "--market", str(tmp_path / "w")]) == 0
    assert command(line_of(rule, tmp_path / "w", tmp_path / "out")) == 3
    said = capsys.readouterr().err
    assert "error DAT007" in said
    assert "2024-01-06" in said


def test_several_rules_each_have_a_folder(
    rule: Path, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(small.CAP.replace("index: test", "index: other"), encoding="utf-8")
    out = tmp_path / "out"
    asked = ["compute", str(rule), str(other), "--market", str(place), "--out", str(out)]
    assert command(asked) == 0
    assert sorted(found.name for found in out.iterdir()) == ["other", "test"]
    one, two = (column(out / index, "levels", "level") for index in ("other", "test"))
    assert one == two
    assert capsys.readouterr().out.count("level  ") == 2


@pytest.mark.parametrize(
    "options",
    [
        ["--returns", "pr,xx"],
        ["--from", "2024-13-01"],
        ["--assume", "nothing"],
        ["--weights", "weekly"],
    ],
)
def test_wrong_options_exit_2(rule: Path, place: Path, tmp_path: Path, options: list[str]) -> None:
    assert command(line_of(rule, place, tmp_path / "out", *options)) == 2
    assert not (tmp_path / "out").exists()


def test_the_command_loads_no_pandas(rule: Path, place: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from indexcalc.cli.main import run; "
        f"assert run({line_of(rule, place, tmp_path / 'out', '--weights', 'daily')!r}) == 0; "
        "assert 'pyarrow' in sys.modules and 'pandas' not in sys.modules, 'pandas'"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
