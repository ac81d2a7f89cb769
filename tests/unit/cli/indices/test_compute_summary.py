"""A run in a screenful: figures by hand, names in columns, what an overlay stands on."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from indexcalc.calculation.run.run import Run
from indexcalc.cli.indices.compute_summary import TOP, summary
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market
from tests.unit.cli.two_lines import CAP, over


def said(run: Run, folder: Path) -> dict[str, str]:
    """Word -> the rest of its line."""
    lines = summary(run, folder).splitlines()[1:]
    return {text[2:16].strip(): text[16:] for text in lines if not text.startswith("    ")}


def test_levels_members_and_files(tmp_path: Path) -> None:
    (tmp_path / "levels.parquet").write_text("")
    (tmp_path / ".hidden").write_text("")
    made = small.run(CAP, over(), returns=("pr", "tr"))
    found = said(made, tmp_path)
    # 150,000 at the start, 121,000 + 60,000 at the end.
    assert found["level"] == "1206.67 on 2024-01-05  (from 1000.00 on 2024-01-03, 3 sessions)"
    assert found["total return"] == "1206.67"  # nothing was paid
    assert found["members"] == "2"
    assert found["reviews"] == "regular 1"
    assert found["files"] == f"{tmp_path}/  levels.parquet"
    assert "published" not in found
    assert "events" not in found


def test_names_stand_in_columns_whatever_their_width(tmp_path: Path) -> None:
    lines = summary(small.run(CAP, over()), tmp_path).splitlines()
    at = lines.index("  largest       opening weights of 2024-01-03")
    # A Korean letter is two columns wide: four of them are eight, and 26 columns belong to the name.
    assert lines[at + 1] == f"    A        가나전자{' ' * 18}  66.67%"
    assert lines[at + 2] == f"    B        다라식품{' ' * 18}  33.33%"


def test_no_more_than_ten_are_the_largest(tmp_path: Path) -> None:
    symbols = [f"L{number:02}" for number in range(12)]
    rows = [line(name, [10.0 + at, 10.0 + at]) for at, name in enumerate(symbols)]
    made = small.run(small.CAP, market(*rows))
    lines = summary(made, tmp_path).splitlines()
    shown = [text.split()[0] for text in lines if text.startswith("    L")]
    assert shown == symbols[: 12 - TOP - 1 : -1]


def test_the_distance_from_published_returns_in_basis_points(tmp_path: Path) -> None:
    # 1,000, 1,066.67, 1,206.67 (110 + 50, 121 + 60 of 150); the second return is published 1 bp higher.
    level = [1000.0, 1000.0 * 160 / 150, 1000.0 * 181 / 150 + 1000.0 * 160 / 150 / 1e4]
    rows = [
        {"index": "cap", "date": small.day(1 + at), "level": value}
        for at, value in enumerate(level)
    ]
    rows.append({"index": "other", "date": small.day(2), "level": 7.0})
    found = said(small.run(CAP, over(published=rows)), tmp_path)
    # The root of half of one is 0.707.
    assert found["published"] == "2 returns compared: 0.707 bp rms, 1.000 bp at most"


def test_a_market_that_is_not_real_says_so(tmp_path: Path) -> None:
    real = over()
    made = small.run(
        CAP,
        type(real).from_tables(
            daily=real.daily_sources()[0],
            memberships=real.table("memberships"),
            sessions=real.table("sessions"),
            facts={"synthetic": True},
        ),
    )
    assert "  on the synthetic demo market: no figure is of a real company" in summary(
        made, tmp_path
    )


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ({}, "cap"),
        ({"en": "Cap", "ko": "가나"}, "Cap / 가나 / cap"),
        ({"en": "Cap", "ko": "Cap"}, "Cap / cap"),
        ({"en": "A", "ko": "B", "de": "C"}, "A / B / C"),
    ],
)
def test_the_title_has_each_name_once(tmp_path: Path, name: dict[str, str], title: str) -> None:
    made = replace(small.run(CAP, over()), name=name)
    assert summary(made, tmp_path).splitlines()[0] == title
