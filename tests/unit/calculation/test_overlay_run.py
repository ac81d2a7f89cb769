"""The run of an overlay: its tables, and what its manifest says it stands on."""

from __future__ import annotations

import hashlib
import struct

import pytest

import indexcalc as ic
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from tests.unit.calculation import level_table, small
from tests.unit.calculation.level_table import dates

DAYS = dates("2024-01-02", "2024-01-03", "2024-01-04")
TWICE = "{leverage: 2, reset: daily}"


def test_what_it_stands_on_is_named_and_hashed() -> None:
    over = level_table.levels(DAYS, [100, 110, 121])
    run = level_table.run(TWICE, over, DAYS[1])
    told = run.manifest["underlying"]
    content = struct.pack("<3i", *(day_number(day) for day in DAYS)) + struct.pack(
        "<3d", 100, 110, 121
    )
    assert told == {
        "index": "below",
        "return": "gross",
        "currency": "KRW",
        "levels": "published",
        "first": "2024-01-02",
        "last": "2024-01-04",
        "sessions": 3,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    assert (run.manifest["start"], run.manifest["end"]) == ("2024-01-03", "2024-01-04")
    assert run.manifest["counts"] == {"sessions": 2, "events": 0}
    assert small.levels(run) == pytest.approx([1000.0, 1200.0], rel=1e-12)


def test_it_has_no_members_and_no_reviews() -> None:
    run = level_table.run(TWICE, level_table.levels(DAYS, [100, 110, 121]), DAYS[0])
    assert run.constituents.num_rows == run.reviews.num_rows == run.decisions.num_rows == 0
    assert run.composition is None


def test_what_was_found_of_the_index_below_is_told_of_it_too() -> None:
    """A falls by more than half on session 3 and nothing says why."""
    below = small.GIVEN.replace("index: test", "index: below") + "weighting: {scheme: market_cap}\n"
    over = small.market(
        small.line("A", [100, 100, 100, 40]),
        memberships=[{**row, "index": "below"} for row in small.given("A")],
    )
    laid = Methodology.from_text(
        "index: laid\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2024-01-03, level: 1000}\n"
        f"underlying: {{index: below, return: price}}\noverlay: {TWICE}\n"
    )
    family = Family({"below": small.rule(below), "laid": laid}, ("below", "laid"))
    runs = compute_family(family, over, Request())
    own = {item.code for item in runs["below"].diagnostics}
    assert own
    work = {item.code for item in runs["laid"].diagnostics}
    assert "CAL015" in work  # everything is lost: twice -60 %
    assert isinstance(runs["laid"], ic.Run)
    assert list(runs["laid"].manifest["parents"]) == ["below"]
