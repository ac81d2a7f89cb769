"""Line charts: what is drawn where, labels that keep apart, stretches that are shaded."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from indexcalc.report.run_report.line_charts import LineChart, Series, Stretch, path, svg

DAYS = np.arange(18262, 18262 + 400, dtype=np.int32)  # from 2020-01-01 on


def drawn(**changed: Any) -> tuple[Any, Any]:
    """The wide and the narrow picture of a chart."""
    held: dict[str, Any] = {
        "key": "k",
        "title": "T",
        "description": 'A "chart" <x>',
        "days": DAYS,
        "series": (Series("one", np.linspace(1.0, 3.0, 400)),),
    }
    text = svg(LineChart(**{**held, **changed}))
    wide, narrow = ElementTree.fromstring(f"<both>{text}</both>")
    return wide, narrow


def of_class(picture: Any, kind: str) -> list[Any]:
    return [part for part in picture.iter() if kind in part.get("class", "").split()]


def places(line: Any) -> list[tuple[float, float]]:
    """The points of a line: the first, and the sums of the steps."""
    first, _, steps = line.get("d").removeprefix("M").partition("l")
    numbers = [float(text) for text in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", steps)]
    x, y = map(float, first.split())
    found = [(x, y)]
    for right, down in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + right, y + down
        found.append((x, y))
    return found


def test_a_path_is_its_points_in_tenths_without_a_sum_of_errors() -> None:
    assert path([0.0, 1.04, 2.0, 12.0], [5.0, 4.32, 4.32, 104.0]) == "M0 5l1-.7 1 0 10 99.7"
    assert path([3.14], [-0.96]) == "M3.1 -1"
    many = [0.26 * at for at in range(4000)]  # each step alone would be 0.3
    [line] = ElementTree.fromstring(f'<g><path d="{path(many, many)}"/></g>')
    assert places(line)[-1] == pytest.approx((0.26 * 3999, 0.26 * 3999), abs=0.06)


def test_a_line_begins_at_the_first_day_and_ends_at_the_last() -> None:
    for picture in drawn():
        meta = json.loads(picture.get("data-meta"))
        [line] = of_class(picture, "line")
        points = places(line)
        assert points[0][0] == pytest.approx(meta["left"])
        assert points[-1][0] == pytest.approx(meta["right"], abs=0.06)
        assert (meta["first"], meta["last"]) == (18262, 18661)
        assert points[0][1] > points[-1][1]  # upwards
        assert not of_class(picture, "end")  # one line needs no name


def test_ends_are_named_apart_and_inside() -> None:
    # They range from 0 to 10 and end together, in the middle of the picture.
    lines = tuple(
        Series(f"line {at}", np.append(np.linspace(0.0, 10.0, 399), 5.0 + at * 1e-6), at)
        for at in range(4)
    )
    for picture in drawn(series=lines):
        bottom = json.loads(picture.get("data-meta"))["bottom"]
        places = sorted(float(text.get("y")) for text in of_class(picture, "end"))
        assert len(places) == 4
        assert all(b - a >= 14.0 - 1e-6 for a, b in itertools.pairwise(places))
        assert places[-1] <= bottom + 1e-6


def test_a_long_name_is_shortened_to_its_room() -> None:
    lines = (Series("x" * 80, np.arange(400.0)), Series("short", np.arange(400.0) + 5))
    _, narrow = drawn(series=lines)
    names = [text.text for text in of_class(narrow, "end")]
    assert "short" in names
    assert any(name.endswith("…") and len(name) < 20 for name in names)


def test_percent_multiplies_and_says_so_and_zero_begins_the_axis() -> None:
    wide, _ = drawn(series=(Series("one", np.linspace(0.20, 0.30, 400)),), unit="%", zero=True)
    ticks = [text.text for text in of_class(wide, "tick") if text.get("text-anchor") == "end"]
    assert ticks[0] == "0 %"
    assert "30 %" in ticks


def test_a_stretch_is_cut_to_the_chart_and_unknown_values_are_left_out() -> None:
    values = np.where(DAYS < 18300, np.nan, 1.0)
    inside, before = Stretch(18400, 18500, "gap"), Stretch(18000, 18100, "gap")
    wide, _ = drawn(series=(Series("one", values),), stretches=(inside, before))
    [gap] = of_class(wide, "gap")
    meta = json.loads(wide.get("data-meta"))
    day = (meta["right"] - meta["left"]) / 399
    assert float(gap.get("width")) == pytest.approx(100 * day, abs=0.2)
    [line] = of_class(wide, "line")
    start = places(line)[0][0]
    assert start == pytest.approx(meta["left"] + 38 * day, abs=0.2)


def test_review_marks_and_a_chart_that_is_never_wide() -> None:
    wide, _ = drawn(reviews=(18262, 18500, 19999))
    assert len(of_class(wide, "review")) == 2
    text = svg(LineChart("k", "T", "a < b", DAYS, (Series("one", np.ones(400)),), wide=False))
    assert re.findall('class="(wide|narrow)"', text) == ["narrow"]
    # What it shows is said to who cannot see it: the days, and the last value of each line.
    assert 'aria-label="a &lt; b, 2020-01-01 – 2021-02-03: one 1.00"' in text


def test_no_digit_of_an_axis_is_cut_off() -> None:
    # The widest usual face, DejaVu Sans, at the 11.5 units of the page: its advance widths.
    width = {"−": 0.838, "%": 0.95, ",": 0.318, ".": 0.318, " ": 0.318}
    for unit, ends in (("", (0.9, 16_000_000.0)), ("%", (-0.1105, 0.0)), ("%", (-1.0, 0.0))):
        for picture in drawn(series=(Series("one", np.linspace(*ends, 400)),), unit=unit):
            ticks = [part for part in of_class(picture, "tick") if part.get("text-anchor") == "end"]
            assert len(ticks) > 3
            for tick in ticks:
                long = 11.5 * sum(width.get(sign, 0.636) for sign in tick.text)
                assert float(tick.get("x")) >= long, tick.text
            left = json.loads(picture.get("data-meta"))["left"]
            assert places(next(iter(of_class(picture, "line"))))[0][0] == pytest.approx(left)
