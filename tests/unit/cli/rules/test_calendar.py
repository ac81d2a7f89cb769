"""The verb ``calendar``: the days of coming reviews as a table and as an iCalendar file."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.cli.main import run
from tests.conftest import ROOT


def test_days_of_a_review_by_a_calendar_on_paper(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The second Thursday of December 2026 is the 10th; the last sessions of October and November are the
    # 30th and the 27th.
    assert run(["calendar", "kospi200", "--from", "2026-11-28", "--count", "1"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].split() == ["cut-off", "announcement", "pricing", "effective"]
    assert " ".join(rows[1].split()) == (
        "Fri 2026-10-30 Fri 2026-11-27 Thu 2026-12-10 Fri 2026-12-11 review"
    )
    assert len(rows) == 2


def test_as_many_reviews_as_were_asked_for_after_the_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["calendar", "kospi200", "--from", "2026-12-11", "--count", "3"]) == 0
    rows = capsys.readouterr().out.splitlines()[1:]
    days = [row.split()[7] for row in rows]
    assert len(days) == 3
    assert "2026-12-11" < days[0] < days[1] < days[2]  # after the day itself


def test_a_file_of_all_day_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "k.ics"
    line = ["calendar", "kospi200", "--from", "2026-11-28", "--count", "1", "--format", "ics"]
    assert run([*line, "--out", str(out)]) == 0
    assert capsys.readouterr().err == f"wrote {out}\n"
    data = out.read_bytes()
    assert data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"DTSTART;VALUE=DATE:20261211\r\n" in data
    assert run([*line[:-2], "--out", str(tmp_path / "as-named.ics")]) == 0
    assert (tmp_path / "as-named.ics").read_bytes() == data
    capsys.readouterr()
    assert run([*line, "--lang", "ko"]) == 0
    assert "코스피 200" in capsys.readouterr().out


def test_days_that_are_not_certain_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    # The table of sessions is checked to the end of 2026 and ends with 2036.
    assert run(["calendar", "kospi200", "--from", "2026-12-01", "--count", "1"]) == 0
    assert capsys.readouterr().err == ""
    assert run(["calendar", "kospi200", "--from", "2026-12-01", "--count", "2"]) == 0
    expected = (
        "note: after 2026-12-31 sessions of XKRX are those expected; elections may move a day"
    )
    assert capsys.readouterr().err == f"{expected}\n"
    assert run(["calendar", "kospi200", "--from", "2100-01-01", "--count", "1"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "note: after 2036-12-30 Mondays to Fridays are taken for sessions",
        expected,
    ]


def test_a_rule_without_reviews_and_one_with_mistakes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overlay = next(
        path
        for path in sorted((ROOT / "rules" / "krx").glob("*.yaml"))
        if "\nunderlying:" in path.read_text(encoding="utf-8")
    )
    assert run(["calendar", overlay.stem, "--from", "2026-01-02"]) == 0
    assert capsys.readouterr().out == f"no review of {overlay.stem} can be dated after 2026-01-02\n"
    path = tmp_path / "mine.yaml"
    path.write_text("index: mine\n", encoding="utf-8")
    assert run(["calendar", str(path)]) == 1
    assert "error RUL" in capsys.readouterr().err


@pytest.mark.parametrize("options", [("--count", "0"), ("--from", "soon"), ("--lang", "fr")])
def test_usage(options: tuple[str, ...]) -> None:
    assert run(["calendar", "kospi200", *options]) == 2
