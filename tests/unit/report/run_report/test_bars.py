"""Bars of calendar years: which way they stand, how long they are, and what is written on them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from indexcalc.report.run_report.bars import year_bars


def pictures(text: str) -> list[ET.Element]:
    return list(ET.fromstring(f"<page>{text}</page>"))


def rectangles(picture: ET.Element) -> list[ET.Element]:
    return picture.findall("rect")


def test_a_gain_stands_on_zero_a_loss_hangs_from_it_and_a_part_of_a_year_is_paler() -> None:
    text = year_bars(["2024", "2025", "2026"], [0.10, -0.10, 0.05], [True, True, False], "years")
    for picture in pictures(text):
        up, down, part = rectangles(picture)
        assert [bar.get("class") for bar in (up, down, part)] == [
            "bar up",
            "bar down",
            "bar up part",
        ]
        bottom = float(up.attrib["y"]) + float(up.attrib["height"])
        assert abs(bottom - float(down.attrib["y"])) <= 0.11
        # 5 % is half as long as 10 %; coordinates are written to a tenth.
        assert abs(float(part.attrib["height"]) * 2 - float(up.attrib["height"])) <= 0.2


def test_there_is_one_picture_a_page_width_and_it_is_described() -> None:
    wide, narrow = pictures(year_bars(["2025"], [0.1], [True], 'years of "A" & B'))
    assert (wide.get("class"), narrow.get("class")) == ("wide", "narrow")
    assert wide.get("aria-label") == 'years of "A" & B'


def test_the_return_is_written_where_there_is_room_and_is_always_in_the_title() -> None:
    wide, narrow = pictures(
        year_bars([str(2000 + n) for n in range(12)], [0.1234] * 12, [True] * 12, "years")
    )
    # Twelve bars: (760 - 54) / 12 = 58.8 wide each on a page, (360 - 54) / 12 = 25.5 on a phone.
    written = [item.text for item in wide.findall("text") if item.get("class") == "value"]
    assert written == ["+12.3"] * 12
    assert not [item for item in narrow.findall("text") if item.get("class") == "value"]
    titles = [bar.findtext("title") for bar in rectangles(narrow)]
    assert titles[0] == "2000: 12.34\u00a0%"


def test_a_year_without_a_change_still_shows() -> None:
    (bar,) = rectangles(pictures(year_bars(["2025"], [0.0], [True], "years"))[0])
    assert (bar.get("class"), bar.get("height")) == ("bar up", "0.5")


def test_no_year_leaves_an_empty_picture() -> None:
    assert not re.search("<rect", year_bars([], [], [], "years"))


def test_a_year_that_grew_manifold_has_its_axis_whole() -> None:
    for picture in pictures(year_bars(["2025"], [123.0], [True], "years")):
        ticks = [text for text in picture.findall("text") if text.get("text-anchor") == "end"]
        widest = max(ticks, key=lambda text: len(text.text or ""))
        assert len(widest.text or "") == len("15,000 %")
        # Digits of 0.636, a comma and a blank of 0.318, a sign of 0.95 of 11.5 units (DejaVu Sans).
        assert float(widest.attrib["x"]) >= 11.5 * (5 * 0.636 + 2 * 0.318 + 0.95)
