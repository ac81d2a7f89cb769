"""Line and point charts as inline SVG: axes with units, lines named where they end, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Floats
from indexcalc.report.scales import Scale, margin

INK = "#1a1a1a"
FAINT = "#6b6b6b"
GRID = "#e3e3e3"
# Dark to light, distinct with any colour vision and in grey (after viridis, its pale end cut off).
ORDERED = ("#440154", "#3b528b", "#21908d", "#4fae4a", "#b8a10a", "#c2620a")
FONT = "font-family=\"system-ui, 'Noto Sans', 'Noto Sans CJK KR', 'NanumGothic', sans-serif\""
_LABEL_APART = 14.0
_LETTER = 7.4
Box = tuple[float, float, float, float]  # left, top, right, bottom
_LEFT, _PLOT = 64.0, 800.0
_LEAST_RIGHT = 96.0


class Line(Struct, frozen=True):
    """One series: ``x`` ascending, ``y``; its label is at its end."""

    label: str
    x: Floats
    y: Floats
    colour: str
    width: float = 1.5
    dash: str = ""


class Panel(Struct):
    """One plot in a picture, from its top-left corner; axes are drawn first, then what is added."""

    x: Scale
    y: Scale
    title: str
    x_title: str = ""
    parts: list[str] = field(default_factory=list)

    def axes(self, ticks: Sequence[float] = ()) -> None:
        """Grid, labels and titles; ``ticks``: short marks on the x axis (days of reviews)."""
        x, y = self.x, self.y
        self.parts.append(
            f'<text x="{x.start - _LEFT + 8:.0f}" y="{y.stop - 14:.1f}" font-weight="600">'
            f"{escape(self.title)}</text>"
        )
        for value, text in y.ticks:
            at = y.at(value)
            self.parts.append(
                f'<line x1="{x.start:.1f}" x2="{x.stop:.1f}" y1="{at:.1f}" y2="{at:.1f}" '
                f'stroke="{FAINT if value == 0 else GRID}"/>'
                f'<text x="{x.start - 8:.1f}" y="{at + 4:.1f}" text-anchor="end" fill="{FAINT}">'
                f"{text}</text>"
            )
        for value, text in x.ticks:
            at = x.at(value)
            self.parts.append(
                f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{y.start:.1f}" y2="{y.start + 5:.1f}" '
                f'stroke="{FAINT}"/><text x="{at:.1f}" y="{y.start + 19:.1f}" text-anchor="middle" '
                f'fill="{FAINT}">{text}</text>'
            )
        for value in ticks:
            at = x.at(value)
            self.parts.append(
                f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{y.start - 5:.1f}" y2="{y.start:.1f}" '
                f'stroke="{INK}" stroke-width="0.8"/>'
            )
        if self.x_title:
            self.parts.append(
                f'<text x="{(x.start + x.stop) / 2:.1f}" y="{y.start + 38:.1f}" text-anchor="middle" '
                f'fill="{FAINT}">{escape(self.x_title)}</text>'
            )

    def level(self, value: float, colour: str) -> None:
        """A dashed line across, such as a limit."""
        at = self.y.at(value)
        self.parts.append(
            f'<line x1="{self.x.start:.1f}" x2="{self.x.stop:.1f}" y1="{at:.1f}" y2="{at:.1f}" '
            f'stroke="{colour}" stroke-width="0.8" stroke-dasharray="2 4"/>'
        )

    def lines(self, lines: Sequence[Line]) -> None:
        """Series, thinned to what a pixel can show, with their labels kept apart at the right."""
        for line in lines:
            points = self._thinned(line)
            dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
            self.parts.append(
                f'<polyline fill="none" stroke="{line.colour}" stroke-width="{line.width}"{dash} '
                f'stroke-linejoin="round" points="{points}"/>'
            )
        ends = sorted(lines, key=lambda line: self.y.at(float(line.y[-1])))
        wanted = [self.y.at(float(line.y[-1])) for line in ends]
        for line, at, end in zip(
            ends, kept_apart(wanted, self.y.stop, self.y.start), wanted, strict=True
        ):
            self.parts.append(
                f'<line x1="{self.x.stop + 2:.1f}" x2="{self.x.stop + 10:.1f}" y1="{end:.1f}" '
                f'y2="{at:.1f}" stroke="{line.colour}" stroke-width="0.8"/>'
                f'<text x="{self.x.stop + 13:.1f}" y="{at + 4:.1f}" fill="{line.colour}">'
                f"{escape(line.label)}</text>"
            )

    def points(
        self, x: Floats, y: Floats, labels: Sequence[str], colour: str, joined: bool = True
    ) -> None:
        """Points, joined in order; those with a label show it where there is room."""
        places = [(self.x.at(float(a)), self.y.at(float(b))) for a, b in zip(x, y, strict=True)]
        path = " ".join(f"{across:.1f},{down:.1f}" for across, down in places)
        if joined:
            self.parts.append(f'<polyline fill="none" stroke="{colour}" points="{path}"/>')
        taken: list[Box] = [(across - 4, down - 4, across + 4, down + 4) for across, down in places]
        left, right, top, bottom = self.x.start, self.x.stop, self.y.stop, self.y.start
        taken += [
            (left, bottom - 2, right, bottom + 24),  # the axes and their labels
            (left - 60, top - 10, left, bottom + 10),
            (right + 30, top - 100, right + 900, bottom + 100),
        ]
        for (across, down), label in zip(places, labels, strict=True):
            radius = 4.0 if label else 2.2
            self.parts.append(
                f'<circle cx="{across:.1f}" cy="{down:.1f}" r="{radius}" fill="{colour}"/>'
            )
            if label:
                box = free_place(label, across, down, taken)
                taken.append(box)
                self.parts.append(
                    f'<text x="{box[0]:.1f}" y="{box[3] - 3:.1f}" fill="{INK}">{escape(label)}</text>'
                )

    def _thinned(self, line: Line) -> str:
        """Corners of a line: first, lowest, highest and last value of every pixel column."""
        column = np.round(
            (line.x - self.x.low) / (self.x.high - self.x.low) * (self.x.stop - self.x.start)
        )
        starts = np.flatnonzero(np.diff(column, prepend=np.nan) != 0)
        place = np.repeat(np.arange(starts.size), np.diff(starts, append=column.size))
        shown = [starts, np.append(starts[1:], column.size) - 1]
        for extreme in (np.minimum, np.maximum):
            there = np.flatnonzero(line.y == extreme.reduceat(line.y, starts)[place])
            shown.append(there[np.searchsorted(there, starts)])  # the first of each column
        chosen = np.unique(np.concatenate(shown))
        places = zip(
            self.x.at(line.x[chosen]).tolist(), self.y.at(line.y[chosen]).tolist(), strict=True
        )
        return " ".join(dict.fromkeys(f"{across:.1f},{down:.1f}" for across, down in places))


def free_place(label: str, across: float, down: float, taken: Sequence[Box]) -> Box:
    """Where a label beside a point covers least of what is there: right, left, above or below."""
    width = _LETTER * len(label)
    half = width / 2
    corners = [
        (across + 8, down - 7),
        (across + 8, down + 3),
        (across + 8, down - 17),
        (across - 8 - width, down - 17),
        (across - 8 - width, down - 7),
        (across - 8 - width, down + 3),
        (across - half, down - 21),
        (across - half, down + 8),
    ]
    boxes = [(left, top, left + width, top + _LABEL_APART) for left, top in corners]
    return min(boxes, key=lambda box: sum(_covers(box, other) for other in taken))


def _covers(box: Box, other: Box) -> float:
    wide = min(box[2], other[2]) - max(box[0], other[0])
    high = min(box[3], other[3]) - max(box[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)


def kept_apart(wanted: Sequence[float], top: float, bottom: float) -> list[float]:
    """Places in ascending order as near to ``wanted`` as labels of some height allow."""
    places: list[float] = []
    for at in wanted:
        places.append(max(at, places[-1] + _LABEL_APART) if places else max(at, top))
    # What runs out at the bottom pushes up what lies above it.
    floor = bottom
    for position in range(len(places) - 1, -1, -1):
        places[position] = min(places[position], floor)
        floor = places[position] - _LABEL_APART
    return places


def picture(width: int, height: int, title: str, note: str, panels: Iterable[Panel]) -> str:
    """A whole SVG file with a title, one line of words below it, and panels."""
    body = "\n".join("\n".join(panel.parts) for panel in panels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" {FONT} font-size="12" fill="{INK}" role="img">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n'
        f'<text x="8" y="24" font-size="17" font-weight="600">{escape(title)}</text>\n'
        f'<text x="8" y="43" fill="{FAINT}">{escape(note)}</text>\n'
        f"{body}\n</svg>\n"
    )


def across(labels: Iterable[str], ticks: Iterable[str] = ()) -> tuple[tuple[float, float], int]:
    """Where a plot with these labels at its right, and these at its left, begins and ends, and how wide
    the picture is."""
    left = margin(ticks, _LEFT)
    longest = max((len(label) for label in labels), default=0)
    right = max(_LEAST_RIGHT, 20.0 + _LETTER * longest)
    return (left, left + _PLOT), round(left + _PLOT + right)
