"""``stress --near``: text, JSON, the table, and what does not go together."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.csv
import pytest

from indexcalc.cli import main as entry
from tests.unit.analysis.coming_review import RULE
from tests.unit.analysis.near.small_markets import FILL, market_of, rows_of
from tests.unit.calculation.stored import stored


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the rule ``test.yaml`` and the market ``market``."""
    monkeypatch.chdir(tmp_path)
    Path("test.yaml").write_text(RULE.replace("STEPS", FILL), encoding="utf-8")
    market = market_of(rows_of())
    stored(market, tmp_path / "market")
    return tmp_path


WORDS = ["stress", "test.yaml", "--near", "--market", "market", "--tries", "500", "--names", "1"]


def test_the_text_and_the_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.run([*WORDS, "--out", "near.csv"]) == 0
    said = capsys.readouterr().out
    assert "test: review effective 2024-06-14, cut-off 2024-05-31" in said
    assert "window price: closes of 2024-03-04 to 2024-05-14" in said
    # 76 / 80 = -5 % for C: what is said is rounded to the side that holds.
    (c,) = [line for line in said.splitlines() if line.startswith("      window price  -")]
    assert "D enters, C leaves" in c
    size, short = (float(part.split("%")[0]) for part in c.split("price")[1].split("("))
    assert size <= -5.0 < short
    rows = pyarrow.csv.read_csv("near.csv").to_pylist()
    assert len(rows) == int(said.rsplit("near.csv: ", 1)[1].split()[0])
    assert {row["flips"] for row in rows} == {"member", "level"}


def test_json_has_every_change(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.run([*WORDS, "--format", "json", "--by", "-2%"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["by"] == -0.02
    assert found["finished"] is True
    first = found["changes"][0]
    assert (first["symbol"], first["moved"], first["comes"], first["goes"]) == (
        "C",
        "window price",
        ["D"],
        ["C"],
    )
    (a,) = [item for item in found["changes"] if item["flips"] == "level"]
    # A is 100 of 270: -2 % of the level are -5.4 % of A.
    assert a["enough"] <= -0.054 < a["short"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--near", "--judge", "cap"], "--judge goes with the search over made-up markets"),
        (["--near", "--seed", "3"], "--seed goes with the search"),
        (["--names", "3"], "--names goes with --near"),
        (
            ["--market", "somewhere"],
            "--market goes with --near, which looks at the market as it is",
        ),
        (["--near", "--by", "much", "--market", "market"], "`much` is not a share"),
    ],
)
def test_what_does_not_go_together_is_refused(
    words: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert entry.run(["stress", "test.yaml", *words]) == 2
    assert said in capsys.readouterr().err
