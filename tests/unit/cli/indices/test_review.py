"""`indexcalc review`: one review in words, as JSON and as a file, and when there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexcalc.cli.main import run
from indexcalc.market import store
from tests.unit.analysis.coming_review import AS_OF, FILL, RULE, market_until
from tests.unit.calculation.stored import stored


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A rule of three by size out of five lines, and a market that ends before the cut-off."""
    (tmp_path / "test.yaml").write_text(RULE.replace("STEPS", FILL), encoding="utf-8")
    stored(market_until(AS_OF), tmp_path / "m")
    return tmp_path


def review(place: Path, *options: str) -> int:
    return run(["review", str(place / "test.yaml"), "--market", str(place / "m"), *options])


def test_the_coming_review_in_words(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review(place) == 0
    shown = capsys.readouterr().out.splitlines()
    # The data end on 14 May; the cut-off is the last session of May.
    assert shown[0] == "test: review effective 2024-06-14"
    assert shown[1] == "  cut-off       2024-05-31  (data end on 2024-05-14: a forecast)"
    assert "  announcement  not announced" in shown
    assert "  members       3, 0 added, 0 removed" in shown
    # 100 : 90 : 80 of 270.
    largest = shown.index("  largest")
    assert [line.split() for line in shown[largest + 1 : largest + 4]] == [
        ["A", "37.04%"],
        ["B", "33.33%"],
        ["C", "29.63%"],
    ]
    assert any(line.startswith("  nearest to entering") for line in shown)


def test_names_in_reserve_have_their_size_and_nothing_behind(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A thousand shares at 76 and 10; rows ended with blanks, where no group is said."""
    rule = place / "test.yaml"
    text = rule.read_text(encoding="utf-8")
    rule.write_text(
        text.replace("  count: 3\n", "  count: 3\n  reserve: {count: 2, by: size}\n"),
        encoding="utf-8",
    )
    assert review(place) == 0
    shown = capsys.readouterr().out.splitlines()
    at = shown.index("  reserve")
    assert [line.split() for line in shown[at + 1 : at + 3]] == [
        ["D", "1.", "size", "76k"],
        ["E", "2.", "size", "10k"],
    ]
    assert not [line for line in shown if line != line.rstrip()]


def test_json_has_what_the_words_say(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review(place, "--format", "json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["effective"], said["cutoff"], said["data_until"]) == (
        *("2024-06-14", "2024-05-31", "2024-05-14"),
    )
    assert [row["symbol"] for row in said["members"]] == ["A", "B", "C"]
    assert said["one_way_turnover"] == pytest.approx(0)
    assert said["removed"] == []


def test_a_list_to_send(place: Path) -> None:
    out = place / "list.csv"
    assert review(place, "--out", str(out)) == 0
    rows = out.read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + 3
    assert {row.split(",")[0] for row in rows[1:]} <= {"A", "B", "C", "2024-06-14", "test"}


def test_a_review_of_the_past(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review(place, "--on", "2023-12-01") == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[:2] == [
        "test: review effective 2023-12-15",
        "  asked for     2023-12-01, on which no review is effective: this is the next",
    ]
    assert "forecast" not in shown[2]
    assert "  members       3, 3 added, 0 removed" in shown


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--on", "2023-01-01x"), 2, "is not a date"),
        (("--as-of", "1990-01-01"), 2, "on 1990-01-01 nothing is known"),
        (("--as-of", "1990-01-01", "--likelihood", "5"), 2, "on 1990-01-01 nothing is known"),
        (("--likelihood", "5", "--out", "x.txt"), 2, "does not say what to write"),
    ],
)
def test_what_cannot_be_shown(
    place: Path, options: tuple[str, ...], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert review(place, *options) == code
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("options", [(), ("--likelihood", "5"), ("--as-of", "2024-01-02")])
def test_a_market_without_prices_is_told(
    place: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with store.writing(place / "m") as writer:
        writer.drop("daily")
        writer.put("sessions", market_until(AS_OF).daily_sources()[0].select(["date"]).slice(0, 1))
    assert review(place, *options) == 3
    assert "error DAT001: the market has no table daily" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--on", "--as-of"])
def test_the_last_day_there_is_has_no_review(
    place: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert review(place, option, "9999-12-31") == 2
    assert "has no review effective in the year from 9999-12-31" in capsys.readouterr().err
