"""Small pictures: one scale for all of them, steps from day to day, and the same figures as a table."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np

from indexcalc.report.run_report.line_charts import Stretch
from indexcalc.report.run_report.small_multiples import small_multiples

DAYS = np.array([0, 10, 20], dtype=np.int32)  # 1, 11 and 21 January 1970


def line_of(picture: str) -> str:
    return ET.fromstring(picture).findall("path")[1].attrib["d"]


def test_parts_share_one_scale_and_hold_from_a_day_to_the_next() -> None:
    """The picture is 200 by 64 with 3 free at the top: the largest share (50 %) stands at 3, half of it
    (25 %) at 64 - 30.5 = 33.5, none at 64; day 10 of 20 stands at 100."""
    made = small_multiples(
        DAYS, {"A": np.array([0.5, 0.25, 0.25]), "B": np.array([0.0, 0.25, 0.5])}
    )
    a, b = made["parts"]
    assert line_of(a["picture"]) == "M0 3l100 0 0 30.5 100 0 0 0"
    assert line_of(b["picture"]) == "M0 64l100 0 0-30.5 100 0 0-30.5"
    assert (a["name"], a["last"], a["range"]) == ("A", "25.0\u00a0%", "25.0–50.0\u00a0%")


def test_the_table_says_the_same_and_names_its_days() -> None:
    made = small_multiples(DAYS, {"A": np.array([0.5, 0.25, 0.125])})
    assert made["head"] == ["A"]
    assert made["rows"] == [
        ("1970-01-01", "50.0\u00a0%"),
        ("1970-01-11", "25.0\u00a0%"),
        ("1970-01-21", "12.5\u00a0%"),
    ]
    assert (made["since"], made["until"]) == ("1970-01-01", "1970-01-21")


def test_a_long_table_is_thinned_and_keeps_its_last_day() -> None:
    """100 days, every fourth (100 // 24) and the last: 25 + 1 rows."""
    days = np.arange(100, dtype=np.int32)
    rows = small_multiples(days, {"A": np.linspace(0.0, 1.0, 100)})["rows"]
    assert len(rows) == 26
    assert rows[-1] == ("1970-04-10", "100.0\u00a0%")


def test_a_stretch_is_cut_at_the_ends_of_the_picture_or_left_out() -> None:
    parts = {"A": np.array([0.5, 0.5, 0.5])}
    stretches = [Stretch(-50, 5, "gap"), Stretch(30, 40, "gap")]
    picture = small_multiples(DAYS, parts, stretches)["parts"][0]["picture"]
    (shaded,) = ET.fromstring(picture).findall("rect")
    assert (float(shaded.attrib["x"]), float(shaded.attrib["width"])) == (0.0, 50.0)


def test_one_day_or_no_part_makes_nothing() -> None:
    assert small_multiples(DAYS[:1], {"A": np.array([1.0])}) == {}
    assert small_multiples(DAYS, {}) == {}


def test_a_part_that_is_always_nothing_is_left_out() -> None:
    made = small_multiples(DAYS, {"A": np.array([0.5, 0.25, 0.125]), "B": np.zeros(3)})
    assert made["head"] == ["A"]
    assert [part["name"] for part in made["parts"]] == ["A"]
