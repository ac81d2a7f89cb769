"""The key figures beside those of a baseline, and at every place of the cap's lever, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.studio.session import Session
from indexcalc.studio.text.levers import Lever
from indexcalc.studio.view import figures
from indexcalc.studio.work.studies import Caps, Point, Quick

CAP = Lever("cap", ("weighting.caps[0].limit",), "30%", ("20%", "30%", "none"), 9, "security")
COUNT = Lever("count", ("selection.count",), "20", ("19", "20", "21"), 4)
DAYS = np.asarray([19_725, 19_726, 19_727, 19_728], dtype=np.int32)
LEVEL = np.asarray([1000.0, 1050.0, 1100.0, 1090.0])


def test_figures_stand_beside_those_of_the_baseline_where_these_are_others() -> None:
    now = {"level_last": 1090.0, "volatility": 0.2, "tracking_error": 0.01}
    before = {"level_last": 1087.5, "volatility": 0.2}
    patches = dict(figures.texts(now, before, "kospi200", "en"))
    assert patches["fig-level_last"] == "1,090.00"
    assert patches["was-level_last"] == "kospi200: 1,087.50"
    assert patches["was-volatility"] == "\u00a0"
    assert patches["was-tracking_error"] == "to kospi200"
    assert patches["fig-turnover_a_year"] == "–"
    alone = dict(figures.texts(now, None, "kospi200", "en"))
    assert {text for place, text in alone.items() if place.startswith("was-")} == {"\u00a0"}


def test_the_frame_has_a_place_for_every_text() -> None:
    frame = figures.figure_frame("ko")
    assert all(f"id='{place}'" in frame for place, _ in figures.texts({}, None, "", "ko"))


def test_a_tracking_error_is_against_the_baseline_and_none_without_levels() -> None:
    point, before = Point(LEVEL, {"level_last": 1090.0}), Quick("a", {}, DAYS, Point(LEVEL, {}), ())
    assert figures.of_point(point, DAYS, before) == {"level_last": 1090.0, "tracking_error": 0.0}
    assert figures.of_point(point, DAYS, None) == {"level_last": 1090.0}
    refused = Point(np.zeros(0), {}, refused="no")
    assert figures.of_point(refused, DAYS, before) == {}


@pytest.fixture
def caps() -> Caps:
    """Of 20 % and 30 %; that there be no cap was not swept."""
    return Caps(
        "security",
        DAYS,
        {label: Point(LEVEL, {"level_last": last}) for label, last in (("20%", 7.0), ("30%", 8.0))},
    )


def test_every_place_of_the_lever_has_its_figures_ahead(caps: Caps) -> None:
    session = Session("mine", "", "limit: 30%\n", {"selection.count": "21"})
    before = Quick("mine", {}, DAYS, Point(LEVEL, {"level_last": 8.0}), ())
    made = figures.ahead(session, (CAP, COUNT), caps, before, "the saved rule")
    low, same, none = made["steps"]
    assert dict(low)["fig-level_last"] == "7.00"
    assert dict(low)["was-level_last"] == "the saved rule: 8.00"
    assert dict(low)["lever-0-value"] == "20%"
    assert dict(same)["was-level_last"] == "\u00a0"
    assert none is None


def test_what_is_told_ahead_says_what_it_holds_for(caps: Caps) -> None:
    session = Session("mine", "", "ab", {"selection.count": "21"}, baseline="other")
    made = figures.ahead(session, (COUNT, CAP), caps, None, "other")
    # Adler-32 of "ab": 1 + 97 + 98 = 196; 98 + 196 = 294.
    assert (made["lever"], made["text"]) == (CAP.path, 294 * 65_536 + 196)
    assert made["others"] == {"selection.count": 2}
    assert made["baseline"] == "other"
    assert dict(made["steps"][0])["lever-1-value"] == "20%"
