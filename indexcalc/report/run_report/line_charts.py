"""Line charts of a report as inline SVG, drawn twice: for a wide page and for a phone.

Colours come from the page's style sheet (classes ``s0`` .. ``s5``), so that both schemes and print work;
every line is named where it ends, and labels keep apart.  Stretches without data are hatched, those
computed afterwards tinted.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Days, Floats
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report.run_report.numbers import PER_CENT, plain
from indexcalc.report.run_report.series import decimated
from indexcalc.report.scales import Scale, dates, margin, numbers

SIZES = (("wide", 760.0, 300.0), ("narrow", 360.0, 240.0))
_LEFT, _TOP, _BOTTOM = 46.0, 12.0, 26.0
_LETTER, _LABEL_APART = 7.9, 14.0
_MOST_RIGHT = 0.36
_COLUMN = 3
"""Units of width of which a picture shows the first, lowest, highest and last value."""


class Series(Struct, frozen=True):
    """One line: its label, values (n,) on the chart's days, and the number of its colour and dash."""

    label: str
    values: Floats
    style: int = 0


class Stretch(Struct, frozen=True):
    """Days ``start`` to ``stop`` of which a reader should know something: ``gap`` (sessions without a
    row), ``back`` (computed after the fact, before the launch)."""

    start: int
    stop: int
    kind: str


class LineChart(Struct, frozen=True):
    """A chart over time.  ``unit``: ``%`` multiplies by 100; ``zero``: the axis starts at zero."""

    key: str
    title: str
    description: str
    days: Days
    series: tuple[Series, ...]
    unit: str = ""
    zero: bool = False
    log: bool = False
    reviews: tuple[int, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    wide: bool = True
    """May it take the whole width of a page?"""


def svg(chart: LineChart) -> str:
    """The chart as two ``<svg>`` elements; the page shows the one that fits.  One that is never ``wide``
    has only the narrow one."""
    sizes = SIZES if chart.wide else SIZES[1:]
    return "".join(_one(chart, name, width, height) for name, width, height in sizes)


def _one(chart: LineChart, name: str, width: float, height: float) -> str:
    factor = 100.0 if chart.unit == "%" else 1.0
    shown = [series.values * factor for series in chart.series]
    labels = [series.label for series in chart.series]
    named = len(labels) > 1
    right = 12.0 + (_LETTER * max(_letters(label) for label in labels) if named else 0.0)
    right = min(right, width * _MOST_RIGHT)
    y = _values_scale(shown, height - _BOTTOM, _TOP, chart)
    left = margin((_tick(text, chart.unit) for _, text in y.ticks), _LEFT)
    x = dates(
        [int(chart.days[0]), int(chart.days[-1])], left, width - right, 10 if name == "wide" else 4
    )
    parts = [_axes(x, y, chart, height)]
    for stretch in chart.stretches:
        start, stop = max(stretch.start, int(x.low)), min(stretch.stop, int(x.high))
        if start < stop:
            parts.append(
                f'<rect class="{stretch.kind}" x="{x.at(start):.1f}" y="{_TOP}" '
                f'width="{x.at(stop) - x.at(start):.1f}" height="{height - _BOTTOM - _TOP}"/>'
            )
    ends: list[tuple[float, int, str]] = []
    for series, values in zip(chart.series, shown, strict=True):
        px, py = decimated(chart.days.astype(np.float64), values, int(x.stop - x.start) // _COLUMN)
        if not px.size:
            continue
        across = [x.at(float(day)) for day in px]
        up = [_at(y, float(value), chart.log) for value in py]
        parts.append(f'<path class="line s{series.style}" d="{path(across, up)}"/>')
        ends.append((_at(y, float(py[-1]), chart.log), series.style, series.label))
    if len(chart.series) > 1:
        room = (right - 12.0) / _LETTER
        fitted = [(at, style, _fitted(label, room)) for at, style, label in ends]
        parts.append(_end_labels(fitted, x.stop + 6, height - _BOTTOM))
    shortened = {label: _fitted(label, (right - 12.0) / _LETTER) for label in labels if named}
    meta = {
        "key": chart.key,
        "labels": shortened,
        "left": left,
        "right": x.stop,
        "top": _TOP,
        "bottom": height - _BOTTOM,
        "first": int(chart.days[0]),
        "last": int(chart.days[-1]),
    }
    return (
        f'<svg class="{name}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f"aria-label={quoteattr(_said(chart))} data-meta={quoteattr(json.dumps(meta))}>"
        f"{''.join(parts)}</svg>"
    )


def path(across: Sequence[float], up: Sequence[float]) -> str:
    """A line through points (n,) as the data of a ``<path>``: the first, then steps, in tenths of a unit.
    Steps of whole tenths do not add up to an error, and take half the room of places."""
    places = np.rint(10.0 * np.column_stack([across, up])).astype(np.int64)
    start = " ".join(_tenths(value) for value in places[0].tolist())
    steps = [_tenths(value) for value in np.diff(places, axis=0).ravel().tolist()]
    # A sign parts two numbers as well as a blank does.
    return f"M{start}" + ("l" + " ".join(steps).replace(" -", "-") if steps else "")


def _tenths(value: int) -> str:
    """-7 as -.7, 10 as 1: the shortest that an SVG reads."""
    whole, rest = divmod(abs(value), 10)
    text = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{text}" if value < 0 else text


def _said(chart: LineChart) -> str:
    """What the picture shows, for who cannot see it: its days, and the last value of each line."""
    factor, unit = (100.0, PER_CENT) if chart.unit == "%" else (1.0, "")
    first, last = (date_of(int(chart.days[at])).isoformat() for at in (0, -1))
    ends = [
        f"{series.label} {plain(float(known[-1]) * factor)}{unit}"
        for series in chart.series
        if (known := series.values[np.isfinite(series.values)]).size
    ]
    return f"{chart.description}, {first} – {last}: {', '.join(ends)}"


def _letters(text: str) -> float:
    """The width of a text in letters; Korean ones are wider."""
    return sum(1.6 if ord(sign) > 0x1100 else 1.0 for sign in text)


def _fitted(label: str, room: float) -> str:
    """A label of at most ``room`` letters; a longer one ends in an ellipsis."""
    if _letters(label) <= room + 1e-9:
        return label
    while label and _letters(label) + 1.0 > room:
        label = label[:-1]
    return label.rstrip() + "…"


def _values_scale(shown: Sequence[Floats], start: float, stop: float, chart: LineChart) -> Scale:
    known = np.concatenate([values[np.isfinite(values)] for values in shown])
    if not known.size:
        known = np.asarray([0.0, 1.0])
    low, high = float(known.min()), float(known.max())
    if not (chart.log and low > 0):
        return numbers([low, high], start, stop, 5, zero=chart.zero)
    first, last = math.log10(low), math.log10(high)
    steps = [
        value
        for power in range(math.floor(first) - 1, math.ceil(last) + 1)
        for value in (10.0**power, 2 * 10.0**power, 5 * 10.0**power)
        if low <= value <= high
    ]
    ticks = tuple((math.log10(value), f"{value:,.10g}") for value in steps)
    return Scale(first, max(last, first + 1e-9), start, stop, ticks)


def _at(y: Scale, value: float, log: bool) -> float:
    return y.at(math.log10(value)) if log and value > 0 else y.at(value)


def _tick(text: str, unit: str) -> str:
    return text.replace("-", "−") + (" %" if unit == "%" else "")


def _axes(x: Scale, y: Scale, chart: LineChart, height: float) -> str:
    parts = []
    for value, text in y.ticks:
        at = y.at(value)
        zero = " zero" if value == 0 else ""
        parts.append(_rule(f"grid{zero}", (x.start, at), (x.stop, at)))
        label = escape(_tick(text, chart.unit))
        parts.append(
            f'<text class="tick" x="{x.start - 6:.1f}" y="{at + 4:.1f}" text-anchor="end">{label}</text>'
        )
    bottom = height - _BOTTOM
    for value, text in x.ticks:
        at = x.at(value)
        if x.start + 8 <= at <= x.stop - 10:
            parts.append(
                f'<text class="tick" x="{at:.1f}" y="{height - 8:.1f}" '
                f'text-anchor="middle">{escape(text)}</text>'
            )
    for day in chart.reviews:
        if x.low <= day <= x.high:
            parts.append(_rule("review", (x.at(day), bottom), (x.at(day), bottom - 5)))
    return "".join(parts)


def _rule(kind: str, start: tuple[float, float], stop: tuple[float, float]) -> str:
    return (
        f'<line class="{kind}" x1="{start[0]:.1f}" y1="{start[1]:.1f}" '
        f'x2="{stop[0]:.1f}" y2="{stop[1]:.1f}"/>'
    )


def _end_labels(ends: Sequence[tuple[float, int, str]], x: float, bottom: float) -> str:
    """Labels where lines end, moved apart where they would touch, kept inside the picture."""
    ordered = sorted(ends)
    places: list[float] = []
    for at, _, _ in ordered:
        places.append(max(at + 4, places[-1] + _LABEL_APART) if places else at + 4)
    over = places[-1] - bottom
    if over > 0:
        places[-1] -= over
        for number in range(len(places) - 2, -1, -1):
            places[number] = min(places[number], places[number + 1] - _LABEL_APART)
    return "".join(
        f'<text class="end t{style}" x="{x:.1f}" y="{y:.1f}">{escape(label)}</text>'
        for y, (_, style, label) in zip(places, ordered, strict=True)
    )
