"""`indexcalc flows`: what it computes, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from indexcalc.cli.main import run
from tests.unit.cli.studies.trackers import changed
from tests.unit.cli.two_lines import folder


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, str]:
    return folder(tmp_path, changed())


def flows(files: tuple[str, str, str], *options: str) -> int:
    return run(["flows", files[0], "--market", files[2], *options])


def test_trades_by_hand(files: tuple[str, str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert flows(files, "--aum", "1mn", "--format", "json") == 0
    said = json.loads(capsys.readouterr().out)
    amounts = {row["symbol"]: row["amount"] for row in said["trades"]}
    # A from 110/160 to 110/130 of a million; C to 20/130; B is sold.
    assert amounts == pytest.approx(
        {"A": 1e6 * (110 / 130 - 110 / 160), "B": -312_500, "C": 1e6 * 20 / 130}
    )
    (review,) = said["reviews"]
    assert (review["added"], review["removed"], review["assets_source"]) == (1, 1, "as given")
    assert said["participation"] == 0.1


def test_files_have_the_rows_of_the_page(files: tuple[str, str, str], tmp_path: Path) -> None:
    assert flows(files, "--aum", "1mn", "--out", str(tmp_path / "t")) == 0
    rows = {
        path.stem: pq.ParquetFile(path).metadata.num_rows for path in (tmp_path / "t").iterdir()
    }
    assert rows == {"trades": 3, "reviews": 1, "net": 3}


def test_assets_of_the_market_s_own_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"index": "cap", "date": "2024-01-03", "assets": 5e6, "source": "a survey"}
    files = folder(tmp_path, changed(tracked_assets=[row]))
    assert flows(files) == 0
    assert capsys.readouterr().out.startswith("cap: 5.00m KRW follow it (a survey")


def test_sessions_are_said_as_a_number_or_in_words(
    files: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for implement in ("2", "2 sessions"):
        assert flows(files, "--aum", "1mn", "--implement", implement) == 0
        said.append(capsys.readouterr().out)
    assert "spread over 2 sessions: " in said[0]
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--as-of", "2024-01-03", "--from", "2024-01-02"), "do not go with --as-of"),
        (("--as-of", "2024-01-03", "--every-session"), "do not go with --as-of"),
        (("--as-of", "2024-01-03", "--known", "2024-01-03"), "do not go with --as-of"),
        (("--aum", "much"), "ANA001"),
        (("--aum", "1mn", "--participation", "ten"), "ANA001"),
        (("--aum", "1mn", "--implement", "0"), "--implement"),
        (("--aum", "1mn", "--implement", "2 days"), "--implement"),
    ],
)
def test_usage(
    files: tuple[str, str, str],
    options: tuple[str, ...],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert flows(files, *options) == 2
    assert words in capsys.readouterr().err


def test_nobody_says_how_much_follows(
    files: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert flows(files) in (1, 2, 3)
    assert "ANA002" in capsys.readouterr().err
