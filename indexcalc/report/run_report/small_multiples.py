"""Small pictures side by side, one a part: shares of a whole through time, all on one scale from zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np

from indexcalc.arrays import Days, Floats
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report.run_report.line_charts import Stretch, path
from indexcalc.report.run_report.numbers import PER_CENT, percent

_WIDTH, _HEIGHT, _TOP, _LEAST = 200.0, 64.0, 3.0, 16.0
_REMS = 4.0
"""How high the picture of the largest part is on the page."""
_ROWS = 24
"""Days of the table under the pictures, about."""


def small_multiples(
    days: Days, parts: Mapping[str, Floats], stretches: Sequence[Stretch] = ()
) -> dict[str, Any]:
    """``parts``: a picture for each part (n,) of the weight on ``days`` (n,), held from a day to the next,
    with its name, its last, lowest and highest share; ``head`` and ``rows``: the same as a table; ``since``
    and ``until``.  A part that is always nothing is left out, and all where there are fewer than two
    days."""
    parts = {name: values for name, values in parts.items() if values.any()}
    if days.size < 2 or not parts:
        return {}
    most = max(float(values.max()) for values in parts.values()) or 1.0
    step = max(1, days.size // _ROWS)
    shown = sorted({*range(0, days.size, step), days.size - 1})
    dates = [date_of(int(days[at])).isoformat() for at in shown]
    return {
        "parts": _parts(days, parts, most, stretches),
        "head": list(parts),
        "rows": [
            (date, *(percent(float(values[at]), 1) for values in parts.values()))
            for date, at in zip(dates, shown, strict=True)
        ],
        "since": dates[0],
        "until": dates[-1],
    }


def _parts(
    days: Days, parts: Mapping[str, Floats], most: float, stretches: Sequence[Stretch]
) -> list[dict[str, str]]:
    return [
        {
            "name": name,
            "last": percent(float(values[-1]), 1),
            "range": "–".join(
                (
                    percent(float(values.min()), 1).removesuffix(PER_CENT),
                    percent(float(values.max()), 1),
                )
            ),
            "picture": _picture(name, days, values / most, stretches),
        }
        for name, values in parts.items()
    ]


def _picture(name: str, days: Days, shares: Floats, stretches: Sequence[Stretch]) -> str:
    first, last = int(days[0]), int(days[-1])

    def x(day: float) -> float:
        return (day - first) / (last - first) * _WIDTH

    y = _HEIGHT - shares * (_HEIGHT - _TOP)
    # One scale for all: a picture is as high as its part, so that small ones leave no empty space.
    high = max(_LEAST, _HEIGHT - float(y.min()) + _TOP)
    # A list holds until the next: steps, not slopes.
    across = np.repeat([x(day) for day in days.tolist()], 2)[1:]
    up = np.repeat(y, 2)[:-1]
    line = path(across.tolist(), up.tolist())
    shaded = "".join(
        f'<rect class="{item.kind}" x="{x(max(item.start, first)):.1f}" y="0" height="{_HEIGHT}" '
        f'width="{x(min(item.stop, last)) - x(max(item.start, first)):.1f}"/>'
        for item in stretches
        if max(item.start, first) < min(item.stop, last)
    )
    return (
        f'<svg viewBox="0 {_HEIGHT - high:.1f} {_WIDTH:.0f} {high:.1f}" role="img" '
        f'preserveAspectRatio="none" style="height:{_REMS * high / _HEIGHT:.2f}rem" '
        f"aria-label={quoteattr(name)}>{shaded}"
        f'<path class="area" d="{line}V{_HEIGHT}H0z"/><path class="line s0" d="{line}"/>'
        f'<line class="grid zero" x1="0" x2="{_WIDTH}" y1="{_HEIGHT}" y2="{_HEIGHT}"/></svg>'
    )
