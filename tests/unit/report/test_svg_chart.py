"""Charts: well-formed SVG, labels kept apart and inside the plot."""

from __future__ import annotations

import itertools
from xml.etree import ElementTree

import numpy as np

from indexcalc.report import scales
from indexcalc.report.svg_chart import Line, Panel, across, kept_apart, picture


def test_labels_are_kept_apart_and_inside() -> None:
    places = kept_apart([10.0, 11.0, 12.0, 200.0], 0.0, 100.0)
    assert places == sorted(places)
    assert all(low + 14.0 <= high for low, high in itertools.pairwise(places))
    assert places[-1] == 100.0
    assert kept_apart([20.0, 60.0], 0.0, 100.0) == [20.0, 60.0]  # far apart: left alone


def test_a_picture_is_well_formed_and_escapes_its_words() -> None:
    span, width = across(["A & B"])
    x = np.arange(5.0)
    panel = Panel(scales.numbers([0.0, 4.0], *span), scales.numbers([0.0, 9.0], 300.0, 50.0), "<%>")
    panel.axes()
    panel.lines([Line("A & B", x, x * 2, "#000000"), Line("C", x, x, "#ff0000")])
    panel.level(5.0, "#00ff00")
    panel.points(x, x, ["p", "", "", "", "q"], "#0000ff")
    root = ElementTree.fromstring(picture(width, 400, "T <1>", "note", [panel]))
    words = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert {"T <1>", "note", "<%>", "A & B", "C", "p", "q"} <= set(words)


def test_labels_of_millions_are_inside_the_picture() -> None:
    (start, stop), width = across(["uncapped"], ["8,000,000", "16,000,000"])
    # Eight digits of 0.636 and two commas of 0.318 of 12 units (DejaVu Sans), 8 before the plot.
    assert start - 8 >= 12 * (8 * 0.636 + 2 * 0.318)
    assert stop - start == 800.0
    assert width > stop
