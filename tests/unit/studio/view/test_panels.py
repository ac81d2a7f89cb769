"""Panels and figures as HTML: every text escaped, every column with a word in both languages."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from indexcalc.studio.session import Session
from indexcalc.studio.text.levers import Lever
from indexcalc.studio.text.reading import Mark
from indexcalc.studio.view import panels, render
from indexcalc.studio.work.studies import Full, Member

EVIL = "<script>alert('x')</script>"
DAY = dt.date(2026, 6, 12)


def row(**more: Any) -> dict[str, Any]:
    return {"symbol": "005930", "name": EVIL, "effective_date": DAY, "weight": 0.25, **more}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_panel_is_made_and_escaped(language: str) -> None:
    full = Full((row(change="added", capping_factor=0.5),), (row(kind=EVIL, added=3),), 9, ())
    decision = row(step="membership", outcome="out", detail=EVIL, observed=1.5, rule_line=7)
    level = {"level": 1000.5, "divisor": 5.0, "market_value": 1e12, "constituents": 20}
    event = {"symbol": "1", "event": EVIL, "reason": EVIL}
    review = row(assets=1e12, kind="regular", added=1, removed=1, bought=1e9, sold=1e9)
    trade = row(change="added", units=5.0, amount=1e9, days_20=0.5, capacity=1e10)
    near = [row(what=EVIL)]
    made = [
        panels.members(full, (), language),
        panels.reviews(full, language),
        panels.why({"symbol": "005930", "name": EVIL, "decisions": [decision]}, [], near, language),
        panels.day({"date": DAY, "level": level, "events": [event], "members": [row()]}, language),
        panels.flows({"currency": EVIL, "reviews": [review], "trades": [trade]}, language),
        panels.coming(
            {
                **{"effective": DAY, "cutoff": DAY, "announcement": None, "members": 20},
                **{"turnover": 0.1, "added": [row()], "removed": [row()], "near": near},
                "reserve": [row()],
            },
            language,
        ),
        panels.compared({"tracking_error": None, "clauses": EVIL, "days": []}, language),
        render.marks([Mark(3, 5, 2, "error", "RUL001", EVIL, EVIL, EVIL)], language, read=True),
        render.comings([Member("1", EVIL, 0.5)], [Member("2", EVIL, 0.5)], EVIL, language),
        render.help_line(EVIL, EVIL),
    ]
    for html in made:
        assert "<script" not in html
        assert "&lt;script" in html


def test_a_comparison_shows_its_days_and_who_is_in_one_list_only() -> None:
    day = {"effective_date": DAY, "before": 200, "constituents": 199, "active_share": 0.125}
    moved = row(old_weight=0.3, weight=0.25, difference=-0.05, name="나", name_en="Na")
    answer = {
        **{"tracking_error": 0.01, "clauses": "", "days": [{**day, "added": 0, "removed": 1}]},
        **{"moved": [moved], "added": [], "removed": [{"symbol": "9", "name": "가"}]},
    }
    made = panels.compared(answer, "en")
    assert "12.50\u00a0%" in made
    assert "−5.00\u00a0%" in made
    assert ">Na</button>" in made
    assert "Leaves 1" in made
    assert ">나</button>" in panels.compared(answer, "ko")


def test_a_day_says_first_who_came_and_who_went() -> None:
    level = {"level": 1000.5, "divisor": 5.0, "market_value": 1e12, "constituents": 20}
    events = [
        {"symbol": symbol, "name": symbol, "event": event, "reason": "regular review"}
        for symbol, event in (("A", "added"), ("B", "share count"), ("C", "removed"))
    ]
    made = panels.day({"date": DAY, "level": level, "events": events, "members": []}, "en")
    assert made.index("Joins 1") < made.index("Leaves 1") < made.index("Events")
    assert "data-symbol='C'" in made.partition("Events")[0]


def test_decisions_have_their_figures_as_they_are_read() -> None:
    ranks = row(
        step="membership",
        outcome="in",
        detail="rank by size among 517 names, threshold 50",
        observed=3.0,
        threshold=50.0,
    )
    share = row(
        step="cap", outcome="set", detail="held at its limit", observed=0.36401, threshold=0.1
    )
    answer = {"symbol": "1", "name": "가", "decisions": [ranks, share]}
    made = panels.why(answer, [], None, "en")
    assert "<td class='num'>3</td><td class='num'>50</td>" in made
    assert "<td class='num'>36.40\u00a0%</td><td class='num'>10.00\u00a0%</td>" in made


def test_figures_are_written_as_a_person_reads_them() -> None:
    assert render.number("total_return", 0.31764) == "+31.76\u00a0%"
    assert render.number("tracking_error", float("nan")) == "–"
    assert render.number("level_last", 1234.567) == "1,234.57"
    assert render.number("total_return", -0.5) == "−50.00\u00a0%"
    assert render.number("assets", 1.31e12) == "1.31tn"
    assert render.number("effective_date", DAY) == "2026-06-12"


def test_levers_carry_their_places_and_the_rest_is_under_a_fold() -> None:
    found = [Lever("count", (f"a{n}.count",), "5", ("4", "5", "6"), n + 1) for n in range(8)]
    html = render.levers(found, Session("r", "", ""), ["add_cap"])
    assert len(re.findall("type='range'", html)) == 8
    assert html.index("<details>") > html.index("a5.count")
    assert html.index("<details>") < html.index("data-lever='a6.count'")
    assert "data-do='add_cap'" in html
    assert "data-do='add_buffer'" not in html
    assert render.short_path("selection.steps.2017-06-09[2].select.any[0].size.rank") == "size.rank"
