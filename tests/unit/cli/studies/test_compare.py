"""`indexcalc compare`: figures of indices side by side, and columns as wide as what is in them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from indexcalc.cli.main import run
from indexcalc.cli.studies.compare import ROWS, table
from tests.unit.analysis.coming_review import AS_OF, FILL, RULE, market_until
from tests.unit.calculation import small
from tests.unit.calculation.stored import stored
from tests.unit.cli.two_lines import folder, over, overlay

LAST = dt.date(2024, 1, 5)


def test_two_indices_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other, market = folder(tmp_path)
    assert run(["compare", one, other, "--market", market]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2024-01-03 to 2024-01-05, ")
    figures = {line[:20].strip(): line[20:].split() for line in lines[1:]}
    assert figures[""] == ["cap", "equal"]
    # 181/150; half of 121/100 and 60/50.
    assert figures["price return"] == ["+20.67%", "+20.50%"]
    assert figures["members"] == ["2", "2"]
    # At the last open A is 110 of 160, and 55 of 105.
    assert figures["largest weight"] == ["68.75%", "52.38%"]
    assert figures["tracking error"][0] == "0.00%"  # against itself
    assert figures["deepest drawdown"] == ["0.00%", "0.00%"]


def test_currencies_are_shown_where_they_differ(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A won is worth 1/1000 dollar throughout: returns are the same, amounts are not.
    rates = [
        {"date": small.day(at), "from_currency": "USD", "to_currency": "KRW", "rate": 1000.0}
        for at in range(4)
    ]
    one, other, market = folder(
        tmp_path, over(fx=rates, securities=[{"symbol": at, "currency": "KRW"} for at in "AB"])
    )
    line = [one, other, "--market", market]
    for verb in ("compare", "segments"):
        assert run([verb, *line]) == 0
        assert "currency" not in capsys.readouterr().out
    text = Path(other).read_text(encoding="utf-8").replace("currency: KRW", "currency: USD")
    Path(other).write_text(text, encoding="utf-8")
    for verb in ("compare", "segments"):
        assert run([verb, *line, "--out", str(tmp_path / verb)]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[2].split() == ["currency", "KRW", "USD"]
        assert lines[3].split() == ["price", "return", "+20.67%", "+20.50%"]
        kept = pq.ParquetFile(tmp_path / verb / "summary.parquet").read()
        assert kept.column("currency").to_pylist() == ["KRW", "USD"]


def test_json_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other, market = folder(tmp_path)
    line = ["compare", one, other, "--market", market, "--to", "2024-01-04"]
    assert run([*line, "--format", "json", "--out", str(tmp_path / "t")]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["start"], said["end"]) == ("2024-01-03", "2024-01-04")
    # 160/150, and half of 1.1 and 1.
    assert [row["price_return"] for row in said["summary"]] == pytest.approx([1 / 15, 0.05])
    levels = pq.ParquetFile(tmp_path / "t" / "levels.parquet").read()
    assert levels.num_rows in (2, 4)
    assert (tmp_path / "t" / "summary.parquet").is_file()


def test_an_overlay_has_a_level_and_no_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, _, market = folder(tmp_path)
    assert run(["compare", overlay(tmp_path), one, "--market", market]) == 0
    figures = {
        line[:20].strip(): line[20:].split() for line in capsys.readouterr().out.splitlines()
    }
    # cap goes up by 1/15 and 21/160: (1 - 0.06667) (1 - 0.13125) = 0.81083.
    assert figures["price return"] == ["-18.92%", "+20.67%"]
    for name in ("gross return", "turnover a year", "members", "largest weight", "capacity"):
        assert figures[name][0] == "-", name


def row(index: str, **figures: float | None) -> dict[str, object]:
    figures_of = {name: figures.get(name) for name, *_ in ROWS if name}
    return figures_of | {"index": index, "currency": "KRW"}


def test_a_figure_that_is_not_known_is_a_dash() -> None:
    lines = table([row("x", price_return=0.5, capacity=1.5e9)], LAST).splitlines()
    assert lines[0] == f"{'':<20}{'x':>10}"
    assert lines[1] == f"{'price return':<20}{'+50.00%':>10}"
    assert f"{'volatility':<20}{'-':>10}" in lines
    assert f"{'  capacity':<20}{'1.50bn':>10}" in lines


def test_figures_of_one_session_stand_under_its_day() -> None:
    lines = table([row("x", largest_weight=0.25)], LAST).splitlines()
    at = lines.index("at the open of 2024-01-05")
    assert lines[at + 2] == f"{'  largest weight':<20}{'25.00%':>10}"


def test_a_finding_of_two_rules_that_share_its_text_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The variant has the window of the rule it varies: not whole at the first review of both (DAT040)."""
    rule, market = tmp_path / "base.yaml", tmp_path / "m"
    text = RULE.replace("over: 3 calendar months", "over: 4 calendar months").replace("STEPS", FILL)
    rule.write_text(text.replace("index: test", "index: base"), "utf-8")
    variant = tmp_path / "variant.yaml"
    variant.write_text(
        "index: variant\nvariant_of: base\nweighting: {caps: [{per: security, limit: 60%}]}\n",
        "utf-8",
    )
    stored(market_until(AS_OF), market)
    assert run(["compare", str(rule), str(variant), "--market", str(market)]) == 0
    said = capsys.readouterr().err
    assert said.count("DAT040") == said.count("base.yaml:") == 1


def test_columns_do_not_run_into_each_other() -> None:
    wide = table([row("a", annual_return=2.5e9), row("a-long-name-of-an-index")], LAST).splitlines()
    assert wide[3].split() == ["a", "year", "+250000000000.00%", "-"]
    assert len({len(line) for line in wide if not line.startswith("at the ")}) == 1
    assert wide[0].split() == ["a", "a-long-name-of-an-index"]


def test_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, _, market = folder(tmp_path)
    assert run(["compare"]) == 2
    assert run(["compare", one, "--market", market, "--to", "1990-01-01"]) in (2, 3)
    assert "the data begin on 2024-01-02" in capsys.readouterr().err
